insert into observation_order
    (patient_id, person_id, at, interval_seconds, reason, until, by_role) values
    (1, 1, '2026-02-19 11:00Z', 1800, 'worried', '2026-02-20 11:00Z', 'nurse');
