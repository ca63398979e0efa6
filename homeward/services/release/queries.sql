-- name: patient
-- Whose record it is.
select id, coalesce(number_sealed, record_number::bpchar) as record_number, name,
    birth_date::text as birth_date, sex from patient
where id = %(patient)s;

-- name: patient_of_record
-- A patient by their record number.
select id from patient where record_number = any(%(number)s);

-- name: stays
-- Where they lay or lived, oldest first.
select stay.id, ward.name as ward, ward.kind, stay.bed, stay.starts, stay.ends
from stay join ward on ward.id = stay.ward_id
where stay.patient_id = %(patient)s order by stay.starts limit 5000;

-- name: devices
-- What they wore, each device with every time.
select device.id, device.name, device.kind, device.status,
    array_agg(association.starts order by association.starts) as starts,
    array_agg(association.ends order by association.starts) as ends
from association join device on device.id = association.device_id
where association.patient_id = %(patient)s
group by device.id order by min(association.starts) limit 5000;

-- name: relatives
-- Whom they want told, and wanted.
select relative.id, person.name, relative.priorities, relative.since as starts,
    relative.ended as ends
from relative join person on person.id = relative.person_id
where relative.patient_id = %(patient)s order by relative.id limit 1000;

-- name: plans
-- What was ordered for them: how often they are observed, limits, scores switched, the SpO2 scale. `said`
-- is what each says, of a `subject` or with a `number`, for whoever reads it in another language.
select * from (
    select 'observe' as kind, observation_order.id, observation_order.at, until,
        until > %(now)s as holds, person.name as person, observation_order.reason,
        case when interval_seconds is null then 'Observed as often as the score says'
            else 'Observed every ' || interval_seconds / 60 || ' minutes' end as words,
        case when interval_seconds is null then 'observe.score' else 'observe.every' end as said,
        '' as subject, (interval_seconds / 60)::double precision as number
    from observation_order join person on person.id = observation_order.person_id
    where observation_order.patient_id = %(patient)s
    union all
    select 'limit', rule_setting.id, set_at, expires,
        exists (select from rule_setting_newest newest where newest.id = rule_setting.id)
            and coalesce(expires > %(now)s, true),
        person.name, rule_setting.reason,
        'Watched for ' || replace(rule, '_', ' ') || ': '
            || case choice when 'limit' then 'from ' || limit_value
                when 'off' then 'not' when 'on' then 'yes' else 'as everybody' end,
        'limit.' || choice, rule, limit_value
    from rule_setting join person on person.id = rule_setting.set_by
    where rule_setting.patient_id = %(patient)s
    union all
    select 'score', score_switch.id, score_switch.at, null,
        not exists (select from score_switch newer where newer.patient_id = score_switch.patient_id
            and newer.score = score_switch.score and newer.id > score_switch.id),
        person.name, score_switch.reason,
        'Score ' || score || case when is_on then ' is used' else ' is not used' end,
        case when is_on then 'score.on' else 'score.off' end, score, null
    from score_switch join person on person.id = score_switch.set_by
    where score_switch.patient_id = %(patient)s
    union all
    select 'pregnancy', pregnancy.id, pregnancy.at, pregnancy.until,
        coalesce(pregnancy.until > %(now)s, true), person.name, pregnancy.reason,
        case when is_pregnant then 'Pregnant, or has given birth lately' else 'Not pregnant' end,
        case when is_pregnant then 'pregnancy.yes' else 'pregnancy.no' end, '', null
    from pregnancy join person on person.id = pregnancy.recorded_by
    where pregnancy.patient_id = %(patient)s
) plan order by at limit 5000;

-- name: entered
-- What was entered for them at the bedside, corrected entries too: a page after one.
select observation.id, observation.at, observation.entered, person.name as person,
    observation.reason, later.id as corrected_by,
    coalesce((
        select jsonb_agg(jsonb_build_object('vital', vital, 'value', value, 'absent', absent)
            order by vital)
        from observation_value where observation_value.observation_id = observation.id
    ), '[]') as values
