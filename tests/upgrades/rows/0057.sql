insert into total (patient_id, metric, device_id, starts, ends, value, received)
select 1, 'steps', id, '2026-03-05 08:00Z', '2026-03-05 09:00Z', 1200, '2026-03-05 09:00Z'
from device order by id limit 1;
