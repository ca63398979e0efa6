-- Plans for people at home, and what was due of them (docs/decisions/0044-plans.md).

create table plan_template (
    id bigint generated always as identity primary key,
    name text not null check (name <> ''),
    body jsonb not null,
    made timestamptz not null,
    made_by bigint not null references person (id)
);
create index plan_template_name on plan_template (name, id);
comment on table plan_template is 'The hospital''s own plans to begin with; of a name the newest holds. Written by plan.';

create table plan (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    condition text not null check (condition <> ''),
    body bpchar not null check (body <> ''),      -- sealed: medicines and tasks by name
    made timestamptz not null,
    made_by bigint not null references person (id),
    expected_until timestamptz,                   -- what is due stands in plan_due up to then; null: all is to be worked out anew
    ended timestamptz,
    ended_by bigint references person (id),       -- null: a newer one took its place, or the patient was erased
    check (ended >= made)
);
create unique index plan_once on plan (patient_id, condition) where ended is null;
create index plan_to_expect on plan (expected_until nulls first) where ended is null;
comment on table plan is 'What a patient does at home: a plan of a condition; a change is a new row, which ends the one before. Written by plan.';

create table plan_due (
    id bigint generated always as identity primary key,
    plan_id bigint not null references plan (id),
    patient_id bigint not null references patient (id),
    item text not null,
    kind text not null check (kind in ('measure', 'medicine', 'questionnaire', 'task')),
    vitals text[] not null,
    language text not null,
    zone text not null,                           -- the clock it was due by
    at timestamptz not null,
    day date not null,                            -- on the patient's wall
    opens timestamptz not null,
    closes timestamptz not null,
    nudge timestamptz not null,                   -- from when the patient is told that it was missed
    escalate timestamptz,                         -- from when a carer is; null: never
    state text not null default 'open' check (state in ('open', 'done', 'missed', 'excused')),
    came timestamptz,                             -- when it was measured or done
    looked timestamptz,                           -- when the record was last asked for what was missed
    by_person bigint references person (id),      -- who said that it was done, or need not be
    unique (plan_id, item, at),
    check (opens <= at and at <= closes and closes <= nudge)
);
create index plan_due_open on plan_due (closes) where state = 'open';
create index plan_due_missed on plan_due (nudge) where state = 'missed';
create index plan_due_patient on plan_due (patient_id, at);
comment on table plan_due is 'Each thing that is due at home with its timers, and whether it came. Written by plan.';

select guard_table('plan', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('plan_due', 'patient_id = any ((select guard_patients())::bigint[])');
grant select on plan_template, plan, plan_due to homeward_web;
