-- Sign-ins that end everywhere; passkeys, authenticator apps and recovery codes.

alter table session add column method text not null default 'password';
alter table session add column agent text not null default '';
comment on column session.method is 'How it was proven: password, password and code, password and recovery code, passkey, hospital.';
comment on column session.agent is 'What the browser called itself, cut short: for its owner to know it again.';

create table passkey (
    credential_id bytea primary key,
    person_id bigint not null references person (id) on delete cascade,
    public_key bytea not null,         -- a COSE key (RFC 9052)
    sign_count bigint not null,        -- of its authenticator, when last used; 0: it does not count
    label text not null,
    created timestamptz not null,
    used timestamptz,
    ended timestamptz
);
create index passkey_person on passkey (person_id) where ended is null;
comment on table passkey is 'Public halves of the passkeys people sign in with (WebAuthn level 2). Written by people.';

create table used_challenge (
    challenge_sha256 bytea primary key,
    expires timestamptz not null
);
comment on table used_challenge is 'Challenges of passkeys that were answered, until they run out: none is answered twice. Written by people.';

create table authenticator (
    person_id bigint primary key references person (id) on delete cascade,
    sealed bytea not null,             -- the secret, sealed by the key in the data folder
    made timestamptz not null,
    confirmed timestamptz,             -- a first code was entered; before that it is not asked for
    step_last bigint not null default 0
);
comment on table authenticator is 'Authenticator apps (TOTP, RFC 6238). No step is accepted that is not after the last. Written by people.';

create table recovery_code (
    person_id bigint not null references person (id) on delete cascade,
    code_sha256 bytea not null,
    made timestamptz not null,
    used timestamptz,
    primary key (person_id, code_sha256)
);
comment on table recovery_code is 'Codes of one use that stand in for an authenticator app, by their hash. Written by people.';

create table outside_identity (
    issuer text not null,
    subject text not null,
    person_id bigint not null references person (id) on delete cascade,
    bound timestamptz not null,
    bound_by text not null check (bound_by in ('administrator', 'claim')),
    primary key (issuer, subject),
    unique (issuer, person_id)
);
comment on table outside_identity is 'Which subject of the hospital''s own sign-in (OpenID Connect) is which person. Written by people.';
