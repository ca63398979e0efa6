-- Boards that were locked: what their browser may still be shown.

create table locked_board (
    token_sha256 bytea primary key,
    ward_id bigint not null references ward (id),
    locked_by bigint not null references person (id) on delete cascade,
    locked timestamptz not null,
    ended timestamptz
);
comment on table locked_board is 'Ward boards that were locked, by the hash of their browser''s token: it opens the alarms of that ward, without identities, and nothing else. Written by people.';
