-- name: queue
-- A delivery for each open call and contact of its person, worst alarms first. The first way goes
-- at once; a later one after its own wait. A contact that was just told of something as bad waits
-- a little, so that a storm becomes one message: the wait depends on the way.
insert into delivery (call_id, contact_id, priority, created, next_try, expires)
select call.id, contact.id, alarm.priority, %(now)s,
    greatest(
        call.created + make_interval(secs => contact.after_seconds),
        lately.tried + make_interval(secs => (%(hold)s::jsonb ->> contact.way)::int)),
    call.due
from call
join alarm on alarm.id = call.alarm_id
join contact on contact.person_id = call.person_id and contact.ended is null
left join lateral (
    select max(other.tried) as tried from delivery other
    where other.contact_id = contact.id
      and other.tried between %(now)s - interval '2 minutes' and %(now)s + interval '10 seconds'
      and position(other.priority in 'high medium low')
          <= position(alarm.priority in 'high medium low')
) lately on true
where call.ended is null and call.due > %(now)s
  and position(alarm.priority in 'high medium low')
      <= position(contact.priority_min in 'high medium low')
  and not exists (
      select from delivery known
      where known.call_id = call.id and known.contact_id = contact.id)
order by position(alarm.priority in 'high medium low'), call.id, contact.place
limit %(rows_max)s
on conflict (call_id, contact_id) do nothing
returning id;

-- name: mend_times
-- The server's clock went back: what waits since its future waits no longer than it would have,
-- and what was on its way then is tried again after one lease.
update delivery set created = least(created, %(now)s),
    next_try = case when created <= %(now)s then next_try
        when attempts = 0 then %(now)s + (next_try - created) else %(now)s end,
    lease = case when lease is not null
        then least(lease, %(now)s + make_interval(secs => %(lease_seconds)s)) end
where state = 'queued'
  and (created > %(now)s or lease > %(now)s + make_interval(secs => %(lease_seconds)s));

-- name: letters_to_tell
-- Patients and relatives to whom somebody wrote, who have not read it, and the ways by which they
-- were told of nothing unread within the hour; and the team of the ward where nobody answered, by
-- ways that take what is not urgent.
select letter.id as letter_id, contact.id as contact_id, quiet.starts as quiet_from,
    quiet.ends as quiet_until, quiet.zone
from letter
join patient on patient.id = letter.patient_id and patient.erased is null
    and not patient.is_synthetic
cross join lateral (
    select patient.person_id where letter.side = 'team'
    union
    select relative_right.person_id from relative_right
    join relative on relative.patient_id = relative_right.patient_id and relative.ended is null
        and relative.person_id = relative_right.person_id
    where letter.side = 'team' and may = 'letters' and relative_right.ended is null
        and relative_right.patient_id = patient.id
    union
    select ward_staff.person_id from stay
    join ward_staff on ward_staff.ward_id = stay.ward_id and ward_staff.ends is null
    where letter.side <> 'team' and letter.settled is null and letter.answer_by <= %(now)s
        and stay.patient_id = patient.id and stay.ends is null
) who
join person on person.id = who.person_id and person.disabled is null
join contact on contact.person_id = person.id and contact.ended is null
    and contact.way in ('web_push', 'email')
    and (letter.side = 'team' or contact.priority_min = 'low')
left join lateral (
    select starts, ends, zone from quiet_hours
    where quiet_hours.person_id = person.id order by id desc limit 1
) quiet on true
where (letter.side = 'team' and letter.at > %(since)s and letter.at <= %(before)s
       or letter.side <> 'team' and letter.settled is null and letter.answer_by > %(since)s)
  and (letter.side <> 'team' or not exists (
      select from letter_read
      where letter_read.letter_id = letter.id and letter_read.person_id = person.id))
  and not exists (
      select from letter_told told
      where told.letter_id = letter.id and told.contact_id = contact.id)
  and not exists (
      select from letter_told lately
      where lately.contact_id = contact.id and lately.at > %(lately)s
        and not exists (
            select from letter_read
            where letter_read.letter_id = lately.letter_id
              and letter_read.person_id = person.id))
order by letter.id, contact.place limit %(rows_max)s;

-- name: tell_letter
-- Somebody is told by one way that they were written to.
with made as (
    insert into delivery (contact_id, priority, created, next_try, expires)
    values (%(contact)s, 'low', %(now)s, %(now)s, %(expires)s) returning id)
insert into letter_told (delivery_id, letter_id, contact_id, at)
select id, %(letter)s, %(contact)s, %(now)s from made;

