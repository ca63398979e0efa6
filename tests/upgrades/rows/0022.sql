insert into rota_plan (rota_id, plan, made, made_by, why, starts, withdrawn, withdrawn_by) values
    (1, '{"zone": "Europe/Oslo", "turns": []}', '2026-02-22Z', 5, 'spring', '2026-04-01Z',
     '2026-02-23Z', 5);
insert into call (alarm_id, audience, step, person_id, created, due, ward_id, via, target, until, because)
    values (4, 'carer', 1, 2, '2026-02-22 10:00Z', '2026-02-22 10:02Z', 1, 'Nights', 'rota',
    '2026-02-23Z', 'Nora is away');
