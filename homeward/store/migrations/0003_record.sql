-- The record: what arrived, then chunks. See docs/decisions/0003-record.md.

create table inbox (
    -- No foreign key: checking it cost as much as the rest of the row (8 of 15 us). The door lets
    -- in registered devices only, and a device is never deleted.
    device_id bigint not null,
    boot bigint not null,          -- -1: the device counts nothing, seq is a hash of the bytes
    seq bigint not null,
    kind text not null check (kind in ('readings', 'waves')),
    received timestamptz not null,
    body bytea not null,
    primary key (device_id, boot, seq, kind)
);
create index inbox_received on inbox (received);
comment on table inbox is 'Messages as received, each committed before it is acknowledged; folded into chunks within minutes. Written by record.';

create table stream (
    device_id bigint not null references device (id),
    boot bigint not null,
    seqs int8multirange not null,
    primary key (device_id, boot)
);
comment on table stream is 'Which sequence numbers of each device and boot are in the chunks: duplicates are dropped, gaps are seen. Written by record.';

create table minute_chunk (
    id bigint generated always as identity primary key,
    patient_id bigint references patient (id),   -- null: nobody wore the device then
    minute timestamptz not null,
    body bytea not null
);
create index minute_chunk_patient on minute_chunk (patient_id, minute);
comment on table minute_chunk is 'Sixty seconds of all vitals of one patient. Written by record.';

create table hour_chunk (
    id bigint generated always as identity primary key,
    patient_id bigint references patient (id),
    hour timestamptz not null,
    vital integer not null,
    samples integer not null,
    low double precision not null,
    high double precision not null,
    mean double precision not null,
    minutes bytea not null,        -- sixty rows of low, high, mean, count: what long charts read
    body bytea not null
);
create index hour_chunk_patient on hour_chunk (patient_id, vital, hour);
comment on table hour_chunk is 'One hour of one vital of one patient. Written by record.';

create table wave_chunk (
    id bigint generated always as identity primary key,
    patient_id bigint references patient (id),
    device_id bigint not null references device (id),
    wave integer not null,
    starts timestamptz not null,
    ends timestamptz not null,
    rate real not null,
    scale real not null,
    samples integer not null,
    body bytea not null
);
create index wave_chunk_patient on wave_chunk (patient_id, wave, starts);
comment on table wave_chunk is 'A stretch of one waveform without a gap. Written by record.';

create table quarantine (
    id bigint generated always as identity primary key,
    device_id bigint references device (id),
    received timestamptz not null,
    topic text not null,
    reason text not null,
    body bytea not null
);
create index quarantine_device on quarantine (device_id, received);
comment on table quarantine is 'What could not be read, with the reason and the bytes. Written by record.';
