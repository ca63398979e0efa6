insert into sentinel_round (at, received, outcome, hops, detail, calls) values
    ('2026-02-24 10:00Z', '2026-02-24 10:00:09Z', 'late', '{"alarm": 8.1}', 'slow', '{email,sms}');
