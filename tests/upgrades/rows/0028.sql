insert into day_chunk (patient_id, day, vital, samples, low, high, mean, hours, minutes, has_left) values
    (2, '2025-11-28Z', 2, 1, 88, 88, 88,
     '\x00fc8e2da24406000000000000005640000000000000564000000000000056400100000000000000',
     '\x01070000009201941b17171b70636f210300400401040000000010001082050e0000000004000070636f21030081040103010000001000c002000004000070636f210300400401050000000010000000801506000070636f210300400401040000000010000800000000000000040000', true);
insert into day_to_roll values ('2026-02-27Z', 1);
insert into retention (kind, hot_days, kept_days, reason, person_id, at) values
    ('waves', 30, 400, 'the law', 5, '2026-02-28Z');
insert into cold_file (kind, day, is_evidence, path, bytes, rows, sha256, begun, kept, deleted, removed)
    values ('vitals', '2025-11-28Z', false, 'vitals/2025/11/gone.parquet', 900, 1, 'hash',
    '2026-02-28Z', '2026-02-28Z', '2026-02-28 01:00Z', '2026-02-28 02:00Z');
insert into cold_part (file_id, row_group, patient_id, what, is_wave, starts, ends, rows) values
    (1, 0, 2, 2, false, '2025-11-28 07:30Z', '2025-11-28 07:30:01Z', 1);
