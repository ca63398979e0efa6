insert into habit values (2, 'pulse', 5.0, '2026-02-11Z');
