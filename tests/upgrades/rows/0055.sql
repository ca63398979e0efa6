insert into plan_template (name, body, made, made_by)
select 'hypertension', '{"condition": "hypertension", "items": []}', '2026-03-05 08:00Z', id
from person where role = 'nurse' limit 1;
insert into plan (patient_id, condition, body, made, made_by)
select 1, 'hypertension', '{"condition": "hypertension", "items": []}', '2026-03-05 08:00Z', id
from person where role = 'nurse' limit 1;
insert into plan_due (plan_id, patient_id, item, kind, vitals, language, zone, at, day, opens, closes,
    nudge, state)
select id, 1, 'pressure', 'measure', '{systolic,diastolic}', 'en', 'Europe/Berlin',
    '2026-03-05 06:00Z', '2026-03-05', '2026-03-05 04:00Z', '2026-03-05 09:00Z', '2026-03-05 09:00Z',
    'missed'
from plan limit 1;
