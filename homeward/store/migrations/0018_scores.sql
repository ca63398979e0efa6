-- Which scores are in use for whom, and a hospital's own signed tables.

alter table score add column is_leading boolean not null default true;
comment on column score.is_leading is 'Whether the patient was known by this score then.';
create index score_leading on score (patient_id, at) where is_leading;

create table score_switch (
    id bigint generated always as identity primary key,
    score text not null,
    patient_id bigint references patient (id),
    ward_id bigint references ward (id),   -- neither: the whole site
    is_on boolean,                         -- null: as the wider setting says
    at timestamptz not null,
    set_by bigint not null references person (id),
    reason text not null,
    check (patient_id is null or ward_id is null)
);
create index score_switch_scope
    on score_switch (score, coalesce(patient_id, 0), coalesce(ward_id, 0), id);
comment on table score_switch is 'Each switching on or off of a score: for one patient, one ward or the site, by whom, when, why. The newest of a scope counts. Written by watch.';

create view score_switch_newest with (security_invoker) as
select distinct on (score, patient_id, ward_id) score, patient_id, ward_id, is_on, at, set_by, reason
from score_switch order by score, patient_id, ward_id, id desc;
comment on view score_switch_newest is 'The newest switch of each score of each patient, ward and the site. Reads watch.';

create table score_key (
    id bigint generated always as identity primary key,
    public_key bytea not null check (length(public_key) = 32),
    name text not null,
    is_trusted boolean not null,
    at timestamptz not null,
    set_by bigint not null references person (id),
    reason text not null
);
comment on table score_key is 'Ed25519 keys whose signed tables of points this site uses, or does not any more; the newest row of a key counts. Who, when, why. Written by watch.';

create table score_table (
    id bigint generated always as identity primary key,
    name text not null,
    version integer,                       -- null with the text: withdrawn
    text text,
    sha256 text,
    signature bytea,
    public_key bytea,
    at timestamptz not null,
    added_by bigint not null references person (id),
    reason text not null,
    check (num_nonnulls(version, text, sha256, signature, public_key) in (0, 5))
);
create index score_table_name on score_table (name, id);
comment on table score_table is 'A hospital''s own tables of points, each as its signed file; the newest row of a name counts. Who, when, why. Written by watch.';

create function score_record_never_changes() returns trigger language plpgsql as $$
begin
    raise exception 'this is a record: make a new one';
end $$;
create trigger score_switch_never_changes before update or delete on score_switch
    for each row execute function score_record_never_changes();
create trigger score_key_never_changes before update or delete on score_key
    for each row execute function score_record_never_changes();
create trigger score_table_never_changes before update or delete on score_table
    for each row execute function score_record_never_changes();
