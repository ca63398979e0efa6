-- What nobody wore is kept by device: a hundred unassigned devices must not share one chunk.

alter table minute_chunk add column device_id bigint references device (id);
alter table hour_chunk add column device_id bigint references device (id);
comment on column minute_chunk.device_id is 'Which device it was, where nobody wore it; else null.';
comment on column hour_chunk.device_id is 'Which device it was, where nobody wore it; else null.';
create index minute_chunk_device on minute_chunk (device_id, minute) where patient_id is null;
create index hour_chunk_device on hour_chunk (device_id, hour) where patient_id is null;

-- A waveform sent again is found by its device and time.
create index wave_chunk_device on wave_chunk (device_id, wave, starts);
