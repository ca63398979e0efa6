-- name: open_episode
-- The open episode of one condition, locked: an acknowledgement must not cross our own change.
select id, patient_id, device_id, condition, kind, priority, state, since, measured
from alarm
where coalesce(patient_id, 0) = coalesce(%(patient)s, 0)
  and coalesce(device_id, 0) = coalesce(%(device)s, 0)
  and condition = %(condition)s and state <> 'resolved'
for update;

-- name: episode
-- One episode by its number, locked.
select id, patient_id, device_id, condition, kind, priority, state, since, measured
from alarm where id = %(id)s
for update;

-- name: open_episodes
-- Every open episode: what a new watcher takes over.
select id, patient_id, device_id, condition, kind, priority, state, since, measured
from alarm where state <> 'resolved' order by id;

-- name: answered
-- Answered episodes of patients: what is not measured any more must not cover what comes later.
select id, patient_id, device_id, condition, kind, priority, state, since, measured
from alarm where state = 'acknowledged' and kind = 'physiological' order by id limit 5000;

-- name: left_behind
-- Answered episodes of patients whom no device measures any more: no reading will end them. Who
-- is observed by hand alone had no device taken off since, and is not meant.
select id, patient_id, device_id, condition, kind, priority, state, since, measured
from alarm
where state = 'acknowledged' and kind = 'physiological' and not exists (
    select from association
    where association.patient_id = alarm.patient_id and association.ends is null)
  and (exists (
        select from association
        where association.patient_id = alarm.patient_id and association.ends >= alarm.since)
    or not exists (
        select from stay where stay.patient_id = alarm.patient_id and stay.ends is null))
order by id limit 500;

-- name: counted
-- Devices whose counters miss messages, or of whom that was said: how many are missing, how many
-- were when the last episode ended, and the open episode.
select device.id as device_id, device.name as device, association.patient_id,
    coalesce(counted.missing, 0)::bigint as missing,
    least(coalesce(ended.missing, 0), coalesce(counted.missing, 0))::bigint as accepted,
    alarm.patient_id as alarm_patient_id, alarm.state
from device
left join association on association.device_id = device.id and association.ends is null
left join (
    select device_id, sum(upper(seqs) - lower(seqs) - (
        select sum(upper(part) - lower(part)) from unnest(seqs) as part)) as missing
    from stream where not isempty(seqs) group by device_id
) counted on counted.device_id = device.id
left join alarm on alarm.device_id = device.id and alarm.condition = 'device_gap'
    and alarm.state <> 'resolved'
left join lateral (
    select (alarm_event.detail ->> 'missing')::bigint as missing
    from alarm past join alarm_event on alarm_event.alarm_id = past.id
    where past.device_id = device.id and past.condition = 'device_gap'
      and alarm_event.event = 'cleared'
    order by alarm_event.id desc limit 1
) ended on counted.missing > 0
where (counted.missing > 0 and device.status = 'active') or alarm.id is not null;

-- name: raised_by
-- Whether this very reading has raised this condition before: one who takes over judges the last
-- seconds again. An episode that ended because of what was ordered, by no newer reading, is no
-- answer to that: ordered otherwise, the same reading raises anew.
select id from alarm
where coalesce(patient_id, 0) = coalesce(%(patient)s, 0)
  and coalesce(device_id, 0) = coalesce(%(device)s, 0)
  and condition = %(condition)s and measured = %(measured)s and received = %(received)s
  and not exists (
    select from alarm_event
    where alarm_event.alarm_id = alarm.id and event = 'cleared' and detail ? 'ordered'
      and coalesce((detail ->> 'measured')::timestamptz <= alarm.measured, true))
limit 1;

-- name: ended_by_order
-- Whether an episode is over because of what was ordered, by no newer reading.
select coalesce((
    select detail ? 'ordered' from alarm_event
    where alarm_event.alarm_id = %(id)s and event = 'cleared' order by alarm_event.id desc limit 1
), false) as is_so;

-- name: raise_alarm
-- A new episode. A unique index makes a second open one of the same condition impossible.
insert into alarm (patient_id, device_id, condition, kind, priority, state, text, patient_text,
    value, limit_value, since, measured, received, raised, rung, cause_id, ward_id)
values (%(patient)s, %(device)s, %(condition)s, %(kind)s, %(priority)s, %(state)s, %(text)s,
    %(patient_text)s, %(value)s, %(limit)s, %(since)s, %(measured)s, %(received)s, %(now)s,
    %(now)s, %(cause)s, %(ward)s)
