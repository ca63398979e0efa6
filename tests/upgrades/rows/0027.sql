insert into device_session
    (device_id, id, connection, began, since, seconds, ended, wanted, unreleased) values
    (1, 1, nextval('device_connection'), '2026-02-27Z', '2026-02-27Z', 3600, null,
     '{"commands": 1}', '[7]');
insert into command (device_id, session_id, body, sent, sent_by, expires) values
    (1, 1, 'measure now', '2026-02-27 10:00Z', 1, '2026-02-27 11:00Z');
insert into device_config (device_id, body, made, made_by) values (1, '{}', '2026-02-27Z', 4);
insert into telling
    (device_id, session_id, command_id, config_id, qos, packet_id, retain, step, sent, ended, reason) values
    (1, 1, 1, null, 1, 7, false, 'sent', '2026-02-27 10:00Z', null, null),
    (1, 1, null, 1, 0, 0, true, 'ended', '2026-02-27Z', '2026-02-27Z', 0);
