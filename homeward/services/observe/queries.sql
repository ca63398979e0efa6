-- name: patient
-- Whether there is such a patient, and whether they are in a bed.
select patient.id, exists (
    select from stay where stay.patient_id = patient.id and stay.ends is null) as is_here
from patient where patient.id = %(patient)s;

-- name: by_key
-- The entry of this key, where it came before: whose it is, and by whom.
select id, patient_id, person_id from observation where key = %(key)s;

-- name: add
-- A new entry. Of one that was sent twice at once, the first.
insert into observation (key, patient_id, person_id, at, entered, corrects, reason)
values (%(key)s, %(patient)s, %(person)s, %(at)s, %(now)s, %(corrects)s, %(reason)s)
on conflict (key) do nothing;

-- name: add_value
-- One value of an entry, or why there is none.
insert into observation_value (observation_id, vital, value, said, unit, device, absent)
values (%(observation)s, %(vital)s, %(value)s, %(said)s, %(unit)s, %(device)s, %(absent)s);

-- name: to_correct
-- An entry that somebody corrects: when it was measured, and whether it was corrected before.
select id, at, exists (
    select from observation later where later.corrects = observation.id) as is_corrected
from observation where id = %(id)s and patient_id = %(patient)s;

-- name: shown
-- Entries of one patient measured in a span, oldest first, corrected ones too.
select observation.id, ms(observation.at) as at, ms(observation.entered) as entered,
    observation.person_id, person.name as person, observation.corrects, observation.reason,
    later.id as corrected_by,
    coalesce((
        select jsonb_agg(jsonb_build_object('vital', vital, 'value', value, 'said', said,
            'unit', unit, 'device', device, 'absent', absent) order by vital)
        from observation_value where observation_value.observation_id = observation.id
    ), '[]') as values
from observation
join person on person.id = observation.person_id
left join observation later on later.corrects = observation.id
where observation.patient_id = %(patient)s
  and observation.at >= %(start)s and observation.at < %(end)s
order by observation.at, observation.id limit 2000;

-- name: one_shown
-- One entry as screens know it.
select observation.id, ms(observation.at) as at, ms(observation.entered) as entered,
    observation.person_id, person.name as person, observation.corrects, observation.reason,
    later.id as corrected_by,
    coalesce((
        select jsonb_agg(jsonb_build_object('vital', vital, 'value', value, 'said', said,
            'unit', unit, 'device', device, 'absent', absent) order by vital)
        from observation_value where observation_value.observation_id = observation.id
    ), '[]') as values
from observation
join person on person.id = observation.person_id
left join observation later on later.corrects = observation.id
where observation.id = %(id)s;

-- name: ward
-- One ward.
select id, name from ward where id = %(ward)s;

-- name: ward_patients
-- Who lies on a ward.
select * from patient_shown where ward_id = %(ward)s;

-- name: patient_shown
-- One patient as screens know them.
select * from patient_shown where id = %(patient)s;

-- name: empty_beds
-- Beds of a ward in which somebody lay lately, and nobody does now.
select distinct bed from stay past
where ward_id = %(ward)s and ends > %(since)s and not exists (
    select from stay where stay.ward_id = past.ward_id and stay.bed = past.bed
      and stay.ends is null)
order by bed limit 200;

-- name: device_names
-- Names of devices by id.
select id, name from device where id = any(%(devices)s);

-- name: subject
-- What a score needs to know of a patient.
select patient.birth_date, patient.oxygen_scale,
    coalesce((
        select is_pregnant and coalesce(until > %(now)s, true) from pregnancy
        where pregnancy.patient_id = patient.id and pregnancy.at <= %(now)s
        order by at desc, id desc limit 1), false) as is_pregnant
from patient where patient.id = %(patient)s;

-- name: add_order
-- How often a patient is to be observed from now on, by somebody's order.
insert into observation_order
    (patient_id, person_id, by_role, at, interval_seconds, score_seconds, reason, until)
values (%(patient)s, %(person)s, %(role)s, %(now)s, %(interval)s, %(score)s, %(reason)s,
    timestamptz 'epoch' + %(until)s * interval '1 millisecond');

-- name: lock_orders
-- One order of a patient at a time: what it is compared with must be what it replaces.
select pg_advisory_xact_lock(hashtext('observation_order'), %(patient)s::int);

-- name: newest_order
-- What was ordered last of a patient, and by whom.
select observation_order.id, observation_order.by_role as role, person.name as person
from observation_order join person on person.id = observation_order.person_id
where observation_order.patient_id = %(patient)s
order by observation_order.id desc limit 1;

-- name: every_order
-- What was ever ordered for a patient, the newest first.
select observation_order.id, observation_order.interval_seconds, observation_order.reason,
    ms(observation_order.at) as at, ms(observation_order.until) as until,
    observation_order.by_role as role, person.name as person
from observation_order join person on person.id = observation_order.person_id
where observation_order.patient_id = %(patient)s
order by observation_order.id desc limit 100;