on conflict do nothing
returning id;

-- name: group_alarm
-- It shares its cause with others.
update alarm set cause_id = %(cause)s
where id = %(id)s and cause_id is distinct from %(cause)s;

-- name: ring_anew
-- It came back or became worse: what is shown is what is so now, and it needs somebody again.
update alarm set state = %(state)s, priority = %(priority)s, text = %(text)s,
    patient_text = %(patient_text)s, value = %(value)s, limit_value = %(limit)s,
    measured = %(measured)s, received = %(received)s, rung = %(now)s, acknowledged = null,
    acknowledged_by = null, acknowledged_reason = null, cleared = null, paused_until = null,
    paused_by = null
where id = %(id)s;

-- name: ring_as_before
-- It came back milder, and nobody has seen how bad it was: that stays shown, and needs somebody.
update alarm set state = %(state)s, measured = %(measured)s, received = %(received)s,
    rung = %(now)s, cleared = null
where id = %(id)s;

-- name: clear_alarm
-- The condition is over; the episode too, unless it latches.
update alarm set state = %(state)s, cleared = %(now)s, paused_until = null, paused_by = null,
    resolved = case when %(state)s = 'resolved' then %(now)s end
where id = %(id)s;

-- name: acknowledge_alarm
-- Somebody has it. A latched episode is over with that.
update alarm set state = %(state)s, acknowledged = %(now)s, acknowledged_by = %(person)s,
    acknowledged_reason = %(reason)s, paused_until = null, paused_by = null,
    resolved = case when %(state)s = 'resolved' then %(now)s end
where id = %(id)s;

-- name: pause_alarm
-- No sound for a while. Nobody has answered: its calls go on.
update alarm set state = %(state)s, paused_until = %(until)s, paused_by = %(person)s
where id = %(id)s;

-- name: paused_too_long
-- Pauses that are over, also where the server's clock went back behind their beginning.
select id, patient_id, device_id, condition, kind, priority, state, since, measured
from alarm
where state = 'audio-paused'
  and not (paused_until between %(now)s and %(now)s + make_interval(secs => %(seconds)s))
order by id
for update skip locked;

-- name: resume_alarm
-- It sounds again.
update alarm set state = %(state)s, paused_until = null, paused_by = null where id = %(id)s;

-- name: forget_pretend
-- Old alarms of nobody, the sentinel's pretend patient, with their events: a round makes one each
-- half minute. A real person's alarm is never forgotten; the table itself refuses that.
with old as (
    select alarm.id from alarm
    join patient on patient.id = alarm.patient_id and patient.is_synthetic
    where alarm.raised < %(before)s and alarm.state = 'resolved'
      and not exists (select from call where call.alarm_id = alarm.id)
    order by alarm.raised limit %(most)s
), events as (
    delete from alarm_event using old where alarm_event.alarm_id = old.id
), receipts as (
    delete from alarm_receipt using old where alarm_receipt.alarm_id = old.id
)
delete from alarm using old where alarm.id = old.id;

-- name: forget_pretend_scores
-- Old scores of nobody.
delete from score where id in (
    select score.id from score
    join patient on patient.id = score.patient_id and patient.is_synthetic
    where score.at < %(before)s order by score.at limit %(most)s);

-- name: note_event
-- One line of the ledger: what happened to an episode, when, by whom, from what.
insert into alarm_event (alarm_id, at, event, state, person_id, detail)
values (%(alarm)s, %(now)s, %(event)s, %(state)s, %(person)s,
    %(detail)s::jsonb || jsonb_strip_nulls(jsonb_build_object('reason', %(reason)s::text)));

-- name: news
-- Alarms that are open, or ended lately: whoever missed words about them is told again.
select id from alarm where state <> 'resolved' or resolved > %(since)s order by id;

-- name: shown
-- Alarms as screens know them.
select * from alarm_shown where id = any(%(ids)s) order by id;

-- name: open_shown
-- Open alarms, worst first; of one ward (with those of no ward), or of all.
select * from alarm_shown
where state <> 'resolved'
  and (%(ward)s::bigint is null or ward_id = %(ward)s or ward_id is null)
  and not exists (select from patient where patient.id = patient_id and patient.is_synthetic)
order by position(priority in 'high medium low'), raised
limit 5000;

-- name: past_shown
-- Alarms raised in a span (ms), newest first; of one ward (with those of no ward), or of all.
select * from alarm_shown
where raised >= %(start)s::bigint and raised < %(end)s::bigint
  and (%(ward)s::bigint is null or ward_id = %(ward)s or ward_id is null)
