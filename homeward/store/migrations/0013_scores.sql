-- Pregnancy as a recorded clinical fact: what is watched for, and which score is meant for whom.

create table pregnancy (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    at timestamptz not null,
    is_pregnant boolean not null,
    until timestamptz,                 -- the 42nd day after birth, once it is known
    recorded_by bigint not null references person (id),
    reason text not null,
    check (is_pregnant or until is null),
    check (until > at)
);
create index pregnancy_patient on pregnancy (patient_id, at);
comment on table pregnancy is 'Who is pregnant, or has given birth within 42 days; the newest row holds until its `until`. Who said so, when, why. Written by people.';
