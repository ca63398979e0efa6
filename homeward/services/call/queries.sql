-- name: end_calls
-- End calls whose alarm needs nobody any more. A carer is done once somebody acknowledged, or is
-- called for the cause of several; the patient's own call stands while the condition does.
update call set ended = %(now)s,
    outcome = case
        when call.audience = 'patient' and call.seen is not null then 'answered'
        when call.audience = 'carer' and alarm.acknowledged is not null then 'answered'
        else 'over' end
from alarm
where alarm.id = call.alarm_id and call.ended is null
  and ((call.audience = 'carer' and (
            alarm.state not in ('active', 'audio-paused') or exists (
                select from alarm cause
                where cause.id = alarm.cause_id and cause.state <> 'resolved')))
       or (call.audience = 'patient' and alarm.state in ('latched', 'resolved')))
returning call.id;

-- name: mend_times
-- The server's clock went back: calls of its future begin now, or nobody else would be called.
update call set created = %(now)s, due = %(now)s + (due - created)
where ended is null and created > %(now)s
returning id;

-- name: pass_on
-- Close calls nobody answered in time, and those to carers who may no longer sign in; the next
-- pass calls the next person. A patient who has seen the call needs no second one.
update call set ended = %(now)s, outcome = 'unanswered'
from alarm, person
where alarm.id = call.alarm_id and person.id = call.person_id and call.ended is null
  and (call.due <= %(now)s or (call.audience = 'carer' and person.disabled is not null))
  and (call.audience = 'carer' or call.seen is null)
returning call.id;

-- name: wanting_carers
-- Active alarms for which nobody is being called now, worst first, with whom was called last. What
-- shares an open cause is called for by that.
-- Those nobody can be called for come after all others: however many, they hold up none.
select alarm.id as alarm_id, coalesce(stay.ward_id, alarm.ward_id) as ward_id, ward.name as ward,
    last.round, last.step, last.outcome
from alarm
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
left join ward on ward.id = coalesce(stay.ward_id, alarm.ward_id)
left join lateral (
    select round, step, outcome from call
    where call.alarm_id = alarm.id and call.audience = 'carer'
    order by round desc, step desc limit 1
) last on true
where alarm.state in ('active', 'audio-paused') and alarm.priority in ('high', 'medium')
  and not exists (
      select from alarm cause where cause.id = alarm.cause_id and cause.state <> 'resolved')
  and not exists (
      select from call
      where call.alarm_id = alarm.id and call.audience = 'carer' and call.ended is null)
order by exists (
        select from escalation join person on person.id = escalation.person_id
        where person.disabled is null
          and (ward.id is null or escalation.ward_id = ward.id)) desc,
    position(alarm.priority in 'high medium'), alarm.raised, alarm.id
limit %(calls_max)s
for update of alarm skip locked;

-- name: wanting_patients
-- Alarms with words for the patient, while the condition stands and no call to them is open.
select alarm.id as alarm_id, patient.person_id,
    coalesce((select max(round) from call
              where call.alarm_id = alarm.id and call.audience = 'patient'), 0) + 1 as round
from alarm
join patient on patient.id = alarm.patient_id
where alarm.state in ('active', 'audio-paused', 'acknowledged')
  and alarm.patient_text is not null
  and patient.person_id is not null
  and not exists (
      select from call
      where call.alarm_id = alarm.id and call.audience = 'patient' and call.ended is null)
order by alarm.raised, alarm.id
limit %(calls_max)s
for update of alarm skip locked;

-- name: chains
-- Every ward's chain, without people who may no longer sign in.
select escalation.ward_id, escalation.step, escalation.person_id, escalation.wait_seconds
from escalation join person on person.id = escalation.person_id
where person.disabled is null
order by escalation.ward_id, escalation.step;

-- name: make_call
-- Call somebody. The unique key makes a second call of the same step impossible.
insert into call (alarm_id, audience, step, round, person_id, created, due)
values (%(alarm)s, %(audience)s, %(step)s, %(round)s, %(person)s, %(now)s,
        %(now)s + make_interval(secs => %(wait)s))
on conflict (alarm_id, audience, round, step) do nothing
returning id;

-- name: shown
-- Calls as screens know them.
select * from call_shown where id = any(%(ids)s) order by id;

-- name: open_calls
-- Calls nobody has ended.
select * from call_shown where ended is null order by id;

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

-- name: clear_chain
-- Nobody is called for a ward (until the new chain is written, in the same transaction).
delete from escalation where ward_id = %(ward)s;

-- name: add_step
-- One person of a chain.
insert into escalation (ward_id, step, person_id, wait_seconds)
values (%(ward)s, %(step)s, %(person)s, %(wait)s);