-- name: drop_read
-- Nobody needs these any more: what was written is read, or answered, or that way is used no more.
update delivery set state = 'needless', ended = %(now)s, is_final = true
from letter_told
join letter on letter.id = letter_told.letter_id
join contact on contact.id = letter_told.contact_id
where delivery.state = 'queued' and letter_told.delivery_id = delivery.id
  and coalesce(delivery.lease, %(now)s) <= %(now)s
  and (contact.ended is not null or letter.settled is not null
       or letter.side = 'team' and exists (
          select from letter_read where letter_read.letter_id = letter.id
            and letter_read.person_id = contact.person_id));

-- name: drop_needless
-- Nobody needs these any more: the call is over, its person has answered a message, or does not
-- use that contact any longer.
update delivery set state = 'needless', ended = %(now)s, is_final = true
from call, contact
where delivery.state = 'queued' and call.id = delivery.call_id
  and contact.id = delivery.contact_id and coalesce(delivery.lease, %(now)s) <= %(now)s
  and (call.ended is not null or contact.ended is not null
       or exists (
          select from delivery other
          where other.call_id = call.id and other.state in ('seen', 'acknowledged')));

-- name: expire
-- Too late to be of use: it was never sent.
update delivery set state = 'failed', ended = %(now)s, is_final = true,
    error = coalesce(error, 'not sent in time')
where state = 'queued' and expires <= %(now)s and coalesce(lease, %(now)s) <= %(now)s;

-- name: hurry
-- Every earlier way of this call has failed: the next one goes now.
update delivery set next_try = %(now)s
from contact
where delivery.state = 'queued' and delivery.next_try > %(now)s and delivery.attempts = 0
  and delivery.call_id is not null and contact.id = delivery.contact_id
  and contact.after_seconds > 0
  and exists (
      select from delivery other join contact earlier on earlier.id = other.contact_id
      where other.call_id = delivery.call_id and earlier.place < contact.place)
  and not exists (
      select from delivery other join contact earlier on earlier.id = other.contact_id
      where other.call_id = delivery.call_id and earlier.place < contact.place
        and other.state <> 'failed');

-- name: failing
-- Ways on which messages failed lately, and none has been taken since.
select contact.way, count(*) as messages, max(delivery.error) as error
from delivery join contact on contact.id = delivery.contact_id
where delivery.state = 'failed' and delivery.ended > %(since)s
  and not exists (
      select from delivery later join contact same on same.id = later.contact_id
      where same.way = contact.way and later.sent > delivery.ended)
group by contact.way order by contact.way;

-- name: ways_wanted
-- Ways somebody has a contact of.
select distinct way from contact where ended is null;

-- name: claim
-- Lease what is due on these ways: all that waits for one contact becomes one message, led by its
-- worst. One whose lease ran out may have arrived: it is the same message again, by its own name
-- and alone, or what is new would be dropped with it by whoever has seen that name. Gives the
-- deliveries; those of one message share `bundle`.
with due as materialized (
    select delivery.id, delivery.contact_id, delivery.priority,
        case when delivery.lease is not null then delivery.bundle end as again
    from delivery join contact on contact.id = delivery.contact_id
    where delivery.state = 'queued' and delivery.next_try <= %(now)s
      and delivery.expires > %(now)s and contact.way = any(%(ways)s)
      and contact.ended is null and coalesce(delivery.lease, %(now)s) <= %(now)s
    order by position(delivery.priority in 'high medium low'), delivery.next_try
    limit %(rows_max)s
    for update of delivery skip locked
), led as (
    select contact_id, again,
        (array_agg(id order by id = again desc nulls last,
            position(priority in 'high medium low'), id))[1] as leader,
        min(position(priority in 'high medium low')) as worst
    from due group by contact_id, again order by worst, leader limit %(at_most)s
)
update delivery set lease = %(now)s + make_interval(secs => %(lease_seconds)s),
    tried = %(now)s, attempts = attempts + 1, bundle = led.leader
from due
join led on led.contact_id = due.contact_id and led.again is not distinct from due.again
where delivery.id = due.id
returning delivery.id;

-- name: claimed
-- What these deliveries are about: the call, its alarm, where, and to whom it goes.
select delivery.id, delivery.bundle, delivery.priority, delivery.token, delivery.expires,
    delivery.attempts, contact.way, contact.address,
    case letter.side when 'team' then 'letter' when 'patient' then 'late letter'
        when 'relative' then 'late letter' else call.audience end as audience,
    contact.may_name_health and contact.verified is not null as may_name_health,
    ward.name as ward, stay.bed, alarm.text, alarm.patient_text,
    contact.person_id as person
