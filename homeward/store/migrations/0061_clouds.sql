-- Clouds of wearables, mappings of devices' own JSON, and how reports of implants are known again.
-- See docs/decisions/0053-clouds.md.

create table cloud_link (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    patient_id bigint not null references patient (id),
    service text not null check (service in ('open-wearables', 'withings')),
    account_found_by text,                 -- HMAC of the service's name of them; null: not known yet
    account bpchar not null default '',    -- sealed; their name there
    shown_by bytea unique,                 -- SHA-256 of what their way back, and later notices, show
    tokens bpchar not null default '',     -- sealed; what opens their account there, as JSON
    made timestamptz not null,
    made_by bigint references person (id),     -- null: the operator at the terminal
    due timestamptz,                       -- when to ask for what is new; null: nothing is asked
    held_until timestamptz,                -- a door is asking until then
    failures integer not null default 0,
    known_until bigint not null default 0, -- s since 1970, by the service's clock: all before is here
    heard timestamptz,                     -- when something of them came last
    trouble text not null default '',      -- in our own words: why nothing comes; empty: it does
    ended timestamptz,
    ended_by bigint references person (id),
    check (ended >= made)
);
create unique index cloud_link_one_of_device on cloud_link (device_id) where ended is null;
create unique index cloud_link_one_of_account on cloud_link (service, account_found_by) where ended is null;
create index cloud_link_due on cloud_link (due) where ended is null and due is not null;
create index cloud_link_patient on cloud_link (patient_id);
comment on table cloud_link is 'Which account of a cloud of wearables is which patient''s device, and what opens it, sealed. Written by phones.';

select guard_table('cloud_link', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
grant select on cloud_link to homeward_web;

create table cloud_message (
    known_by bytea primary key,            -- SHA-256 of the service and its name of the message
    received timestamptz not null
);
create index cloud_message_received on cloud_message (received);
comment on table cloud_message is 'Messages of clouds that are done, for two days: sent again they do nothing. Written by phones.';

create table device_mapping (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    content text not null check (content <> ''),   -- where in its JSON a value is, as it was given
    codes text not null check (codes <> ''),       -- and which code and unit that has
    made timestamptz not null,
    made_by bigint references person (id),         -- null: the operator at the terminal
    ended timestamptz,
    ended_by bigint references person (id),
    check (ended >= made)
);
create unique index device_mapping_one_now on device_mapping (device_id) where ended is null;
comment on table device_mapping is 'How a device''s own JSON is read: its mapping templates, the ones before too. Written by fleet.';

-- By its sender and its number a report is known again, though its maker's machine writes it anew.
alter table implant_report add column named_by bytea;
