insert into rule_setting (rule, patient_id, ward_id, choice, limit_value, clear_limit, delay_seconds,
    clear_seconds, set_at, set_by, by_role, reason, expires) values
    ('oxygen_low', 1, null, 'limit', 86, 87, 15, 15, '2026-02-14Z', 2, 'doctor', 'COPD', null),
    ('pulse_high', null, 1, 'off', null, null, null, null, '2026-02-14Z', 2, 'doctor', 'athletes',
     '2026-02-15Z');
insert into rule_setting_end values (2, '2026-02-15Z', 'expired');
