-- What a patient chose about being told: by whom, why, and whom they invited.

alter table quiet_hours add column made_by bigint references person (id);  -- they, or a carer for them
update quiet_hours set made_by = person_id;
alter table quiet_hours alter column made_by set not null;
alter table quiet_hours add column why text not null default '';

alter table relative add column since timestamptz;  -- told without a break; a change of what is none
update relative set since = made;
alter table relative alter column since set not null;
alter table relative add column why text not null default '';
alter table relative add column ended_why text not null default '';

create table invitation (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    -- The secret in the link, as its hash: who has the link may make one account and be told.
    token_sha256 bytea not null unique,
    name text not null,
    priorities text[] not null check (priorities <@ array['high', 'medium', 'low']),
    made timestamptz not null,
    made_by bigint not null references person (id),
    why text not null default '',
    expires timestamptz not null,
    accepted timestamptz,
    accepted_by bigint references person (id),
    withdrawn timestamptz,
    withdrawn_by bigint references person (id)
);
create index invitation_patient on invitation (patient_id);
comment on table invitation is 'Relatives a patient invited to be told, each by a secret link. Written by call.';

alter table person add column invitation_id bigint references invitation (id);
create unique index person_invited_once on person (invitation_id);

create table ward_telephone (
    id bigint generated always as identity primary key,
    ward_id bigint not null references ward (id),
    telephone text not null,                  -- '': none any more
    made timestamptz not null,
    made_by bigint references person (id)     -- null: the command line
);
create index ward_telephone_ward on ward_telephone (ward_id, id);
comment on table ward_telephone is 'The number relatives call a ward by; the newest counts. Written by people.';
