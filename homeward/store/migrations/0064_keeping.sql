-- Online: an index of documents and one of totals, by age.
-- Daily totals and documents of apps have a time for which they are kept, as all else of the record.
-- See docs/decisions/0058-accounts-on-a-page.md.

alter table retention
    drop constraint if exists retention_kind_check, drop constraint if exists retention_kind_known,
    add constraint retention_kind_known
        check (kind in ('waves', 'vitals', 'rollups', 'quarantine', 'totals', 'documents'));

drop index concurrently if exists total_age;
create index concurrently total_age on total (starts);
drop index concurrently if exists app_document_age;
create index concurrently app_document_age on app_document (at)
    where collection in ('entries', 'treatments', 'devicestatus', 'activity');

-- As before, with totals and documents. A total has no number of its own: its patient's stands for
-- it, and all that one device counted of them on one day goes together. Profiles, foods and settings
-- hold until there are newer ones, however old they are: they stay.
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
select 'quarantine', 'hot', id, null, 0, device_id, 0, received, received, 1, false from quarantine
union all
select 'totals', 'hot', patient_id, null, patient_id, device_id, 0, starts, starts, 1,
    is_on_hold(patient_id)
from total
union all
select 'documents', 'hot', id, null, patient_id, device_id, 0, at, at, 1, is_on_hold(patient_id)
from app_document where collection in ('entries', 'treatments', 'devicestatus', 'activity');
