-- What patients and relatives choose for themselves (docs/decisions/0049-words-for-patients.md).

create table person_choice (
    person_id bigint primary key references person (id),
    language text check (language in ('en', 'de', 'es', 'ar')),             -- null, here and below: never chosen
    glucose_unit text check (glucose_unit in ('mg/dL', 'mmol/L')),
    text_size text check (text_size in ('normal', 'large', 'larger')),
    changed timestamptz not null
);
comment on table person_choice is 'In which language and unit somebody is told, and how large their letters are. Written by people.';

select guard_table('person_choice', 'person_id = (select guard_person())');
grant select on person_choice to homeward_web;
