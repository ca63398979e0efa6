-- name: spoken
-- What these people chose, and in which language the newest thing due is told: of the patient said
-- beside them, of the one they are, or of one who has them told.
select asked.person, chosen.language, chosen.glucose_unit, (
    select plan_due.language from plan_due
    where plan_due.patient_id = coalesce(
        asked.patient,
        (select patient.id from patient where patient.person_id = asked.person),
        (select relative.patient_id from relative
         where relative.person_id = asked.person and relative.ended is null
         order by relative.id desc limit 1))
    order by at desc, id desc limit 1) as of_plan
from unnest(%(people)s::bigint[], %(patients)s::bigint[]) as asked (person, patient)
left join person_choice chosen on chosen.person_id = asked.person;
