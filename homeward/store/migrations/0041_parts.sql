-- Online: one table after the other.
-- What a patient closed (0040) is closed in each table that holds it.

select guard_table('minute_chunk', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('hour_chunk', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('day_chunk', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('patient_newest', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('score', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('observation', 'patient_id = any ((select guard_patients_of(''readings''))::bigint[])');
select guard_table('wave_chunk', 'patient_id = any ((select guard_patients_of(''waves''))::bigint[])');
select guard_table('cold_part', 'case when is_wave then patient_id = any ((select guard_patients_of(''waves''))::bigint[]) else patient_id = any ((select guard_patients_of(''readings''))::bigint[]) end');