order by raised desc, id desc
limit %(most)s;

-- name: one_shown
-- One alarm as screens know it.
select * from alarm_shown where id = %(id)s;

-- name: shown_between
-- Alarms of one patient that touch a span (ms), oldest first.
select * from alarm_shown
where patient_id = %(patient)s and raised < %(end)s::bigint
  and coalesce(resolved, %(end)s::bigint) >= %(start)s::bigint
order by raised
limit 5000;

-- name: events
-- The ledger of one alarm.
select ms(alarm_event.at) as at, alarm_event.event, alarm_event.state, person.name as person,
    detail ->> 'priority' as priority,
    coalesce(detail ->> 'reason', detail ->> 'because', detail ->> 'text')::bpchar as note,
    detail - 'reason' as detail
from alarm_event left join person on person.id = alarm_event.person_id
where alarm_event.alarm_id = %(id)s order by alarm_event.id;

-- name: calls
-- Who was called for one alarm.
select * from call_shown where alarm_id = %(id)s order by id;

-- name: note_score
-- A score that changed.
insert into score (patient_id, name, at, total, low, high, risk, is_leading, detail)
values (%(patient)s, %(name)s, timestamptz 'epoch' + %(at_ms)s * interval '1 millisecond', %(total)s,
    %(low)s, %(high)s, %(risk)s, %(leading)s, %(detail)s::jsonb);

-- name: score_at
-- The newest score of a past moment, where one was noted.
select detail from score
where patient_id = %(patient)s and name = %(name)s
  and at = timestamptz 'epoch' + %(at_ms)s * interval '1 millisecond'
order by id desc limit 1;

-- name: entered_since
-- What was entered lately, as it stands: what was corrected since is not there any more.
select observation.id, observation.patient_id as patient,
    observation.corrects is not null as is_correction,
    (extract(epoch from observation.at) * 1000000)::bigint as at,
    (extract(epoch from observation.entered) * 1000000)::bigint as entered,
    exists (select from stay where stay.patient_id = observation.patient_id and stay.ends is null)
        as is_here,
    observation_value.vital, observation_value.value
from observation
left join observation_value on observation_value.observation_id = observation.id
    and observation_value.value is not null
where observation.entered > %(since)s
  and not exists (select from observation later where later.corrects = observation.id)
order by observation.at, observation.id limit 50000;

-- name: last_scores
-- The newest of each score of everybody here: what a new watcher compares with. Names are few, and
-- each is looked up by the index, however long the record.
select stay.patient_id, newest.detail
from stay
cross join unnest(%(names)s::text[] || array(select distinct name from score_table)) as named
cross join lateral (
    select detail from score
    where score.patient_id = stay.patient_id and score.name = named
    order by at desc limit 1
) newest
where stay.ends is null;

-- name: watched
-- Who is measured by what now, and what each device is expected to send: as stated, or by habit.
-- Everybody in a bed may be observed by hand too (device -1), and of that nothing is expected.
-- Scores are switched for the site, a ward or a patient: of jsonb the nearer, on the right, counts.
-- Thousands of rows each few seconds: nothing is looked up for each of them, and jsonb comes as text.
with switched as materialized (
    select score, patient_id, ward_id, is_on from score_switch_newest where is_on is not null
), site as (
    select coalesce(jsonb_object_agg(score, is_on), '{}') as scores
    from switched where patient_id is null and ward_id is null
), by_ward as (
    select ward_id, jsonb_object_agg(score, is_on) as scores
    from switched where ward_id is not null group by ward_id
), by_patient as (
    select patient_id, jsonb_object_agg(score, is_on) as scores
    from switched where patient_id is not null group by patient_id
), habits as (
    select association_id, jsonb_object_agg(vital, seconds) as expects
    from habit join association on association.id = habit.association_id
    where association.ends is null group by association_id
), said as (
    select distinct on (patient_id) patient_id, is_pregnant, until from pregnancy
    where at <= %(now)s order by patient_id, at desc, id desc
)
select source.*, patient.name as patient, patient.oxygen_scale, patient.birth_date,
    stay.ward_id, ward.name as ward, stay.bed,
    coalesce(said.is_pregnant and coalesce(said.until > %(now)s, true), false) as is_pregnant,
    (case when by_ward.scores is null and by_patient.scores is null then site.scores
     else site.scores || coalesce(by_ward.scores, '{}') || coalesce(by_patient.scores, '{}')
     end)::text as scores
