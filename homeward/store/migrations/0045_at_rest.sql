-- A record that rests (0043): what its ward's team may ask for of it is what stands on the board, and
-- no more. Until here an injected question read the newest hour of it, and every score and alarm there
-- ever was.

-- Of whom this session watches over and whose record rests: the newest of each score, and of the one
-- they are known by. With nobody's at rest it costs nothing: no row comes to it.
create function guard_newest_scores() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    watched bigint[];
begin
    if public.guard_resting() = '{}' then
        return '{}';
    end if;
    watched := public.guard_watched_of('readings');
    return array(
        select newest.id from unnest(public.guard_resting()) as each (whose)
        cross join lateral (
            (select distinct on (name) score.id from public.score
             where patient_id = whose order by name, at desc, score.id desc)
            union all
            (select score.id from public.score
             where patient_id = whose and is_leading order by at desc limit 1)
        ) newest
        where whose = any (watched));
end $$;

-- Of whom this session watches over those whose record rests, and is closed to it.
create function guard_at_rest() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if public.guard_resting() = '{}' then
        return '{}';
    end if;
    return array(
        select unnest(public.guard_watched()) except select unnest(public.guard_patients()));
end $$;

-- patient_newest stays the watch's (0043): one reading of each vital, those that stand on the board.
select guard_table('minute_chunk', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('score', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[]) or id = any ((select guard_newest_scores())::bigint[])');
-- An alarm rings for the whole team, and is told of for a day; then it is history.
select guard_table('alarm', 'patient_id = any ((select guard_watched())::bigint[]) and (state <> ''resolved'' or resolved > now() - interval ''1 day'' or patient_id <> all ((select guard_at_rest())::bigint[])) or patient_id is null and (select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'') or id = any ((select guard_told())::bigint[])');
