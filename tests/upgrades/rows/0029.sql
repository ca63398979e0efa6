insert into device (name, kind, door) values ('edge-5', 'edge', 'ward-3.example.org:8883');
insert into hop values
    (1, 4, 1, 0, 9, 10, '2026-03-01 08:00Z', '2026-03-01 09:00Z', '2026-03-01 09:30Z');
insert into edge_alarm values
    (5, 4, 'oxygen_low', '2026-03-01 08:30Z', '2026-03-01 08:40Z', 'high', 'SpO2 below 80 %', 78,
     '2026-03-01 09:30Z');