from (
    select device.id as device_id, device.name as device,
        (case when device.expects <> '{}' then device.expects
         else coalesce(habits.expects, '{}') end)::text as expects,
        coalesce(device_state.connected, true) as connected, association.patient_id,
        association.starts, association.id as association_id,
        device.expects <> '{}' as is_stated, device.gateway_id, gateway.name as gateway,
        case when abs(device_state.offset_seconds) < 5 then 0  -- no clock is off by so little
             else device_state.offset_seconds end as offset_seconds,
        coalesce(device_state.sensors_off, '{}')::text as sensors_off
    from association
    join device on device.id = association.device_id
    left join device gateway on gateway.id = device.gateway_id
    left join device_state on device_state.device_id = device.id
    left join habits on habits.association_id = association.id
    where association.ends is null
      and device.status in ('active', 'quarantined')  -- kept apart is not heard: that is silence
      -- Brought over by the patient, or imported: it charts, and nobody waits for it.
      and device.kind not in ('patient app', 'Apple Health', 'cloud')
    union all
    select -1, 'by hand', '{}', true, stay.patient_id, stay.starts, 0, true, null, null, null, '{}'
    from stay where stay.ends is null
) source
join patient on patient.id = source.patient_id
left join said on said.patient_id = patient.id
left join stay on stay.patient_id = patient.id and stay.ends is null
left join ward on ward.id = stay.ward_id
left join by_ward on by_ward.ward_id = stay.ward_id
left join by_patient on by_patient.patient_id = patient.id
cross join site;

-- name: add_habit
-- A device sends this vital steadily.
insert into habit (association_id, vital, seconds)
values (%(association_id)s, %(vital)s, %(seconds)s) on conflict do nothing;

-- name: mark
-- How far this share is judged, for the watcher that takes it over.
update watch_share set at = %(at)s
where number = %(number)s and coalesce(epoch = %(epoch)s, true);

-- name: last_mark
-- How far the watcher before us had judged; one of before there were shares said it elsewhere.
select coalesce(watch_share.at, watch_mark.at) as at
from watch_share left join watch_mark on true where number = %(number)s;

-- name: is_divided
-- Whether there are shares in this database.
select to_regclass('watch_share') is not null as is_so;

-- name: shares
-- Every share: who watches it, whether anybody holds its lock, and who would take it.
select number, epoch, process, holder, at, since,
    case when asked_at > now() - make_interval(secs => %(seconds)s) then asked end as asked,
    not exists (
        select from pg_locks
        where locktype = 'advisory' and granted and objsubid = 1
          and database = (select oid from pg_database where datname = current_database())
          and (classid::bigint << 32) + objid::bigint = %(lock)s::bigint + number) as is_free
from watch_share order by number;

-- name: take_share
-- This share is ours. The row is locked first, until whatever the watcher before us was writing is
-- written; what it has not begun to write by then it never writes.
with held as (select number from watch_share where number = %(number)s for update)
update watch_share set epoch = epoch + 1, process = %(process)s, holder = %(holder)s,
    since = %(now)s, asked = null, asked_at = null
from held where watch_share.number = held.number
returning epoch, (select count(*) from watch_share) as shares;

-- name: hold_share
-- This share is still ours, until the end of the transaction. A mark may be left meanwhile.
select number from watch_share where number = %(number)s and epoch = %(epoch)s for key share;

-- name: ask_for_share
-- We have less to do than who holds this share, and would take it.
update watch_share set asked = %(process)s, asked_at = now()
where number = %(number)s and process = %(from)s;

-- name: lock_shares
-- Nobody takes a share, divides anew or writes as a watcher until we are done.
lock table watch_share in exclusive mode;

-- name: shares_marked
-- How far every share is judged.
select epoch, at from watch_share;

-- name: forget_shares
-- Patients are divided anew.
delete from watch_share;

-- name: add_share
-- One of the new shares: judged as far as the one that lagged behind, and nobody's yet.
insert into watch_share (number, at, epoch) values (%(number)s, %(at)s, %(epoch)s);

-- name: alarms_seen
-- Those of these alarms that whoever asks may see.
select id from alarm where id = any(%(ids)s);

-- name: mark_shown
-- These ringings stood on that person's visible screen.
insert into alarm_receipt (alarm_id, person_id, rung, at, seconds)
select alarm.id, %(person)s, alarm.rung, %(now)s,
    case when asked.is_live and alarm.received <= %(now)s
         then extract(epoch from %(now)s - alarm.received) end
from unnest(%(ids)s::bigint[], %(rungs)s::bigint[], %(lives)s::boolean[])
    as asked (id, rung, is_live)
