-- What devices are told: commands and their configuration, and the sessions they are told in.

create sequence device_connection;

create table device_session (
    device_id bigint primary key references device (id),
    id bigint not null,                -- of this session: the connection it began with
    connection bigint not null,        -- the newest; an older one writes no more
    began timestamptz not null,
    since timestamptz not null,        -- the newest connection began
    seconds integer not null check (seconds >= 0),      -- how long it lives after its connection
    ended timestamptz,                 -- its connection did; null while there is one
    wanted jsonb not null default '{}',                 -- subscriptions: commands, config
    unreleased jsonb not null default '[]',             -- QoS 2: identifiers taken in, not released
    config_id bigint not null default 0,                -- the newest configuration it was told
    is_config_due boolean not null default false        -- it just subscribed, and wants to be told
);
create index device_session_open on device_session (device_id) where ended is null;
comment on table device_session is 'The MQTT session of each device: what it wants to be told, for as long as it lives. Written by record.';

create table command (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    session_id bigint not null,        -- the session that was to be told
    body bytea not null check (octet_length(body) <= 65536),
    sent timestamptz not null,
    sent_by bigint references person (id),
    expires timestamptz not null check (expires > sent),
    dropped timestamptz                -- more came than wait for one device: this one was oldest
);
create index command_device on command (device_id, id);
create index command_expires on command (expires);
comment on table command is 'Commands to devices, each with its life. How far each came stands in telling. Written by fleet.';

create table device_config (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    body bytea not null check (octet_length(body) <= 65536),   -- empty: it has none
    made timestamptz not null,
    made_by bigint references person (id)
);
create index device_config_device on device_config (device_id, id);
create index device_config_made on device_config (made);
comment on table device_config is 'Every configuration a device had; the newest is in force, and retained for it. Written by fleet.';

create table telling (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    session_id bigint not null,
    command_id bigint unique references command (id) on delete cascade,
    config_id bigint references device_config (id) on delete cascade,
    qos smallint not null check (qos between 0 and 2),
    packet_id integer not null check (packet_id between 0 and 65535),   -- 0 at QoS 0
    retain boolean not null,
    step text not null check (step in ('sent', 'received', 'ended')),
    sent timestamptz not null,
    ended timestamptz,
    reason smallint,                   -- MQTT 5.0, 2.4
    check (num_nonnulls(command_id, config_id) = 1),
    check ((step = 'ended') = (ended is not null and reason is not null))
);
create index telling_open on telling (device_id, session_id) where step <> 'ended';
create index telling_config on telling (config_id) where config_id is not null;
create index telling_device_config on telling (device_id) where config_id is not null;
comment on table telling is 'What was told to a device in which session, and how far it came. Written by record.';
