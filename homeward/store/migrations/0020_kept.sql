-- The ledger of real people's alarms is kept: nothing in it is ever deleted. Only what the sentinel's
-- pretend patient left behind may be let go of (watch does, after thirty days).

create function alarm_is_kept() returns trigger language plpgsql as $$
begin
    if not exists (select from patient where patient.id = old.patient_id and patient.is_synthetic)
    then
        raise exception 'an alarm is a record: it is never deleted';
    end if;
    return old;
end $$;
create trigger alarm_is_kept before delete on alarm
    for each row execute function alarm_is_kept();

create function alarm_line_is_kept() returns trigger language plpgsql as $$
begin
    if exists (  -- an alarm that went in the same statement was allowed to
        select from alarm left join patient on patient.id = alarm.patient_id
        where alarm.id = old.alarm_id and patient.is_synthetic is not true)
    then
        raise exception 'what happened to an alarm is a record: it is never deleted';
    end if;
    return old;
end $$;
create trigger alarm_event_is_kept before delete on alarm_event
    for each row execute function alarm_line_is_kept();
create trigger alarm_receipt_is_kept before delete on alarm_receipt
    for each row execute function alarm_line_is_kept();
