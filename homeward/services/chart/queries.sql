-- name: ward
-- One ward.
select id, name, kind from ward where id = %(ward)s;

-- name: beds
-- Who is on a ward now, in bed order.
select * from patient_shown where ward_id = %(ward)s order by bed;

-- name: people
-- Who is on a ward now, in bed order, as one row of lists; and of all of them, whose readings and
-- whose waves are closed to who asks.
select coalesce(array_agg(id), '{}') as id, coalesce(array_agg(name), '{}') as name,
    coalesce(array_agg(record_number), '{}') as record_number,
    coalesce(array_agg(birth_date), '{}') as birth_date, coalesce(array_agg(age), '{}') as age,
    coalesce(array_agg(sex), '{}') as sex, coalesce(array_agg(bed), '{}') as bed,
    guard_shut('readings') as shut_readings, guard_shut('waves') as shut_waves
from (select * from patient_shown where ward_id = %(ward)s order by bed) listed;

-- name: patient
-- One patient and where they are now.
select * from patient_shown where id = %(patient)s;

-- name: open_alarms
-- Alarms of these patients that still need somebody, worst first.
select * from alarm_shown
where patient_id = any(%(patients)s) and state <> 'resolved'
order by position(priority in 'high medium low'), raised;

-- name: open_calls
-- Who is being called for these patients now.
select * from call_shown
where patient_id = any(%(patients)s) and ended is null
order by created;

-- name: alarms_between
-- Alarms of one patient that touch a span, oldest first.
select alarm_shown.* from alarm_shown
where patient_id = %(patient)s and raised < %(end_ms)s
  and coalesce(resolved, %(end_ms)s) >= %(start_ms)s
order by raised limit 1000;

-- name: newest_scores
-- The newest score of each of these patients, of the one they are known by.
select patient_id, newest.detail
from unnest(%(patients)s::bigint[]) as patient_id
cross join lateral (
    select detail from score
    where score.patient_id = patient_id.patient_id and is_leading
    order by at desc limit 1
) newest;

-- name: scores_between
-- Leading scores of one patient in a span, with the one that held when it began, oldest first.
select detail from (
    (select at, detail from score
     where patient_id = %(patient)s and is_leading and at < %(start)s
     order by at desc limit 1)
    union all
    (select at, detail from score
     where patient_id = %(patient)s and is_leading and at >= %(start)s and at < %(end)s
     order by at desc limit 5000)
) held order by at;

-- name: others_newest
-- The newest of each further score of one patient, of the last day.
select distinct on (name) detail from score
where patient_id = %(patient)s and not is_leading and at > %(since)s
order by name, at desc;

-- name: own_tables
-- The newest text of each of the hospital's own tables.
select distinct on (name) name, text from score_table order by name, id desc;

-- name: worn
-- Devices these patients wear now.
select association.patient_id, device.name, coalesce(device_state.connected, false) as connected,
    ms(device_state.last_seen) as last_seen
from association
join device on device.id = association.device_id
left join device_state on device_state.device_id = device.id
where association.patient_id = any(%(patients)s) and association.ends is null
  and device.kind not in ('patient app', 'Apple Health', 'cloud')  -- brought over: they never connect
order by device.name;

-- name: device_names
-- Names of devices by id.
select id, name from device where id = any(%(devices)s);

-- name: waves_seen
-- Which waveforms these patients had in the last hours.
select distinct patient_id, wave from wave_chunk
where patient_id = any(%(patients)s) and starts > %(since)s;

-- name: own_limits
-- Of how many rules each of these patients has limits of their own, and how many are off.
select patient_id, count(*) as changed, count(*) filter (where choice = 'off') as off
from rule_setting_newest
where patient_id = any(%(patients)s) and coalesce(expires > %(now)s, true)
  and has_stayed(patient_id, set_at)
group by patient_id;

-- name: patients_zones
-- By which clock a patient lives and lived, oldest first; of one moment the newest word.
select distinct on (starts) starts, zone from patient_zone
where patient_id = %(patient)s order by starts, id desc;

-- name: totals
-- What was counted of a patient between two moments, by metric and source. Times in ms.
select said.*, device.kind, device.name as device, import_source.name as called
from (
    select metric, device_id, array_agg(ms(starts) order by starts, ends) as starts,
        array_agg(ms(ends) order by starts, ends) as ends,
        array_agg(value order by starts, ends) as amounts
    from total
    where patient_id = %(patient)s and metric = any(%(metrics)s)
      and starts >= %(earliest)s and starts < %(end)s and ends >= %(start)s
    group by metric, device_id
) said
join device on device.id = said.device_id
left join import_source on import_source.device_id = said.device_id
order by said.metric, said.device_id;

-- name: due_now
-- How much of a patient's plan waits for them now. On a ward it rests.
select count(*) as dues from plan_due
where patient_id = %(patient)s and state = 'open' and opens <= %(now)s and closes > %(now)s
  and not exists (
      select from stay join ward on ward.id = stay.ward_id and ward.kind = 'ward'
      where stay.patient_id = plan_due.patient_id and stay.ends is null);

-- name: sources_named
-- How these devices are called, of what kind they are, and by which cloud the patient's come.
select device.id, device.name, device.kind, import_source.name as called,
    (select service from cloud_link
     where cloud_link.device_id = device.id and cloud_link.patient_id = %(patient)s
     order by cloud_link.id desc limit 1) as cloud
from device left join import_source on import_source.device_id = device.id
where device.id = any(%(devices)s);

-- name: unread_letters
-- How many messages to a patient they have not read.
select count(*) as letters from letter join patient on patient.id = letter.patient_id
where letter.patient_id = %(patient)s and letter.author <> patient.person_id
  and not exists (
      select from letter_read
      where letter_read.letter_id = letter.id and letter_read.person_id = patient.person_id);
