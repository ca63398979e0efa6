-- name: worn_between
-- Which devices these patients wore in a span, from when to before when (us since 1970; null: still),
-- as one row of lists; a session is told of those whose part of the record is open to it: what waits
-- in the inbox is sorted by this.
select coalesce(array_agg(device_id), '{}') as devices,
       coalesce(array_agg(patient_id), '{}') as patients,
       coalesce(array_agg((extract(epoch from starts) * 1000000)::bigint), '{}') as starts,
       coalesce(array_agg((extract(epoch from ends) * 1000000)::bigint), '{}') as ends
from association
where patient_id = any((select guard_asked(%(patients)s::bigint[], %(part)s))::bigint[])
  and starts < %(end)s and coalesce(ends, 'infinity') > %(start)s;

-- name: waiting_readings
-- Everybody's readings that are not in chunks yet, on the shelves of what these patients wore in a
-- span: few long rows, for a reader that has one thread. A minute's at once: nothing can hold all that
-- waits once the folding has stood still.
select string_agg(body, ''::bytea) as body from inbox
where kind = 'readings' and shelf = any(array(
    select distinct device_id %% %(shelves)s from association
    where patient_id = any(%(patients)s) and starts < %(end)s
      and coalesce(ends, 'infinity') > %(start)s
))
group by shelf, date_trunc('minute', received);

-- name: waiting_waves
-- Everybody's waveforms that are not in chunks yet, on the shelves of what these patients wore in a
-- span, by message.
select heads, body from inbox
where kind = 'waves' and shelf = any(array(
    select distinct device_id %% %(shelves)s from association
    where patient_id = any(%(patients)s) and starts < %(end)s
      and coalesce(ends, 'infinity') > %(start)s
));

-- name: minutes_between
-- Minute chunks of these patients, newest first.
select patient_id as patient, body,
       (extract(epoch from minute) * 1000000)::bigint + 60000000 as until
from minute_chunk
where patient_id = any(%(patients)s) and minute > %(start)s - interval '1 minute'
  and minute < %(end)s
order by minute desc;

-- name: hours_between
-- Hour chunks of one patient.
select body from hour_chunk
where patient_id = %(patient)s and vital = any(%(vitals)s)
  and hour > %(start)s - interval '1 hour' and hour < %(end)s;

-- name: rolled_between
-- What is rolled up of one patient, for charts: rows of days, and of the hours that are in none. In
-- one statement, so that what moves meanwhile is neither missed nor counted twice. `body` holds the
-- minutes or the hours, by which the chart is; where it is null, the row is a single number.
with rolled as (
    select vital, day, low, high, mean, samples, has_left,
           case %(by)s when 'minutes' then minutes when 'hours' then hours end as body
    from day_chunk
    where patient_id = %(patient)s and vital = any(%(vitals)s)
      and day > %(start)s - interval '24 hours' and day < %(end)s
)
select vital, (extract(epoch from day) * 1000000)::bigint as at, low, high, mean,
       samples as count, body, 86400000000::bigint as width
from rolled
union all
select asked.vital, (extract(epoch from hour) * 1000000)::bigint, hours.low, hours.high,
       hours.mean, hours.samples, case %(by)s when 'minutes' then hours.minutes end,
       3600000000::bigint
from unnest(%(vitals)s::integer[]) as asked (vital)
cross join lateral (
    select min(hour) as first, max(hour) as last from hour_chunk
    where patient_id = %(patient)s and hour_chunk.vital = asked.vital
    having min(hour) is not null
) held
cross join lateral generate_series(
    date_trunc('day', greatest(%(start)s, held.first), 'UTC'), least(%(end)s, held.last),
    interval '24 hours'
) as days (day)
left join rolled on rolled.vital = asked.vital and rolled.day = days.day
cross join lateral (
    select * from hour_chunk
    where hour_chunk.patient_id = %(patient)s and hour_chunk.vital = asked.vital
      and hour >= days.day and hour < days.day + interval '24 hours'
      and hour > %(start)s - interval '1 hour' and hour < %(end)s
    offset 0  -- day by day, by the index: a planner without statistics reads the whole table
) hours
where rolled.day is null or rolled.has_left;

-- name: minutes_alone_between
-- The minutes of days whose samples left, for a chart of samples that are not there any more.
select vital, minutes as body from day_chunk
where patient_id = %(patient)s and vital = any(%(vitals)s) and has_left
  and day > %(start)s - interval '24 hours' and day < %(end)s;

-- name: kept_newest
-- What is newest of these patients of all that was folded since `since`, as one long row.
select coalesce(array_agg(patient_id), '{}') as patients, max(since) as since,
       coalesce(string_agg(body, ''::bytea), '') as body
from patient_newest where patient_id = any(%(patients)s);

