-- Whom somebody looks after is asked once in a transaction, not once for each table a question touches.

-- What is kept lies in a setting of the transaction, which whoever asks may write. So a code over it
-- goes with it, made with this: nobody who asks may read it, or have a code made.
create table guard_secret (
    secret bytea not null check (length(secret) = 32)
);
create unique index guard_secret_one on guard_secret ((true));
insert into guard_secret (secret)
select sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8'));
comment on table guard_secret is 'What codes over kept answers about rights are made with: one row. Written by the migration that made it, once.';

-- Good in this transaction of this connection alone.
create function guard_code(person bigint, role text, said text) returns text language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select encode(sha256(secret || sha256(secret || convert_to(
        concat_ws('/', now(), pg_backend_pid(), person, role, said), 'UTF8'))), 'hex')
    from public.guard_secret
$$;
revoke execute on function guard_code from public;

-- Those a session looks after, as guard_related was (0040).
create function guard_related_now() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    who record;
begin
    select * into who from public.guard_who();
    if who.role in ('nurse', 'doctor') then
        -- Apart, so that each goes by its index; a patient may stand in it twice.
        return array(
            select stay.patient_id from public.ward_staff
            join public.stay on stay.ward_id = ward_staff.ward_id and stay.ends is null
            where ward_staff.person_id = who.person_id and ward_staff.ends is null
        ) || array(
            select stay.patient_id from public.stay
            join public.ward_staff on ward_staff.ward_id = stay.ward_id
            where stay.ends > now() - interval '1 day'
              and ward_staff.person_id = who.person_id and ward_staff.ends is null
        ) || array(
            select id from public.patient
            where not is_synthetic and exists (
                select from public.ward_staff
                where ward_staff.person_id = who.person_id and ward_id is null and ends is null)
        ) || array(
            select patient_id from public.assignment
            where person_id = who.person_id and ends is null
        ) || public.guard_needed(who.person_id);
    end if;
    return array(
        select id from public.patient
        where patient.person_id = who.person_id
          and (who.role = 'patient' or who.role = 'sentinel' and is_synthetic));
end $$;
revoke execute on function guard_related_now from public;

-- The same, kept for the rest of the transaction. Who asks is looked up each time: a session that ended, or
-- another one, has no use of what was kept.
create or replace function guard_related() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    who record;
    kept text := current_setting('homeward.related', true);
    found bigint[];
begin
    select * into who from public.guard_who();
    if kept <> '' and left(kept, 64) = public.guard_code(who.person_id, who.role, substr(kept, 65)) then
        return substr(kept, 65)::bigint[];
    end if;
    found := public.guard_related_now();
    kept := found::text;
    perform set_config(
        'homeward.related', public.guard_code(who.person_id, who.role, kept) || kept, true);
    return found;
end $$;

-- Of those who are asked about, those of whom this part is open; all of them to the platform. A few are
-- looked for one by one, many by a table of them.
create or replace function guard_asked(wanted bigint[], part text) returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    watched bigint[];
begin
    if 'homeward_web' not in (session_user, current_setting('role')) then
        return wanted;
    end if;
    watched := public.guard_watched_of(part);
    if cardinality(wanted) < 10 then
        return array(select each from unnest(wanted) each where each = any (watched));
    end if;
    return array(select unnest(wanted) intersect select unnest(watched));
end $$;
