-- Ways to reach people away from the pages, what was sent by them, and the sentinel.

create table contact (
    id bigint generated always as identity primary key,
    person_id bigint not null references person (id),
    place integer not null check (place >= 1),          -- tried in this order
    way text not null check (way in ('web_push', 'email', 'sms', 'voice', 'other')),
    address text not null,
    label text not null default '',
    after_seconds integer not null default 0 check (after_seconds between 0 and 3600),
    priority_min text not null default 'medium' check (priority_min in ('high', 'medium', 'low')),
    may_name_health boolean not null default false,
    verified timestamptz,              -- a message was proven to arrive there
    created timestamptz not null,
    created_by bigint references person (id),           -- null: the command line
    ended timestamptz,
    ended_by bigint references person (id),
    ended_reason text,
    check ((ended is null) = (ended_reason is null))
);
create unique index contact_place on contact (person_id, place) where ended is null;
comment on table contact is 'How each person is reached, in order; a change ends one row and begins another. Written by call.';

create table delivery (
    id bigint generated always as identity primary key,
    call_id bigint references call (id),                -- null: a test
    contact_id bigint not null references contact (id),
    priority text not null check (priority in ('high', 'medium', 'low')),
    state text not null default 'queued' check (state in
        ('queued', 'sent', 'delivered', 'seen', 'acknowledged', 'failed', 'needless')),
    -- What the link in the message is known by. It opens nothing without a sign-in of the person
    -- themselves; alone it can only say that this message arrived.
    token text not null unique default replace(gen_random_uuid()::text, '-', ''),
    created timestamptz not null,
    next_try timestamptz not null,
    expires timestamptz not null,
    attempts integer not null default 0,
    tried timestamptz,                 -- the last attempt began
    lease timestamptz,                 -- a connector has it until then
    bundle bigint references delivery (id),             -- whose message told of this one too
    sent timestamptz,
    delivered timestamptz,
    seen timestamptz,
    ended timestamptz,                 -- failed or needless since
    is_final boolean not null default false,            -- nothing more will be heard of it
    error text,
    reference text,
    unique (call_id, contact_id)
);
create index delivery_waiting on delivery (next_try) where state = 'queued';
create index delivery_contact on delivery (contact_id, tried);
create index delivery_bundle on delivery (bundle);
create index delivery_reference on delivery (reference) where reference is not null;
create index delivery_failed on delivery (ended) where state = 'failed';
comment on table delivery is 'Each message of each call to each contact, and how far it came. Written by call.';

-- Whether a call can still reach its person: what screens say (0015), and every delivery.
alter view call_reach rename to call_screen;
create view call_reach with (security_invoker) as
select call_screen.call_id,
    call_screen.is_hopeless and not exists (
        select from delivery
        where delivery.call_id = call_screen.call_id
          and delivery.state not in ('failed', 'needless')) as is_hopeless,
    call_screen.is_confirmed or exists (
        select from delivery
        where delivery.call_id = call_screen.call_id
          and delivery.state in ('delivered', 'seen', 'acknowledged')) as is_confirmed
from call_screen;
comment on view call_reach is 'Whether a call reached its person, or cannot. Reads call.';

-- The sentinel's patient is nobody: on no board, in no statistics, and nobody is called.
alter table person drop constraint person_role_check;
alter table person add constraint person_role_check check
    (role in ('nurse', 'doctor', 'patient', 'relative', 'engineer', 'administrator', 'sentinel'));
alter table ward add column is_hidden boolean not null default false;
alter table patient add column is_synthetic boolean not null default false;

create view peoples_alarm with (security_invoker) as
select id, patient_id, device_id, condition, kind, priority, raised, received, acknowledged,
    cleared, resolved
from alarm
where not exists (
    select from patient where patient.id = alarm.patient_id and patient.is_synthetic);
comment on view peoples_alarm is 'Alarms that count in statistics: not those of the sentinel. Reads watch.';

create table sentinel_round (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    received timestamptz not null,     -- when it told us
    outcome text not null check (outcome in ('well', 'late', 'lost')),
    hops jsonb not null,               -- seconds from the reading to each hop
    detail text not null default ''
);
create index sentinel_round_at on sentinel_round (at);
comment on table sentinel_round is 'What the sentinel measured, each round of its pretend patient. Written by sentinel.';
