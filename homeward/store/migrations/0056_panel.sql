-- Who of those at home needs a call, and what was done about it (docs/decisions/0045-panel.md).

create table panel_score (
    patient_id bigint primary key references patient (id),
    counted timestamptz not null,
    points integer not null check (points >= 0),
    reasons jsonb not null,                       -- kind, points and words of each, the most first
    expected integer not null,                    -- of their plans in seven days, and done
    done integer not null,
    last_reading timestamptz
);
comment on table panel_score is 'Whether a patient at home needs a call and why, as it was counted then. Written by plan.';

create table panel_act (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    at timestamptz not null,
    person_id bigint not null references person (id),
    act text not null check (act in ('message', 'limit', 'visit', 'done')),
    note bpchar not null default ''               -- sealed
);
create index panel_act_patient on panel_act (patient_id, id desc);
comment on table panel_act is 'What a carer did about a patient of the panel: only ever added to. Written by plan.';

select guard_table('panel_score', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('panel_act', 'patient_id = any ((select guard_patients())::bigint[])');
grant select on panel_score, panel_act to homeward_web;
