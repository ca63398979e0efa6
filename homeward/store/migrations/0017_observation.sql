-- What people see and measure at the bedside, and how often a doctor wants it looked at.

create table observation (
    id bigint generated always as identity primary key,
    key uuid not null unique,          -- made by whoever enters: sent twice, it is one entry
    patient_id bigint not null references patient (id),
    person_id bigint not null references person (id),
    at timestamptz not null,           -- when it was measured
    entered timestamptz not null,
    corrects bigint unique references observation (id),
    reason text,
    check (corrects is null or reason is not null)
);
create index observation_patient on observation (patient_id, at);
create index observation_entered on observation (entered);
comment on table observation is 'What somebody observed at the bedside: who, when, when entered. A correction is a new row that names the old one, which stays. Written by observe.';

create table observation_value (
    observation_id bigint not null references observation (id),
    vital text not null,
    value double precision,            -- in the vital's own unit
    said text,                         -- as it was entered ...
    unit text,                         -- ... in this unit (UCUM)
    device text,                       -- the device it was read from and confirmed
    absent text check (absent in ('refused', 'asleep', 'off_ward', 'device')),
    primary key (observation_id, vital),
    check ((value is null) = (absent is not null))
);
comment on table observation_value is 'Each value of an observation, or why there is none. Written by observe.';

create table observation_order (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    person_id bigint not null references person (id),
    at timestamptz not null,
    interval_seconds integer check (interval_seconds > 0),  -- null: as the score says
    score_seconds integer,             -- what the score asked for when this was ordered
    reason text not null,
    until timestamptz not null
);
create index observation_order_patient on observation_order (patient_id, id);
comment on table observation_order is 'How often a patient is to be observed by somebody''s order; the newest holds until its end. Written by observe.';
