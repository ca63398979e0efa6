-- What a person may ask for of their own record: to whom it went, corrections, and that it rests.
-- See docs/decisions/0037-rights-of-the-person.md.

create table disclosure (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    at timestamptz not null,
    -- sealed, as is all that people write here (migration 0042)
    recipient bpchar not null check (recipient <> ''),
    what bpchar not null check (what <> ''),
    purpose bpchar not null check (purpose <> ''),
    person_id bigint references person (id),   -- null: the operator at the terminal
    way text not null check (way in ('page', 'terminal', 'by hand'))
);
create index disclosure_patient on disclosure (patient_id, at);
comment on table disclosure is 'To whom what of a patient''s record went, when and what for (45 CFR 164.528). Only ever added to. Written by release.';
comment on column disclosure.way is 'page: the patient''s own export; terminal: an export at the server; by hand: somebody says it went, by letter or so.';

create table amendment (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    field text not null check (field in ('name', 'birth_date', 'sex', 'other')),
    before bpchar not null,
    wanted bpchar not null check (wanted <> ''),
    reason bpchar not null check (reason <> ''),
    asked timestamptz not null,
    asked_by bigint not null references person (id),
    decided timestamptz,
    decided_by bigint references person (id),
    verdict text check (verdict in ('accepted', 'refused')),
    answer bpchar not null default '',
    check (num_nulls(decided, decided_by, verdict) in (0, 3)),
    check (verdict is null or answer <> '')
);
create index amendment_patient on amendment (patient_id, id);
create index amendment_waiting on amendment (id) where decided is null;
comment on table amendment is 'Corrections patients asked for, with what stood there before, and what was answered: both stay (45 CFR 164.526, GDPR 16). Written by people.';

create table restriction (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    ground text not null check (ground in ('accuracy', 'unlawful', 'claims', 'objection')),
    reason bpchar not null check (reason <> ''),
    asked timestamptz not null,
    asked_by bigint not null references person (id),
    decided timestamptz,
    decided_by bigint references person (id),
    verdict text check (verdict in ('accepted', 'refused')),
    answer bpchar not null default '',
    kept_by bigint references person (id),     -- who clears up what it is about
    ended timestamptz,
    ended_by bigint references person (id),
    ended_why bpchar not null default '',
    check (num_nulls(decided, decided_by, verdict) in (0, 3)),
    check (ended is null or ended_by is not null)
);
create unique index restriction_once on restriction (patient_id) where ended is null and verdict is distinct from 'refused';
create index restriction_in_force on restriction (patient_id) where verdict = 'accepted' and ended is null;
comment on table restriction is 'Records patients asked to have rest (GDPR 18): who asked, on which ground, who decided and keeps it. While one is in force the record is open to the watch, in an emergency, and to who keeps it. Written by people.';

create function guard_resting() returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(patient_id), '{}') from public.restriction
    where verdict = 'accepted' and ended is null
$$;

-- Of those they watch over (0040) not the ones that rest, but for the patient themselves, whoever keeps the
-- restriction, whoever is called for them now, and in an emergency.
create or replace function guard_patients() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    resting bigint[] := public.guard_resting();
    watched bigint[] := public.guard_watched();
    who record;
begin
    if not resting && watched then
        return watched;
    end if;
    select * into who from public.guard_who();
    if who.role not in ('nurse', 'doctor') then
        return watched;
    end if;
    return array(
        select whose from unnest(watched) as each (whose)
        where whose <> all (resting)
            or exists (
                select from public.restriction
                where patient_id = whose and verdict = 'accepted' and ended is null
                  and kept_by = who.person_id)
            or exists (
                select from public.call join public.alarm on alarm.id = call.alarm_id
                where call.person_id = who.person_id and call.audience = 'carer'
                  and call.ended is null and alarm.patient_id = whose)
            or exists (
                select from public.emergency_access
                where patient_id = whose and person_id = who.person_id
                  and starts <= now() and ends > now()));
end $$;

-- A part of a record: closed by consent (0040), or with all of it where that rests.
create or replace function guard_patients_of(part text) returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    watched bigint[] := public.guard_watched_of(part);
begin
    if not public.guard_resting() && watched then
        return watched;
    end if;
    return array(select unnest(watched) intersect select unnest(public.guard_patients()));
end $$;
-- A bed stays somebody's, and its alarms ring for the whole team.
create or replace function guard_known() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    who record;
begin
    select * into who from public.guard_who();
    if who.role = 'relative' then
        return array(
            select distinct patient_id from public.relative
            where person_id = who.person_id and (ended is null or ended > now() - interval '31 days'));
    end if;
    return public.guard_watched();
end $$;

select guard_table('disclosure', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('amendment', 'patient_id = any ((select guard_patients())::bigint[]) or (select guard_role()) = ''administrator''');
select guard_table('restriction', 'patient_id = any ((select guard_patients())::bigint[]) or (select guard_role()) = ''administrator''');
-- What stands on the board of a ward is the watch: the newest values, the score, and alarms.
select guard_table('patient_newest', 'patient_id = any ((select guard_watched_of(''readings''))::bigint[])');
select guard_table('minute_chunk', 'patient_id = any ((select guard_watched_of(''readings''))::bigint[])');
select guard_table('score', 'patient_id = any ((select guard_watched_of(''readings''))::bigint[])');
select guard_table('alarm', 'patient_id = any ((select guard_watched())::bigint[]) or patient_id is null and (select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'') or id = any ((select guard_told())::bigint[])');
grant select on disclosure, amendment, restriction to homeward_web;
