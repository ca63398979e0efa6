insert into session (token_sha256, person_id, created, seen, method, agent) values
    ('\x40', 1, '2026-03-02 08:00Z', '2026-03-02 09:00Z', 'passkey', 'Firefox on Linux');
insert into passkey (credential_id, person_id, public_key, sign_count, label, created, used) values
    ('\x41', 1, '\xa5', 7, 'Ward computer', '2026-03-02 08:00Z', '2026-03-02 08:00Z');
insert into used_challenge values ('\x42', '2026-03-02 08:05Z');
insert into authenticator values (1, '\x43', '2026-03-02 08:00Z', '2026-03-02 08:01Z', 59000000);
insert into recovery_code values (1, '\x44', '2026-03-02 08:01Z', null);
insert into outside_identity values
    ('https://login.example.org', 'f3a1', 1, '2026-03-02 08:00Z', 'administrator');
