insert into person (name, login, password_hash, role) values
    ('Nora Lind', 'nora', 'argon2', 'nurse'), ('Dan Holm', 'dan', 'argon2', 'doctor'),
    ('Ann Berg', 'ann', 'argon2', 'patient'), ('Emil Dahl', 'emil', 'argon2', 'engineer'),
    ('Ada Wik', 'ada', 'argon2', 'administrator');
insert into session values
    (sha256('open'), 1, '2026-02-01 08:00Z', '2026-02-01 09:00Z', null),
    (sha256('over'), 1, '2026-01-30 08:00Z', '2026-01-30 09:00Z', '2026-01-30 16:00Z');
insert into ward (name, kind) values ('Ward 3', 'ward'), ('Home team', 'home');
insert into patient
    (person_id, record_number, name, birth_date, sex, oxygen_scale, oxygen_scale_by) values
    (3, 'R-1', 'Ann Berg', '1941-05-02', 'female', 2, 2),
    (null, 'R-2', 'Bob Falk', '1960-11-30', 'male', 1, null);
insert into stay (patient_id, ward_id, bed, starts, ends) values
    (1, 1, '01', '2026-01-20Z', '2026-01-25Z'), (1, 1, '02', '2026-01-25Z', null),
    (2, 2, 'home', '2026-01-26Z', null);