join alarm on alarm.id = asked.id and ms(alarm.rung) = asked.rung
where %(patient)s::bigint is null or alarm.patient_id = %(patient)s
on conflict do nothing;

-- name: receipts
-- Whose screens showed one alarm, and when first.
select ms(alarm_receipt.at) as at, person.name as person, person.role,
    ms(alarm_receipt.rung) as rung, alarm_receipt.seconds
from alarm_receipt join person on person.id = alarm_receipt.person_id
where alarm_receipt.alarm_id = %(id)s order by alarm_receipt.at, person.name;

-- name: own_latency
-- How long our own steps took since then: judging, and the way to screens that heard it live.
select step, count(*) as alarms,
    percentile_cont(0.5) within group (order by seconds) as p50_seconds,
    percentile_cont(0.99) within group (order by seconds) as p99_seconds
from (
    select 'judged' as step, extract(epoch from raised - received) as seconds
    from peoples_alarm where raised > %(since)s and received is not null
    union all
    select 'shown', seconds from alarm_receipt join peoples_alarm on peoples_alarm.id = alarm_id
    where at > %(since)s and seconds is not null
) took group by step;

-- name: latency
-- How long each step took since then, ours and people's.
select wanted.step, count(took.seconds) as alarms,
    percentile_cont(0.5) within group (order by took.seconds) as p50_seconds,
    percentile_cont(0.99) within group (order by took.seconds) as p99_seconds
from unnest(array['judged', 'shown', 'called', 'seen', 'answered'])
    with ordinality as wanted (step, place)
left join (
    select 'judged' as step, extract(epoch from raised - received) as seconds
    from peoples_alarm where raised > %(since)s and received is not null
    union all
    select 'shown', seconds from alarm_receipt join peoples_alarm on peoples_alarm.id = alarm_id
    where at > %(since)s
    union all
    select 'called', extract(epoch from min(call.created) - alarm.raised)
    from alarm join call on call.alarm_id = alarm.id and call.audience = 'carer'
    where alarm.raised > %(since)s group by alarm.id
    union all
    select 'seen', extract(epoch from seen - created)
    from call where created > %(since)s and seen is not null and audience = 'carer'
    union all
    select 'answered', extract(epoch from acknowledged - raised)
    from peoples_alarm where raised > %(since)s and acknowledged is not null
) took on took.step = wanted.step
group by wanted.step, wanted.place order by wanted.place;

-- name: settings
-- The settings in force now.
select id, rule, choice, patient_id, ward_id, by_role, limit_value, clear_limit, delay_seconds,
    clear_seconds, extreme
from rule_setting_newest
where coalesce(expires > %(now)s, true)
  and (patient_id is null or has_stayed(patient_id, set_at))
order by id;

-- name: wards_of_patients
-- The ward of everybody in a bed, and what their limits need to know of them.
select stay.patient_id, stay.ward_id, patient.birth_date, patient.oxygen_scale
from stay join patient on patient.id = stay.patient_id where stay.ends is null;

-- name: end_settings
-- Settings whose time has passed, or whose patient has left the ward, end; that is written down.
insert into rule_setting_end (setting_id, at, because)
select id, %(now)s,
    case when coalesce(expires > %(now)s, true) then 'left' else 'expired' end
from rule_setting_newest
where expires <= %(now)s or (patient_id is not null and not has_stayed(patient_id, set_at))
on conflict do nothing
returning setting_id;

-- name: add_setting
-- Somebody set something.
insert into rule_setting (rule, patient_id, ward_id, choice, limit_value, clear_limit,
    delay_seconds, clear_seconds, extreme, set_at, set_by, by_role, reason, expires)
values (%(rule)s, %(patient_id)s, %(ward_id)s, %(choice)s, %(limit)s, %(clear_limit)s,
    %(delay_seconds)s, %(clear_seconds)s, %(extreme)s, %(now)s, %(person)s, %(role)s, %(reason)s,
    %(expires)s)
returning id;

-- name: lock_rule
-- One change of a scope at a time: what it is compared with must be what it replaces.
select pg_advisory_xact_lock(hashtext('rule_setting'), %(scope)s::int);

-- name: limits_patient
-- A patient as their limits need it.
select patient.id, patient.birth_date, patient.oxygen_scale, stay.ward_id, ward.name as ward
from patient
left join stay on stay.patient_id = patient.id and stay.ends is null
left join ward on ward.id = stay.ward_id
where patient.id = %(patient)s;

