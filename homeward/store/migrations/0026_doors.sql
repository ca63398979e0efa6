-- Several doors, on one machine or many: each knows which connections are its own, and of two
-- connections of one device the later visit is the true one.

create sequence device_visit;

alter table device_state
    add column visit bigint not null default 0,
    add column door text not null default '';
comment on column device_state.visit is 'Number of the visit this is about: of two doors that speak of one device, the later visit counts.';
comment on column device_state.door is 'The door it came in by.';

create table door (
    name text primary key,
    seen timestamptz not null
);
comment on table door is 'The doors that are open, and when each last said so. Written by record.';
