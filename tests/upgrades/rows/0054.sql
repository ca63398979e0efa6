insert into patient_zone (patient_id, zone, starts, made, made_by)
select 1, 'Europe/Berlin', '2026-03-05 08:00Z', '2026-03-05 08:00Z', id
from person where role = 'nurse' limit 1;