from delivery
join contact on contact.id = delivery.contact_id
left join call on call.id = delivery.call_id
left join alarm on alarm.id = call.alarm_id
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
left join ward on ward.id = stay.ward_id
left join letter_told on letter_told.delivery_id = delivery.id
left join letter on letter.id = letter_told.letter_id
where delivery.id = any(%(ids)s)
order by delivery.bundle, position(delivery.priority in 'high medium low'), delivery.id;

-- name: note_sent
-- The gateway has taken it. A receipt from further on may have been quicker.
update delivery set sent = coalesce(sent, %(at)s), lease = null, error = null,
    reference = coalesce(nullif(%(reference)s, ''), reference),
    state = case when state in ('queued', 'failed', 'needless') then 'sent' else state end,
    ended = null, is_final = is_final or %(is_final)s
where bundle = %(id)s
returning call_id;

-- name: note_further
-- It arrived, or was seen: each proves what comes before it, whatever was thought until now.
update delivery set lease = null, error = null, ended = null,
    sent = coalesce(sent, %(at)s), delivered = coalesce(delivered, %(at)s),
    seen = case when %(state)s = 'delivered' then seen else coalesce(seen, %(at)s) end,
    state = %(state)s, is_final = is_final or %(is_final)s
where bundle = %(id)s
  and position(state in 'queued needless failed sent delivered seen acknowledged')
      < position(%(state)s in 'queued needless failed sent delivered seen acknowledged')
returning call_id, contact_id;

-- name: prove
-- A message arrived there: the address is right.
update contact set verified = %(at)s where id = any(%(ids)s) and verified is null;

-- name: note_failed
-- It failed; unless that is final, it is tried again after a while, as long as it is worth it.
update delivery set lease = null, error = %(error)s,
    state = case when again.is_over then 'failed' else 'queued' end,
    ended = case when again.is_over then %(at)s end,
    is_final = again.is_over, next_try = again.next_try
from (
    select id,
        greatest(%(not_before)s, %(at)s + make_interval(secs => %(jitter)s::float8
            * (%(back_off)s::float8[])[least(attempts, cardinality(%(back_off)s::float8[]))]))
            as next_try,
        %(is_final)s or attempts >= %(tries_max)s or state = 'sent'
            or greatest(%(not_before)s, %(at)s) >= expires as is_over
    from delivery
) again
where delivery.bundle = %(id)s and delivery.state in ('queued', 'sent') and again.id = delivery.id
returning delivery.call_id, delivery.contact_id;

-- name: retire
-- The address exists no more: the other side said so.
update contact set ended = %(at)s, ended_reason = %(reason)s
where id = any(%(ids)s) and ended is null;

-- name: by_reference
-- The message a gateway calls so.
select distinct bundle from delivery join contact on contact.id = delivery.contact_id
where delivery.reference = %(reference)s and contact.way = any(%(ways)s)
  and delivery.tried > %(since)s;

-- name: by_token
-- The message behind a link, and whose it is.
select bundle, contact.person_id
from delivery join contact on contact.id = delivery.contact_id
where delivery.token = %(token)s and bundle is not null;

-- name: covered
-- The calls one message told of.
select call_id, contact.person_id
from delivery join contact on contact.id = delivery.contact_id
where bundle = %(id)s and call_id is not null;

-- name: target
-- What the link leads to: the worst open alarm its message told of.
select alarm.id as alarm_id, alarm.patient_id, stay.ward_id
from delivery
join call on call.id = delivery.call_id
join alarm on alarm.id = call.alarm_id
left join stay on stay.patient_id = alarm.patient_id and stay.ends is null
where delivery.bundle = %(id)s
order by (alarm.state = 'resolved'), position(alarm.priority in 'high medium low'), alarm.id
limit 1;

-- name: target_letter
-- Whose letters the link leads to, where its message told of one.
select letter.patient_id from letter_told
join delivery on delivery.id = letter_told.delivery_id
join letter on letter.id = letter_told.letter_id
where delivery.bundle = %(id)s order by letter.id desc limit 1;

-- name: contacts
-- How a person is reached, in order, with the newest message to each.
select contact.id, contact.place, contact.way, contact.address, contact.label,
    contact.after_seconds, contact.priority_min, contact.may_name_health,
    ms(contact.verified) as verified,
    newest.state as last_state, ms(newest.created) as last_at, newest.error as last_error,
    newest.is_final as last_is_final,
    newest.call_id is null and not exists (
        select from letter_told where letter_told.delivery_id = newest.id) as last_is_test
