insert into ward_staff (person_id, ward_id, starts, starts_by, why)
select id, 1, '2026-03-01 08:00Z', id, 'Covers for a week' from person where role = 'nurse' limit 1;
insert into emergency_access (patient_id, person_id, reason, starts, ends)
select 1, id, 'Found unconscious in the lift', '2026-03-02 08:00Z', '2026-03-02 09:00Z'
from person where role = 'nurse' limit 1;
