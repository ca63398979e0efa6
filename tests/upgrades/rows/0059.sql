insert into questionnaire (url, version, body, made, made_by)
select 'https://hospital.example/sleep', '1', '{"resourceType": "Questionnaire"}', '2026-03-05 08:00Z', id
from person where role = 'nurse' limit 1;
insert into question_answer (patient_id, key, url, version, language, body, points, band, flags,
    answered, received, by_person)
select 1, 'a', 'http://loinc.org/q/44249-1', '1', 'en', '{"answers": {}}', 4, 'minimal', 1,
    '2026-03-05 08:00Z', '2026-03-05 08:01Z', id
from person where role = 'nurse' limit 1;
