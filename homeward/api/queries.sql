-- name: on_ward
-- Who is on a ward now.
select patient_id from stay where ward_id = %(ward)s and ends is null;
