-- name: zones
-- By which clock a patient lives and lived, oldest first; of one moment the newest word.
select distinct on (starts) starts, zone from patient_zone
where patient_id = %(patient)s order by starts, id desc;

-- name: every_zone
-- Each change of a patient's clock with who said so, newest first.
select patient_zone.id, zone, ms(starts) as starts, ms(made) as made, person.name as made_by
from patient_zone join person on person.id = patient_zone.made_by
where patient_id = %(patient)s order by starts desc, patient_zone.id desc limit 100;

-- name: add_zone
-- A patient lives by another clock from a moment on.
insert into patient_zone (patient_id, zone, starts, made, made_by)
values (%(patient)s, %(zone)s, %(starts)s, %(now)s, %(person)s);

-- name: templates
-- The hospital's own plans to begin with; of a name the newest.
select distinct on (plan_template.name) plan_template.name, body::text as body,
    rota.id as first_rota_id, rota.name as first_rota
from plan_template left join rota on rota.id = first_rota_id
order by plan_template.name, plan_template.id desc limit 100;

-- name: add_template
-- A plan to begin with, as it is from now on.
insert into plan_template (name, body, made, made_by, first_rota_id)
values (%(name)s, %(body)s::text::jsonb, %(now)s, %(person)s, %(first_rota)s);

-- name: lock_patient
-- One change of a patient's plans at a time.
select id from patient where id = %(patient)s for no key update;

-- name: end_plan
-- A plan is over; what is not due yet will not be.
with over as (
    update plan set ended = %(now)s, ended_by = %(person)s
    where patient_id = %(patient)s and condition = %(condition)s and ended is null
    returning id)
delete from plan_due using over where plan_id = over.id and state = 'open' and at > %(now)s;

-- name: let_rest
-- Of a plan that ends nothing is asked any more.
update plan_due set state = 'excused', by_person = %(person)s
from plan
where plan.id = plan_due.plan_id and plan.patient_id = %(patient)s and condition = %(condition)s
  and plan.ended is null and state = 'open' and at <= %(now)s;

-- name: add_plan
-- A plan of a condition from now on.
insert into plan (patient_id, condition, body, made, made_by, first_rota_id)
values (%(patient)s, %(condition)s, %(body)s, %(now)s, %(person)s, %(first_rota)s) returning id;

-- name: said_already
-- What was said ahead of its time is said for the plan that takes the place of the one before, too.
update plan_due set plan_id = %(plan)s
where plan_id = any(%(before)s) and item = any(%(items)s) and at > %(now)s and state <> 'open';

-- name: plans_of
-- The plans of a patient that hold.
select plan.id, plan.patient_id, plan.condition, plan.body, ms(plan.made) as made,
    person.name as made_by, rota.id as first_rota_id, rota.name as first_rota
from plan join person on person.id = plan.made_by left join rota on rota.id = plan.first_rota_id
where plan.patient_id = %(patient)s and plan.ended is null order by plan.id;

-- name: dues_of
-- What was and will be due of a patient in a span, oldest first. What a plan asked before it was
-- changed is of the plan that took its place.
select plan_due.id, coalesce(held.id, plan_due.plan_id) as plan_id, item, kind, ms(at) as at,
    day::text as day, ms(opens) as opens, ms(closes) as closes,
    case when state = 'excused' and by_person is null then 'rested' else state end as state,
    ms(came) as came
from plan_due
join plan on plan.id = plan_due.plan_id
left join plan held on held.patient_id = plan.patient_id and held.condition = plan.condition
    and held.ended is null
where plan_due.patient_id = %(patient)s and at >= %(start)s and at < %(end)s
order by at, plan_due.id limit 5000;

-- name: in_hospital
-- Since when a patient lies on a ward, and on which: what is due at home rests.
select ms(stay.starts) as since, ward.name as ward
from stay join ward on ward.id = stay.ward_id and ward.kind = 'ward'
where stay.patient_id = %(patient)s and stay.ends is null;

-- name: held
-- Which plan of a condition a patient has.
select id, patient_id, body from plan
where patient_id = %(patient)s and condition = %(condition)s and ended is null;

