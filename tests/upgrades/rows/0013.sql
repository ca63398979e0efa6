insert into pregnancy (patient_id, at, is_pregnant, until, recorded_by, reason) values
    (1, '2026-02-13Z', true, '2026-05-01Z', 2, 'told');
