-- Devices: who they are, whom they measure, and what they sent that could not be read.

create table device (
    id bigint generated always as identity primary key,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    kind text not null,
    status text not null default 'active' check (status in ('active', 'revoked', 'retired')),
    created timestamptz not null default now(),
    -- how often each vital is expected, seconds, by vital name: silence is judged by these
    expects jsonb not null default '{}',
    revoked timestamptz,
    revoked_reason text
);
comment on table device is 'Every device that may speak to us. The registry is the truth; a certificate is only the key. Written by fleet.';

create table device_state (
    device_id bigint primary key references device (id),
    connected boolean not null,
    since timestamptz not null,
    last_seen timestamptz,
    offset_seconds double precision,
    detail text
);
comment on table device_state is 'Whether a device is connected, when it last spoke, how far its clock is off. Written by fleet.';

create table enrolment (
    token_sha256 bytea primary key,
    device_id bigint not null references device (id),
    created timestamptz not null,
    expires timestamptz not null,
    used timestamptz
);
comment on table enrolment is 'One-time tokens, by hash; the device is decided here, never by the request. Written by fleet.';

create table certificate (
    serial text primary key,
    device_id bigint not null references device (id),
    issued timestamptz not null,
    expires timestamptz not null,
    revoked timestamptz
);
create index certificate_device on certificate (device_id);
comment on table certificate is 'Certificates we issued. Written by fleet.';

create table association (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    patient_id bigint not null references patient (id),
    starts timestamptz not null,
    ends timestamptz,
    source text not null,
    check (ends > starts)
);
create unique index association_one_now on association (device_id) where ends is null;
create index association_patient on association (patient_id);
comment on table association is 'Which patient a device measured, from when to when. Written by fleet.';

create function association_never_overlaps() returns trigger language plpgsql as $$
begin
    if exists (
        select from association other
        where other.device_id = new.device_id and other.id <> new.id
          and tstzrange(other.starts, other.ends) && tstzrange(new.starts, new.ends)
    ) then
        raise exception 'device % is already associated in that time', new.device_id
            using errcode = 'unique_violation';
    end if;
    return new;
end $$;
create trigger association_never_overlaps before insert or update on association
    for each row execute function association_never_overlaps();
