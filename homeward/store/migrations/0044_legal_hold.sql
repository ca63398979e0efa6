-- A legal hold: nothing of this patient is deleted or erased while it stands, whatever else was
-- decided. See docs/decisions/0037-rights-of-the-person.md.

create table legal_hold (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    why bpchar not null check (why <> ''),  -- sealed
    until date,                        -- then it is looked at again: it ends by somebody's word alone
    starts timestamptz not null,
    starts_by bigint not null references person (id),
    ends timestamptz,
    ends_by bigint references person (id),
    ends_why bpchar not null default '',
    check ((ends is null) = (ends_by is null)),
    check (ends >= starts)
);
create unique index legal_hold_once on legal_hold (patient_id) where ends is null;
comment on table legal_hold is 'Whose record must be kept as it is, why, until when, and who said so: it stops retention and erasure. Written by record.';

create function is_on_hold(patient bigint) returns boolean language sql stable
    return exists (select from legal_hold where legal_hold.patient_id = patient and ends is null);

create or replace view record_part as
select 'vitals' as kind, 'hot' as place, hour_chunk.id, null::bigint as file_id,
    coalesce(hour_chunk.patient_id, -hour_chunk.device_id) as owner, hour_chunk.device_id,
    hour_chunk.vital as what, hour_chunk.hour as starts, hour_chunk.hour + interval '1 hour' as ends,
    hour_chunk.samples, is_on_hold(hour_chunk.patient_id) as is_held
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
    samples, is_on_hold(patient_id) or is_evidence(patient_id, starts, ends)
from wave_chunk
union all
select cold_file.kind, 'cold', cold_part.id, cold_file.id,
    coalesce(cold_part.patient_id, -cold_part.device_id), cold_part.device_id, cold_part.what,
    cold_part.starts, cold_part.ends, cold_part.rows,
    is_on_hold(cold_part.patient_id)
        or cold_file.is_evidence and is_evidence(cold_part.patient_id, cold_part.starts, cold_part.ends)
from cold_part join cold_file on cold_file.id = cold_part.file_id
where cold_file.kept is not null and cold_file.deleted is null
union all
select 'rollups', 'hot', id, null, coalesce(patient_id, -device_id), device_id, vital, day,
    day + interval '24 hours', samples, is_on_hold(patient_id)
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

select guard_table('legal_hold', '(select guard_role()) = ''administrator''');
grant select on legal_hold to homeward_web;
