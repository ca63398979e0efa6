insert into patient_newest values
    (1, '2026-02-01 00:00Z', '2026-03-01 08:59Z', '\x');
