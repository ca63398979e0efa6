insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, rung,
    paused_until, paused_by, cause_id, ward_id) values
    (2, 'pulse_low', 'physiological', 'high', 'audio-paused', 'Pulse below 40', '2026-02-12 10:00Z',
     '2026-02-12 10:00Z', '2026-02-12 10:00Z', '2026-02-12 10:02Z', 1, null, null),
    (null, 'gateway_lost', 'technical', 'low', 'acknowledged', 'A gateway is lost',
     '2026-02-12 10:00Z', '2026-02-12 10:00Z', '2026-02-12 10:00Z', null, null, 4, 1);
insert into alarm_receipt values
    (4, 1, '2026-02-12 10:00Z', '2026-02-12 10:00:01Z', 0.7), (5, 1, '2026-02-12 10:00Z', '2026-02-12 10:00:01Z', null);
insert into device (name, kind, gateway_id) values ('bed-4', 'monitor', 1);