-- name: zone_changed
-- A patient lives by another clock: what is to come is worked out anew.
update plan set expected_until = null where patient_id = %(patient)s and ended is null;

-- name: end_of_erased
-- Nothing is asked any more of whoever was erased.
with over as (
    update plan set ended = %(now)s from patient
    where patient.id = plan.patient_id and patient.erased is not null and plan.ended is null
    returning plan.id)
delete from plan_due using over where plan_id = over.id and state = 'open';

-- name: to_expect
-- Plans of which what is due does not stand far enough ahead, the longest waiting first.
select plan.id, plan.patient_id, plan.condition, plan.body, plan.made, plan.expected_until
from plan
where plan.ended is null and coalesce(plan.expected_until < %(ahead)s, true)
order by plan.expected_until nulls first limit %(plans_max)s
for update skip locked;

-- name: zones_of
-- By which clock these patients live and lived, oldest first; of one moment the newest word.
select distinct on (patient_id, starts) patient_id, starts, zone from patient_zone
where patient_id = any(%(patients)s) order by patient_id, starts, id desc;

-- name: forget_due
-- What was worked out for later, and is due no more: by another clock it comes at another time.
delete from plan_due
where plan_id = any(%(plans)s) and state = 'open' and at > %(now)s
  and (plan_id, item, at) not in (
      select * from unnest(%(plan)s::bigint[], %(item)s::text[], %(at)s::timestamptz[]));

-- name: expect
-- Something will be due.
insert into plan_due (plan_id, patient_id, item, kind, vitals, language, zone, at, day, opens,
    closes, nudge, escalate)
values (%(plan)s, %(patient)s, %(item)s, %(kind)s, %(vitals)s, %(language)s, %(zone)s, %(at)s,
    %(day)s, %(opens)s, %(closes)s, %(nudge)s, %(escalate)s)
on conflict (plan_id, item, at) do nothing;

-- name: expected
-- What is due of these plans stands up to then.
update plan set expected_until = %(until)s where id = any(%(plans)s);

-- name: to_look
-- What is open now, and what closed without an answer; that which closed first is first: the next
-- so many.
select id, patient_id, vitals, opens, closes, closes <= %(now)s as is_over
from plan_due
where state = 'open' and kind = 'measure' and opens <= %(now)s
  and (closes, id) > (%(closes)s, %(after)s)
order by closes, id limit %(rows_max)s;

-- name: to_look_again
-- What was missed lately, in case it came late: a meter may be read days after.
select id, patient_id, vitals, opens, closes, true as is_over
from plan_due
where state = 'missed' and kind = 'measure' and nudge > %(since)s
  and coalesce(looked < %(before)s, true)
order by looked nulls first, id limit %(rows_max)s;

-- name: to_look_late
-- What was missed and is being told, in case it is measured after all: the next so many.
select id, patient_id, vitals, opens, closes, true as is_over
from plan_due
where state = 'missed' and kind = 'measure' and came is null and nudge > %(since)s
  and id > %(after)s
order by id limit %(rows_max)s;

-- name: came_late
-- It was measured after its window: it stays missed, and nobody need be told any more.
update plan_due set came = %(came)s where id = %(id)s and state = 'missed' and came is null;

-- name: came
-- It was measured.
update plan_due set state = 'done', came = %(came)s, looked = %(now)s
where id = %(id)s and state in ('open', 'missed');

-- name: missed
-- These closed, and nothing came.
update plan_due set state = 'missed', looked = %(now)s
where id = any(%(ids)s) and state in ('open', 'missed');

-- name: unanswered
-- What no sensor answers closed without a word.
update plan_due set state = 'missed', looked = %(now)s
where state = 'open' and kind <> 'measure' and closes <= %(now)s;

-- name: rest
-- Who lay on a ward when something was due at home, or came to one before its window closed, need
-- not do it.
update plan_due set state = 'excused', looked = %(now)s
from stay join ward on ward.id = stay.ward_id and ward.kind = 'ward'
where stay.patient_id = plan_due.patient_id and state = 'open' and at <= %(now)s
  and stay.starts <= least(closes, %(now)s) and coalesce(stay.ends, 'infinity') > at;

