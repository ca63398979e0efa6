-- Alarms: an audio pause, the cause several have in common, and who was shown what when.

alter table alarm drop constraint alarm_state_check;
alter table alarm add constraint alarm_state_check
    check (state in ('active', 'audio-paused', 'acknowledged', 'latched', 'resolved'));
alter table alarm
    add column rung timestamptz,                         -- it last began to need somebody
    add column paused_until timestamptz,                 -- no sound until then
    add column paused_by bigint references person (id),
    add column cause_id bigint references alarm (id),    -- the alarm whose cause this one shares
    add column ward_id bigint references ward (id);      -- of an alarm that is about a ward
update alarm set rung = raised;
alter table alarm alter column rung set not null;
create index alarm_cause on alarm (cause_id) where cause_id is not null;
create index alarm_raised on alarm (raised);
create index alarm_paused on alarm (paused_until) where state = 'audio-paused';

create table alarm_receipt (
    alarm_id bigint not null references alarm (id),
    person_id bigint not null references person (id),
    rung timestamptz not null,          -- which ringing of the alarm it was
    at timestamptz not null,
    seconds double precision,           -- since the reading was received; null: not heard live
    primary key (alarm_id, person_id, rung)
);
create index alarm_receipt_at on alarm_receipt (at);
comment on table alarm_receipt is 'Alarms that stood on a visible screen, whose and when first. Written by watch.';

alter table device add column gateway_id bigint references device (id);
alter table device add constraint device_is_no_gateway_of_itself check (gateway_id <> id);
create index device_gateway on device (gateway_id) where gateway_id is not null;
comment on column device.gateway_id is 'The device through which this one speaks, where it does not speak itself.';

drop view alarm_shown;
create view alarm_shown with (security_invoker) as
select alarm.id, alarm.patient_id, patient.name as patient,
    coalesce(stay.ward_id, alarm.ward_id) as ward_id, stay.bed,
    device.name as device, alarm.condition, alarm.kind, alarm.priority, alarm.state,
    alarm.text, alarm.patient_text, alarm.value, alarm.limit_value as "limit",
    ms(alarm.since) as since, ms(alarm.measured) as measured, ms(alarm.received) as received,
    ms(alarm.raised) as raised, ms(alarm.rung) as rung,
    ms(alarm.acknowledged) as acknowledged,
    person.name as acknowledged_by, alarm.acknowledged_reason,
    ms(alarm.paused_until) as paused_until, pauser.name as paused_by, alarm.cause_id,
    ms(alarm.cleared) as cleared, ms(alarm.resolved) as resolved
from alarm
left join patient on patient.id = alarm.patient_id
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
left join device on device.id = alarm.device_id
left join person on person.id = alarm.acknowledged_by
left join person pauser on pauser.id = alarm.paused_by;
comment on view alarm_shown is 'Alarms as screens know them. Reads watch.';
