insert into observation (key, patient_id, person_id, at, entered, corrects, reason) values
    ('00000000-0000-4000-8000-000000000001', 1, 1, '2026-02-17 10:00Z', '2026-02-17 10:01Z', null, null),
    ('00000000-0000-4000-8000-000000000002', 1, 1, '2026-02-17 10:00Z', '2026-02-17 10:05Z', 1, 'typo');
insert into observation_value (observation_id, vital, value, said, unit, absent) values
    (1, 'temperature', 73.1, '73.1', 'Cel', null), (2, 'temperature', 37.1, '37.1', 'Cel', null),
    (2, 'respiration', null, null, null, 'asleep');
insert into observation_order (patient_id, person_id, at, interval_seconds, reason, until) values
    (1, 2, '2026-02-17 11:00Z', 3600, 'sepsis?', '2026-02-18 11:00Z');
