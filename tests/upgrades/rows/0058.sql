insert into person_choice (person_id, language, glucose_unit, text_size, changed)
select id, 'de', 'mmol/L', 'large', '2026-03-05 08:00Z' from person where role = 'relative' limit 1;
