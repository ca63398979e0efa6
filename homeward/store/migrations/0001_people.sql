-- Who is here: staff, patients, wards, and where each patient stays.

create table person (
    id bigint generated always as identity primary key,
    name text not null,
    login text unique,
    password_hash text,
    role text not null check (role in ('nurse', 'doctor', 'patient', 'engineer', 'administrator')),
    created timestamptz not null default now(),
    disabled timestamptz
);
comment on table person is 'Everybody who may sign in or be called. Written by people.';

create table session (
    token_sha256 bytea primary key,
    person_id bigint not null references person (id) on delete cascade,
    created timestamptz not null,
    seen timestamptz not null,
    ended timestamptz
);
create index session_person on session (person_id);
comment on table session is 'Sign-ins, by the hash of their token. Written by people.';

create table ward (
    id bigint generated always as identity primary key,
    name text not null unique,
    kind text not null check (kind in ('ward', 'home'))
);
comment on table ward is 'A ward, or a home-care team (a virtual ward). Written by people.';

create table patient (
    id bigint generated always as identity primary key,
    person_id bigint unique references person (id),
    record_number text not null unique,
    name text not null,
    birth_date date not null,
    sex text not null check (sex in ('female', 'male', 'other', 'unknown')),
    oxygen_scale smallint not null default 1 check (oxygen_scale in (1, 2)),
    oxygen_scale_by bigint references person (id),
    check (oxygen_scale = 1 or oxygen_scale_by is not null)
);
comment on table patient is 'The people watched over. NEWS2 scale 2 only with who ordered it. Written by people.';

create table stay (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    ward_id bigint not null references ward (id),
    bed text not null,
    starts timestamptz not null,
    ends timestamptz,
    check (ends > starts)
);
create unique index stay_one_per_patient on stay (patient_id) where ends is null;
create unique index stay_one_per_bed on stay (ward_id, bed) where ends is null;
comment on table stay is 'Which ward and bed (or home) each patient was in, when. Written by people.';
