-- What devices are seen to send, where nobody stated what to expect of them.

create table habit (
    association_id bigint not null references association (id),
    vital text not null,
    seconds double precision not null check (seconds > 0),
    since timestamptz not null default now(),
    primary key (association_id, vital)
);
comment on table habit is 'Vitals that a device without stated intervals was seen to send steadily on a patient: their end is a silence. Written by watch.';
