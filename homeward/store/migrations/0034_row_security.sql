-- Online: one table after the other, and nobody waits for all of them.
-- Whose rows each session sees (0033): a patient's, by patient_id or by what the row belongs to.

drop index concurrently if exists stay_ended;
create index concurrently stay_ended on stay (ends) where ends is not null;
drop index concurrently if exists assignment_person;
create index concurrently assignment_person on assignment (person_id) where ends is null;
drop index concurrently if exists call_person;
create index concurrently call_person on call (person_id, ended);

select guard_table('minute_chunk', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('hour_chunk', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('day_chunk', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('wave_chunk', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('patient_newest', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('cold_part', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('score', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('pregnancy', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('observation', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('observation_order', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('assignment', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('invitation', 'patient_id = any ((select guard_patients())::bigint[])');
select guard_table('rule_setting', 'patient_id is null or patient_id = any ((select guard_patients())::bigint[])');
select guard_table('score_switch', 'patient_id is null or patient_id = any ((select guard_patients())::bigint[])');
select guard_table('patient', 'id = any ((select guard_known())::bigint[])');
-- Which bed a device is at, and which bed is taken, whoever wires devices must know; not whose.
select guard_table('stay', 'patient_id = any ((select guard_known())::bigint[]) or (select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'')');
select guard_table('association', 'patient_id = any ((select guard_patients())::bigint[]) or (select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'')');
-- Alarms of the platform itself and of devices nobody wears are for whoever works here.
select guard_table('alarm', 'patient_id = any ((select guard_patients())::bigint[]) or patient_id is null and (select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'') or id = any ((select guard_told())::bigint[])');
select guard_table('alarm_event', 'exists (select from alarm where alarm.id = alarm_id)');
select guard_table('alarm_receipt', 'exists (select from alarm where alarm.id = alarm_id)');
select guard_table('call', 'person_id = (select guard_person()) or exists (select from alarm where alarm.id = alarm_id)');
select guard_table('delivery', 'exists (select from call where call.id = call_id) or exists (select from contact where contact.id = contact_id)');
select guard_table('observation_value', 'exists (select from observation where observation.id = observation_id)');
select guard_table('habit', 'exists (select from association where association.id = association_id and patient_id = any ((select guard_patients())::bigint[]))');
select guard_table('relative', 'patient_id = any ((select guard_patients())::bigint[]) or person_id = (select guard_person())');
select guard_table('person', 'role in (''nurse'', ''doctor'', ''engineer'', ''administrator'', ''sentinel'') or id = (select guard_person()) or (select guard_role()) = ''administrator'' or exists (select from patient where patient.person_id = person.id) or exists (select from relative where relative.person_id = person.id)');
select guard_table('contact', 'person_id = (select guard_person()) or exists (select from relative where relative.person_id = contact.person_id)');
select guard_table('quiet_hours', 'person_id = (select guard_person()) or exists (select from patient where patient.person_id = quiet_hours.person_id) or exists (select from relative where relative.person_id = quiet_hours.person_id)');
select guard_table('quarantine', '(select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'')');
select guard_table('emergency_access', 'person_id = (select guard_person()) or patient_id = any ((select guard_patients())::bigint[]) or (select guard_role()) = ''administrator''');
