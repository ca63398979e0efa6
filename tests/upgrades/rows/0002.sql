insert into device (name, kind, status, expects, revoked, revoked_reason) values
    ('monitor-1', 'monitor', 'active', '{"pulse": 5}', null, null),
    ('probe-2', 'probe', 'active', '{}', null, null),
    ('lost-3', 'probe', 'revoked', '{}', '2026-01-31Z', 'lost');
insert into device_state values
    (1, true, '2026-02-01 07:00Z', '2026-02-01 09:00Z', 0.25, 'TLS'),
    (2, false, '2026-02-01 08:00Z', null, null, 'closed');
insert into enrolment values (sha256('token'), 1, '2026-01-20Z', '2026-01-21Z', '2026-01-20 01:00Z');
insert into certificate values
    ('a1', 1, '2026-01-20Z', '2026-02-19Z', null), ('c3', 3, '2026-01-20Z', '2026-02-19Z', '2026-01-31Z');
insert into association (device_id, patient_id, starts, ends, source) values
    (1, 2, '2026-01-20Z', '2026-01-24Z', 'nora'), (1, 1, '2026-01-25Z', null, 'nora');
