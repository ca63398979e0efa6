-- Who somebody is and what people wrote of them is sealed by a key of theirs; whoever destroys the key
-- has erased it (docs/decisions/0036-sealing.md).

create table data_key (
    owner text not null,                  -- patient/17, person/4; site/0: what record numbers are found by
    version integer not null check (version >= 1),
    wrapped_by text not null,             -- which wrapping key, by its name
    wrapped bytea not null,
    made timestamptz not null default now(),
    retired timestamptz,                  -- a newer one seals since; once nothing needs it, it goes
    primary key (owner, version)
);
comment on table data_key is 'The key of each patient and each account of patients and relatives, wrapped; without a row what it sealed opens no more. Written by store.';

create table sealing (
    is_only boolean primary key default true check (is_only),
    wrapped_by text,                      -- the wrapping key in use; null: none was ever
    begun timestamptz                     -- null: written in clear, as the version before needs it
);
comment on table sealing is 'Which key wraps the keys now, and since when what is written is sealed. Written by store.';
-- Fresh, it is sealed from the first; else once no version before this one runs any more.
insert into sealing (begun) select case when not exists (select from patient) then now() end;

create table erasure (
    id bigint generated always as identity primary key,
    patient_id bigint not null references patient (id),
    asked timestamptz not null,
    asked_by bigint references person (id),       -- null: by the platform's own command
    decided timestamptz,
    decided_by bigint references person (id),
    decision text check (decision in ('erased', 'refused')),
    why text not null default '',
    report jsonb,
    check ((decided is null) = (decision is null))
);
create unique index erasure_open on erasure (patient_id) where decided is null;
comment on table erasure is 'Who asked for a patient''s data to be erased, what was decided, and what was destroyed. Written by people.';

alter table patient add column number_sealed bpchar;  -- record_number is then what it is found by
alter table patient add column erased timestamptz;

-- A column that may hold a sealed text is a bpchar, and nothing else is: whoever reads one opens it.
-- The bytes of text and bpchar are the same, so no row is written anew.
drop view patient_shown;
drop view alarm_shown;
drop view call_shown;
drop view rule_setting_newest;
drop view score_switch_newest;

alter table patient alter column name type bpchar;
alter table person alter column name type bpchar;
alter table contact alter column address type bpchar, alter column label type bpchar;
alter table invitation alter column name type bpchar, alter column why type bpchar;
alter table relative alter column why type bpchar, alter column ended_why type bpchar;
alter table quiet_hours alter column why type bpchar;
alter table observation alter column reason type bpchar;
alter table observation_order alter column reason type bpchar;
alter table pregnancy alter column reason type bpchar;
alter table emergency_access alter column reason type bpchar, alter column note type bpchar;
alter table rule_setting alter column reason type bpchar;
alter table score_switch alter column reason type bpchar;
alter table alarm alter column acknowledged_reason type bpchar;

create view patient_shown with (security_invoker) as
select patient.id, patient.name,
    coalesce(patient.number_sealed, patient.record_number::bpchar) as record_number,
    patient.birth_date::text as birth_date,
    extract(year from age(patient.birth_date))::integer as age, patient.sex,
    patient.oxygen_scale, stay.ward_id, ward.name as ward, stay.bed,
    array_remove(array[
        case when patient.id = any ((select guard_shut('readings'))::bigint[]) then 'readings' end,
        case when patient.id = any ((select guard_shut('waves'))::bigint[]) then 'waves' end
    ], null) as closed
from patient
left join stay on stay.patient_id = patient.id and stay.ends is null
left join ward on ward.id = stay.ward_id;
comment on view patient_shown is 'Patients as screens know them; age in whole years today; closed: the parts of their record that are closed to who asks. Reads people.';

create view alarm_shown with (security_invoker) as
select alarm.id, alarm.patient_id, patient.name as patient,
    coalesce(stay.ward_id, alarm.ward_id) as ward_id, stay.bed, device.name as device,
    alarm.condition, alarm.kind, alarm.priority, alarm.state, alarm.text, alarm.patient_text,
    alarm.value, alarm.limit_value as "limit", ms(alarm.since) as since,
    ms(alarm.measured) as measured, ms(alarm.received) as received, ms(alarm.raised) as raised,
    ms(alarm.rung) as rung, ms(alarm.acknowledged) as acknowledged, person.name as acknowledged_by,
    alarm.acknowledged_reason, ms(alarm.paused_until) as paused_until, pauser.name as paused_by,
    alarm.cause_id, ms(alarm.cleared) as cleared, ms(alarm.resolved) as resolved
from alarm
left join patient on patient.id = alarm.patient_id
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
left join device on device.id = alarm.device_id
left join person on person.id = alarm.acknowledged_by
left join person pauser on pauser.id = alarm.paused_by;
comment on view alarm_shown is 'Alarms as screens know them. Reads watch.';

create view call_shown with (security_invoker) as
select call.id, call.alarm_id, alarm.patient_id, call.audience, call.person_id,
    person.name as person, call.step, call.round, ms(call.created) as created, ms(call.due) as due,
    ms(call.seen) as seen, ms(call.ended) as ended, call.outcome, call.via, call.target,
    ms(call.until) as until, call.because
from call
join alarm on alarm.id = call.alarm_id
join person on person.id = call.person_id;
comment on view call_shown is 'Calls as screens know them. Reads call and watch.';

create view rule_setting_newest as
select rule_setting.*
from rule_setting
where choice <> 'default'
  and not exists (
    select from rule_setting newer
    where newer.rule = rule_setting.rule
      and coalesce(newer.patient_id, 0) = coalesce(rule_setting.patient_id, 0)
      and coalesce(newer.ward_id, 0) = coalesce(rule_setting.ward_id, 0)
      and newer.id > rule_setting.id)
  and not exists (
    select from rule_setting_end where rule_setting_end.setting_id = rule_setting.id);
comment on view rule_setting_newest is 'The newest setting of each rule of each patient, ward and the site, unless it was withdrawn or has ended.';

create view score_switch_newest with (security_invoker) as
select distinct on (score, patient_id, ward_id) score, patient_id, ward_id, is_on, at, set_by, reason
from score_switch
order by score, patient_id, ward_id, id desc;
comment on view score_switch_newest is 'The newest switch of each score of each patient, ward and the site. Reads watch.';

grant select on patient_shown, alarm_shown, call_shown, rule_setting_newest, score_switch_newest
    to homeward_web;

-- A setting is a record; that its words are sealed, sealed anew or erased changes none of it.
create or replace function score_record_never_changes() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name in ('score_switch', 'observation_order') then
        if to_jsonb(new) - 'reason' = to_jsonb(old) - 'reason'
                and (new.reason like 'sealed:%' or new.reason = '') then
            return new;
        end if;
    end if;
    raise exception 'this is a record: make a new one';
end $$;

create or replace function rule_setting_never_changes() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and tg_table_name = 'rule_setting' then
        if to_jsonb(new) - 'reason' = to_jsonb(old) - 'reason'
                and (new.reason like 'sealed:%' or new.reason = 'Erased') then
            return new;
        end if;
    end if;
    raise exception 'a setting is a record: make a new one';
end $$;

grant select on erasure to homeward_web;
select guard_table('erasure', 'patient_id = any ((select guard_patients())::bigint[])');
