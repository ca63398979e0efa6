-- Edges and gateways: where devices reach an edge, when one took what waited there, what it sounded.

alter table device add column door text
    check (door ~ '^[A-Za-z0-9.:-]{1,253}:[0-9]{1,5}$');
comment on column device.door is 'Of an edge: host:port at which its devices reach it. Its certificate names the host.';

create table hop (
    gateway_id bigint not null references device (id),
    device_id bigint not null references device (id),
    boot bigint not null,
    first_seq bigint not null,
    last_seq bigint not null,
    messages bigint not null,
    taken_first timestamptz not null,
    taken_last timestamptz not null,
    received timestamptz not null,
    primary key (device_id, boot, first_seq, taken_first)
);
comment on table hop is 'When a gateway took, by its own clock, what was over five seconds on its way to us. Written by fleet.';

create table edge_alarm (
    edge_id bigint not null references device (id),
    device_id bigint not null references device (id),
    condition text not null,
    began timestamptz not null,
    ended timestamptz,
    priority text not null,
    text text not null,
    value double precision,
    received timestamptz not null,
    primary key (edge_id, device_id, condition, began)
);
comment on table edge_alarm is 'Critical limits that an edge sounded by itself while it could not reach us; times by its clock. Written by fleet.';
