-- How far the watcher has judged.

create table watch_mark (
    one boolean primary key default true check (one),
    at timestamptz not null
);
comment on table watch_mark is 'Up to when (device time) the watcher has judged what arrived: a new one judges the rest. Written by watch.';
