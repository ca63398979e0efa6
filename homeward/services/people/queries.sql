-- name: sign_in
-- The account behind a login, for checking its password.
select person.id as person_id, person.name, person.role, person.password_hash, patient.id as patient_id
from person left join patient on patient.person_id = person.id
where person.login = %(login)s and person.disabled is null;

-- name: open_session
-- Keep a sign-in by the hash of its token.
insert into session (token_sha256, person_id, created, seen)
values (%(token)s, %(person)s, %(now)s, %(now)s);

-- name: who
-- Whose session this is, unless it ended, idled out, or the person was disabled.
select person.id as person_id, person.name, person.role, patient.id as patient_id, session.seen
from session
join person on person.id = session.person_id
left join patient on patient.person_id = person.id
where session.token_sha256 = %(token)s and session.ended is null and person.disabled is null
  and session.seen > %(idle_since)s;

-- name: seen
-- The person is still there.
update session set seen = %(now)s where token_sha256 = %(token)s;

-- name: end_session
-- Sign out.
update session set ended = %(now)s where token_sha256 = %(token)s and ended is null;

-- name: wards
-- Every ward with how full and how loud it is.
select ward.id, ward.name, ward.kind,
    (select count(*) from stay where stay.ward_id = ward.id and stay.ends is null) as patients,
    (select count(*) from alarm
     join stay on stay.patient_id = alarm.patient_id and stay.ends is null
     where stay.ward_id = ward.id and alarm.state <> 'resolved') as open_alarms
from ward order by ward.kind desc, ward.name;

-- name: patients
-- Patients whose name, record number or bed contains the words; everybody where there are none.
select * from patient_shown
where %(search)s = ''
   or position(lower(%(search)s) in
        lower(name || ' ' || record_number || ' ' || coalesce(bed, ''))) > 0
order by ward desc, bed, name
limit 200;

-- name: patient
-- One patient and where they are now.
select * from patient_shown where id = %(patient)s;

-- name: logins
-- The demo's accounts, carers first.
select login, name, role from person
where login is not null and disabled is null
order by position(role in 'nurse doctor engineer administrator patient'), id;

-- name: places
-- Occupied beds, without names.
select stay.patient_id, ward.name as ward, stay.bed
from stay join ward on ward.id = stay.ward_id
where stay.ends is null order by ward.kind desc, ward.name, stay.bed;
