-- What a patient, their team and whom they let write to each other (docs/decisions/0051-letters.md).

create table letter (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    at timestamptz not null,
    author bigint not null references person (id),
    side text not null check (side in ('patient', 'relative', 'team')),
    body bpchar not null check (body <> ''),      -- sealed
    key uuid not null,                            -- the page's own: what is sent again is there once
    answer_by timestamptz,                        -- of the team's own there is none to answer
    settled timestamptz,                          -- answered, or somebody said it needs no answer
    settled_by bigint references person (id),
    unique (author, key),
    check ((side = 'team') = (answer_by is null)),
    check ((settled is null) = (settled_by is null))
);
create index letter_patient on letter (patient_id, id);
create index letter_at on letter (at) where side = 'team';
create index letter_open on letter (patient_id, answer_by) where settled is null and side <> 'team';
comment on table letter is 'What a patient, their team and their relatives wrote to each other: only ever added to. Written by plan.';

create table letter_read (
    letter_id bigint not null references letter (id),
    patient_id bigint not null references patient (id),
    person_id bigint not null references person (id),
    at timestamptz not null,
    primary key (letter_id, person_id)
);
create index letter_read_patient on letter_read (patient_id);
comment on table letter_read is 'Who has read which of them, and since when. Written by plan.';

create table letter_told (
    delivery_id bigint primary key references delivery (id),
    letter_id bigint not null references letter (id),
    contact_id bigint not null references contact (id),
    at timestamptz not null
);
create unique index letter_told_once on letter_told (letter_id, contact_id);
create index letter_told_contact on letter_told (contact_id, at);
comment on table letter_told is 'Which messages out told somebody that they were written to. Written by call.';

create table relative_right (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    person_id bigint not null references person (id),
    may text not null check (may in ('reports', 'letters')),
    starts timestamptz not null,
    made_by bigint not null references person (id),
    ended timestamptz,
    ended_by bigint references person (id)
);
create unique index relative_right_once on relative_right (patient_id, person_id, may) where ended is null;
create index relative_right_person on relative_right (person_id);
comment on table relative_right is 'What a patient lets one of their relatives do besides being told. Written by call.';

-- Whose reports, or messages, this session's relative may read: while the patient wants them told at all.
create function guard_let(wanted text) returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select array(
        select relative_right.patient_id from public.guard_who() who
        join public.relative_right on relative_right.person_id = who.person_id
        join public.relative on relative.person_id = who.person_id
            and relative.patient_id = relative_right.patient_id and relative.ended is null
        where who.role = 'relative' and may = wanted and relative_right.ended is null)
$$;

select guard_table('letter', 'patient_id = any ((select guard_patients())::bigint[]) or patient_id = any ((select guard_let(''letters''))::bigint[])');
select guard_table('letter_read', 'patient_id = any ((select guard_patients())::bigint[]) or patient_id = any ((select guard_let(''letters''))::bigint[])');
select guard_table('relative_right', 'patient_id = any ((select guard_patients())::bigint[]) or person_id = (select guard_person())');
grant select on letter, letter_read, relative_right to homeward_web;
