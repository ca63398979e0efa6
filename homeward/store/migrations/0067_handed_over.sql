-- Who was handed over to somebody is theirs while they lie where that was, and for a day, as everybody of
-- a ward: not for ever. As guard_related_now was (0048), but for the assignments.

create or replace function guard_related_now() returns bigint[] language plpgsql stable
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
            select assignment.patient_id from public.assignment
            join public.stay on stay.patient_id = assignment.patient_id
                and stay.ward_id = assignment.ward_id and stay.ends is null
            where assignment.person_id = who.person_id and assignment.ends is null
        ) || array(
            select assignment.patient_id from public.assignment
            join public.stay on stay.patient_id = assignment.patient_id
                and stay.ward_id = assignment.ward_id and stay.ends > now() - interval '1 day'
            where assignment.person_id = who.person_id and assignment.ends is null
        ) || public.guard_needed(who.person_id);
    end if;
    return array(
        select id from public.patient
        where patient.person_id = who.person_id
          and (who.role = 'patient' or who.role = 'sentinel' and is_synthetic));
end $$;
