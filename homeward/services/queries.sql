-- name: spoken
-- What a person chose, and in which language the newest thing due of a patient is told.
select chosen.language, chosen.glucose_unit, (
    select plan_due.language from plan_due
    where plan_due.patient_id = %(patient)s order by at desc limit 1) as of_plan
from (select 1) one left join person_choice chosen on chosen.person_id = %(person)s;
