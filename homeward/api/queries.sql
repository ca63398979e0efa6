-- name: on_wards
-- Who is on these wards now, of those this session watches over, also whose record rests: of whom
-- a part of the record ('': any) is open to it.
select patient_id from stay
where ward_id = any(%(wards)s) and ends is null and patient_id = any ((
    select case %(part)s when '' then guard_watched() else guard_watched_of(%(part)s) end
)::bigint[]);

-- name: own_wards
-- Which of these wards this session's person works on.
select id from ward where id = any(%(wards)s) and id = any ((select guard_wards())::bigint[]);

-- name: may_see
-- Whether this session may see a patient, and a part ('': any) of their record; for carers, whether
-- there is such a patient; and whether they would if the record did not rest.
with asked as materialized (select %(patient)s = any (guard_patients()) as may)
select may, guard_exists(%(patient)s) as is_there,
    case when may then true else %(patient)s = any (guard_watched()) end as is_watched,
    case when may and %(part)s <> '' then %(patient)s = any (guard_patients_of(%(part)s))
         else true end as is_open
from asked;

-- name: is_let
-- Whether a patient let this session's relative read their reports, or their messages.
select %(patient)s = any (guard_let(%(let)s)) as may;

-- name: works_on
-- Whether a ward is this session's, and whether there is such a ward.
select %(ward)s = any (guard_wards()) as may,
    exists (select from ward where id = %(ward)s) as is_there;

-- name: keeps
-- Whether a rota, by its number or by that of a plan or a change of it, is of a ward of this session.
select exists (
    select from rota
    where ward_id = any ((select guard_wards())::bigint[]) and id = case %(of)s
        when 'rota' then %(number)s::bigint
        when 'plan' then (select rota_id from rota_plan where rota_plan.id = %(number)s)
        when 'override' then (select rota_id from rota_override where rota_override.id = %(number)s)
    end) as may;

-- name: hears_of
-- Whether this session may see an alarm.
select exists (select from alarm where id = %(alarm)s) as may;

-- name: ran_out
-- Who of these people had a right to see somebody that ended by itself in this time.
select person_id from emergency_access
where person_id = any(%(people)s) and ends > %(since)s and ends <= %(now)s
union
select person_id from consent
where decision = 'permit' and purpose = 'care' and withdrawn is null
  and person_id = any(%(people)s) and ends > %(since)s and ends <= %(now)s;

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
