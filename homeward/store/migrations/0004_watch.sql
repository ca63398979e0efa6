-- Alarms and scores.

create table alarm (
    id bigint generated always as identity primary key,
    patient_id bigint references patient (id),
    device_id bigint references device (id),
    condition text not null,
    kind text not null check (kind in ('physiological', 'technical')),
    priority text not null check (priority in ('high', 'medium', 'low')),
    state text not null check (state in ('active', 'acknowledged', 'latched', 'resolved')),
    text text not null,
    patient_text text,
    value double precision,
    limit_value double precision,
    since timestamptz not null,        -- the condition began, by the rule
    measured timestamptz,              -- the reading that decided: device time
    received timestamptz,              -- ... and when the door had it
    raised timestamptz not null,
    acknowledged timestamptz,
    acknowledged_by bigint references person (id),
    acknowledged_reason text,
    cleared timestamptz,
    resolved timestamptz,
    check (patient_id is not null or device_id is not null or kind = 'technical')
);
create unique index alarm_one_episode on alarm (coalesce(patient_id, 0), coalesce(device_id, 0), condition)
    where state <> 'resolved';
create index alarm_patient on alarm (patient_id, raised);
comment on table alarm is 'Episodes: one condition of one patient or device, from raised to resolved. Written by watch.';

create table alarm_event (
    id bigint generated always as identity primary key,
    alarm_id bigint not null references alarm (id),
    at timestamptz not null,
    event text not null,
    state text not null,
    person_id bigint references person (id),
    detail jsonb not null default '{}'
);
create index alarm_event_alarm on alarm_event (alarm_id);
comment on table alarm_event is 'Every transition of every alarm: who, when, why. Written by watch.';

create table score (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    name text not null,
    at timestamptz not null,
    total integer,                     -- null while inputs are missing
    low integer not null,
    high integer not null,
    risk text not null,
    detail jsonb not null              -- the parts, with their inputs and ages
);
create index score_patient on score (patient_id, name, at);
comment on table score is 'Scores, a row whenever one changes. Written by watch.';
