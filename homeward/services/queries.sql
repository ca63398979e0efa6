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

-- name: limits_in_force
-- What the limits of one patient need to know of them, beside each setting that holds for them now:
-- their own, their ward's, the site's. One row without a setting where there is none.
select patient.birth_date, patient.oxygen_scale, setting.*
from patient
left join stay on stay.patient_id = patient.id and stay.ends is null
left join lateral (
    select id, rule, choice, patient_id, ward_id, by_role, limit_value, clear_limit,
        delay_seconds, clear_seconds, extreme
    from rule_setting_newest
    where coalesce(expires > %(now)s, true)
      and (patient_id = patient.id and has_stayed(patient_id, set_at)
           or patient_id is null and (ward_id is null or ward_id = stay.ward_id))
) setting on true
where patient.id = %(patient)s
order by setting.id;
