-- Several watchers, on one machine or many: patients are divided into shares, each watched by one.

create table watch_share (
    number integer primary key check (number >= 0),
    at timestamptz,
    epoch bigint not null default 0,
    process text,
    holder text,
    since timestamptz,
    asked text,
    asked_at timestamptz
);
comment on table watch_share is 'The shares patients are divided into (a patient''s is their id modulo how many rows there are): up to when (device time) each is judged, who watches it, and how often that has changed. Written by watch.';
comment on column watch_share.epoch is 'Counts up with each watcher of this share: who holds an older one writes nothing more.';
comment on column watch_share.asked is 'A process that has less to do and would take this share.';

insert into watch_share (number) values (0);

comment on table watch_mark is 'Up to when (device time) a watcher of before there were shares has judged what arrived. Written by no version from now on.';
