-- Apps on patients' phones: the secret each comes in by, and the documents it keeps here.
-- See docs/decisions/0043-apps-and-their-secrets.md.

create table app_secret (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    found_by bytea not null unique,        -- SHA-256 of the secret
    sha1_found_by bytea not null unique,   -- SHA-256 of its SHA-1 in hex, which Nightscout's clients send
    made timestamptz not null,
    made_by bigint references person (id),     -- null: the operator at the terminal
    ended timestamptz,
    ended_by bigint references person (id),
    check (ended >= made)
);
create unique index app_secret_one_now on app_secret (device_id) where ended is null;
comment on table app_secret is 'By which secret an app speaks for a device, by its hash; who made it and who ended it. Written by phones.';

create table app_session (
    token_sha256 bytea primary key,
    secret_id bigint not null references app_secret (id),
    made timestamptz not null,
    expires timestamptz not null
);
create index app_session_secret on app_session (secret_id);
comment on table app_session is 'Short-lived tokens that apps were given for their secret, by hash. Written by phones.';

create table app_document (
    id bigint generated always as identity primary key,
    device_id bigint not null references device (id),
    patient_id bigint not null references patient (id),
    collection text not null check (collection in (
        'entries', 'treatments', 'devicestatus', 'profile', 'food', 'activity', 'settings')),
    at timestamptz not null,
    identifier text check (length(identifier) <= 128),
    object_id text not null check (length(object_id) <= 128),
    is_named boolean not null,
    natural_key bytea not null,            -- of its moment and kind, where it has no name of its own
    created bigint not null,               -- ms since 1970
    modified bigint not null,
    deleted timestamptz,
    body bpchar not null,                  -- sealed; JSON as the app sent it
    unique (device_id, patient_id, collection, object_id)
);
create index app_document_moment on app_document (patient_id, collection, at desc, id desc);
create unique index app_document_change on app_document (device_id, modified);
create index app_document_natural on app_document (device_id, collection, natural_key);
create index app_document_identifier on app_document (device_id, collection, identifier)
    where identifier is not null;
comment on table app_document is 'Documents of apps: insulin, carbohydrates, the state of a pump, readings as they were sent; sealed by their patient''s key. Written by phones.';

select guard_table('app_document', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
grant select on app_document to homeward_web;
