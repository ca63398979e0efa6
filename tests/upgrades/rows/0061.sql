insert into cloud_link (device_id, patient_id, service, account, tokens, made, due)
select id, 1, 'withings', '12345', '{}', '2026-03-05 08:00Z', '2026-03-05 08:00Z' from device order by id limit 1;
insert into cloud_message (known_by, received) values ('\x00', '2026-03-05 08:00Z');
insert into device_mapping (device_id, content, codes, made)
select id, '{}', '{}', '2026-03-05 08:00Z' from device order by id limit 1;
insert into implant_report (patient_id, received, known_by, named_by, body)
values (1, '2026-03-05 08:00Z', '\x01', '\x01', 'TVNI');
