-- What a chunk holds, without opening it: a watcher that takes over asks everybody's chunks for the
-- few that tell it something, and there are a thousand of them for each of those.

alter table minute_chunk
    add column vitals bigint not null default -1,
    add column received timestamptz not null default '-infinity';
alter table hour_chunk add column received timestamptz not null default '-infinity';
create index minute_chunk_received on minute_chunk (received);
create index hour_chunk_received on hour_chunk (received);
comment on column minute_chunk.vitals is 'Which vitals it holds: bit n is the vital with index n. All bits: it was made before this was noted.';
comment on column minute_chunk.received is 'When the newest of its readings was received. Long ago: it was made before this was noted.';
comment on column hour_chunk.received is 'When the newest of its readings was received. Long ago: it was made before this was noted.';
analyze minute_chunk;
analyze hour_chunk;