-- name: limits_ward
-- A ward as its limits need it.
select id, name from ward where id = %(ward)s;

-- name: setting_history
-- Everything that was ever set of one patient, of one ward, or (neither) of the site, newest first,
-- and how it ended.
select rule_setting.id, rule, choice, limit_value as "limit", clear_limit, delay_seconds,
    clear_seconds, extreme, ms(set_at) as at, person.name as by, by_role as role, reason,
    ms(expires) as expires, ms(rule_setting_end.at) as ended, because
from rule_setting
join person on person.id = set_by
left join rule_setting_end on setting_id = rule_setting.id
where patient_id is not distinct from %(patient)s::bigint
  and ward_id is not distinct from %(ward)s::bigint
  and (%(rule)s::text is null or rule = %(rule)s)
order by rule_setting.id desc limit 200;

-- name: came_home
-- From which ward somebody who is at home now came within a day before, and when.
select ward.name as ward, ms(here.starts) as at, here.starts as since, gone.ends as left
from stay here
join ward home on home.id = here.ward_id and home.kind = 'home'
join stay gone on gone.patient_id = here.patient_id and gone.ends <= here.starts
    and gone.ends > here.starts - interval '1 day'
join ward on ward.id = gone.ward_id and ward.kind = 'ward'
where here.patient_id = %(patient)s and here.ends is null and here.starts > %(lately)s
order by gone.ends desc limit 1;

-- name: left_settings
-- What was set of a patient, and ended because they left: the ward they came home from, or the home
-- from which they had gone to it, up to three months before; nothing of a rule that was set again.
select newest.id as setting, rule, choice, limit_value as "limit", clear_limit, delay_seconds,
    clear_seconds, extreme, expires as until, ms(expires) as expires, person.name as by,
    by_role as role, reason, place.name as place, coalesce(place.kind = 'home', false) as was_home
from (
    select distinct on (rule) * from rule_setting where patient_id = %(patient)s
    order by rule, id desc) newest
join rule_setting_end on setting_id = newest.id and because = 'left'
join person on person.id = set_by
left join lateral (
    select ward.name, ward.kind, stay.ends from stay join ward on ward.id = stay.ward_id
    where stay.patient_id = newest.patient_id and stay.starts <= set_at and stay.ends > set_at
    order by stay.starts desc limit 1
) place on true
where choice in ('limit', 'on') and coalesce(expires > %(now)s, true)
  and case place.kind when 'home' then place.ends > %(since)s::timestamptz - interval '90 days'
      else rule_setting_end.at >= %(left)s end
order by rule;

-- name: setting_said
-- Who said these settings, and until when.
select rule_setting.id, person.name as by, by_role as role, ms(set_at) as at,
    ms(expires) as expires, reason
from rule_setting join person on person.id = set_by
where rule_setting.id = any(%(ids)s);

-- name: intervals
-- How often each vital of a patient comes, in seconds, by their devices' word or habit.
select expects.vital, max(expects.seconds) as seconds
from association
join device on device.id = association.device_id
    and device.status in ('active', 'quarantined')
cross join lateral (
    select key as vital, value::double precision as seconds from jsonb_each_text(device.expects)
    union all
    select vital, seconds from habit
    where association_id = association.id and device.expects = '{}'
) expects
where association.ends is null and association.patient_id = any(%(patients)s)
group by expects.vital;

-- name: patients_on_ward
-- Who is on a ward now, or (null) on any; nobody pretended.
select patient.id, patient.birth_date, patient.oxygen_scale, stay.ward_id, ward.name as ward
from stay join patient on patient.id = stay.patient_id join ward on ward.id = stay.ward_id
where stay.ends is null and not ward.is_hidden
  and (%(ward)s::bigint is null or stay.ward_id = %(ward)s);

-- name: ward_names
-- Every ward by its name.
select id, name from ward where not is_hidden order by name;

-- name: raised_since
-- How often one condition of one patient was raised since then.
select count(*) as alarms from alarm
where patient_id = %(patient)s and condition = %(condition)s and raised > %(since)s;

-- name: score_tables
-- The newest of each of the hospital's own tables, and whether its key is trusted now.
select distinct on (score_table.name) score_table.name, score_table.text, score_table.sha256,
    score_table.signature, score_table.public_key, coalesce((
        select is_trusted from score_key where score_key.public_key = score_table.public_key
        order by score_key.id desc limit 1), false) as is_trusted
from score_table order by score_table.name, score_table.id desc;