-- name: newest_hours
-- The newest hour chunk of each vital of these patients: the index has it at hand.
select patient, body, (extract(epoch from hour) * 1000000)::bigint + 3600000000 as until
from unnest(%(patients)s::bigint[]) as patient
cross join unnest(%(vitals)s::integer[]) as asked (vital)
cross join lateral (
    select hour, body from hour_chunk
    where patient_id = patient and hour_chunk.vital = asked.vital
      and hour > %(start)s - interval '1 hour'
    order by hour desc limit 1
) newest;

-- name: waves_between
-- Wave chunks of one patient that touch a span, in order.
select device_id as device, (extract(epoch from starts) * 1000000)::bigint as start, rate, scale, body
from wave_chunk
where patient_id = %(patient)s and wave = %(wave)s
  and starts < %(end)s and starts > %(start)s - interval '6 hours' and ends > %(start)s
order by starts;

-- name: cold_parts
-- Where in the cold store lies what touches a span, of a patient or of a device nobody wore.
select cold_file.path, cold_part.row_group, cold_part.patient_id as patient, cold_part.what,
       (extract(epoch from cold_part.ends) * 1000000)::bigint as until
from cold_part join cold_file on cold_file.id = cold_part.file_id
where (cold_part.patient_id = %(patient)s
       or cold_part.patient_id is null and cold_part.device_id = %(device)s)
  and cold_part.is_wave = %(is_wave)s and cold_part.what = any(%(what)s)
  and cold_part.starts < %(end)s and cold_part.starts > %(start)s - interval '24 hours'
  and cold_part.ends > %(start)s
  and cold_file.kept is not null and cold_file.deleted is null;

-- name: newest_cold_parts
-- Of each of these vitals of these patients the part of the cold store that ends last.
select distinct on (cold_part.patient_id, cold_part.what)
       cold_file.path, cold_part.row_group, cold_part.patient_id as patient, cold_part.what,
       (extract(epoch from cold_part.ends) * 1000000)::bigint as until
from cold_part join cold_file on cold_file.id = cold_part.file_id
where cold_part.patient_id = any(%(patients)s) and not cold_part.is_wave
  and cold_part.what = any(%(vitals)s)
  and cold_part.starts > %(since)s - interval '24 hours' and cold_part.ends > %(since)s
  and cold_file.kept is not null and cold_file.deleted is null
order by cold_part.patient_id, cold_part.what, cold_part.ends desc;

-- name: extent_gone
-- When what left the database was measured (us since 1970): to the microsecond where the cold store
-- has it, else by the hours of the first and last day that are rolled up.
select (extract(epoch from min(starts)) * 1000000)::bigint as first,
       (extract(epoch from max(ends)) * 1000000)::bigint - 1 as last,
       (select hours from day_chunk where patient_id = %(patient)s and has_left
        order by day limit 1) as first_day,
       (select hours from day_chunk where patient_id = %(patient)s and has_left
        order by day desc limit 1) as last_day
from cold_part join cold_file on cold_file.id = cold_part.file_id
where cold_part.patient_id = %(patient)s and not cold_part.is_wave
  and cold_file.kept is not null and cold_file.deleted is null;

-- name: edges
-- Chunks of one patient's first and last hour that has any, by vital: the index has both at hand.
with hours as materialized (
    select min(edge.hour) as first, max(edge.hour) as last
    from unnest(%(vitals)s::integer[]) as asked (vital)
    cross join lateral (
        (select hour from hour_chunk
         where patient_id = %(patient)s and hour_chunk.vital = asked.vital order by hour limit 1)
        union all
        (select hour from hour_chunk
         where patient_id = %(patient)s and hour_chunk.vital = asked.vital
         order by hour desc limit 1)
    ) edge
), minutes as materialized (
    select min(minute) as first, max(minute) as last from minute_chunk
    where patient_id = %(patient)s
)
select body from hours join hour_chunk
    on patient_id = %(patient)s and vital = any(%(vitals)s) and hour in (hours.first, hours.last)
union all
select body from minutes join minute_chunk
    on patient_id = %(patient)s and minute in (minutes.first, minutes.last);

-- name: entered_between
-- What people entered for these patients and measured in a span (us since 1970), corrected not.
select observation.patient_id as patient, observation_value.vital, observation_value.value,
       (extract(epoch from observation.at) * 1000000)::bigint as at,
       (extract(epoch from observation.entered) * 1000000)::bigint as entered
from observation join observation_value on observation_value.observation_id = observation.id
where observation.patient_id = any(%(patients)s) and observation_value.value is not null
  and observation.at >= %(start)s and observation.at < %(end)s
  and not exists (select from observation later where later.corrects = observation.id)
order by observation.at, observation.id;

