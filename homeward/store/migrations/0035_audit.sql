-- Who read or wrote what of whom, and the sealed log of it. See docs/decisions/0031-audit.md.

create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    -- Null: the operator at the terminal, or nobody signed in. It refers to no row of person: what
    -- was stays as it was, and a read waits for nobody who changes a person.
    person_id bigint,
    role text not null,                -- as it was then; or operator, or nobody
    session text not null default '',  -- which sign-in: the beginning of its token's hash
    address text not null default '',  -- where it came from, as the network says
    action text not null check (action in ('C', 'R', 'U', 'D', 'E')),
    subtype text not null,
    patient_ids bigint[] not null,
    kind text not null,
    object_id text not null default '',
    purpose text not null,
    outcome smallint not null check (outcome in (0, 4, 8, 12)),
    route text not null,
    times integer not null default 1 check (times > 0)
);
create index audit_patients on audit using gin (patient_ids);
create index audit_person on audit (person_id, id);
comment on table audit is 'Who read or wrote what of whom, when, why and from where; no values, no names. Only ever added to. Written by trail.';
comment on column audit.action is 'FHIR AuditEvent.action: create, read, update, delete, or execute, as a search is.';
comment on column audit.outcome is 'FHIR AuditEvent.outcome: 0 done, 4 refused, 8 or 12 failed.';
comment on column audit.times is 'So many attempts this row stands for; more than one only where somebody is refused again and again.';

create table audit_unsealed (
    audit_id bigint primary key
);
comment on table audit_unsealed is 'Rows of audit that are no leaf of the sealed log yet. Written by trail.';

create table audit_leaf (
    place bigint primary key,          -- from 0, without a gap
    audit_id bigint not null unique references audit (id),
    hash bytea not null check (octet_length(hash) = 32)
);
comment on table audit_leaf is 'The sealed log of audit: the hash of each row in the order they were sealed (RFC 6962). Only ever added to. Written by trail.';

create table audit_checkpoint (
    size bigint primary key check (size > 0),
    line text not null,
    peaks bytea not null               -- of the whole trees the log consists of, to go on from
);
comment on table audit_checkpoint is 'The signed size and root of the sealed log each time it grew, as they were sent to places outside. Only ever added to. Written by trail.';

create function audit_stands() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_stands before update or delete or truncate on audit
    for each statement execute function audit_stands();
create trigger audit_stands before update or delete or truncate on audit_leaf
    for each statement execute function audit_stands();
create trigger audit_stands before update or delete or truncate on audit_checkpoint
    for each statement execute function audit_stands();
alter table audit enable always trigger audit_stands;
alter table audit_leaf enable always trigger audit_stands;
alter table audit_checkpoint enable always trigger audit_stands;

create function audit_to_seal() returns trigger language plpgsql
    security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into public.audit_unsealed (audit_id) values (new.id);
    return null;
end
$$;
create trigger audit_to_seal after insert on audit
    for each row execute function audit_to_seal();
alter table audit enable always trigger audit_to_seal;

-- One act. Whose it was is found here, in the transaction of the act: a ward's patients are those
-- who lie there in this moment. Who it was by, whoever came in by a session (migration 0033) cannot
-- say: it is that session's person.
create function audit_note(
    happened timestamptz, person bigint, role text, session text, address text, action text, subtype text,
    whose text, number bigint, object text, patients bigint[], kind text, purpose text,
    outcome integer, route text, times integer)
    returns void language plpgsql
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    who record;
begin
    select * into who from public.guard_who();
    if who.person_id is not null then
        person := who.person_id;
        role := who.role;
    elsif 'homeward_web' in (session_user, current_setting('role')) then
        raise exception 'nobody is signed in' using errcode = 'insufficient_privilege';
    end if;
    case whose
        when 'named' then null;
        when 'ward' then
            patients := array(
                select stay.patient_id from public.stay
                where stay.ward_id = number and stay.ends is null order by stay.patient_id);
        when 'alarm' then
            patients := array(
                select alarm.patient_id from public.alarm
                where alarm.id = number and alarm.patient_id is not null);
        when 'open alarms' then
            patients := array(
                select distinct alarm.patient_id from public.alarm
                where alarm.state <> 'resolved' and alarm.patient_id is not null
                order by alarm.patient_id);
        when 'call' then
            patients := array(
                select alarm.patient_id from public.call
                join public.alarm on alarm.id = call.alarm_id
                where call.id = number and alarm.patient_id is not null);
        when 'own calls' then
            patients := array(
                select distinct alarm.patient_id from public.call
                join public.alarm on alarm.id = call.alarm_id
                where call.person_id = person and alarm.patient_id is not null
                  and call.created > happened - interval '7 days'
                order by alarm.patient_id);
        when 'relative' then
            patients := array(
                select relative.patient_id from public.relative
                where relative.person_id = person and relative.ended is null
                order by relative.patient_id);
        when 'wearer' then
            patients := array(
                select association.patient_id from public.association
                join public.device on device.id = association.device_id
                where device.name = object and association.ends is null
                union select unnest(patients));
        when 'record number' then
            patients := array(select id from public.patient where record_number = object);
            object := '';
    end case;
    if cardinality(patients) = 1 and exists (
        select from public.emergency_access
        where emergency_access.person_id = person and patient_id = patients[1]
          and starts <= now() and ends > now())
    then
        purpose := 'BTG';
    end if;
    insert into public.audit (at, person_id, role, session, address, action, subtype, patient_ids, kind,
        object_id, purpose, outcome, route, times)
    values (happened, person, role, session, address, action, subtype, coalesce(patients, '{}'), kind, object,
        purpose, outcome, route, times);
end
$$;
revoke execute on function audit_note from public;
grant execute on function audit_note to homeward_web;
