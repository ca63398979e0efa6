insert into device (name, kind, status, revoked, revoked_reason) values
    ('odd-6', 'probe', 'quarantined', '2026-03-02Z', 'says what cannot be'),
    ('old-7', 'probe', 'retired', '2026-03-02Z', 'its battery is worn');
update edge_state set https_port = 8884;
update device_state set certified = '2026-01-20Z', firmware = 'oximeter 2.1' where device_id = 1;
