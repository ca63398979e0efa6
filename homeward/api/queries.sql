-- name: on_wards
-- Who is on these wards now.
select patient_id from stay where ward_id = any(%(wards)s) and ends is null;
