-- name: set_now
-- The time of this pass, for the views that ask whether it is too late (call_now).
select set_config('homeward.now', (%(now)s::timestamptz)::text, true);

-- name: end_calls
-- End calls whose alarm needs nobody any more. A carer is done once somebody acknowledged, or is
-- called for the cause of several; the call of a patient or a relative stands while the condition
-- does, and while they are relatives.
update call set ended = %(now)s,
    outcome = case
        when call.audience <> 'carer' and call.seen is not null then 'answered'
        when call.audience = 'carer' and alarm.acknowledged is not null then 'answered'
        else 'over' end
from alarm
where alarm.id = call.alarm_id and call.ended is null
  and ((call.audience = 'carer' and (
            alarm.state not in ('active', 'audio-paused') or exists (
                select from alarm cause
                where cause.id = alarm.cause_id and cause.state <> 'resolved')))
       or (call.audience <> 'carer' and alarm.state in ('latched', 'resolved'))
       or (call.audience = 'relative' and not exists (
               select from relative
               where relative.patient_id = alarm.patient_id
                 and relative.person_id = call.person_id and relative.ended is null)))
returning call.id;

-- name: mend_times
-- The server's clock went back: calls of its future begin now, or nobody else would be called.
update call set created = %(now)s, due = %(now)s + (due - created)
where ended is null and created > %(now)s
returning id;

-- name: pass_on
-- Close calls nobody answered in time, and those to carers who may no longer sign in; the next
-- pass calls the next person. A patient or relative who has seen it needs no second one, unless it
-- has become worse since they were called: what they saw was milder.
update call set ended = %(now)s, outcome = 'unanswered'
from alarm, person
where alarm.id = call.alarm_id and person.id = call.person_id and call.ended is null
  and (((call.due <= %(now)s or (call.audience = 'carer' and person.disabled is not null))
            and (call.audience = 'carer' or call.seen is null))
       or (call.audience <> 'carer' and exists (
            select from alarm_event worse
            where worse.alarm_id = alarm.id and worse.event = 'worsened'
              and worse.at > call.created and worse.at <= %(now)s)))
returning call.id;

-- name: pursued
-- Active alarms somebody must answer, with whom their last round called and who is called now;
-- those nobody holds first, and of those the worst. What shares an open cause is called for by
-- that.
select alarm.id as alarm_id, alarm.patient_id, ward.id as ward_id, ward.name as ward,
    coalesce(last.round, 0) as round, coalesce(here.step, 0) as step,
    here.ward_id as called_ward_id, coalesce(here.called, '{}') as called,
    coalesce(now_open.people, '{}') as open, coalesce(now_open.is_held, false) as is_held,
    coalesce(here.is_over, false) as is_over
from alarm
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
left join ward on ward.id = coalesce(stay.ward_id, alarm.ward_id)
left join lateral (
    select round from call where call.alarm_id = alarm.id and call.audience = 'carer'
    order by round desc limit 1
) last on true
left join lateral (
    select max(step) as step, array_agg(person_id) as called,
        (array_agg(call.ward_id order by step desc))[1] as ward_id,
        bool_or(outcome in ('answered', 'over')) as is_over
    from call
    where call.alarm_id = alarm.id and call.audience = 'carer' and call.round = last.round
) here on true
left join lateral (
    select array_agg(person_id) as people,
        bool_or(not is_hopeless and (is_confirmed
            or created > %(now)s - make_interval(secs => %(unconfirmed_seconds)s))) as is_held
    from call join call_reach on call_reach.call_id = call.id
    where call.alarm_id = alarm.id and call.audience = 'carer' and call.ended is null
) now_open on true
where alarm.state in ('active', 'audio-paused') and alarm.priority in ('high', 'medium')
  and not exists (
      select from alarm cause where cause.id = alarm.cause_id and cause.state <> 'resolved')
  and not exists (
      select from patient where patient.id = alarm.patient_id and patient.is_synthetic)
order by coalesce(now_open.is_held, false), position(alarm.priority in 'high medium'),
    alarm.raised, alarm.id
limit %(alarms_max)s;

