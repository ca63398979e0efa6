-- Who is called, in which order, until somebody answers.

create table escalation (
    ward_id bigint not null references ward (id),
    step integer not null check (step >= 1),
    person_id bigint not null references person (id),
    wait_seconds integer not null check (wait_seconds > 0),
    primary key (ward_id, step)
);
comment on table escalation is 'The chain of a ward: the next person after each wait. Written by call.';

create table call (
    id bigint generated always as identity primary key,
    alarm_id bigint not null references alarm (id),
    audience text not null check (audience in ('carer', 'patient')),
    step integer not null,
    round integer not null default 1,
    person_id bigint not null references person (id),
    created timestamptz not null,
    due timestamptz not null,          -- unanswered by then: the next person
    seen timestamptz,                  -- it was on that person's screen
    ended timestamptz,
    outcome text check (outcome in ('answered', 'unanswered', 'over')),
    unique (alarm_id, audience, round, step)
);
create index call_open on call (due) where ended is null;
comment on table call is 'Each person called for each alarm, and what came of it. Written by call.';
