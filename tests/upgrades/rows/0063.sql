insert into plan (patient_id, condition, body, made, made_by, first_rota_id)
select 1, 'diabetes', '{"condition": "diabetes", "items": []}', '2026-03-05 08:00Z', person.id, rota.id
from person, rota where role = 'nurse' limit 1;
insert into plan_template (name, body, made, made_by, first_rota_id)
select 'diabetes', '{"condition": "diabetes", "items": []}', '2026-03-05 08:00Z', person.id, rota.id
from person, rota where role = 'nurse' limit 1;
