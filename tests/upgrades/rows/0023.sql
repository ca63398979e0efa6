insert into invitation (patient_id, token_sha256, name, priorities, made, made_by, expires, accepted,
    accepted_by) values
    (1, sha256('link'), 'Lise', '{high,medium}', '2026-02-23Z', 3, '2026-03-02Z', null, null);
insert into person (name, login, role, invitation_id) values ('Lise Berg', 'lise', 'relative', 1);
insert into ward_telephone (ward_id, telephone, made) values (1, '+47 22 00 00 00', '2026-02-23Z');
