insert into panel_score (patient_id, counted, points, reasons, expected, done, last_reading)
values (1, '2026-03-05 08:00Z', 3, '[{"kind": "silence", "points": 3, "words": "Nothing for 3 days"}]',
    14, 7, '2026-03-02 08:00Z');
insert into panel_act (patient_id, at, person_id, act, note)
select 1, '2026-03-05 09:00Z', id, 'message', 'Called: the battery was flat'
from person where role = 'nurse' limit 1;
