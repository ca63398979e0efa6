-- Who may see whom: the team of a ward, emergency access, and what PostgreSQL itself asks of whoever
-- comes in by a session (docs/decisions/0030-right-to-see.md).

do $$
begin
    create role homeward_web nologin;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise exception 'the role homeward_web is missing, and this account may not make it'
            using hint = 'as an administrator of the server: create role homeward_web nologin; '
                'grant homeward_web to ' || quote_ident(current_user);
end $$;
do $$
begin  -- so that the platform's account can take the role on where it has no address of its own
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant homeward_web to %I', current_user);
    end if;
end $$;

create table ward_staff (
    id bigint generated always as identity primary key,
    person_id bigint not null references person (id),
    ward_id bigint references ward (id),      -- null: every ward there is or will be
    starts timestamptz not null,
    starts_by bigint references person (id),  -- null: by the platform's own command
    why text not null default '',
    ends timestamptz,
    ends_by bigint references person (id),
    check (ends >= starts)
);
create unique index ward_staff_once on ward_staff (person_id, coalesce(ward_id, 0))
    where ends is null;
comment on table ward_staff is 'Which nurses and doctors work on which ward, when, and who said so. Written by people.';

-- An upgrade blinds nobody: who saw everybody until now still does, until somebody says otherwise.
insert into ward_staff (person_id, starts, why)
select id, now(), 'As it was before wards had teams.' from person where role in ('nurse', 'doctor');

create table emergency_access (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    person_id bigint not null references person (id),
    reason text not null check (length(reason) >= 10),
    starts timestamptz not null,
    ends timestamptz not null,
    reviewed timestamptz,
    reviewed_by bigint references person (id),
    verdict text check (verdict in ('justified', 'not justified')),
    note text not null default '',
    check (ends > starts),
    check (num_nulls(reviewed, reviewed_by, verdict) in (0, 3))
);
create index emergency_access_person on emergency_access (person_id, ends);
create index emergency_access_patient on emergency_access (patient_id, id);
create index emergency_access_waiting on emergency_access (id) where reviewed is null;
comment on table emergency_access is 'Who broke the glass of whose record, why, for how long, and what the review said. Written by people.';

-- Who asks. A session's token is told in front of each question; nobody can make one up, and the
-- table in which its hash lies is closed to whoever comes in by it.
create function guard_who(out person_id bigint, out role text) language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select person.id, person.role from public.session
    join public.person on person.id = session.person_id
    where token_sha256 = sha256(convert_to(current_setting('homeward.session', true), 'UTF8'))
      and ended is null and disabled is null
$$;

create function guard_person() returns bigint language sql stable
    return (select person_id from guard_who());
create function guard_role() returns text language sql stable
    return (select role from guard_who());

-- Whose record they may open. Staff: whoever lies on a ward they work on, or left it within a day;
-- whoever is theirs, or they are called for, or were within a day; and by breaking the glass.
create function guard_patients() returns bigint[] language plpgsql stable
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
        ) || array(
            select alarm.patient_id from public.call
            join public.alarm on alarm.id = call.alarm_id
            where call.person_id = who.person_id and call.audience = 'carer'
              and call.ended is null and alarm.patient_id is not null
        ) || array(
            select alarm.patient_id from public.call
            join public.alarm on alarm.id = call.alarm_id
            where call.person_id = who.person_id and call.audience = 'carer'
              and call.ended > now() - interval '1 day' and alarm.patient_id is not null
        ) || array(
            select patient_id from public.emergency_access
            where person_id = who.person_id and starts <= now() and ends > now());
    end if;
    return array(
        select id from public.patient
        where patient.person_id = who.person_id
          and (who.role = 'patient' or who.role = 'sentinel' and is_synthetic));
end $$;

-- Whose name they may read: a relative that of whoever wants them told, too, and did of late.
create function guard_known() returns bigint[] language plpgsql stable
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
    return public.guard_patients();
end $$;

-- The alarms of which a relative was told.
create function guard_told() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    who record;
begin
    select * into who from public.guard_who();
    if who.role <> 'relative' then
        return '{}';
    end if;
    return array(
        select alarm_id from public.call
        where person_id = who.person_id and audience = 'relative'
          and created > now() - interval '31 days');
end $$;

create function guard_wards() returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    who record;
begin
    select * into who from public.guard_who();
    return array(
        select id from public.ward
        where who.role = 'administrator' or who.role in ('nurse', 'doctor') and exists (
            select from public.ward_staff
            where ward_staff.person_id = who.person_id and ends is null
              and coalesce(ward_id, ward.id) = ward.id));
end $$;

-- How full and how loud each of them is: counts, of people an administrator may not see.
create function guard_ward_loads(
    out id bigint, out name text, out kind text, out patients bigint, out open_alarms bigint)
    returns setof record language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select ward.id, ward.name, ward.kind,
        (select count(*) from public.stay where stay.ward_id = ward.id and stay.ends is null),
        (select count(*) from public.alarm
         join public.stay on stay.patient_id = alarm.patient_id and stay.ends is null
         where stay.ward_id = ward.id and alarm.state <> 'resolved')
    from public.ward where not ward.is_hidden and ward.id = any (public.guard_wards())
$$;

-- Whether there is such a patient at all: who is not of their team is told that, not "nobody".
create function guard_exists(wanted bigint) returns boolean language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from public.patient where id = wanted)
        and public.guard_role() in ('nurse', 'doctor')
$$;

-- Rows of a table for those who come in by a session: these, and no others. The platform itself,
-- which is whoever brings the database up to date, sees all. Safe to run twice.
create function guard_table(named text, who_sees text) returns void language plpgsql as $$
begin
    if not (select relrowsecurity and relforcerowsecurity from pg_class
            where oid = named::regclass) then
        execute format('alter table %I enable row level security', named);
        execute format('alter table %I force row level security', named);
    end if;
    execute format('drop policy if exists platform on %I', named);
    execute format('create policy platform on %I to %I using (true)', named, current_user);
    execute format('drop policy if exists seen on %I', named);
    execute format('create policy seen on %I for select to homeward_web using (%s)', named, who_sees);
end $$;

-- What they may read at all; they write nothing. Not named, so closed: sessions, enrolment tokens,
-- passwords, the inbox with everybody's newest readings.
grant select on alarm, alarm_event, alarm_receipt, assignment, association, call, certificate, chain,
    chain_step, cold_file, cold_part, command, contact, day_chunk, delivery, device, device_config,
    device_session, device_state, emergency_access, habit, hour_chunk, invitation, minute_chunk, observation,
    observation_order, observation_value, patient, patient_newest, pregnancy, presence, quiet_hours,
    relative, roster_check, roster_trouble, rota, rota_override, rota_plan, rule_setting,
    rule_setting_end, score, score_key, score_switch, score_table, sentinel_round, stay, telling,
    ward, ward_staff, ward_telephone, watch_mark, watch_share, wave_chunk to homeward_web;
grant select (id, name, login, role, created, disabled, invitation_id) on person to homeward_web;
grant select (id, device_id, received, topic, reason) on quarantine to homeward_web;
grant select on alarm_shown, call_shown, patient_shown, rule_setting_newest, score_switch_newest,
    present, call_screen, call_reach, peoples_alarm to homeward_web;
