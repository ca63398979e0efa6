-- name: zones
-- By which clock a patient lives and lived, oldest first; of one moment the newest word.
select distinct on (starts) starts, zone from patient_zone
where patient_id = %(patient)s order by starts, id desc;

-- name: whose
-- Whose report it is.
select patient.name, coalesce(patient.number_sealed, patient.record_number::bpchar) as record_number,
    patient.birth_date::text as birth_date,
    coalesce((
        select is_pregnant and coalesce(until > %(now)s, true) from pregnancy
        where pregnancy.patient_id = patient.id and pregnancy.at <= %(now)s
        order by at desc, id desc limit 1), false) as is_pregnant
from patient where patient.id = %(patient)s;

-- name: sources
-- What these devices are called, and what kind they are.
select device.id, device.name, device.kind, import_source.name as called
from device left join import_source on import_source.device_id = device.id
where device.id = any(%(devices)s);