-- name: first_told
-- Of alarms of what was missed at home, or answered with a warning sign, and that nobody has: the
-- rotas, by name, that the plans they are of have called first; null of what has none.
select alarm.id as alarm_id, array_agg(distinct rota.name) as named
from alarm
join lateral (
    select max(acknowledged) as at, max(since) as since from alarm heard
    where heard.patient_id = alarm.patient_id and heard.condition = alarm.condition
      and heard.id <> alarm.id and heard.acknowledged is not null
) heard on true
join lateral (
    select held.first_rota_id
    from plan_due
    join plan on plan.id = plan_due.plan_id
    join plan held on held.patient_id = plan.patient_id and held.condition = plan.condition
        and held.ended is null
    where alarm.condition = %(missed)s and plan_due.patient_id = alarm.patient_id
      and plan_due.state = 'missed' and came is null
      and escalate <= %(now)s and escalate > %(lately)s and coalesce(escalate > heard.at, true)
    union all
    select held.first_rota_id
    from question_answer
    left join plan_due on plan_due.id = question_answer.due_id
    left join plan on plan.id = plan_due.plan_id
    left join plan held on held.patient_id = plan.patient_id and held.condition = plan.condition
        and held.ended is null
    where alarm.condition = %(flagged)s and question_answer.patient_id = alarm.patient_id
      and flags > 0 and received <= alarm.since and received > %(oldest)s
      and coalesce(received > heard.since, true)
) of on true
left join rota on rota.id = of.first_rota_id
where alarm.state in ('active', 'audio-paused')
  and alarm.condition in (%(missed)s, %(flagged)s)
  and exists (
      select from plan where plan.patient_id = alarm.patient_id and plan.ended is null
        and plan.first_rota_id is not null)
group by alarm.id;

-- name: before
-- The newest calls to carers of these alarms, and what came of each: why others are called now.
select call.alarm_id, person.name as person, call.round, call.step, call.created, call.due,
    call.ended, call.outcome, person.disabled is not null as is_disabled,
    exists (select from present where present.person_id = call.person_id) as is_there,
    (select count(*) from delivery
     where delivery.call_id = call.id
       and delivery.state not in ('needless', 'failed')) as messages,
    coalesce((
        select array_agg(distinct contact.way) from delivery
        join contact on contact.id = delivery.contact_id
        where delivery.call_id = call.id and delivery.state = 'failed'), '{}') as failed
from call
join person on person.id = call.person_id
where call.alarm_id = any(%(alarms)s) and call.audience = 'carer'
  and (call.round, call.step) = (
      select last.round, last.step from call last
      where last.alarm_id = call.alarm_id and last.audience = 'carer'
      order by last.round desc, last.step desc limit 1)
order by call.alarm_id, call.id;

