insert into data_key (owner, version, wrapped_by, wrapped, made, retired) values
    ('patient/1', 1, '0011223344556677', '\x51', '2026-03-03 08:00Z', '2026-03-03 09:00Z'),
    ('patient/1', 2, '0011223344556677', '\x52', '2026-03-03 09:00Z', null);
update sealing set wrapped_by = '0011223344556677', begun = '2026-03-03 08:00Z';
insert into erasure (patient_id, asked, asked_by, decided, decided_by, decision, why, report) values
    (1, '2026-03-03 10:00Z', 1, '2026-03-03 11:00Z', 1, 'refused', 'A hold stands.', null);
