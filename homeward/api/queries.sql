-- name: on_wards
-- Who is on these wards now, of those this session may see.
select patient_id from stay
where ward_id = any(%(wards)s) and ends is null
  and patient_id = any ((select guard_patients())::bigint[]);

-- name: may_see
-- Whether this session may see a patient; and, for carers, whether there is such a patient.
select %(patient)s = any (guard_patients()) as may, guard_exists(%(patient)s) as is_there;

-- name: works_on
-- Whether a ward is this session's, and whether there is such a ward.
select %(ward)s = any (guard_wards()) as may,
    exists (select from ward where id = %(ward)s) as is_there;

-- name: hears_of
-- Whether this session may see an alarm.
select exists (select from alarm where id = %(alarm)s) as may;
