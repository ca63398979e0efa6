-- Questionnaires and what was answered (docs/decisions/0050-questionnaires.md).

create table questionnaire (
    id bigint generated always as identity primary key,
    url text not null check (url <> ''),           -- its canonical address
    version text not null check (version <> ''),
    body text not null,                            -- FHIR Questionnaire, JSON as it was brought
    made timestamptz not null,
    made_by bigint not null references person (id),
    unique (url, version)
);
comment on table questionnaire is 'The hospital''s own questionnaires: every version stays, of an address the newest is asked. Written by plan.';

create table question_answer (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    key text not null check (key <> ''),           -- the page's own: brought twice, it is kept once
    url text not null,
    version text not null,                         -- that was answered
    language text not null,
    body bpchar not null,                          -- sealed: the answers and their language
    points real,                                   -- the sum; null: nothing is summed, or not all was answered
    band text not null default '',                 -- what that sum is called
    flags integer not null default 0 check (flags >= 0),  -- answers that must be acted on
    answered timestamptz not null,                 -- by the page's clock, never after it was received
    received timestamptz not null,
    by_person bigint not null references person (id),
    due_id bigint references plan_due (id) on delete set null,
    replaces bigint references question_answer (id),
    unique (patient_id, key)
);
create index question_answer_patient on question_answer (patient_id, answered desc, id desc);
create index question_answer_flagged on question_answer (received) where flags > 0;
create index question_answer_due on question_answer (due_id);
create index question_answer_replaces on question_answer (replaces);
comment on table question_answer is 'Questionnaires as they were answered, sealed; a correction is a new row that names the one it replaces. Written by plan.';

select guard_table('question_answer', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
grant select on questionnaire, question_answer to homeward_web;