-- name: lock_active
-- Hold these alarms as they are until our calls are written: none that was answered meanwhile. What
-- merely refers to one (a screen's receipt, a line of its story) does not hold it from us.
select id from alarm where id = any(%(ids)s) and state in ('active', 'audio-paused') order by id
for no key update skip locked;

-- name: wanting_told
-- Alarms with words for the patient, while the condition stands: the patient and the relatives
-- they chose for it, whether each is told already, and when each wants to be left alone.
-- Where all of them are called, nothing is wanted, and it takes no room from others.
select alarm_id, priority, kind, condition, ward_id, audience, person_id, quiet_from, quiet_until,
    zone, is_called, round
from (
select alarm.id as alarm_id, alarm.priority, alarm.kind, alarm.condition, stay.ward_id,
    who.audience, who.person_id, quiet.starts as quiet_from, quiet.ends as quiet_until, quiet.zone,
    told.round is not null and told.is_open as is_called, coalesce(told.round, 0) + 1 as round,
    bool_and(told.round is not null and told.is_open) over (partition by alarm.id) as is_done,
    alarm.raised
from alarm
join patient on patient.id = alarm.patient_id
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
cross join lateral (
    select 'patient' as audience, patient.person_id
    union all
    select 'relative', relative.person_id from relative
    where relative.patient_id = patient.id and relative.ended is null
      and alarm.priority = any(relative.priorities)
) who
join person on person.id = who.person_id and person.disabled is null
left join lateral (
    select starts, ends, zone from quiet_hours
    where quiet_hours.person_id = who.person_id order by id desc limit 1
) quiet on true
left join lateral (
    select max(round) as round, bool_or(ended is null) as is_open from call
    where call.alarm_id = alarm.id and call.audience = who.audience
      and call.person_id = who.person_id
) told on true
where alarm.state in ('active', 'audio-paused', 'acknowledged') and alarm.patient_text is not null
  and not patient.is_synthetic
) told
where not is_done
order by position(priority in 'high medium low'), raised, alarm_id
limit %(rows_max)s;

-- name: lock_standing
-- Hold these alarms while their patients are called.
select id from alarm where id = any(%(ids)s) and state in ('active', 'audio-paused', 'acknowledged')
order by id
for no key update skip locked;

-- name: chains
-- The chain in force of every ward, step by step.
select chain.ward_id, step, wait_seconds, target, person_id, rota_id
from (select distinct on (ward_id) id, ward_id from chain order by ward_id, id desc) chain
join chain_step on chain_step.chain_id = chain.id
order by chain.ward_id, step, place;

-- name: rotas
-- Every rota with the plan in force when a span begins, and those that begin within it.
select rota.id, rota.ward_id, ward.name as ward, rota.name, rota_plan.starts, rota_plan.plan
from rota
join ward on ward.id = rota.ward_id
join rota_plan on rota_plan.rota_id = rota.id and rota_plan.withdrawn is null
left join lateral (
    select id, starts from rota_plan begun
    where begun.rota_id = rota.id and begun.withdrawn is null and begun.starts <= %(start)s
    order by starts desc, id desc limit 1
) begun on true
where rota.ended is null and rota_plan.starts < %(end)s
  and (begun.id is null or (rota_plan.starts, rota_plan.id) >= (begun.starts, begun.id))
order by rota.ward_id, rota.id, rota_plan.starts, rota_plan.id;

-- name: rotas_of
-- The rotas of a ward.
select id from rota where ward_id = %(ward)s and ended is null;

-- name: plans
-- The plans of a ward's rotas that stand: to come, in force, and the newest of those before.
select * from (
    select rota_plan.rota_id, rota_plan.id, rota_plan.starts, rota_plan.plan,
        rota_plan.made, person.name as made_by, rota_plan.why,
        row_number() over (
            partition by rota_plan.rota_id order by rota_plan.starts desc, rota_plan.id desc
        ) as place
    from rota_plan
    join rota on rota.id = rota_plan.rota_id and rota.ended is null
    left join person on person.id = rota_plan.made_by
    where rota.ward_id = %(ward)s and rota_plan.withdrawn is null
) plans
where place <= %(plans_max)s
order by rota_id, starts desc, id desc;

-- name: overrides
-- Overrides that touch a span, oldest first.
select id, rota_id, kind, person_id, stand_in_id, starts, ends, made_by, why
from rota_override
where withdrawn is null and ends > %(start)s and starts < %(end)s
order by id;

-- name: able
-- Who can be called at all, those with a screen before them first.
select id, name from person
where disabled is null and role in ('nurse', 'doctor')
order by exists (select from present where present.person_id = person.id) desc, id;

-- name: assigned
-- The nurse of each patient, while they lie where they were assigned.
select assignment.patient_id, assignment.person_id
from assignment
join stay on stay.patient_id = assignment.patient_id and stay.ends is null
    and stay.ward_id = assignment.ward_id
where assignment.ends is null;

-- name: make_calls
-- Call these people. The unique key makes a second call of the same step impossible.
insert into call (alarm_id, audience, step, round, person_id, ward_id, via, target, until,
    because, created, due)
select alarm_id, audience, step, round, person_id, nullif(ward_id, 0), via, target, until,
    because, %(now)s, %(now)s + make_interval(secs => wait)
from unnest(%(alarms)s::bigint[], %(audiences)s::text[], %(steps)s::integer[],
    %(rounds)s::integer[], %(people)s::bigint[], %(wards)s::bigint[], %(vias)s::text[],
    %(targets)s::text[], %(untils)s::timestamptz[], %(becauses)s::text[], %(waits)s::integer[])
    as wanted (alarm_id, audience, step, round, person_id, ward_id, via, target, until, because,
        wait)
on conflict (alarm_id, audience, round, step, person_id) do nothing
returning id;

-- name: note_trouble
-- Somebody should know; until the roster is looked through and it is so no more.
insert into roster_trouble (what, text, since) values (%(what)s, %(text)s, %(now)s)
on conflict (what) do update set text = excluded.text where roster_trouble.text <> excluded.text;

-- name: troubles
-- What stands.
select what, text from roster_trouble order by what;

-- name: clear_troubles
-- What is so no more.
delete from roster_trouble where not (what = any(%(kept)s));

-- name: take_check
-- It is time to look through the roster: who gets a row does it. A clock may have gone back.
update roster_check set due = %(now)s + make_interval(secs => %(seconds)s)
where one in (
    select one from roster_check
    where due <= %(now)s or due > %(now)s + make_interval(secs => %(seconds)s)
    for update skip locked)
returning due;

-- name: lived_in
-- Wards with patients.
select distinct ward.id, ward.name from ward join stay on stay.ward_id = ward.id and stay.ends is null
order by ward.id;

-- name: next_due
-- When the next call runs out or stays unconfirmed.
select min(at) as at from (
    select min(due) as at from call where ended is null and due > %(now)s
    union all
    select min(created) + make_interval(secs => %(unconfirmed_seconds)s) from call
    where ended is null and created > %(now)s - make_interval(secs => %(unconfirmed_seconds)s)
) moments;

-- name: shown
-- Calls as screens know them.
select * from call_shown where id = any(%(ids)s) order by id;

-- name: news
-- Calls that are open, or ended lately: whoever missed words about them is told again.
select * from call_shown
where id in (select id from call where ended is null or ended > %(since)s) order by id;

-- name: open_on_ward
-- Calls nobody has ended: for alarms of one ward and of none, or for all.
select call_shown.* from call_shown
join alarm_shown on alarm_shown.id = call_shown.alarm_id
where call_shown.ended is null
  and (%(ward)s::bigint is null or alarm_shown.ward_id = %(ward)s or alarm_shown.ward_id is null)
order by call_shown.id limit 10000;

-- name: mark_seen
-- These calls were on that person's own screen.
update call set seen = %(now)s
where id = any(%(ids)s) and person_id = %(person)s and seen is null
returning id;

-- name: is_own
-- Whether this call is for this person.
select id from call where id = %(id)s and person_id = %(person)s;

-- name: own_calls
-- Calls of this person for this alarm that are not seen yet.
select id from call where alarm_id = %(alarm)s and person_id = %(person)s and seen is null;

-- name: add_chain
-- A new chain of a ward: the newest is in force.
insert into chain (ward_id, made, made_by, why)
values (%(ward)s, %(now)s, %(by)s, %(why)s)
returning id;

-- name: add_target
-- One target of one step.
insert into chain_step (chain_id, step, place, target, person_id, rota_id, wait_seconds)
values (%(chain)s, %(step)s, %(place)s, %(target)s, %(person)s, %(rota)s, %(wait)s);

-- name: keep_presence
-- These people have a visible screen before them, for a few seconds more.
insert into presence (person_id, until)
select person, %(now)s + make_interval(secs => %(seconds)s)
from unnest(%(people)s::bigint[]) person
on conflict (person_id) do update set until = excluded.until;

-- name: add_rota
-- A new rota of a ward.
insert into rota (ward_id, name, made, made_by)
select id, %(name)s, %(now)s, %(by)s from ward where id = %(ward)s
on conflict do nothing
returning id;

-- name: add_plan
-- A new plan of a rota, in force from when it starts.
insert into rota_plan (rota_id, plan, starts, made, made_by, why)
select id, %(plan)s::jsonb, %(starts)s, %(now)s, %(by)s, %(why)s from rota
where id = %(rota)s and ended is null;

-- name: withdraw_plan
-- A plan that has not begun never does. What has begun stays.
update rota_plan set withdrawn = %(now)s, withdrawn_by = %(by)s
where id = %(id)s and withdrawn is null and starts > %(now)s;

-- name: lock_rota
-- A rota, held so that two changes of it do not cross.
select id from rota where id = %(rota)s and ended is null for update;

-- name: changes
-- How often each rota of a ward (or this one) was changed, and what was done last, by whom.
select distinct on (rota.id) rota.id as rota_id, count(*) over (partition by rota.id) as changes,
    act.what, person.name as by
from rota
cross join lateral (
    select made as at, made_by as who, 'plan' as what from rota_plan where rota_id = rota.id
    union all
    select withdrawn, withdrawn_by, 'no plan' from rota_plan
    where rota_id = rota.id and withdrawn is not null
    union all
    select made, made_by, 'override' from rota_override where rota_id = rota.id
    union all
    select withdrawn, withdrawn_by, 'no override' from rota_override
    where rota_id = rota.id and withdrawn is not null
) act
left join person on person.id = act.who
where rota.ended is null and (rota.ward_id = %(ward)s or rota.id = %(rota)s)
order by rota.id, act.at desc;

-- name: end_rota
-- A rota counts no more.
update rota set ended = %(now)s, ended_by = %(by)s where id = %(rota)s and ended is null;

-- name: add_override
-- Somebody stands in, joins or steps out for a while.
insert into rota_override
    (rota_id, kind, person_id, stand_in_id, starts, ends, made, made_by, why)
select id, %(kind)s, %(person)s, %(stand_in)s, %(starts)s, %(ends)s, %(now)s, %(by)s, %(why)s
from rota where id = %(rota)s and ended is null
returning id;

-- name: withdraw
-- An override counts no more.
update rota_override set withdrawn = %(now)s, withdrawn_by = %(by)s
where id = %(id)s and withdrawn is null;

-- name: lock_patients
-- Those of these patients who are on the ward, held so that two handovers do not cross.
select patient.id from patient
where patient.id = any(%(patients)s) and exists (
    select from stay
    where stay.patient_id = patient.id and stay.ward_id = %(ward)s and stay.ends is null)
order by patient.id
for update;

-- name: carried_by
-- Whose these patients are now, and who said so.
select assignment.patient_id, assignment.person_id, nurse.name as nurse, said.name as by
from assignment
join person nurse on nurse.id = assignment.person_id
left join person said on said.id = assignment.starts_by
where assignment.patient_id = any(%(patients)s) and assignment.ends is null;

-- name: end_assignments
-- These patients leave the nurse who had them, unless it is the same one on the same ward.
update assignment set ends = greatest(%(now)s, starts), ends_by = %(by)s
where patient_id = any(%(patients)s) and ends is null
  and not (person_id = %(to)s and ward_id = %(ward)s);

-- name: begin_assignments
-- ... and are this nurse's.
insert into assignment (patient_id, ward_id, person_id, starts, starts_by, why)
select patient, %(ward)s, %(to)s, %(now)s, %(by)s, %(why)s
from unnest(%(patients)s::bigint[]) patient
on conflict (patient_id) where ends is null do nothing;

-- name: check_soon
-- The roster is looked through at the next pass.
update roster_check set due = '-infinity';

-- name: ward
-- A ward.
select id, name from ward where id = %(ward)s;

-- name: lock_ward
-- A ward, held so that two changes of its chain do not cross.
select id, name from ward where id = %(ward)s for update;

-- name: chain
-- Which chain of a ward is in force.
select chain.id, ms(chain.made) as made, person.name as made_by, chain.why
from chain left join person on person.id = chain.made_by
where chain.ward_id = %(ward)s order by chain.id desc limit 1;

-- name: overrides_shown
-- Changes of a ward's rotas that have not ended by this time.
select rota_override.rota_id, rota_override.id, kind, person_id, stand_in_id,
    ms(starts) as starts, ms(ends) as ends, person.name as made_by, why
from rota_override
join rota on rota.id = rota_override.rota_id and rota.ended is null
left join person on person.id = rota_override.made_by
where rota.ward_id = %(ward)s and withdrawn is null and ends > %(start)s
order by starts, rota_override.id
limit 500;

-- name: people_shown
-- Everybody who can be called.
select id, name, exists (select from present where present.person_id = person.id) as is_there
from person where disabled is null and role in ('nurse', 'doctor')
order by name, id;

-- name: carried
-- The patients of a ward, and whose they are.
select stay.patient_id, patient.name as patient, stay.bed, assignment.person_id as nurse_id
from stay
join patient on patient.id = stay.patient_id
left join assignment on assignment.patient_id = stay.patient_id and assignment.ends is null
    and assignment.ward_id = stay.ward_id
where stay.ward_id = %(ward)s and stay.ends is null
order by stay.bed;

-- name: sheet
-- The patients of a ward as they are handed over: score, open alarms, what is set otherwise.
select patient.id as patient_id, patient.name as patient,
    extract(year from age(patient.birth_date))::integer as age, stay.bed, nurse.name as nurse,
    newest.total, newest.low, newest.high, newest.risk, ms(newest.at) as scored,
    coalesce((
        select array_agg(alarm.text order by position(alarm.priority in 'high medium low'), alarm.id)
        from alarm where alarm.patient_id = patient.id and alarm.state <> 'resolved'), '{}')
        as alarms,
    (select jsonb_agg(jsonb_build_object(
            'rule', setting.rule, 'choice', setting.choice, 'limit', setting.limit_value,
            'set_by', person.name) order by setting.rule, setting.ward_id)
        from rule_setting_newest setting join person on person.id = setting.set_by
        where setting.patient_id = patient.id
          and coalesce(setting.expires, 'infinity') > now()) as limits,
    (select array_agg(setting.reason order by setting.rule, setting.ward_id)
        from rule_setting_newest setting
        where setting.patient_id = patient.id
          and coalesce(setting.expires, 'infinity') > now()) as reasons
from stay
join patient on patient.id = stay.patient_id
left join assignment on assignment.patient_id = stay.patient_id and assignment.ends is null
    and assignment.ward_id = stay.ward_id
left join person nurse on nurse.id = assignment.person_id
left join lateral (
    select total, low, high, risk, at from score
    where score.patient_id = patient.id and score.name = 'news2' order by at desc limit 1
) newest on true
where stay.ward_id = %(ward)s and stay.ends is null
order by stay.bed;
