insert into import_run (patient_id, file, began, entries, readings)
values (1, '12345-00', '2026-03-05 08:00Z', 10, 7);
insert into import_source (device_id, patient_id, name) select id, 1, 'A watch' from device order by id limit 1;
