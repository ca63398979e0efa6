-- name: whose_telling
-- A patient, and their own account, if they have one that may sign in.
select patient.name as patient, person.id as person_id
from patient left join person on person.id = patient.person_id and person.disabled is null
where patient.id = %(patient)s;

-- name: quiet
-- When somebody wants to be left alone, and who said so.
select to_char(starts, 'HH24:MI') as starts, to_char(ends, 'HH24:MI') as ends, zone,
    ms(made) as made, maker.name as made_by, quiet_hours.made_by = quiet_hours.person_id as is_own,
    why
from quiet_hours join person maker on maker.id = quiet_hours.made_by
where person_id = %(person)s order by quiet_hours.id desc limit 1;

-- name: set_quiet
-- When somebody wants to be left alone.
insert into quiet_hours (person_id, starts, ends, zone, made, made_by, why)
values (%(person)s, %(starts)s, %(ends)s, %(zone)s, %(now)s, %(by)s, %(why)s);

-- name: relatives
-- Whom a patient wants told; whether a message can reach them away from the pages.
select person.id, person.name, relative.priorities, ms(relative.made) as made,
    maker.name as made_by, relative.why,
    exists (select from contact
            where contact.person_id = person.id and contact.ended is null) as is_reached,
    array(select may from relative_right
        where relative_right.patient_id = relative.patient_id and relative_right.ended is null
          and relative_right.person_id = person.id order by may) as may
from relative join person on person.id = relative.person_id
left join person maker on maker.id = relative.made_by
where relative.patient_id = %(patient)s and relative.ended is null
order by relative.id;

-- name: add_relative
-- A patient wants somebody told.
insert into relative (patient_id, person_id, priorities, since, made, made_by, why)
values (%(patient)s, %(person)s, %(priorities)s, %(now)s, %(now)s, %(by)s, %(why)s);

-- name: change_relative
-- They hear of other alarms from now on, and still of what they were told before.
with before as (
    update relative set ended = %(now)s, ended_by = %(by)s, ended_why = 'changed'
    where patient_id = %(patient)s and person_id = %(person)s and ended is null
    returning since)
insert into relative (patient_id, person_id, priorities, since, made, made_by, why)
select %(patient)s, %(person)s, %(priorities)s, since, %(now)s, %(by)s, %(why)s from before;

-- name: end_relative
-- They are told nothing any more.
update relative set ended = %(now)s, ended_by = %(by)s, ended_why = %(why)s
where patient_id = %(patient)s and person_id = %(person)s and ended is null;

-- name: is_told
-- Whether a patient wants somebody told.
select id from relative
where patient_id = %(patient)s and person_id = %(person)s and ended is null;

-- name: end_rights
-- A relative may do these for a patient no more.
update relative_right set ended = %(now)s, ended_by = %(by)s
where patient_id = %(patient)s and person_id = %(person)s and ended is null
  and may <> all(%(still)s);

-- name: add_rights
-- ... and these from now on, unless they may already.
insert into relative_right (patient_id, person_id, may, starts, made_by)
select %(patient)s, %(person)s, may, %(now)s, %(by)s from unnest(%(wanted)s::text[]) may
on conflict (patient_id, person_id, may) where ended is null do nothing;

-- name: lock_patient
-- One change of whom a patient wants told at a time.
select id from patient where id = %(patient)s for update;

-- name: count_told
-- How many are told, or invited to be.
select (select count(*) from relative where patient_id = %(patient)s and ended is null)
    + (select count(*) from invitation
       where patient_id = %(patient)s and accepted is null and withdrawn is null
         and expires > %(now)s) as people;

-- name: invite
-- A relative is invited.
insert into invitation
    (patient_id, token_sha256, name, priorities, made, made_by, why, expires)
values (%(patient)s, %(token)s, %(name)s, %(priorities)s, %(now)s, %(by)s, %(why)s, %(expires)s);

-- name: invitations
-- Invitations nobody accepted or took back: those that still stand, and those that ran out lately.
select invitation.id, invitation.name, priorities, ms(made) as made, maker.name as made_by,
    ms(expires) as expires, expires > %(now)s as is_open
from invitation join person maker on maker.id = invitation.made_by
where patient_id = %(patient)s and accepted is null and withdrawn is null
  and expires > %(now)s - interval '14 days'
order by invitation.id;

-- name: withdraw_invitation
-- An invitation is good no more.
update invitation set withdrawn = %(now)s, withdrawn_by = %(by)s
where id = %(id)s and patient_id = %(patient)s and accepted is null and withdrawn is null;

