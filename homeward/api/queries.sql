-- name: on_wards
-- Who is on these wards now, of those whose part of the record ('': any) this session may see.
select patient_id from stay
where ward_id = any(%(wards)s) and ends is null and patient_id = any ((
    select case %(part)s when '' then guard_patients() else guard_patients_of(%(part)s) end
)::bigint[]);

-- name: may_see
-- Whether this session may see a patient, and a part ('': any) of their record; and, for carers,
-- whether there is such a patient.
select %(patient)s = any (guard_patients()) as may, guard_exists(%(patient)s) as is_there,
    %(part)s = '' or %(patient)s = any (guard_patients_of(%(part)s)) as is_open;

-- name: works_on
-- Whether a ward is this session's, and whether there is such a ward.
select %(ward)s = any (guard_wards()) as may,
    exists (select from ward where id = %(ward)s) as is_there;

-- name: hears_of
-- Whether this session may see an alarm.
select exists (select from alarm where id = %(alarm)s) as may;

-- name: ward_shown
-- A ward, by its number.
select name, kind from ward where id = %(ward)s;

-- name: beds_taken
-- Who lies where on a ward now.
select patient_id, bed from stay where ward_id = %(ward)s and ends is null order by bed;

-- name: ward_alarms
-- Open alarms of a ward and of no ward, worst first.
select * from alarm_shown
where state <> 'resolved' and (ward_id = %(ward)s or ward_id is null)
  and not exists (select from patient where patient.id = patient_id and patient.is_synthetic)
order by position(priority in 'high medium low'), raised
limit 5000;
