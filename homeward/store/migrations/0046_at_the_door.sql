-- Whoever comes in by a session: how long it stands is said here, too, and what PostgreSQL lets
-- everybody do, and no page has a use for, they may not (docs/decisions/0041-what-was-left-open.md).

create table session_bounds (
    is_only boolean primary key default true check (is_only),
    idle_seconds bigint,               -- null in each: nobody has said it yet
    seconds_max bigint,
    home_seconds_max bigint
);
comment on table session_bounds is 'How long a sign-in lasts: without a touch, in all, and at home. As the settings of the pages say. Written by people.';
insert into session_bounds default values;

-- Which key wrapped the keys of patients when somebody was erased: while it still does, backups of
-- before open what was theirs (docs/decisions/0036-sealing.md).
alter table erasure add column wrapped_by text;

-- The sessions that stand at a moment: the one rule by which the pages, open screens and row security
-- know who somebody is.
create function sessions_standing(moment timestamptz)
    returns table (
        token_sha256 bytea, person_id bigint, name bpchar, role text, method text, agent text,
        created timestamptz, seen timestamptz)
    language sql stable as $$
    select session.token_sha256, person.id, person.name, person.role, session.method, session.agent,
        session.created, session.seen
    from public.session
    join public.person on person.id = session.person_id
    cross join public.session_bounds
    where session.ended is null and person.disabled is null
      and case when person.role in ('patient', 'relative') then
            session.created > moment - make_interval(secs => home_seconds_max)
        else session.created > moment - make_interval(secs => seconds_max)
            and session.seen > moment - make_interval(secs => idle_seconds)
        end is not false
$$;

create or replace function guard_who(out person_id bigint, out role text) language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select standing.person_id, standing.role from public.sessions_standing(now()) standing
    where token_sha256 = sha256(convert_to(current_setting('homeward.session', true), 'UTF8'))
$$;

-- Whose records rest is nobody's to list.
revoke execute on function guard_resting from public;

-- What PostgreSQL lets everybody call and a page has no use for. Locks by number: by them one process
-- watches a patient, and no other. Large objects: what is written outlives the question. The log of
-- changes, tellings, waiting, and ending what others of the same account ask.
create function guard_spare() returns setof regprocedure language sql stable as $$
    select oid::regprocedure from pg_catalog.pg_proc
    where pronamespace = 'pg_catalog'::regnamespace
      and proname ~ '^(pg_(try_)?advisory_|lo_|loread$|lowrite$|pg_notify$|pg_sleep|pg_logical_emit_message$|pg_(cancel|terminate)_backend$)'
$$;
revoke execute on function guard_spare from public;

do $$
declare
    statement text;
begin
    foreach statement in array array[
        format('revoke create, temporary on database %I from public', current_database()),
        format('grant create, usage on schema public to %I', current_user),
        'revoke create on schema public from public',
        format('grant usage on language plpgsql to %I', current_user),
        'revoke usage on language plpgsql from public',
        -- Theirs alone to raise: a question that fills the disk would keep readings from it.
        'alter role homeward_web set temp_file_limit = ''1GB'''
    ] || array(select format('grant execute on function %s to %I', each, current_user)
               from guard_spare() each)
      || array(select format('revoke execute on function %s from public', each)
               from guard_spare() each) loop
        begin
            execute statement;
        exception when insufficient_privilege then
            raise notice 'homeward verify says what an administrator of the server has to do';
        end;
    end loop;
end $$;
