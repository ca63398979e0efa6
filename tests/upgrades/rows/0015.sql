insert into rota (ward_id, name, made, made_by) values (1, 'Nights', '2026-02-15Z', 5);
insert into rota_plan (rota_id, plan, made, made_by, why) values
    (1, '{"zone": "Europe/Oslo", "shifts": []}', '2026-02-15Z', 5, 'new');
insert into rota_override (rota_id, kind, person_id, stand_in_id, starts, ends, made, why) values
    (1, 'replace', 1, 2, '2026-02-15Z', '2026-02-16Z', '2026-02-15Z', 'ill');
insert into chain (ward_id, made, made_by, why) values (1, '2026-02-15Z', 5, 'a rota first');
insert into chain_step select max(id), 1, 1, 'rota', null::bigint, 1, 60 from chain
    union all select max(id), 2, 1, 'person', 2, null, 60 from chain;
insert into assignment (patient_id, ward_id, person_id, starts, starts_by, why) values
    (1, 1, 1, '2026-02-15 07:00Z', 1, 'day shift');
insert into presence values (1, '2026-02-15 07:00Z');
insert into person (name, login, role) values ('Per Berg', 'per', 'relative');
insert into relative (patient_id, person_id, priorities, made) values (1, 6, '{high}', '2026-02-15Z');
insert into quiet_hours (person_id, starts, ends, zone, made) values
    (6, '22:00', '07:00', 'Europe/Oslo', '2026-02-15Z');
insert into roster_trouble values ('rota 1', 'Nobody tonight', '2026-02-15Z');
insert into call (alarm_id, audience, step, person_id, created, due, ward_id, via) values
    (4, 'relative', 1, 6, '2026-02-15 10:00Z', '2026-02-15 10:02Z', 2, 'Nights');
