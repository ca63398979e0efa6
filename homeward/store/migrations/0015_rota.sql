-- Who is called: rotas and chains of a ward, the nurse of each patient, who sits at a screen, and
-- whom a patient wants told. Who is called is changed by a new row, never by overwriting one.

create table rota (
    id bigint generated always as identity primary key,
    ward_id bigint not null references ward (id),
    name text not null,
    made timestamptz not null,
    made_by bigint references person (id),    -- null: by the platform's own command
    ended timestamptz,
    ended_by bigint references person (id)
);
create unique index rota_one_of_a_name on rota (ward_id, name) where ended is null;
comment on table rota is 'Who takes turns on a ward, by name, such as "Nights". Written by call.';

create table rota_plan (
    id bigint generated always as identity primary key,
    rota_id bigint not null references rota (id),
    plan jsonb not null,               -- services.call.rota.Plan: zone, turns or shifts, people
    made timestamptz not null,
    made_by bigint references person (id),
    why text not null
);
create index rota_plan_rota on rota_plan (rota_id, id);
comment on table rota_plan is 'Each plan a rota had; the newest is in force. Written by call.';

create table rota_override (
    id bigint generated always as identity primary key,
    rota_id bigint not null references rota (id),
    kind text not null check (kind in ('replace', 'add', 'remove')),
    person_id bigint references person (id),  -- who steps out; null: whoever is on call
    stand_in_id bigint references person (id),
    starts timestamptz not null,
    ends timestamptz not null,
    made timestamptz not null,
    made_by bigint references person (id),
    why text not null,
    withdrawn timestamptz,
    withdrawn_by bigint references person (id),
    check (ends > starts),
    check ((kind = 'remove') = (stand_in_id is null))
);
create index rota_override_ends on rota_override (ends) where withdrawn is null;
comment on table rota_override is 'Who stands in, joins or steps out for a while. Written by call.';

create table chain (
    id bigint generated always as identity primary key,
    ward_id bigint not null references ward (id),
    made timestamptz not null,
    made_by bigint references person (id),
    why text not null
);
create index chain_ward on chain (ward_id, id);
comment on table chain is 'Each chain a ward had; the newest is in force. Written by call.';

create table chain_step (
    chain_id bigint not null references chain (id),
    step integer not null check (step >= 1),
    place integer not null check (place >= 1),
    target text not null check (target in ('person', 'rota', 'assigned', 'everybody')),
    person_id bigint references person (id),
    rota_id bigint references rota (id),
    wait_seconds integer not null check (wait_seconds > 0),
    primary key (chain_id, step, place),
    check ((target = 'person') = (person_id is not null)),
    check ((target = 'rota') = (rota_id is not null))
);
comment on table chain_step is 'Whom each step of a chain calls at once, and how long it waits. Written by call.';

insert into chain (ward_id, made, why)
select distinct ward_id, now(), 'As it was before there were rotas.' from escalation;
insert into chain_step (chain_id, step, place, target, person_id, wait_seconds)
select chain.id, escalation.step, 1, 'person', escalation.person_id, escalation.wait_seconds
from escalation join chain on chain.ward_id = escalation.ward_id;
drop table escalation;

create table assignment (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    ward_id bigint not null references ward (id),    -- once they lie elsewhere it counts no more
    person_id bigint not null references person (id),
    starts timestamptz not null,
    starts_by bigint references person (id),
    why text not null default '',
    ends timestamptz,
    ends_by bigint references person (id),
    check (ends >= starts)
);
create unique index assignment_one_nurse on assignment (patient_id) where ends is null;
comment on table assignment is 'Which nurse had which patient, when, and who handed over. Written by call.';

create table presence (
    person_id bigint primary key references person (id),
    until timestamptz not null
);
comment on table presence is 'Who has a visible screen before them, until when unless said again. Written by call.';

create table relative (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    person_id bigint not null references person (id),
    priorities text[] not null check (priorities <@ array['high', 'medium', 'low']),
    made timestamptz not null,
    made_by bigint references person (id),
    ended timestamptz,
    ended_by bigint references person (id)
);
create unique index relative_once on relative (patient_id, person_id) where ended is null;
comment on table relative is 'Whom a patient wants told, and of what. Written by call.';
alter table person drop constraint person_role_check;
alter table person add constraint person_role_check check
    (role in ('nurse', 'doctor', 'patient', 'relative', 'engineer', 'administrator'));

create table quiet_hours (
    id bigint generated always as identity primary key,
    person_id bigint not null references person (id),
    starts time,                       -- both null: no quiet hours any more
    ends time,
    zone text not null,
    made timestamptz not null,
    check ((starts is null) = (ends is null))
);
create index quiet_hours_person on quiet_hours (person_id, id);
comment on table quiet_hours is 'When a person wants no call of low priority; the newest row counts. Written by call.';

create table roster_check (
    one boolean primary key default true check (one),
    due timestamptz not null
);
insert into roster_check (due) values ('-infinity');
comment on table roster_check is 'When rotas and chains are looked through next. Written by call.';

create table roster_trouble (
    what text primary key,
    text text not null,
    since timestamptz not null
);
comment on table roster_trouble is 'Gaps in rotas and steps that call nobody, while they stand. Written by call.';

alter table call add column ward_id bigint references ward (id);
update call set ward_id = stay.ward_id
from alarm join stay on stay.patient_id = alarm.patient_id and stay.ends is null
where alarm.id = call.alarm_id;
alter table call add column via text not null default '';  -- why they: a rota's name, or in words
alter table call drop constraint call_alarm_id_audience_round_step_key;
create unique index call_once on call (alarm_id, audience, round, step, person_id);
create index call_open_alarm on call (alarm_id) where ended is null;
alter table call drop constraint call_audience_check;
alter table call add constraint call_audience_check
    check (audience in ('carer', 'patient', 'relative'));

-- A pass of call has one time for all it asks; a view cannot be given it but by a setting.
create function call_now() returns timestamptz language sql stable parallel safe
    return coalesce(nullif(current_setting('homeward.now', true), '')::timestamptz, now());

-- The bound above: after the server's clock went back, nobody is there because of its future.
create view present with (security_invoker) as
select person_id from presence
where until > call_now() and until < call_now() + interval '1 minute';
comment on view present is 'Who has a visible screen before them now. Reads call.';

create view call_reach with (security_invoker) as
select call.id as call_id,
    call.seen is null and not exists (
        select from present where present.person_id = call.person_id) as is_hopeless,
    call.seen is not null as is_confirmed
from call;
comment on view call_reach is 'Whether each call can arrive, and whether it did. Reads call.';