from contact
left join lateral (
    select * from delivery where delivery.contact_id = contact.id
    order by delivery.id desc limit 1
) newest on true
where contact.person_id = %(person)s and contact.ended is null
order by contact.place;

-- name: lost_contacts
-- Contacts of a person that ended by themselves lately, newest first; and what those made since are
-- called, by whose names they are back.
select id, way, label, ms(ended) as ended,
    array(select later.label from contact later
        where later.person_id = contact.person_id and later.way = contact.way
          and later.created >= contact.ended) as later
from contact
where person_id = %(person)s and ended > %(since)s and ended_by is null
  and ended_reason like 'gone:%%'
order by ended desc limit 50;

-- name: lock_person
-- One change of a person's contacts at a time.
select id from person where id = %(person)s for update;

-- name: end_contacts
-- These contacts are used no more.
update contact set ended = %(now)s, ended_by = %(by)s, ended_reason = %(reason)s
where person_id = %(person)s and id = any(%(ids)s) and ended is null;

-- name: take_over
-- A browser reaches one person: whom it reached before, it reaches no more.
update contact set ended = %(now)s, ended_by = %(by)s, ended_reason = 'this browser reaches another'
where way = 'web_push' and ended is null and person_id <> %(person)s
  and (address::jsonb ->> 'endpoint') = (%(address)s::jsonb ->> 'endpoint');

-- name: add_contact
-- A way to reach somebody.
insert into contact (person_id, place, way, address, label, after_seconds, priority_min,
    may_name_health, verified, created, created_by)
values (%(person)s, %(place)s, %(way)s, %(address)s, %(label)s, %(after_seconds)s,
    %(priority_min)s, %(may_name_health)s, %(verified)s, %(now)s, %(by)s)
returning id;

-- name: kept_contacts
-- A person's contacts as they are written.
select id, place, way, address, label, after_seconds, priority_min, may_name_health, verified
from contact where person_id = %(person)s and ended is null order by place;

-- name: whose_push
-- Whose browser this push address belongs to.
select id, person_id from contact
where way = 'web_push' and ended is null
  and (address::jsonb ->> 'endpoint') = %(endpoint)s;

-- name: queue_test
-- A test message to one contact.
insert into delivery (contact_id, priority, created, next_try, expires)
select id, 'low', %(now)s, %(now)s, %(now)s + make_interval(secs => %(seconds)s)
from contact where id = %(contact)s and person_id = %(person)s and ended is null
returning id;

-- name: tests_lately
-- How many tests this person has sent lately.
select count(*) as tests from delivery join contact on contact.id = delivery.contact_id
where contact.person_id = %(person)s and delivery.call_id is null
  and delivery.created > %(since)s
  and not exists (select from letter_told where letter_told.delivery_id = delivery.id);

-- name: progress
-- How far one message of a person came.
select delivery.id, delivery.contact_id, delivery.state, ms(delivery.created) as created,
    ms(delivery.sent) as sent, ms(delivery.delivered) as delivered, ms(delivery.seen) as seen,
    ms(delivery.ended) as ended, delivery.is_final, delivery.error, delivery.attempts
from delivery join contact on contact.id = delivery.contact_id
where delivery.id = %(id)s and contact.person_id = %(person)s;

-- name: my_calls
-- For what somebody was called lately and why they, with each message and how far it came.
select call.id, call.alarm_id, alarm.patient_id, alarm.priority, alarm.text,
    coalesce(ward.name, '') as ward, ms(call.created) as created, ms(call.seen) as seen,
    ms(call.ended) as ended, call.outcome, call.via, call.target, ms(call.until) as until,
    call.because,
    (select coalesce(jsonb_agg(jsonb_build_object(
            'way', contact.way, 'state', delivery.state,
            'at', ms(coalesce(delivery.seen, delivery.delivered, delivery.sent, delivery.ended,
                delivery.created)),
            'error', delivery.error) order by delivery.id), '[]')
        from delivery join contact on contact.id = delivery.contact_id
        where delivery.call_id = call.id) as messages,
    array(select contact.label from delivery join contact on contact.id = delivery.contact_id
        where delivery.call_id = call.id order by delivery.id) as labels
from call
join alarm on alarm.id = call.alarm_id
left join ward on ward.id = call.ward_id
where call.person_id = %(person)s and call.audience = 'carer' and call.created > %(since)s
order by call.created desc, call.id desc limit 20;
