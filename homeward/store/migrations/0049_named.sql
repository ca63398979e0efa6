-- A question about one patient asks once whether they may be seen, not at each table for the list of all.

-- The patient a question names, where this session may see them, or this part ('': any) of their record.
-- Whoever asks may name anybody: for whom they may not see, nothing is given.
create function guard_named(part text) returns bigint language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    who record;
    named text := current_setting('homeward.patient', true);
    place text := 'homeward.named_' || part;
    code text;
begin
    if named is null or named !~ '^[1-9][0-9]{0,17}$' then
        return null;
    end if;
    select * into who from public.guard_who();
    code := public.guard_code(who.person_id, who.role, concat_ws('/', 'named', part, named));
    if current_setting(place, true) = code then
        return named::bigint;
    end if;
    if named::bigint = any (
        case part when '' then public.guard_patients() else public.guard_patients_of(part) end)
    then
        perform set_config(place, code, true);
        return named::bigint;
    end if;
    return null;
end $$;

create or replace function guard_asked(wanted bigint[], part text) returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    watched bigint[];
begin
    if 'homeward_web' not in (session_user, current_setting('role'))
        or wanted = array[public.guard_named(part)]
    then
        return wanted;
    end if;
    watched := public.guard_watched_of(part);
    if cardinality(wanted) < 10 then
        return array(select each from unnest(wanted) each where each = any (watched));
    end if;
    return array(select unnest(wanted) intersect select unnest(watched));
end $$;
