-- The inbox by bundles: a row for what one commit brings of one shelf, not for each message.
-- See docs/decisions/0003-record.md and store/bundles.py.

alter table inbox rename to inbox_of_messages;
alter index inbox_received rename to inbox_of_messages_received;

create table inbox (
    id bigint generated always as identity primary key,
    shelf smallint not null,           -- the device's number, modulo 16
    kind text not null check (kind in ('readings', 'waves')),
    received timestamptz not null,     -- the newest of its messages
    messages integer not null,
    heads bytea not null,              -- of each message: device, boot, seq (bigint), bytes (integer)
    body bytea not null
);
-- Here for minutes: packing it would cost more than it saves.
alter table inbox alter column heads set storage external, alter column body set storage external;
create index inbox_shelf on inbox (shelf, kind);
create index inbox_received on inbox (received);
comment on table inbox is 'Messages as received, each committed before it is acknowledged; folded into chunks within minutes. A row holds what one commit brought of one shelf of devices. Written by record.';

insert into inbox (shelf, kind, received, messages, heads, body)
select device_id % 16, kind, received, 1,
       int8send(device_id) || int8send(boot) || int8send(seq) || int4send(octet_length(body)), body
from inbox_of_messages order by received;
drop table inbox_of_messages;