-- name: lock_invitation
-- Two who accept one invitation at once do it one after the other.
select id from invitation where token_sha256 = %(token)s for update;

-- name: invitation_by_token
-- An invitation as its secret finds it.
select invitation.id, patient_id, patient.name as patient, invitation.name, priorities, expires,
    accepted_by, withdrawn is not null as is_withdrawn,
    exists (select from person where person.invitation_id = invitation.id) as has_account
from invitation join patient on patient.id = invitation.patient_id
where token_sha256 = %(token)s;

-- name: accept_invitation
-- Its relative wants to be told.
update invitation set accepted = %(now)s, accepted_by = %(person)s where id = %(id)s;

-- name: told_of
-- Whom each of a patient's alarms of these weeks was told, one row a person; carers are one row.
with mine as (
    select * from alarm
    where patient_id = %(patient)s and patient_text is not null and raised > %(since)s
    order by id desc limit 50)
select mine.id as alarm_id, mine.patient_text as text, mine.priority, ms(mine.raised) as raised,
    ms(coalesce(mine.cleared, mine.resolved)) as over, ms(mine.acknowledged) as answered,
    call.audience, case when call.audience <> 'carer' then min(person.name) end as name,
    ms(min(call.created)) as called, ms(min(sent.sent)) as sent,
    ms(min(sent.delivered)) as arrived,
    -- Of a patient or a relative by the newest call: what they saw before may have become worse.
    ms(case when call.audience = 'carer' then min(call.seen)
        else (array_agg(call.seen order by call.round desc, call.id desc))[1] end) as seen,
    coalesce(bool_or(sent.is_waiting), false) as is_waiting,
    coalesce(bool_or(sent.has_failed), false) as has_failed
from mine
join call on call.alarm_id = mine.id
join person on person.id = call.person_id
left join lateral (
    select min(delivery.sent) as sent, min(delivery.delivered) as delivered,
        bool_or(state = 'queued') as is_waiting, bool_or(state = 'failed') as has_failed
    from delivery where delivery.call_id = call.id
) sent on true
group by mine.id, mine.patient_text, mine.priority, mine.raised, mine.cleared, mine.resolved,
    mine.acknowledged, call.audience, case when call.audience <> 'carer' then call.person_id end
order by mine.raised desc, mine.id desc,
    position(call.audience in 'patient relative carer'), min(call.id);

-- name: chosen
-- Who wants a relative told, of what, and by which number their care team is called.
select patient.name as patient, relative.priorities, ms(relative.since) as since,
    coalesce((
        select telephone from ward_telephone
        where ward_telephone.ward_id = stay.ward_id order by id desc limit 1), '') as telephone,
    patient.id as patient_id,
    array(select may from relative_right
        where relative_right.patient_id = patient.id and relative_right.ended is null
          and relative_right.person_id = relative.person_id order by may) as may
from relative
join patient on patient.id = relative.patient_id
left join stay on stay.patient_id = patient.id and stay.ends is null
where relative.person_id = %(person)s and relative.ended is null
order by patient.name, patient.id;

-- name: chosen_no_more
-- Who wanted a relative told until lately, and does so no more.
select patient.name as patient, ms(max(relative.ended)) as ended
from relative join patient on patient.id = relative.patient_id
where relative.person_id = %(person)s and relative.ended > %(since)s
  and not exists (
      select from relative still
      where still.person_id = relative.person_id and still.patient_id = relative.patient_id
        and still.ended is null)
group by patient.id, patient.name order by max(relative.ended) desc limit 10;

-- name: told_relative
-- What a relative was told and may still know: only while the patient wants them told.
select call.id as call_id, patient.name as patient, alarm.patient_text as text, alarm.priority,
    ms(call.created) as since, ms(call.seen) as seen, call.ended is not null as is_over,
    ms(coalesce(alarm.cleared, alarm.resolved)) as over, ms(own.seen) as patient_seen,
    case when alarm.acknowledged is not null then 'answered'
        when exists (
            select from call team
            where team.alarm_id = alarm.id and team.audience = 'carer') then 'called'
        else 'not called' end as team
from call
join alarm on alarm.id = call.alarm_id
join patient on patient.id = alarm.patient_id
join relative on relative.patient_id = patient.id and relative.person_id = call.person_id
    and relative.ended is null and call.created >= relative.since
left join lateral (
    select seen from call
    where call.alarm_id = alarm.id and call.audience = 'patient'
    order by round desc, id desc limit 1
) own on true
where call.person_id = %(person)s and call.audience = 'relative'
  and call.created > %(since)s and call.outcome is distinct from 'unanswered'
  and alarm.patient_text is not null
order by call.id desc limit 100;