from observation
join person on person.id = observation.person_id
left join observation later on later.corrects = observation.id
where observation.patient_id = %(patient)s and observation.id > %(after)s
order by observation.id limit %(rows_max)s;

-- name: alarms
-- Their alarms, with who was called and what was done: a page after one.
select alarm.id, alarm.condition, alarm.priority, alarm.text, alarm.since, alarm.raised,
    alarm.resolved, acknowledger.name as acknowledged_by, alarm.acknowledged_reason,
    coalesce((
        select jsonb_agg(jsonb_build_object('at', alarm_event.at, 'event', alarm_event.event)
            order by alarm_event.id)
        from alarm_event where alarm_event.alarm_id = alarm.id), '[]') as events,
    -- What may be sealed has columns of its own, in the same order.
    array(
        select coalesce(person.name, '')
        from alarm_event left join person on person.id = alarm_event.person_id
        where alarm_event.alarm_id = alarm.id order by alarm_event.id) as event_people,
    array(
        select coalesce(alarm_event.detail ->> 'reason', '')::bpchar
        from alarm_event where alarm_event.alarm_id = alarm.id order by alarm_event.id
    ) as event_reasons,
    coalesce((
        select jsonb_agg(jsonb_build_object('at', call.created, 'role', person.role,
            'seen', call.seen is not null) order by call.id)
        from call join person on person.id = call.person_id
        where call.alarm_id = alarm.id and call.audience <> 'patient'), '[]') as calls,
    array(
        select person.name from call join person on person.id = call.person_id
        where call.alarm_id = alarm.id and call.audience <> 'patient' order by call.id
    ) as call_people
from alarm left join person acknowledger on acknowledger.id = alarm.acknowledged_by
where alarm.patient_id = %(patient)s and alarm.id > %(after)s
order by alarm.id limit %(rows_max)s;

-- name: newest_alarms
-- The newest of them, for a page to read.
select alarm.priority, alarm.text, alarm.patient_text, alarm.raised, alarm.resolved, person.name as acknowledged_by,
    alarm.acknowledged_reason, count(*) over () as total
from alarm left join person on person.id = alarm.acknowledged_by
where alarm.patient_id = %(patient)s order by alarm.raised desc limit %(rows_max)s;

-- name: scores
-- Their scores, a row whenever one changed: a page after one.
select id, name, at, total, low, high, risk from score
where patient_id = %(patient)s and id > %(after)s order by id limit %(rows_max)s;

-- name: letters
-- What they, their team and their relatives wrote to each other: a page after one.
select letter.id, letter.patient_id, letter.at, letter.body, person.name as author
from letter left join person on person.id = letter.author
where letter.patient_id = %(patient)s and letter.id > %(after)s
order by letter.id limit %(rows_max)s;

-- name: amendments
-- Corrections that were asked for.
select amendment.id, field, before, wanted, reason, asked, asker.name as asked_by, decided,
    decider.name as decided_by, verdict, answer
from amendment join person asker on asker.id = amendment.asked_by
left join person decider on decider.id = amendment.decided_by
where amendment.patient_id = %(patient)s order by amendment.id limit 1000;

-- name: acts
-- Who read or wrote anything of theirs: a page after one. Answers to whoever the record is.
select audit.id, (extract(epoch from audit.at) * 1000000)::bigint as at, audit.action,
    audit.subtype, audit.person_id as person, coalesce(person.name, '') as name, audit.role,
    audit.kind, audit.object_id as object, audit.purpose, audit.outcome, audit.route
from audit left join person on person.id = audit.person_id
where audit.patient_ids @> array[%(patient)s::bigint] and audit.id > %(after)s
    and audit.at > %(since)s
order by audit.id limit %(rows_max)s;

