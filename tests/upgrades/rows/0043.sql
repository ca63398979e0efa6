insert into disclosure (patient_id, at, recipient, what, purpose, way)
values (1, '2026-03-05 08:00Z', 'Health insurance', 'Blood pressures of March', 'A claim', 'by hand');
insert into amendment (patient_id, field, before, wanted, reason, asked, asked_by, decided, decided_by,
    verdict, answer)
select 1, 'name', 'An old name', 'A new name', 'Misspelt', '2026-03-05 08:00Z', id,
    '2026-03-05 09:00Z', id, 'refused', 'The passport says otherwise'
from person where role = 'nurse' limit 1;
insert into restriction (patient_id, ground, reason, asked, asked_by, decided, decided_by, verdict,
    answer, kept_by)
select 1, 'accuracy', 'Not my numbers', '2026-03-05 08:00Z', id, '2026-03-05 09:00Z', id, 'accepted',
    'Until it is clear', id
from person where role = 'nurse' limit 1;