-- name: own_tables_said
-- Who added each of the hospital's own tables that is not withdrawn, and whose key signed it.
select distinct on (score_table.name) score_table.name, version, sha256, public_key, ms(score_table.at)
    as at, person.name as by, score_table.reason, coalesce((
        select score_key.name from score_key where score_key.public_key = score_table.public_key
        order by score_key.id desc limit 1), '') as signer
from score_table join person on person.id = score_table.added_by
order by score_table.name, score_table.id desc;

-- name: switches_said
-- The newest switch of every score of the site, of each ward and patient; null: taken back.
select score, patient_id, ward_id, is_on, ms(at) as at, person.name as by, reason
from score_switch_newest join person on person.id = score_switch_newest.set_by;

-- name: switch_history
-- Every switch there ever was of one patient, one ward, or (neither) the site, the newest first.
select score_switch.id, score, is_on, ms(at) as at, person.name as by, reason
from score_switch join person on person.id = score_switch.set_by
where patient_id is not distinct from %(patient)s::bigint
  and ward_id is not distinct from %(ward)s::bigint
order by score_switch.id desc limit 200;

-- name: scored_people
-- Who is in a bed of one ward, of any (null), or one patient: what scores need to know of them.
select patient.id, patient.birth_date, patient.oxygen_scale, stay.ward_id, ward.name as ward,
    coalesce((
        select is_pregnant and coalesce(until > %(now)s, true) from pregnancy
        where pregnancy.patient_id = patient.id and pregnancy.at <= %(now)s
        order by at desc, id desc limit 1), false) as is_pregnant
from patient
left join stay on stay.patient_id = patient.id and stay.ends is null
left join ward on ward.id = stay.ward_id
where case when %(patient)s::bigint is not null then patient.id = %(patient)s
    else stay.ward_id is not null and not ward.is_hidden
        and (%(ward)s::bigint is null or stay.ward_id = %(ward)s) end;

-- name: lock_scores
-- One switch at a time: whom it leaves without a score hangs on all others.
select pg_advisory_xact_lock(hashtext('score_switch'));

-- name: add_score_table
-- A table of points that counts from now on, or (without text) one that does not any more.
insert into score_table (name, version, text, sha256, signature, public_key, at, added_by, reason)
values (%(name)s, %(version)s, %(text)s, %(sha256)s, %(signature)s, %(public_key)s, %(now)s, %(by)s,
    %(reason)s);

-- name: score_keys
-- Every key ever trusted, as it stands.
select distinct on (public_key) public_key, score_key.name, is_trusted, at, person.name as set_by,
    reason
from score_key join person on person.id = score_key.set_by
order by public_key, score_key.id desc;

-- name: add_score_key
-- A key is trusted, or not any more.
insert into score_key (public_key, name, is_trusted, at, set_by, reason)
values (%(public_key)s, %(name)s, %(is_trusted)s, %(now)s, %(by)s, %(reason)s);

-- name: add_score_switch
-- A score is in use for somebody, or not; null: as the wider setting says.
insert into score_switch (score, patient_id, ward_id, is_on, at, set_by, reason)
values (%(score)s, %(patient)s, %(ward)s, %(is_on)s, %(now)s, %(by)s, %(reason)s);

-- name: score_switches
-- What is switched now, and by whom.
select score_switch_newest.score, is_on, coalesce(patient.number_sealed, patient.record_number::bpchar) as record_number,
    ward.name as ward, at, person.name as set_by, reason
from score_switch_newest
join person on person.id = score_switch_newest.set_by
left join patient on patient.id = score_switch_newest.patient_id
left join ward on ward.id = score_switch_newest.ward_id
where is_on is not null
order by score_switch_newest.score, ward nulls first, patient.id nulls first;

-- name: bed_days
-- For how many days beds of a ward were taken since then.
select sum(extract(epoch from least(coalesce(ends, %(now)s), %(now)s)
        - greatest(starts, %(since)s)))::double precision / 86400 as bed_days
from stay
where ward_id = %(ward)s and starts < %(now)s and coalesce(ends, %(now)s) > %(since)s;

-- name: load_by_rule
-- A ward's alarms since then by condition, most first: how many were acted on, and how many were
-- over so soon that a longer delay would have spared them. An alarm counts for the ward its
-- patient was on when it was raised. Extreme values wait for no delay, and are never spared.
select condition, kind, count(*) as alarms, count(*) filter (where priority = 'high') as high,
    count(*) filter (where is_acted) as acted,
    percentile_cont(0.5) within group (order by seconds) as median_seconds,
    count(*) filter (where seconds <= 10 and is_brief) as spared_10,
    count(*) filter (where seconds <= 20 and is_brief) as spared_20,
    count(*) filter (where seconds <= 30 and is_brief) as spared_30
