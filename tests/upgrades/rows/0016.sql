insert into contact (person_id, place, way, address, verified, created, ended, ended_reason) values
    (1, 1, 'email', 'nora@example.org', '2026-02-16Z', '2026-02-16Z', null, null),
    (1, 2, 'sms', '+4700000000', null, '2026-02-16Z', '2026-02-17Z', 'changed');
insert into delivery (call_id, contact_id, priority, state, token, created, next_try, expires, sent) values
    (1, 1, 'high', 'sent', 'secret-1', '2026-02-16Z', '2026-02-16Z', '2026-02-17Z', '2026-02-16Z'),
    (null, 2, 'low', 'queued', 'secret-2', '2026-02-16Z', '2026-02-16Z', '2026-02-17Z', null);
insert into ward (name, kind, is_hidden) values ('Sentinel', 'ward', true);
insert into patient (record_number, name, birth_date, sex, is_synthetic) values
    ('S-1', 'Nobody', '2000-01-01', 'unknown', true);
insert into sentinel_round (at, received, outcome, hops) values
    ('2026-02-16 10:00Z', '2026-02-16 10:00:01Z', 'well', '{"alarm": 0.4}');