-- name: hours_beyond
-- The hours (us since 1970) in which a vital of one patient was below or above these, and those
-- that are not rolled up: minutes not yet compacted, and what was entered by hand.
select (extract(epoch from hour) * 1000000)::bigint as at from (
    select hour from hour_chunk
    where patient_id = %(patient)s and vital = %(vital)s
      and hour > %(start)s - interval '1 hour' and hour < %(end)s
      and (low < %(low)s or high > %(high)s)
    union
    select date_trunc('hour', minute, 'UTC') from minute_chunk
    where patient_id = %(patient)s and minute >= %(start)s and minute < %(end)s
    union
    select date_trunc('hour', observation.at, 'UTC')
    from observation join observation_value on observation_value.observation_id = observation.id
    where observation.patient_id = %(patient)s and observation_value.vital = %(name)s
      and observation.at >= %(start)s and observation.at < %(end)s
) hours order by at;

-- name: counted_between
-- How many readings of a vital of these patients are in chunks of hours.
select coalesce(sum(samples), 0)::bigint as samples from hour_chunk
where patient_id = any(%(patients)s) and vital = %(vital)s
  and hour >= %(start)s and hour < %(end)s;

-- name: stays
-- Who lies where, in bed order: on one ward, or on all of them; nobody at home, nobody pretended.
select stay.patient_id, stay.ward_id, stay.bed, stay.starts
from stay join ward on ward.id = stay.ward_id
where stay.ends is null and ward.kind = 'ward' and not ward.is_hidden
  and (%(ward)s::bigint is null or stay.ward_id = %(ward)s)
  and (%(patient)s::bigint is null or stay.patient_id = %(patient)s)
order by stay.ward_id, stay.bed;

-- name: last_scores
-- The newest of each score of these patients, of those noted lately.
select patient.id as patient_id, newest.detail
from unnest(%(patients)s::bigint[]) as patient (id)
cross join lateral (
    select distinct on (name) detail from score
    where score.patient_id = patient.id and at > %(since)s order by name, at desc, id desc
) newest;

-- name: last_entered
-- When each vital of these patients was entered last, and when it could not be observed last.
select distinct on (observation.patient_id, vital, absent is null)
    observation.patient_id, vital, absent, observation.at
from observation join observation_value on observation_value.observation_id = observation.id
where observation.patient_id = any(%(patients)s) and observation.at > %(since)s
  and not exists (select from observation later where later.corrects = observation.id)
order by observation.patient_id, vital, absent is null, observation.at desc;

-- name: orders_since
-- What was ordered for these patients since then, the newest first: who, why, and until when.
select observation_order.id, observation_order.patient_id, observation_order.interval_seconds,
    observation_order.score_seconds, observation_order.reason, observation_order.at,
    observation_order.until, observation_order.by_role, person.name as person
from observation_order join person on person.id = observation_order.person_id
where observation_order.patient_id = any(%(patients)s) and observation_order.at > %(since)s
order by observation_order.id desc;

-- name: heard_readings
-- Everybody's readings that were received in a span and are not in chunks yet: few long rows. A
-- bundle is received with the newest of its readings, at most some seconds after the first.
select string_agg(body, ''::bytea) as body from inbox
where kind = 'readings' and received >= %(since)s
  and received < %(until)s + interval '1 minute'
group by shelf, date_trunc('minute', received);

-- name: heard_chunks
-- Chunks that hold what was received since then, and measured not too long before, of these
-- patients.
select patient_id as patient, body from minute_chunk
where received >= %(since)s and minute > %(since)s - interval '1 day'
  and patient_id = any(%(patients)s)
union all
select patient_id, body from hour_chunk
where received >= %(since)s and hour > %(since)s - interval '1 day'
  and patient_id = any(%(patients)s);

-- name: minutes_before
-- Minute chunks of each of these patients: all since `near`, and those before it that hold any of
-- the vitals asked for of that patient; the newest first. `is_near`: every vital of it is asked for.
select patient_id as patient, minute, body, minute > %(near)s - interval '1 minute' as is_near
from unnest(%(patients)s::bigint[], %(vitals)s::bigint[]) as asked (patient, vitals)
join minute_chunk on patient_id = asked.patient
where minute > %(since)s
  and (minute > %(near)s - interval '1 minute' or minute_chunk.vitals & asked.vitals <> 0)
order by minute desc;

-- name: hours_before
-- Hour chunks of these patients: all since `near`; of these vitals, those that hold few readings,
-- and of some of them all.
select patient_id as patient, body from hour_chunk
where patient_id = any(%(patients)s) and vital = any(%(every)s)
  and hour > least(%(near)s, %(since)s, %(long_since)s) - interval '1 hour'
  and (hour > %(near)s - interval '1 hour'
    or vital = any(%(vitals)s) and hour > %(since)s - interval '1 hour' and samples <= %(few)s
    or vital = any(%(long)s) and hour > %(long_since)s - interval '1 hour');

