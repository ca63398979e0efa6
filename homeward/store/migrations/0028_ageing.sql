-- The record grows old: days rolled up, how long what is kept, and the cold store.
-- See docs/decisions/0016-cold-store.md.

create table day_chunk (
    id bigint generated always as identity primary key,
    patient_id bigint references patient (id),
    device_id bigint references device (id),   -- where nobody wore it; else null
    day timestamptz not null,                  -- UTC
    vital integer not null,
    samples integer not null,
    low double precision not null,
    high double precision not null,
    mean double precision not null,
    hours bytea not null,              -- a row of low, high, mean, count for each hour, as they are
    minutes bytea not null,            -- ... and for each minute, packed
    has_left boolean not null default false
);
-- Beside the row lie only its hours: a chart of a year reads them, and nothing else, of 365 rows.
alter table day_chunk alter column hours set storage main, alter column minutes set storage external;
create unique index day_chunk_patient on day_chunk (patient_id, vital, day);
create unique index day_chunk_device on day_chunk (device_id, vital, day) where patient_id is null;
comment on table day_chunk is 'One day of one vital of one patient, rolled up by hours and minutes: what charts of days and years read. Written by record.';
comment on column day_chunk.has_left is 'Its samples have left the database, for the cold store or for good; hour chunks of that day came later and are not counted in it.';

create table day_to_roll (
    day timestamptz not null,
    owner bigint not null,             -- a patient, or minus a device that nobody wore
    primary key (day, owner)
);
comment on table day_to_roll is 'Days of which hours came since they were rolled up last. Written by record.';
insert into day_to_roll (day, owner)
select distinct date_trunc('day', hour, 'UTC'), coalesce(patient_id, -device_id) from hour_chunk;

create table retention (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('waves', 'vitals', 'rollups', 'quarantine')),
    hot_days integer check (hot_days > 0),     -- then to the cold store; null: never
    kept_days integer check (kept_days > 0),   -- then deleted; null: never
    reason text not null check (reason <> ''),
    person_id bigint not null references person (id),
    at timestamptz not null
);
create index retention_kind on retention (kind, id);
comment on table retention is 'How long what is kept, and who said so when and why: of each kind the newest row is in force. Written by record.';

create table cold_file (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('waves', 'vitals')),
    day timestamptz not null,
    is_evidence boolean not null,      -- waveforms around alarms, which stay as long as the alarm
    path text not null default '',
    bytes bigint not null default 0,
    rows bigint not null default 0,
    sha256 text not null default '',
    begun timestamptz not null,
    kept timestamptz,                  -- null: being written, or left behind by a kill
    deleted timestamptz,               -- nobody reads it from then on ...
    removed timestamptz                -- ... and then it was gone
);
create index cold_file_loose on cold_file (id) where removed is null and (kept is null or deleted is not null);
create index cold_file_day on cold_file (kind, day) where deleted is null;
comment on table cold_file is 'Files of the cold store, with those deleted since: place, size, checksum. Written by record.';

create table cold_part (
    id bigint generated always as identity primary key,
    file_id bigint not null references cold_file (id),
    row_group integer not null,
    patient_id bigint references patient (id),
    device_id bigint references device (id),   -- of vitals only where nobody wore it
    what integer not null,             -- which vital, or which waveform
    is_wave boolean not null,
    starts timestamptz not null,
    ends timestamptz not null,
    rows integer not null
);
create index cold_part_file on cold_part (file_id);
create index cold_part_patient on cold_part (patient_id, is_wave, what, starts);
create index cold_part_device on cold_part (device_id, is_wave, what, starts) where patient_id is null;
comment on table cold_part is 'What lies where in the files of the cold store: a row group of one vital of one day, or of one waveform. Written by record.';

-- What is oldest is asked for every minute.
create index hour_chunk_hour on hour_chunk (hour);
create index wave_chunk_starts on wave_chunk (starts);
create index quarantine_received on quarantine (received);

-- Ten minutes before an alarm began until ten minutes after it was raised, or was over (but no more
-- than a day of it).
create function is_evidence(patient bigint, first timestamptz, last timestamptz) returns boolean
language sql stable as $$
    select exists (
        select from alarm
        where alarm.patient_id = patient
          and raised > first - interval '24 hours 10 minutes' and raised < last + interval '24 hours'
          and since < last + interval '10 minutes'
          and greatest(raised, least(cleared, raised + interval '24 hours'))
              > first - interval '10 minutes')
$$;

create view record_part as
select 'vitals' as kind, 'hot' as place, hour_chunk.id, null::bigint as file_id,
    coalesce(hour_chunk.patient_id, -hour_chunk.device_id) as owner, hour_chunk.device_id,
    hour_chunk.vital as what, hour_chunk.hour as starts, hour_chunk.hour + interval '1 hour' as ends,
    hour_chunk.samples, false as is_held
from hour_chunk
where exists (
    select from day_chunk
    where day_chunk.patient_id = hour_chunk.patient_id and day_chunk.vital = hour_chunk.vital
      and day_chunk.day = date_trunc('day', hour_chunk.hour, 'UTC')
) or hour_chunk.patient_id is null and exists (
    select from day_chunk
    where day_chunk.patient_id is null and day_chunk.device_id = hour_chunk.device_id
      and day_chunk.vital = hour_chunk.vital
      and day_chunk.day = date_trunc('day', hour_chunk.hour, 'UTC')
)
union all
select 'waves', 'hot', id, null, coalesce(patient_id, -device_id), device_id, wave, starts, ends,
    samples, is_evidence(patient_id, starts, ends)
from wave_chunk
union all
select cold_file.kind, 'cold', cold_part.id, cold_file.id,
    coalesce(cold_part.patient_id, -cold_part.device_id), cold_part.device_id, cold_part.what,
    cold_part.starts, cold_part.ends, cold_part.rows,
    cold_file.is_evidence and is_evidence(cold_part.patient_id, cold_part.starts, cold_part.ends)
from cold_part join cold_file on cold_file.id = cold_part.file_id
where cold_file.kept is not null and cold_file.deleted is null
union all
select 'rollups', 'hot', id, null, coalesce(patient_id, -device_id), device_id, vital, day,
    day + interval '24 hours', samples, false
from day_chunk
where has_left and not exists (
    select from cold_part join cold_file on cold_file.id = cold_part.file_id
    where cold_part.patient_id is not distinct from day_chunk.patient_id
      and (cold_part.patient_id is not null or cold_part.device_id = day_chunk.device_id)
      and not cold_part.is_wave and cold_part.what = day_chunk.vital
      and cold_part.starts >= day_chunk.day and cold_part.starts < day_chunk.day + interval '24 hours'
      and cold_file.deleted is null)
union all
select 'quarantine', 'hot', id, null, 0, device_id, 0, received, received, 1, false from quarantine;
comment on view record_part is 'Whatever of the record may ever leave its place, and whether something holds it there: all that moves or deletes asks here, and nowhere else.';
