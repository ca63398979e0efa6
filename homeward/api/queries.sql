-- name: on_wards
-- Who is on these wards now.
select patient_id from stay where ward_id = any(%(wards)s) and ends is null;

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
