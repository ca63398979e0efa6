-- What screens are shown: alarms and calls with names and places, times in ms since 1970 UTC.

create function ms(at timestamptz) returns bigint language sql immutable parallel safe
    return (extract(epoch from at) * 1000)::bigint;

create view alarm_shown with (security_invoker) as
select alarm.id, alarm.patient_id, patient.name as patient, stay.ward_id, stay.bed,
    device.name as device, alarm.condition, alarm.kind, alarm.priority, alarm.state,
    alarm.text, alarm.patient_text, alarm.value, alarm.limit_value as "limit",
    ms(alarm.since) as since, ms(alarm.measured) as measured, ms(alarm.received) as received,
    ms(alarm.raised) as raised, ms(alarm.acknowledged) as acknowledged,
    person.name as acknowledged_by, alarm.acknowledged_reason,
    ms(alarm.cleared) as cleared, ms(alarm.resolved) as resolved
from alarm
left join patient on patient.id = alarm.patient_id
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
left join device on device.id = alarm.device_id
left join person on person.id = alarm.acknowledged_by;
comment on view alarm_shown is 'Alarms as screens know them. Reads watch.';

create view call_shown with (security_invoker) as
select call.id, call.alarm_id, alarm.patient_id, call.audience, call.person_id,
    person.name as person, call.step, call.round, ms(call.created) as created,
    ms(call.due) as due, ms(call.seen) as seen, ms(call.ended) as ended, call.outcome
from call
join alarm on alarm.id = call.alarm_id
join person on person.id = call.person_id;
comment on view call_shown is 'Calls as screens know them. Reads call and watch.';