-- name: newest_hours_of
-- The two newest hour chunks of each vital asked for of each of these patients.
select patient, body from (
    select patient_id as patient, body,
           row_number() over (partition by patient_id, vital order by hour desc) as place
    from unnest(%(patients)s::bigint[], %(vitals)s::bigint[]) as asked (patient, vitals)
    join hour_chunk on patient_id = asked.patient and (asked.vitals >> vital) & 1 = 1
    where vital = any(%(every)s) and hour > %(since)s - interval '1 hour'
) newest where place <= 2;

-- name: sealing
-- By which key the keys are wrapped now, and whether what is written is sealed.
select wrapped_by, begun is not null as is_begun from sealing;

-- name: adopt_wrapping_key
-- The first wrapping key there is.
update sealing set wrapped_by = %(by)s where wrapped_by is null;

-- name: data_keys
-- The keys of these owners, wrapped, oldest first.
select owner, version, wrapped_by, wrapped from data_key
where owner = any(%(owners)s) order by owner, version;

-- name: add_data_key
-- A key of an owner, unless there is one or the wrapping key was changed this moment.
insert into data_key (owner, version, wrapped_by, wrapped)
select %(owner)s, %(version)s, %(by)s, %(wrapped)s
from (select wrapped_by from sealing for share) as now_used
where now_used.wrapped_by = %(by)s
on conflict do nothing;

-- name: retire_data_keys
-- What seals no more.
update data_key set retired = now()
where owner = %(owner)s and version < %(version)s and retired is null;

-- name: destroy_data_keys
-- What these keys sealed opens no more.
delete from data_key where owner = %(owner)s;

-- name: forget_retired_keys
-- Keys that have sealed nothing for an hour, by when every process has a newer one and all was sealed
-- anew by it.
delete from data_key where retired < now() - interval '1 hour' and owner = %(owner)s;

-- name: retired_owners
-- Whose older keys are still there.
select distinct owner, bool_and(retired < now() - interval '1 hour') as is_over from data_key
where retired is not null group by owner limit 100;

-- name: begin_sealing
-- From a day after the upgrade on, or at once: no version before this one runs any more.
update sealing set begun = now()
where begun is null and (%(at_once)s or exists (
    select from migration where name = 'sealing' and applied < now() - interval '1 day'));

-- name: numbers_in_clear
-- Record numbers that are not sealed yet.
select id, record_number as number from patient
where number_sealed is null and record_number not like 'blind:%%' and not is_synthetic
  and erased is null
limit %(most)s;

-- name: seal_number
-- A record number is sealed; what it is found by takes its place.
update patient set number_sealed = %(number)s, record_number = %(found_by)s
where id = %(id)s and record_number = %(was)s;

-- name: said_in_clear
-- What people said of patients' alarms that is not sealed yet.
select alarm_event.ctid::text as row, alarm.patient_id as patient, detail ->> 'reason' as said
from alarm_event join alarm on alarm.id = alarm_event.alarm_id
where event in ('acknowledged', 'acted') and detail ? 'reason'
  and detail ->> 'reason' not like 'sealed:%%' and alarm.patient_id is not null
limit %(most)s;

-- name: seal_said
-- Such words are sealed.
update alarm_event set detail = detail || jsonb_build_object('reason', %(text)s::text)
where ctid = %(row)s::tid and detail ->> 'reason' = %(was)s;

-- name: said_gone
-- Such words of a patient who is erased.
update alarm_event set detail = detail - 'reason'
from alarm where alarm.id = alarm_event.alarm_id and alarm.patient_id = %(patient)s
  and detail ? 'reason';

-- name: keys_to_wrap
-- Keys that another wrapping key wraps.
select owner, version, wrapped_by, wrapped from data_key
where wrapped_by <> %(by)s limit %(most)s;

-- name: change_wrapping_key
-- By this one keys are wrapped from now on.
update sealing set wrapped_by = %(by)s;

-- name: wrap_anew
-- A key, wrapped by another.
update data_key set wrapped_by = %(by)s, wrapped = %(wrapped)s
where owner = %(owner)s and version = %(version)s and wrapped_by <> %(by)s;

-- name: keys_by_wrapping
-- How many keys are wrapped by which.
select wrapped_by, count(*) as keys from data_key group by wrapped_by order by wrapped_by;

-- name: every_data_key
-- All of them, to be kept apart.
select owner, version, wrapped_by, wrapped from data_key order by owner, version;

-- name: forget_data_keys
-- Those of a backup: others take their place.
delete from data_key;

-- name: restore_data_key
-- A key that was kept apart.
insert into data_key (owner, version, wrapped_by, wrapped)
values (%(owner)s, %(version)s, %(wrapped_by)s, %(wrapped)s);
