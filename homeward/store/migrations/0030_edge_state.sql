-- How each edge is doing, by its own last word: one that says nothing any more is away.

create table edge_state (
    edge_id bigint primary key references device (id),
    said timestamptz not null,
    version text not null,
    spool_bytes bigint not null,
    spool_bytes_max bigint not null,
    waiting bigint not null,
    oldest timestamptz,
    trouble text not null default ''
);
comment on table edge_state is 'What each edge last said of itself: its spool, what waits there since when, its trouble. Written by fleet.';
