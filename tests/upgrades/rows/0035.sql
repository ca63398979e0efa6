insert into audit (at, person_id, role, session, address, action, subtype, patient_ids, kind, object_id,
    purpose, outcome, route) values
    ('2026-03-02 09:00Z', 1, 'nurse', '0011223344556677', '10.0.0.7', 'R', 'read', '{1}', 'patient',
    '1', 'TREAT', 0, 'GET /api/patients/{patient_id}');
insert into audit_leaf values
    (0, (select min(id) from audit), sha256('an earlier version''s row'));
insert into audit_checkpoint values
    (1, 'homeward-audit 1 1 00 - 2026-03-02T09:00:05.000000Z AAAA', sha256('an earlier version''s row'));