-- name: seen_by
-- The same in short: each person, by day and purpose. A quarter of an hour counts once.
select coalesce(person.name, '') as person, audit.role, audit.purpose,
    (audit.at at time zone 'UTC')::date::text as day,
    count(distinct date_bin('15 minutes', audit.at, timestamptz '2000-01-01 00:00Z')) as times
from audit left join person on person.id = audit.person_id
where audit.patient_ids @> array[%(patient)s::bigint] and audit.outcome = 0
    and audit.at > %(since)s
group by audit.person_id, person.name, audit.role, audit.purpose, day
order by day desc, person limit %(rows_max)s;

-- name: extent_of_waves
-- When their first and last waveform began and ended.
select (extract(epoch from min(first)) * 1000000)::bigint as first,
    (extract(epoch from max(last)) * 1000000)::bigint as last
from (
    select min(starts) as first, max(ends) as last from wave_chunk where patient_id = %(patient)s
    union all
    select min(starts), max(ends) from cold_part where patient_id = %(patient)s and is_wave
) known;

-- name: reading_days
-- When each day begins of which stored readings of theirs are.
select (extract(epoch from day) * 1000000)::bigint as at from (
    select date_trunc('day', minute, 'UTC') as day from minute_chunk where patient_id = %(patient)s
    union
    select date_trunc('day', hour, 'UTC') from hour_chunk where patient_id = %(patient)s
    union
    select day from day_chunk where patient_id = %(patient)s
    union
    select generate_series(date_trunc('day', starts, 'UTC'), ends, interval '1 day')
    from cold_part where patient_id = %(patient)s and not is_wave
) stored order by at;

-- name: wave_hours
-- When each hour begins in which a stored waveform of theirs has samples.
select distinct (extract(epoch from at) * 1000000)::bigint as at from (
    select starts, ends from wave_chunk where patient_id = %(patient)s
    union all
    select starts, ends from cold_part where patient_id = %(patient)s and is_wave
) stored
cross join lateral generate_series(date_trunc('hour', starts, 'UTC'), ends, interval '1 hour') at
order by at;

-- name: disclose
-- Something of a record goes to somebody.
insert into disclosure (patient_id, at, recipient, what, purpose, person_id, way)
values (%(patient)s, %(now)s, %(recipient)s, %(what)s, %(purpose)s, %(person)s, %(way)s);

-- name: accounting
-- To whom something of a record went: what was said or exported, and messages to relatives that
-- left the house. Newest first.
select * from (
    select ms(disclosure.at) as at, recipient, what, purpose, coalesce(person.name, '') as by, way
    from disclosure left join person on person.id = disclosure.person_id
    where disclosure.patient_id = %(patient)s and disclosure.at > %(since)s
    union all
    select ms(delivery.sent), person.name, ('An alarm: ' || alarm.priority || ' priority')::bpchar,
        'You chose that they are told', '', contact.way
    from delivery
    join contact on contact.id = delivery.contact_id
    join call on call.id = delivery.call_id and call.audience = 'relative'
    join alarm on alarm.id = call.alarm_id
    join person on person.id = call.person_id
    where alarm.patient_id = %(patient)s and delivery.sent > %(since)s
) went order by at desc limit %(rows_max)s;

-- name: people
-- Patients whose records may be written without identity: these, or all, or of them those who agreed
-- that research uses it; none whose record rests, and nobody who was erased.
select patient.id, patient.sex, patient.birth_date, coalesce((
        select ward.kind from stay join ward on ward.id = stay.ward_id
        where stay.patient_id = patient.id order by stay.starts desc limit 1), '') as care
from patient
where not is_synthetic and erased is null and patient.id <> all (guard_resting())
  and (cardinality(%(patients)s::bigint[]) = 0 or patient.id = any (%(patients)s))
  and (not %(agreed)s or exists (
      select from consent
      where consent.patient_id = patient.id and purpose = 'research' and decision = 'permit'
        and withdrawn is null and starts <= now() and (ends is null or ends > now())));

