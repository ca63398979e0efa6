-- Online: one table after the other.
-- The patient a question names (0049) comes before the list of all.

select guard_table('minute_chunk', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('hour_chunk', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('day_chunk', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('observation', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('score', 'patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[]) or id = any ((select guard_newest_scores())::bigint[])');
select guard_table('wave_chunk', 'patient_id = (select guard_named(''waves'')) or patient_id = any ((select guard_patients_of(''waves''))::bigint[])');
select guard_table('cold_part', 'case when is_wave then patient_id = (select guard_named(''waves'')) or patient_id = any ((select guard_patients_of(''waves''))::bigint[]) else patient_id = (select guard_named(''readings'')) or patient_id = any ((select guard_patients_of(''readings''))::bigint[]) end');
