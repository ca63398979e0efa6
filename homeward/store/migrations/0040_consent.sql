-- What patients agreed to, and what they closed to whom (docs/decisions/0035-consent.md).

create table consent (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    purpose text not null check (purpose in ('care', 'research')),
    decision text not null check (decision in ('permit', 'deny')),
    person_id bigint references person (id),    -- one carer
    ward_id bigint references ward (id),        -- everybody who works there
    parts text[] not null check (parts <@ '{readings,waves}' and cardinality(parts) > 0),
    starts timestamptz not null,
    ends timestamptz,                           -- null: until it is withdrawn
    withdrawn timestamptz,
    made_by bigint not null references person (id),
    resource jsonb not null,                    -- as it was agreed to: FHIR R4 Consent
    check (ends > starts),
    check (num_nonnulls(person_id, ward_id) = case purpose when 'care' then 1 else 0 end),
    check (ward_id is null or decision = 'deny')
);
create index consent_patient on consent (patient_id, id);
create index consent_stands on consent (decision, person_id) where withdrawn is null and purpose = 'care';
comment on table consent is 'What patients agreed to and what they closed: which part of their record, to whom, for which purpose, how long. Written by people.';
comment on column consent.parts is 'readings: measured and charted values, and scores. waves: waveforms. Who somebody is, where they lie and what alarms there are is open to whoever looks after them.';

-- Those a session looks after; as guard_patients was (0033), before a patient could name anybody.
create function guard_related() returns bigint[] language plpgsql stable
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

-- Those a carer is called for, or was within a day, and whose glass they broke: open whatever a
-- patient closed, for a life may hang on it.
create function guard_needed(carer bigint) returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select array(
        select alarm.patient_id from public.call
        join public.alarm on alarm.id = call.alarm_id
        where call.person_id = carer and call.audience = 'carer'
          and call.ended is null and alarm.patient_id is not null
    ) || array(
        select alarm.patient_id from public.call
        join public.alarm on alarm.id = call.alarm_id
        where call.person_id = carer and call.audience = 'carer'
          and call.ended > now() - interval '1 day' and alarm.patient_id is not null
    ) || array(
        select patient_id from public.emergency_access
        where person_id = carer and starts <= now() and ends > now())
$$;

-- Those who named this session's carer themselves, for a part of their record ('': any).
create function guard_permitted(part text) returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select array(
        select consent.patient_id from public.guard_who() who
        join public.consent on consent.person_id = who.person_id
        where who.role in ('nurse', 'doctor') and decision = 'permit' and purpose = 'care'
          and withdrawn is null and starts <= now() and (ends is null or ends > now())
          and (part = '' or part = any (parts)))
$$;

-- Those who closed a part of their record to this session's carer: to them, or to a ward they work
-- on. On a ward where somebody lies the team that looks after them there sees it all the same.
create function guard_closed(part text) returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select array(
        select consent.patient_id from public.guard_who() who
        join public.consent on decision = 'deny' and purpose = 'care' and withdrawn is null
            and starts <= now() and (ends is null or ends > now()) and part = any (parts)
        where who.role in ('nurse', 'doctor')
          and consent.patient_id <> all (public.guard_needed(who.person_id))
          and (consent.person_id = who.person_id
               or consent.patient_id <> all (public.guard_permitted(part))
               and exists (
                   select from public.ward_staff
                   where ward_staff.person_id = who.person_id and ward_staff.ends is null
                     and coalesce(ward_staff.ward_id, consent.ward_id) = consent.ward_id)
               and not exists (
                   select from public.stay
                   join public.ward on ward.id = stay.ward_id and ward.kind = 'ward'
                   join public.ward_staff on ward_staff.person_id = who.person_id
                       and ward_staff.ends is null
                       and coalesce(ward_staff.ward_id, stay.ward_id) = stay.ward_id
                   where stay.patient_id = consent.patient_id and stay.ends is null)))
$$;

-- Whom they watch over: whose name, bed and alarms they know.
create function guard_watched() returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select public.guard_related() || public.guard_permitted('')
$$;

-- Of whom they may see what is measured now, or waves.
create function guard_watched_of(part text) returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    closed bigint[] := public.guard_closed(part);
begin
    if closed = '{}' then
        return public.guard_related() || public.guard_permitted(part);
    end if;
    return array(
        select related from unnest(public.guard_related()) related where related <> all (closed)
    ) || public.guard_permitted(part);
end $$;

-- Whose whole record they may open, and whose readings or waves of it.
create or replace function guard_patients() returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select public.guard_watched()
$$;
create function guard_patients_of(part text) returns bigint[] language sql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select public.guard_watched_of(part)
$$;

-- Of those who are asked about, those of whom this part is open; all of them to the platform.
create function guard_asked(wanted bigint[], part text) returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if 'homeward_web' in (session_user, current_setting('role')) then
        return array(
            select unnest(wanted) intersect select unnest(public.guard_watched_of(part)));
    end if;
    return wanted;
end $$;

-- Those they watch over, but this part of whose record they may not see.
create function guard_shut(part text) returns bigint[] language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from public.consent where withdrawn is null and purpose = 'care') then
        return '{}';
    end if;
    return array(
        select unnest(public.guard_watched()) except select unnest(public.guard_watched_of(part)));
end $$;

create or replace view patient_shown with (security_invoker) as
select patient.id, patient.name, patient.record_number, patient.birth_date::text as birth_date,
    extract(year from age(patient.birth_date))::integer as age, patient.sex,
    patient.oxygen_scale, stay.ward_id, ward.name as ward, stay.bed,
    array_remove(array[
        case when patient.id = any ((select guard_shut('readings'))::bigint[]) then 'readings' end,
        case when patient.id = any ((select guard_shut('waves'))::bigint[]) then 'waves' end
    ], null) as closed
from patient
left join stay on stay.patient_id = patient.id and stay.ends is null
left join ward on ward.id = stay.ward_id;
comment on view patient_shown is 'Patients as screens know them; age in whole years today; closed: the parts of their record that are closed to who asks. Reads people.';

revoke execute on function guard_needed from public;

select guard_table('consent', 'patient_id = any ((select guard_patients())::bigint[])');
grant select on consent to homeward_web;
