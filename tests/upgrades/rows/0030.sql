insert into edge_state values
    (5, '2026-03-01 09:00Z', '0.1.0', 1000, 1000000, 12, '2026-03-01 08:30Z', 'the spool is filling');
