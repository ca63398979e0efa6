-- name: zones
-- By which clock a patient lives and lived, oldest first; of one moment the newest word.
select distinct on (starts) starts, zone from patient_zone
where patient_id = %(patient)s order by starts, id desc;

-- name: every_zone
-- Each change of a patient's clock with who said so, newest first.
select patient_zone.id, zone, ms(starts) as starts, ms(made) as made, person.name as made_by
from patient_zone join person on person.id = patient_zone.made_by
where patient_id = %(patient)s order by starts desc, patient_zone.id desc limit 100;

-- name: add_zone
-- A patient lives by another clock from a moment on.
insert into patient_zone (patient_id, zone, starts, made, made_by)
values (%(patient)s, %(zone)s, %(starts)s, %(now)s, %(person)s);
