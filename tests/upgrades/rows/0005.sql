insert into escalation values (1, 1, 1, 120), (1, 2, 2, 60), (2, 1, 2, 30);
insert into call (alarm_id, audience, step, person_id, created, due, seen, ended, outcome) values
    (1, 'carer', 1, 1, '2026-02-04 10:00:16Z', '2026-02-04 10:02:16Z', null, null, null),
    (2, 'carer', 1, 2, '2026-02-04 08:01Z', '2026-02-04 08:02Z', '2026-02-04 08:01:30Z',
     '2026-02-04 08:02Z', 'answered'),
    (1, 'patient', 1, 3, '2026-02-04 10:00:16Z', '2026-02-04 10:02:16Z', null, null, null);
