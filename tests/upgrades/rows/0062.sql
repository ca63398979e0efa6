insert into meter_record (device_id, patient_id, at, of, epoch, number, octets, zone, ahead, source, received)
select id, 1, '2026-03-05 07:00Z', 6168, 0, 3, '020300ea07030508000078b011', 'Europe/Berlin', 0, 'page', '2026-03-05 08:00Z'
from device order by id limit 1;
