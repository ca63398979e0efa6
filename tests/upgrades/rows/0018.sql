insert into score (patient_id, name, at, total, low, high, risk, detail, is_leading) values
    (1, 'mews', '2026-02-18 10:00Z', 3, 3, 3, 'low', '{}', false);
insert into score_switch (score, ward_id, is_on, at, set_by, reason) values
    ('mews', 1, true, '2026-02-18Z', 2, 'a trial');
insert into score_key (public_key, name, is_trusted, at, set_by, reason) values
    (sha256('key'), 'The hospital', true, '2026-02-18Z', 5, 'ours');
insert into score_table (name, version, text, sha256, signature, public_key, at, added_by, reason) values
    ('own', 1, 'points', 'hash', 'signature', sha256('key'), '2026-02-18Z', 5, 'ours'),
    ('own', null, null, null, null, null, '2026-02-19Z', 5, 'withdrawn');