from (
    select alarm.condition, alarm.kind, alarm.priority,
        extract(epoch from coalesce(alarm.cleared, %(now)s) - alarm.raised) as seconds,
        acted.is_acted, not acted.is_acted and alarm.cleared is not null
            and alarm.since < alarm.raised as is_brief
    from alarm
    left join stay on stay.patient_id = alarm.patient_id and stay.starts <= alarm.raised
        and coalesce(stay.ends, alarm.raised) >= alarm.raised
    cross join lateral (
        select alarm.acknowledged is not null or exists (
            select from alarm_event
            where alarm_event.alarm_id = alarm.id
              and alarm_event.event in ('acknowledged', 'acted')) as is_acted
    ) acted
    where alarm.raised > %(since)s and coalesce(stay.ward_id, alarm.ward_id) = %(ward)s
      and alarm.cause_id is null
) counted
group by condition, kind order by alarms desc, condition;

-- name: load_by_patient
-- The patients of a ward with alarms since then, most first.
select patient.id as patient_id, patient.name as patient, max(stay.bed) as bed,
    count(*) as alarms
from alarm
join patient on patient.id = alarm.patient_id
join stay on stay.patient_id = alarm.patient_id and stay.starts <= alarm.raised
    and coalesce(stay.ends, alarm.raised) >= alarm.raised
where alarm.raised > %(since)s and stay.ward_id = %(ward)s and alarm.cause_id is null
group by patient.id, patient.name order by alarms desc, patient.id;

-- name: missed_at_home
-- What was due at home, did not come, and is told by now: of the next so many patients, of each of
-- them the newest. Of a plan that was ended, and not changed, nobody is told; nor is anybody of what
-- was missed before somebody came to a ward.
with who as (
    select distinct patient_id from plan_due
    where state = 'missed' and came is null and nudge <= %(now)s and nudge > %(oldest)s
      and patient_id > %(after)s
    order by patient_id limit %(patients_max)s)
select who.patient_id, kind, vitals, at, nudge, escalate, language, zone
from who left join lateral (
    select plan_due.* from plan_due join plan on plan.id = plan_due.plan_id
    where plan_due.patient_id = who.patient_id and state = 'missed' and came is null
      and nudge <= %(now)s and nudge > %(oldest)s and greatest(nudge, escalate) > %(since)s
      and exists (
          select from plan held
          where held.patient_id = plan.patient_id and held.condition = plan.condition
            and held.ended is null)
      and not exists (
          select from stay join ward on ward.id = stay.ward_id and ward.kind = 'ward'
          where stay.patient_id = who.patient_id and coalesce(stay.ends, 'infinity') > nudge)
    order by at desc limit %(rows_max)s) missed on true
order by who.patient_id, at;

-- name: missed_told
-- Of these patients the newest alarm of what they missed.
select distinct on (patient_id) patient_id, priority, state <> 'resolved' as is_open, rung,
    acknowledged
from alarm
where patient_id = any(%(patients)s) and condition = %(condition)s
  and (state <> 'resolved' or raised > %(oldest)s)
order by patient_id, id desc;

-- name: flagged_answers
-- Answers that must be acted on and that no alarm somebody answered stood for: of the next so many
-- patients. An alarm stands for what had come when it was raised. What was begun rang already, where
-- the whole has no sign but the same.
with who as (
    select distinct patient_id from question_answer
    where flags > 0 and coalesce(flags_new, flags) > 0 and received > %(oldest)s
      and patient_id > %(after)s
      and not exists (
          select from patient
          where patient.id = question_answer.patient_id and patient.erased is not null)
    order by patient_id limit %(patients_max)s)
select who.patient_id, flagged.answered, flagged.received, flagged.language, exists (
    select from alarm
    where alarm.patient_id = who.patient_id and alarm.condition = %(condition)s
      and alarm.state <> 'resolved' and alarm.acknowledged is not null) as is_heard
from who left join lateral (
    select answered, received, language from question_answer
    where question_answer.patient_id = who.patient_id and flags > 0
      and coalesce(flags_new, flags) > 0 and received > %(oldest)s
      and not exists (
          select from alarm
          where alarm.patient_id = who.patient_id and alarm.condition = %(condition)s
            and alarm.acknowledged is not null and alarm.since >= question_answer.received)
    order by received desc limit %(rows_max)s) flagged on true
order by who.patient_id, flagged.received;
