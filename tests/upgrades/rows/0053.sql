insert into implant_report (patient_id, received, known_by, body)
values (1, '2026-03-05 08:00Z', '\x00', 'TVNI');