-- name: answered
-- Questionnaires they answered, those corrected too: a page after one.
select question_answer.id, url, version, language, body, points, band, answered, replaces,
    key, chain, is_begun, person.name as person, case when not is_begun then (
        select max(later.id) from question_answer later where later.replaces = question_answer.id
    ) else (
        select later.id from question_answer later
        where later.patient_id = question_answer.patient_id and later.chain = question_answer.chain
          and (later.id > question_answer.id or not later.is_begun)
        order by later.is_begun, later.id desc limit 1
    ) end as replaced_by
from question_answer join person on person.id = by_person
where question_answer.patient_id = %(patient)s and question_answer.id > %(after)s
order by question_answer.id limit %(rows_max)s;

-- name: newest_answered
-- The newest questionnaires they answered to the end, without the answers.
select question_answer.id, url, version, points, band, answered, person.name as person, (
        select max(later.id) from question_answer later where later.replaces = question_answer.id
    ) as replaced_by
from question_answer join person on person.id = by_person
where question_answer.patient_id = %(patient)s and not is_begun
order by answered desc, question_answer.id desc limit %(rows_max)s;

-- name: questionnaire
-- A version of a hospital's own.
select body from questionnaire where url = %(url)s and version = %(version)s;

-- name: app_documents
-- What apps keep of them, deleted ones too: a page after one.
select id, device_id as device, collection, at, deleted is not null as deleted, body
from app_document
where patient_id = %(patient)s and id > %(after)s order by id limit %(rows_max)s;

-- name: treatments
-- The newest of what apps say was done, for a page.
select device.name as device, app_document.at, app_document.body,
    count(*) over ()::integer as total
from app_document join device on device.id = app_document.device_id
where app_document.patient_id = %(patient)s and app_document.collection = 'treatments'
  and app_document.deleted is null
order by app_document.at desc, app_document.id desc limit %(rows_max)s;

-- name: implant_reports
-- Reports of their implants: a page after one.
select id, received as at, body from implant_report
where patient_id = %(patient)s and id > %(after)s order by id limit %(rows_max)s;

-- name: totals
-- What was counted over a time: a page after one, in the order of when it was. `id` is a row's place
-- in that order.
select *, %(after)s + row_number() over (order by starts, ends, metric, device) as id from (
    select metric, device_id as device, starts, ends, value from total
    where patient_id = %(patient)s
    order by starts, ends, metric, device_id offset %(after)s limit %(rows_max)s
) page;

-- name: counted
-- How much each source counted in all, for a page.
select metric, device.name as device, count(*)::integer as times, sum(value) as value,
    min(starts) as starts, max(ends) as ends
from total join device on device.id = total.device_id
where patient_id = %(patient)s group by metric, device.name order by metric, device.name limit 500;

-- name: meter_records
-- What meters sent, packet by packet: a page after one.
select id, device_id, at, of, epoch, number, octets, zone, ahead, received from meter_record
where patient_id = %(patient)s and id > %(after)s order by id limit %(rows_max)s;

-- name: meter_records_with
-- All that meters sent under these numbers, or without a number at these times, in the order it came:
-- a measurement, its context, and both again from another telephone or by a hub.
select id, device_id, at, of, epoch, number, octets, zone, ahead, received from meter_record
where patient_id = %(patient)s
  and (number = any(%(numbers)s) or number is null and at = any(%(times)s))
order by id;

-- name: newest_meter_records
-- The newest measurements that meters sent, for a page.
select meter_record.id, device_id, device.name as device, at, of, epoch, number, octets, zone, ahead, received,
    count(*) over ()::integer as total
from meter_record join device on device.id = device_id
where meter_record.patient_id = %(patient)s and at is not null
order by at desc, meter_record.id desc limit %(rows_max)s;