-- name: answer
-- Somebody says that it was done, or need not be.
update plan_due set state = %(state)s, came = %(came)s, by_person = %(person)s
where id = %(id)s and patient_id = %(patient)s and opens <= %(now)s
  and state in ('open', 'missed') and (kind <> 'measure' or %(state)s = 'excused');

-- name: to_count
-- Whom of those at home nobody has counted lately, the longest waiting first; with what the rows say
-- of their week.
select stay.patient_id,
    (select count(*) from plan_due where plan_due.patient_id = stay.patient_id
        and at > %(week)s and state in ('done', 'missed')) as expected,
    (select count(*) from plan_due where plan_due.patient_id = stay.patient_id
        and at > %(week)s and state = 'done') as done,
    (select count(*) from plan_due where plan_due.patient_id = stay.patient_id
        and at > %(fortnight)s and kind = 'questionnaire' and state = 'missed') as unanswered,
    exists (select from plan where plan.patient_id = stay.patient_id and ended is null) as has_plan,
    (select count(*) from question_answer where question_answer.patient_id = stay.patient_id
        and flags > 0 and coalesce(flags_new, flags) > 0 and received > %(week)s) as flagged,
    coalesce((
        select jsonb_agg(jsonb_build_array(url, version, points, band) order by url) from (
            select distinct on (url) url, version, points, band from question_answer
            where question_answer.patient_id = stay.patient_id and points is not null
              and answered > %(fortnight)s
            order by url, answered desc, question_answer.id desc) newest), '[]') as sums,
    coalesce((
        select jsonb_object_agg(priority, count) from (
            select priority, count(*) from alarm
            where alarm.patient_id = stay.patient_id and kind = 'physiological'
              and condition <> %(flagged)s and (raised > %(week)s or state <> 'resolved')
            group by priority) by_priority), '{}') as alarms
from stay
join ward on ward.id = stay.ward_id and ward.kind = 'home'
join patient on patient.id = stay.patient_id and not patient.is_synthetic
left join panel_score on panel_score.patient_id = stay.patient_id
where stay.ends is null and coalesce(panel_score.counted < %(before)s, true)
order by panel_score.counted nulls first, stay.patient_id limit %(patients_max)s;

-- name: weighed_by
-- What the devices that weighed somebody are called, and what kind they are.
select device.id, device.name, device.kind, import_source.name as called
from device left join import_source on import_source.device_id = device.id
where device.id = any(%(devices)s);

-- name: counted
-- What was counted of a patient.
insert into panel_score (patient_id, counted, points, reasons, expected, done, last_reading)
values (%(patient)s, %(now)s, %(points)s, %(reasons)s::text::jsonb, %(expected)s, %(done)s,
    %(last)s)
on conflict (patient_id) do update set counted = excluded.counted, points = excluded.points,
    reasons = excluded.reasons, expected = excluded.expected, done = excluded.done,
    last_reading = excluded.last_reading;

-- name: panel
-- Whoever is on a ward, with what was counted of them and what was done last.
select patient_shown.id, patient_shown.name, patient_shown.record_number, patient_shown.age,
    patient_shown.sex, ms(panel_score.counted) as counted, panel_score.points,
    panel_score.reasons, panel_score.expected, panel_score.done,
    ms(panel_score.last_reading) as last_reading, ms(last.at) as acted, last.act,
    person.name as acted_by, last.at is not null and exists (
        select from alarm where alarm.patient_id = patient_shown.id and raised > last.at
          and kind = 'physiological') as rang
from patient_shown
left join panel_score on panel_score.patient_id = patient_shown.id
left join lateral (
    select at, act, person_id from panel_act
    where panel_act.patient_id = patient_shown.id order by id desc limit 1
) last on true
left join person on person.id = last.person_id
where patient_shown.ward_id = %(ward)s
order by panel_score.points desc nulls last, patient_shown.id limit 5000;

-- name: ward
-- One ward.
select id, name, kind from ward where id = %(ward)s;

-- name: acts_of
-- What was done about a patient, newest first.
select panel_act.id, ms(at) as at, person.name as person, act, note
from panel_act join person on person.id = panel_act.person_id
where patient_id = %(patient)s order by panel_act.id desc limit 100;

