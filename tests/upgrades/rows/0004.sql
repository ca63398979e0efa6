insert into alarm (patient_id, device_id, condition, kind, priority, state, text, patient_text, value,
    limit_value, since, measured, received, raised, acknowledged, acknowledged_by,
    acknowledged_reason, cleared, resolved) values
    (1, null, 'oxygen_low', 'physiological', 'high', 'active', 'SpO2 below 90 %', 'Sit up', 86, 90,
     '2026-02-04 10:00Z', '2026-02-04 10:00:15Z', '2026-02-04 10:00:16Z', '2026-02-04 10:00:16Z',
     null, null, null, null, null),
    (2, null, 'pulse_high', 'physiological', 'medium', 'resolved', 'Pulse above 120', null, 130, 120,
     '2026-02-04 08:00Z', '2026-02-04 08:01Z', '2026-02-04 08:01Z', '2026-02-04 08:01Z',
     '2026-02-04 08:02Z', 1, 'seen', '2026-02-04 08:09Z', '2026-02-04 08:10Z'),
    (null, 2, 'silent', 'technical', 'low', 'latched', 'probe-2 is silent', null, null, null,
     '2026-02-04 09:00Z', null, null, '2026-02-04 09:01Z', null, null, null, '2026-02-04 09:05Z', null);
insert into alarm_event (alarm_id, at, event, state, person_id, detail) values
    (1, '2026-02-04 10:00:16Z', 'raised', 'active', null, '{"values": [86]}'),
    (2, '2026-02-04 08:01Z', 'raised', 'active', null, '{}'),
    (2, '2026-02-04 08:02Z', 'acknowledged', 'acknowledged', 1, '{}');
insert into score (patient_id, name, at, total, low, high, risk, detail) values
    (1, 'news2', '2026-02-04 10:00Z', 7, 7, 7, 'high', '{"parts": {}}'),
    (1, 'news2', '2026-02-04 11:00Z', null, 3, 9, 'low', '{}');
