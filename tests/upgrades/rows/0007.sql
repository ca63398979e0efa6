insert into watch_mark (at) values ('2026-02-07 10:00Z');
