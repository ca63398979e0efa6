-- By which clock people at home live (docs/decisions/0044-plans.md).

create table patient_zone (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    zone text not null check (zone <> ''),      -- IANA
    starts timestamptz not null,
    made timestamptz not null,
    made_by bigint not null references person (id)
);
create index patient_zone_patient on patient_zone (patient_id, starts, id);
comment on table patient_zone is 'By which clock a patient lives, from when on: each change of zone a row, the newest of a moment holds. Written by plan.';

select guard_table('patient_zone', 'patient_id = any ((select guard_patients())::bigint[])');
grant select on patient_zone to homeward_web;
