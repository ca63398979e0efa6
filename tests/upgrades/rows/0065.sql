insert into question_answer (patient_id, key, url, version, language, body, flags, answered, received,
    by_person, chain, is_begun, flags_new)
select 1, 'b-1', 'http://loinc.org/q/44249-1', '1', 'en', '{"answers": {"9": "1"}}', 1,
    '2026-03-06 08:00Z', '2026-03-06 08:01Z', id, 'b', true, 1
from person where role = 'nurse' limit 1;
