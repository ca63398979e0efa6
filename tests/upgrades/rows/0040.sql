insert into consent (patient_id, purpose, decision, person_id, parts, starts, made_by, resource)
select 1, 'care', 'deny', nurse.id, '{readings}', '2026-03-02 09:00Z', nurse.id, '{"resourceType": "Consent"}'
from (select id from person where role = 'nurse' limit 1) nurse;
insert into consent (patient_id, purpose, decision, parts, starts, ends, withdrawn, made_by, resource)
select 1, 'research', 'permit', '{readings,waves}', '2026-03-02 09:00Z', '2027-03-02 09:00Z', '2026-04-02 09:00Z', nurse.id, '{"resourceType": "Consent"}'
from (select id from person where role = 'nurse' limit 1) nurse;
