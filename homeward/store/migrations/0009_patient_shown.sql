-- A patient and where they are now, as screens know them.

create view patient_shown with (security_invoker) as
select patient.id, patient.name, patient.record_number, patient.birth_date::text as birth_date,
    extract(year from age(patient.birth_date))::integer as age, patient.sex,
    patient.oxygen_scale, stay.ward_id, ward.name as ward, stay.bed
from patient
left join stay on stay.patient_id = patient.id and stay.ends is null
left join ward on ward.id = stay.ward_id;
comment on view patient_shown is 'Patients as screens know them; age in whole years today. Reads people.';
