update watch_share set at = '2026-03-01 09:00Z', epoch = 3, process = 'watch', holder = 'watch on a',
    since = '2026-03-01 08:00Z';
insert into watch_share (number, asked, asked_at) values (1, 'watch on b', '2026-03-01 09:00Z');