-- name: add_act
-- Something was done about a patient; sent again, it is there once.
insert into panel_act (patient_id, at, person_id, act, note, key)
values (%(patient)s, %(now)s, %(person)s, %(act)s, %(note)s, %(key)s)
on conflict (patient_id, key) do nothing;

-- name: questionnaires
-- The hospital's own questionnaires, of an address the newest.
select distinct on (url) url, version, body from questionnaire order by url, id desc limit 500;

-- name: questionnaire
-- A version of one.
select body from questionnaire where url = %(url)s and version = %(version)s;

-- name: add_questionnaire
-- A version of a questionnaire, unless it is there.
insert into questionnaire (url, version, body, made, made_by)
values (%(url)s, %(version)s, %(body)s, %(now)s, %(person)s)
on conflict (url, version) do nothing;

-- name: due_asked
-- What was due, where it is a questionnaire of this patient's, with the plan that asked for it.
select plan_due.id, plan_due.item, plan.body
from plan_due join plan on plan.id = plan_due.plan_id
where plan_due.id = %(id)s and plan_due.patient_id = %(patient)s and kind = 'questionnaire';

-- name: asked_now
-- Questionnaires of a patient that are open, or were missed since then and not answered. What a plan
-- asked before it was changed is of the plan that took its place.
select plan_due.id, coalesce(held.id, plan_due.plan_id) as plan_id, item, ms(at) as at,
    ms(closes) as closes, state
from plan_due
join plan on plan.id = plan_due.plan_id
join plan held on held.patient_id = plan.patient_id and held.condition = plan.condition
    and held.ended is null
where plan_due.patient_id = %(patient)s and kind = 'questionnaire' and opens <= %(now)s
  and (state = 'open' and closes > %(now)s
       or state = 'missed' and came is null and closes > %(since)s)
order by at, plan_due.id limit 50;

-- name: answered
-- A questionnaire that was due is answered.
update plan_due set state = 'done', came = %(came)s, by_person = %(person)s
where id = %(id)s and patient_id = %(patient)s and state in ('open', 'missed');

-- name: answered_before
-- What somebody corrects.
select id from question_answer
where id = %(id)s and patient_id = %(patient)s and url = %(url)s;

-- name: add_answers
-- A questionnaire was answered; brought again it is there already. Each is received after those
-- before it, whatever the clocks of two servers say: an alarm stands for all up to its newest.
insert into question_answer (patient_id, key, url, version, language, body, points, band, flags,
    answered, received, by_person, due_id, replaces, chain, is_begun,
    flags_new)
values (%(patient)s, %(key)s, %(url)s, %(version)s, %(language)s, %(body)s, %(points)s, %(band)s,
    %(flags)s, %(answered)s, greatest(%(now)s, (
        select max(received) + interval '1 microsecond' from question_answer
        where patient_id = %(patient)s)), %(person)s, %(due)s, %(replaces)s, %(chain)s,
    %(is_begun)s, %(flags_new)s)
on conflict (patient_id, key) do nothing
returning id;

-- name: answers_before
-- The newest of what was said in one answering, begun or whole.
select url, version, body from question_answer
where patient_id = %(patient)s and chain = %(chain)s
order by id desc limit 1;

-- name: answers_by_key
-- What was kept by this key.
select id from question_answer where patient_id = %(patient)s and key = %(key)s;

-- name: answers
-- What a patient answered, the newest first.
select question_answer.id, url, version, language, body, points, band, flags,
    ms(answered) as answered, ms(received) as received, person.name as person, person.role,
    replaces, is_begun, case when not is_begun then (
        select max(later.id) from question_answer later where later.replaces = question_answer.id
    ) else (
        select later.id from question_answer later
        where later.patient_id = question_answer.patient_id and later.chain = question_answer.chain
          and (later.id > question_answer.id or not later.is_begun)
        order by later.is_begun, later.id desc limit 1
    ) end as replaced_by
from question_answer join person on person.id = by_person
where question_answer.patient_id = %(patient)s
order by question_answer.answered desc, question_answer.id desc limit %(rows_max)s;
