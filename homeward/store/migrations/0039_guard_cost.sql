-- Online: one table after the other.
-- What row security and the audit cost a list of a thousand people.

-- The same rows as before (0034), asked the other way round: whoever works here sees every stay, so
-- that nobody looks for each of a thousand in the list of a thousand patients first.

select guard_table('stay', '(select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'') or patient_id = any ((select guard_known())::bigint[])');
select guard_table('association', '(select guard_role()) in (''engineer'', ''administrator'', ''nurse'', ''doctor'') or patient_id = any ((select guard_patients())::bigint[])');

-- A thousand numbers, packed, are half as long, and take five times as long to write.
alter table audit alter patient_ids set storage external;
