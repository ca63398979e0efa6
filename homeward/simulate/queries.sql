-- The demo's cast is written here, once, before anyone uses the platform; afterwards each table
-- is written only by the service that owns it.

-- name: is_seeded
-- Whether the cast is here already, or anybody else.
select exists (
        select from person, patient
        where person.login = %(login)s and patient.record_number = any(%(number)s)
    ) as seeded,
    exists (select from person where role <> 'sentinel') as inhabited;

-- name: add_person
-- Somebody who may sign in.
insert into person (name, login, password_hash, role)
values (%(name)s, %(login)s, %(password_hash)s, %(role)s)
on conflict (login) do nothing;

-- name: add_ward
-- A ward or a home-care team.
insert into ward (name, kind) values (%(name)s, %(kind)s) on conflict (name) do nothing;

-- name: work_on
-- Somebody works on a ward.
insert into ward_staff (person_id, ward_id, starts, why)
select person.id, ward.id, %(now)s, 'The demo.'
from person, ward where person.login = %(login)s and ward.name = %(ward)s;

-- name: add_rota
-- Who takes turns on a ward, and its one plan, in the words of services.call.rota.Plan.
with made as (
    insert into rota (ward_id, name, made)
    select ward.id, %(name)s, %(now)s from ward where ward.name = %(ward)s
    returning id)
insert into rota_plan (rota_id, plan, starts, made, why)
select made.id, %(plan)s::jsonb, %(now)s, %(now)s, 'The demo.' from made;

-- name: person_of
-- The person of a login.
select id from person where login = %(login)s;

-- name: add_chain
-- The chain of a ward.
insert into chain (ward_id, made, why)
select ward.id, %(now)s, 'The demo.' from ward where ward.name = %(ward)s;

-- name: add_target
-- One target of one step of a ward's chain.
insert into chain_step (chain_id, step, place, target, person_id, rota_id, wait_seconds)
select chain.id, %(step)s, %(place)s, %(target)s,
    (select id from person where login = %(login)s),
    (select rota.id from rota where rota.ward_id = ward.id and rota.name = %(rota)s),
    %(wait_seconds)s
from ward join chain on chain.ward_id = ward.id where ward.name = %(ward)s;

-- name: assign
-- The nurse who has a patient.
insert into assignment (patient_id, ward_id, person_id, starts, why)
select stay.patient_id, stay.ward_id, person.id, %(now)s, 'The demo.'
from stay join patient on patient.id = stay.patient_id, person
where patient.record_number = any(%(record_number)s) and stay.ends is null and person.login = %(login)s;

-- name: add_patient
-- Somebody watched over; oxygen scale 2 with the doctor who ordered it.
insert into patient
    (person_id, record_number, name, birth_date, sex, oxygen_scale, oxygen_scale_by)
select (select id from person where login = %(login)s), %(found_by)s, %(name)s,
    %(birth_date)s, %(sex)s, %(oxygen_scale)s,
    case when %(oxygen_scale)s = 2 then (select id from person where login = %(ordered_by)s) end
on conflict (record_number) do nothing;

-- name: add_stay
-- Where they are, unless they are somewhere already.
insert into stay (patient_id, ward_id, bed, starts)
select patient.id, ward.id, %(bed)s, %(starts)s
from patient, ward
where patient.record_number = any(%(record_number)s) and ward.name = %(ward)s
  and not exists (select from stay where stay.patient_id = patient.id);

-- name: add_device
-- The device on them, and how often each vital is expected of it.
insert into device (name, kind, created, expects)
values (%(name)s, %(kind)s, %(created)s, %(expects)s::jsonb)
on conflict (name) do nothing;

-- name: add_association
-- Which patient the device measures, from the beginning of what it remembers.
insert into association (device_id, patient_id, starts, source)
select device.id, patient.id, %(starts)s, 'demo'
from device, patient
where device.name = %(device)s and patient.record_number = any(%(record_number)s)
  and not exists (select from association where association.device_id = device.id);

-- name: patient
-- A patient by their record number.
select id from patient where record_number = any(%(record_number)s);

-- name: add_token
-- A one-time token, by hash, as an engineer would hand out.
insert into enrolment (token_sha256, device_id, created, expires)
select %(token_sha256)s, device.id, %(created)s, %(expires)s
from device where device.name = %(device)s;

-- name: bound
-- The devices of the demo that somebody wears.
select device.id as device_id, device.name
from device join association on association.device_id = device.id
where association.ends is null and association.source = 'demo'
order by device.id;
