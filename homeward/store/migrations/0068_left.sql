-- Whoever leaves the team of a ward gives back whom they were handed there: they are not called for them
-- any more, and do not see them by that. Here, so that it is one act with leaving, whoever says it; who was
-- handed somebody without being on the team keeps them until that is ended.

create function leaving_ends_assignments() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
begin
    update assignment set ends = greatest(new.ends, starts), ends_by = new.ends_by
    where person_id = new.person_id and ends is null and ward_id = coalesce(new.ward_id, ward_id)
      and not exists (
        select from public.ward_staff still
        where still.person_id = new.person_id and still.ends is null
          and coalesce(still.ward_id, assignment.ward_id) = assignment.ward_id);
    return null;
end $$;
create trigger leaving_ends_assignments after update on ward_staff
    for each row when (old.ends is null and new.ends is not null)
    execute function leaving_ends_assignments();

-- Those who left before.
update assignment set ends = greatest(now(), starts)
where ends is null
  and exists (
    select from ward_staff
    where ward_staff.person_id = assignment.person_id and ward_staff.ends > assignment.starts
      and coalesce(ward_staff.ward_id, assignment.ward_id) = assignment.ward_id)
  and not exists (
    select from ward_staff
    where ward_staff.person_id = assignment.person_id and ward_staff.ends is null
      and coalesce(ward_staff.ward_id, assignment.ward_id) = assignment.ward_id);
