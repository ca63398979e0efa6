insert into panel_act (patient_id, at, person_id, act, note, key)
select 1, '2026-03-06 09:00Z', id, 'visit', 'Tomorrow at ten', 'b1b6a5ac-7a0b-4c7e-9d56-0f6f0f7f7c01'
from person where role = 'nurse' limit 1;
