insert into letter (patient_id, at, author, side, body, key, answer_by, settled, settled_by)
select 1, '2026-03-06 08:00Z', id, 'patient', 'My ankles are thick again',
    '11111111-1111-4111-8111-111111111111', '2026-03-09 08:00Z', '2026-03-06 09:00Z', id
from person where role = 'nurse' limit 1;
insert into letter (patient_id, at, author, side, body, key)
select 1, '2026-03-06 09:00Z', id, 'team', 'Weigh yourself, please. We call you at noon.',
    '22222222-2222-4222-8222-222222222222'
from person where role = 'nurse' limit 1;
insert into letter_read (letter_id, patient_id, person_id, at)
select letter.id, 1, person.id, '2026-03-06 08:30Z' from letter, person
where letter.side = 'patient' and person.role = 'nurse' limit 1;
insert into delivery (contact_id, priority, created, next_try, expires)
select id, 'low', '2026-03-06 09:00Z', '2026-03-06 09:00Z', '2026-03-07 09:00Z' from contact limit 1;
insert into letter_told (delivery_id, letter_id, contact_id, at)
select delivery.id, letter.id, contact_id, '2026-03-06 09:00Z' from delivery, letter
where letter.side = 'team' and delivery.created = '2026-03-06 09:00Z' and call_id is null limit 1;
insert into relative_right (patient_id, person_id, may, starts, made_by)
select patient_id, person_id, 'reports', '2026-03-06 09:00Z', person_id from relative limit 1;
