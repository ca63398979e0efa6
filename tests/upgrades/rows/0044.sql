insert into legal_hold (patient_id, why, until, starts, starts_by)
select 1, 'A claim is before a court', '2027-03-05', '2026-03-05 08:00Z', id
from person where role = 'administrator' limit 1;
