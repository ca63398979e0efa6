-- name: sign_in
-- The account behind a login, for checking its password.
select id as person_id, password_hash from person
where login = %(login)s and disabled is null;

-- name: account
-- Somebody who may sign in, by their id.
select person.id as person_id, person.name, person.role, patient.id as patient_id
from person left join patient on patient.person_id = person.id
where person.id = %(person)s and person.disabled is null;

-- name: open_session
-- Keep a sign-in by the hash of its token, unless the password it was by is another by now, or its
-- person is shut out. Whoever changes that waits, and finds it among the sessions to end.
insert into session (token_sha256, person_id, created, seen, method, agent)
select %(token)s, id, %(now)s, %(now)s, %(method)s, %(agent)s from person
where id = %(person)s and disabled is null
  and (%(password_hash)s::text is null or password_hash = %(password_hash)s)
for share;

-- name: set_session_bounds
-- How long a session lasts, as the settings say.
update session_bounds set idle_seconds = %(idle)s, seconds_max = %(most)s, home_seconds_max = %(home)s
where (idle_seconds, seconds_max, home_seconds_max)
    is distinct from (%(idle)s::bigint, %(most)s::bigint, %(home)s::bigint);

-- name: session_bounds
-- How long a session lasts, as row security knows it.
select idle_seconds as idle, seconds_max as most, home_seconds_max as home from session_bounds;

-- name: who
-- Whose session this is, unless it ended, idled out, is too old, or the person was disabled.
select standing.person_id, standing.name, standing.role, patient.id as patient_id, standing.seen
from sessions_standing(%(now)s) standing
left join patient on patient.person_id = standing.person_id
where standing.token_sha256 = %(token)s;

-- name: in_force
-- Which of these sessions still stand, and as what their person is here.
select token_sha256 as token, role from sessions_standing(%(now)s)
where token_sha256 = any(%(tokens)s);

-- name: seen
-- The person is still there.
update session set seen = %(now)s where token_sha256 = %(token)s;

-- name: choices
-- What somebody chose for themselves.
select language, glucose_unit, text_size from person_choice where person_id = %(person)s;

-- name: choose
-- What somebody chooses for themselves; what they do not say stays.
insert into person_choice (person_id, language, glucose_unit, text_size, changed)
values (%(person)s, %(language)s, %(glucose_unit)s, %(text_size)s, %(now)s)
on conflict (person_id) do update set
    language = coalesce(excluded.language, person_choice.language),
    glucose_unit = coalesce(excluded.glucose_unit, person_choice.glucose_unit),
    text_size = coalesce(excluded.text_size, person_choice.text_size), changed = excluded.changed;

-- name: end_session
-- Sign out.
update session set ended = %(now)s where token_sha256 = %(token)s and ended is null;

-- name: wards
-- The wards this session works on, or administers, with how full and how loud each is.
select id, name, kind, patients, open_alarms from guard_ward_loads() order by kind desc, name;

-- name: patients
-- Everybody, by bed: names are sealed, so whoever asks looks for words in them.
select * from patient_shown
where not exists (
      select from patient
      where patient.id = patient_shown.id and (patient.is_synthetic or patient.erased is not null))
order by ward desc, bed, id;

-- name: patient
-- One patient and where they are now.
select * from patient_shown where id = %(patient)s;

-- name: logins
-- The demo's accounts, carers first.
select login, name, role from person
where login is not null and disabled is null
order by position(role in 'nurse doctor engineer administrator patient'), id;

-- name: places
-- Occupied beds, without names.
select stay.patient_id, ward.name as ward, stay.bed
from stay join ward on ward.id = stay.ward_id
where stay.ends is null and not ward.is_hidden order by ward.kind desc, ward.name, stay.bed;

-- name: next_person
-- A number for somebody new: by it their name is sealed.
select nextval(pg_get_serial_sequence('person', 'id')) as id;

-- name: next_patient
-- The same for a patient.
select nextval(pg_get_serial_sequence('patient', 'id')) as id;

-- name: add_person
-- Somebody new, who may sign in with this password.
insert into person (id, name, login, password_hash, role) overriding system value
values (%(id)s, %(name)s, %(login)s, %(hash)s, %(role)s);

-- name: open_invitation
-- An invitation that still stands, by the hash of its secret; and whether an account was made with it.
select invitation.id,
    exists (select from person where person.invitation_id = invitation.id) as has_account
from invitation
where token_sha256 = %(token)s and expires > %(now)s and accepted is null and withdrawn is null;

-- name: add_invited
-- A relative who was invited, and may sign in with this password.
insert into person (id, name, login, password_hash, role, invitation_id) overriding system value
values (%(id)s, %(name)s, %(login)s, %(hash)s, 'relative', %(invitation)s);

-- name: set_telephone
-- The number a ward is called by.
insert into ward_telephone (ward_id, telephone, made, made_by)
values (%(ward)s, %(telephone)s, %(now)s, %(by)s);

-- name: people
-- Everybody with an account.
select login, name, role, disabled is not null as is_disabled
from person where login is not null order by role, login;

-- name: set_password
-- A new password.
update person set password_hash = %(hash)s where login = %(login)s returning id;

-- name: change_password
-- A new password in place of the one that was just proven.
update person set password_hash = %(hash)s
where id = %(person)s and password_hash = %(proven)s and disabled is null returning id;

-- name: disable
-- They may not sign in any more, nor stay signed in.
update person set disabled = %(now)s where login = %(login)s and disabled is null returning id;

-- name: set_role
-- They are here for something else from now on.
update person set role = %(role)s
where login = %(login)s and disabled is null and role <> %(role)s and role = any(%(among)s)
returning id;

-- name: end_sessions
-- Every session of a person ends, but for the one whose token is kept (null: none is).
update session set ended = %(now)s
where ended is null and person_id = %(person)s
  and token_sha256 is distinct from %(kept)s
returning token_sha256 as token;

-- name: end_every_session
-- Everybody signs in again.
update session set ended = %(now)s where ended is null;

-- name: end_one_session
-- One session of a person ends.
update session set ended = %(now)s
where ended is null and person_id = %(person)s and token_sha256 = %(token)s;

-- name: sessions
-- Where somebody is signed in, as far as it still stands.
select token_sha256 as token, method, agent, created, seen from sessions_standing(%(now)s)
where person_id = %(person)s
order by seen desc limit 100;

-- name: signed_in
-- When this session began.
select created from session where token_sha256 = %(token)s;

-- name: person_id
-- Who has this login and may still work here.
select id, role from person where login = %(login)s and disabled is null;

-- name: patient_id
-- A patient by their record number.
select id from patient where record_number = any(%(number)s);

-- name: work_on
-- Somebody works on a ward from now on, or (null) on every ward.
insert into ward_staff (person_id, ward_id, starts, starts_by, why)
values (%(person)s, %(ward)s, %(now)s, %(by)s, %(why)s)
on conflict (person_id, coalesce(ward_id, 0)) where ends is null do nothing;

-- name: work_no_more
-- ... and on this ward (null: on every ward) no more.
update ward_staff set ends = greatest(%(now)s, starts), ends_by = %(by)s
where person_id = %(person)s and ward_id is not distinct from %(ward)s and ends is null;

-- name: end_work
-- One line of a team ends.
update ward_staff set ends = greatest(%(now)s, starts), ends_by = %(by)s
where id = %(id)s and ends is null;

-- name: team
-- Who works on a ward, also as one who works on every ward.
select ward_staff.id, person.id as person_id, person.name, person.role,
    ward_staff.ward_id is null as everywhere, ms(ward_staff.starts) as since,
    maker.name as made_by, ward_staff.why
from ward_staff
join person on person.id = ward_staff.person_id and person.disabled is null
left join person maker on maker.id = ward_staff.starts_by
where ward_staff.ends is null and coalesce(ward_staff.ward_id, %(ward)s) = %(ward)s
order by person.name, ward_staff.id;

-- name: carers
-- Every nurse and doctor.
select id, name, role from person
where disabled is null and role in ('nurse', 'doctor') order by name, id;

-- name: works_nowhere
-- Carers who may sign in and work on no ward: they see nobody.
select login from person
where disabled is null and role in ('nurse', 'doctor') and login is not null and not exists (
    select from ward_staff where ward_staff.person_id = person.id and ends is null)
order by login;

-- name: unseen_wards
-- Wards with patients on which nobody works who may sign in.
select name from ward
where not is_hidden
  and exists (select from stay where stay.ward_id = ward.id and stay.ends is null)
  and not exists (
      select from ward_staff join person on person.id = ward_staff.person_id
      where ward_staff.ends is null and person.disabled is null
        and coalesce(ward_staff.ward_id, ward.id) = ward.id)
order by name;

-- name: sees_everybody
-- Who may sign in and sees every patient of every ward, or says who does.
select person.login, person.role, ward_staff.starts as since
from person left join ward_staff
    on ward_staff.person_id = person.id and ward_staff.ward_id is null and ward_staff.ends is null
where person.disabled is null and person.login is not null
  and (ward_staff.id is not null or person.role = 'administrator')
order by person.role, person.login;

-- name: one_proof_alone
-- How many of each role may sign in by a password and nothing else.
select person.role, count(*)::integer as people
from person
where person.disabled is null and person.password_hash is not null
  and not exists (select from authenticator
                  where authenticator.person_id = person.id and confirmed is not null)
group by person.role order by person.role;

-- name: unused_accounts
-- Who may sign in and has not since this time.
select person.login
from person
where person.disabled is null and person.login is not null and person.role <> 'sentinel'
  and person.created < %(since)s
  and not exists (select from session
                  where session.person_id = person.id and session.seen > %(since)s)
order by person.login;

-- name: unreviewed_emergencies
-- How many records were opened in an emergency before this time, and nobody has reviewed it.
select count(*)::integer as waiting from emergency_access
where reviewed is null and starts < %(before)s;

-- name: by_number
-- A patient by exactly this record number: for an emergency, in which there is no browsing.
select patient.id, patient.name, extract(year from patient.birth_date)::integer as born,
    ward.name as ward, stay.bed
from patient
left join stay on stay.patient_id = patient.id and stay.ends is null
left join ward on ward.id = stay.ward_id
where patient.record_number = any(%(number)s) and not patient.is_synthetic;

-- name: open_glass
-- Somebody opens a record in an emergency, for a while.
insert into emergency_access (patient_id, person_id, reason, starts, ends)
values (%(patient)s, %(person)s, %(reason)s, %(now)s, %(until)s)
returning id;

-- name: emergencies
-- Records opened in an emergency: those nobody reviewed first, then the newest.
select emergency_access.id, emergency_access.patient_id, patient.name as patient,
    person.name as person, person.role, emergency_access.reason,
    ms(emergency_access.starts) as starts, ms(emergency_access.ends) as ends,
    ms(emergency_access.reviewed) as reviewed, reviewer.name as reviewed_by, verdict, note
from emergency_access
join patient on patient.id = emergency_access.patient_id
join person on person.id = emergency_access.person_id
left join person reviewer on reviewer.id = emergency_access.reviewed_by
where %(patient)s::bigint is null or emergency_access.patient_id = %(patient)s
order by emergency_access.reviewed is not null, emergency_access.id desc
limit 200;

-- name: opened_whose
-- Whose record was opened.
select patient_id as patient from emergency_access where id = %(id)s;

-- name: review_glass
-- What the review said, once, and not by whoever opened it.
update emergency_access set reviewed = %(now)s, reviewed_by = %(by)s, verdict = %(verdict)s,
    note = %(note)s
where id = %(id)s and reviewed is null and person_id <> %(by)s;

-- name: ask_amendment
-- Somebody asks for a correction, beside what stands there now.
insert into amendment (patient_id, field, before, wanted, reason, asked, asked_by)
select id, %(field)s,
    case %(field)s when 'name' then name when 'birth_date' then birth_date::text::bpchar
        when 'sex' then sex::bpchar else '' end,
    %(wanted)s, %(reason)s, %(now)s, %(by)s
from patient where id = %(patient)s;

-- name: amendments
-- Corrections asked for, those that wait first: of one patient, or of all one may see.
select amendment.id, amendment.patient_id, patient.name as patient, field, before, wanted, reason,
    ms(asked) as asked, asker.name as asked_by, ms(decided) as decided,
    decider.name as decided_by, verdict, answer
from amendment join patient on patient.id = amendment.patient_id
join person asker on asker.id = amendment.asked_by
left join person decider on decider.id = amendment.decided_by
where %(patient)s::bigint is null or amendment.patient_id = %(patient)s
order by decided is not null, amendment.id desc limit 200;

-- name: amendment
-- One that waits, what stands there by now, and the patient's own account, if any.
select field, before, wanted, patient.person_id as account,
    case field when 'name' then patient.name when 'birth_date' then birth_date::text::bpchar
        when 'sex' then sex::bpchar else '' end as stands
from amendment join patient on patient.id = amendment.patient_id
where amendment.id = %(id)s and patient_id = %(patient)s and decided is null
for update of amendment, patient;

-- name: answer_amendment
-- What was answered; what stood there and what was wanted both stay.
update amendment set decided = %(now)s, decided_by = %(by)s, verdict = %(verdict)s,
    answer = %(answer)s
where id = %(id)s;

-- name: set_name
-- A corrected name.
update patient set name = %(wanted)s where id = %(patient)s;

-- name: set_account_name
-- A corrected name, on their own account.
update person set name = %(wanted)s where id = %(person)s;

-- name: set_birth_date
-- A corrected day of birth.
update patient set birth_date = %(wanted)s::date where id = %(patient)s;

-- name: set_sex
-- A corrected sex.
update patient set sex = %(wanted)s where id = %(patient)s;

-- name: ask_rest
-- Somebody asks that their record rests.
insert into restriction (patient_id, ground, reason, asked, asked_by)
values (%(patient)s, %(ground)s, %(reason)s, %(now)s, %(by)s);

-- name: restrictions
-- Records that rest or were to, those that wait first: of one patient, or all.
select restriction.id, restriction.patient_id, patient.name as patient, ground, reason,
    ms(asked) as asked, asker.name as asked_by, ms(decided) as decided,
    decider.name as decided_by, verdict, answer, keeper.name as kept_by, ms(ended) as ended, ender.name as ended_by,
    ended_why
from restriction join patient on patient.id = restriction.patient_id
join person asker on asker.id = restriction.asked_by
left join person decider on decider.id = restriction.decided_by
left join person keeper on keeper.id = restriction.kept_by
left join person ender on ender.id = restriction.ended_by
where %(patient)s::bigint is null or restriction.patient_id = %(patient)s
order by ended is not null or verdict = 'refused', decided is not null, restriction.id desc
limit 200;

-- name: rest_of
-- Whose record this restriction, or whatever was asked of this patient, is about.
select patient_id as patient from restriction
where id = %(id)s or patient_id = %(patient)s limit 1;

-- name: answer_rest
-- What was answered, once, and who keeps the restriction.
update restriction set decided = %(now)s, decided_by = %(by)s, verdict = %(verdict)s,
    answer = %(answer)s, kept_by = %(keeper)s
where id = %(id)s and decided is null and ended is null;

-- name: end_rest
-- A record rests no more, or is not to: by its number, or the patient's own wish.
update restriction set ended = %(now)s, ended_by = %(by)s, ended_why = %(why)s
where (id = %(id)s or patient_id = %(patient)s) and ended is null
  and verdict is distinct from 'refused';

-- name: add_ward
-- A new ward, or a home-care team.
insert into ward (name, kind) values (%(name)s, %(kind)s);

-- name: ward_id
-- A ward by its name.
select id from ward where name = %(name)s;

-- name: add_patient
-- A new patient; `person` is their own account, if any.
insert into patient (id, record_number, number_sealed, name, birth_date, sex, person_id)
    overriding system value
values (%(id)s, %(found_by)s, %(number)s, %(name)s, %(born)s, %(sex)s, %(person)s);

-- name: end_stay
-- They leave their bed.
update stay set ends = %(now)s
where ends is null and patient_id = (select id from patient where record_number = any(%(number)s));

-- name: begin_stay
-- They come to a bed; who is erased just now does not.
insert into stay (patient_id, ward_id, bed, starts)
select id, %(ward)s, %(bed)s, %(now)s from patient where record_number = any(%(number)s)
for key share;

-- name: note_pregnancy
-- Somebody is pregnant, has given birth, or is not pregnant (any more).
insert into pregnancy (patient_id, at, is_pregnant, until, recorded_by, reason)
values (%(patient)s, %(now)s, %(pregnant)s, %(until)s, %(by)s, %(reason)s);

-- name: set_scale
-- Which SpO2 scale NEWS2 uses for them; scale 2 only by somebody's order.
update patient set oxygen_scale = %(scale)s, oxygen_scale_by = %(by)s
where record_number = any(%(number)s);

-- name: password_of
-- The hash of somebody's password, where they have one.
select id as person_id, password_hash from person where id = %(person)s and disabled is null;

-- name: name_of
-- Whose login this is, by name.
select name from person where login = %(login)s;

-- name: number_of
-- Whose login this is, whether or not they may sign in.
select id from person where login = %(login)s;

-- name: ward_names
-- What wards are called: whoever guesses at a password tries it.
select name from ward;

-- name: login_of
-- The login somebody signs in by, and whether they have a password.
select login, name, password_hash is not null as has_password from person
where id = %(person)s;

-- name: passkeys
-- The passkeys of somebody that still work.
select credential_id as id, label, created, used from passkey
where person_id = %(person)s and ended is null order by created;

-- name: passkey
-- A passkey that works, of somebody who may sign in.
select passkey.person_id, passkey.public_key, passkey.sign_count
from passkey join person on person.id = passkey.person_id
where passkey.credential_id = %(id)s and passkey.ended is null and person.disabled is null;

-- name: add_passkey
-- A new passkey.
insert into passkey (credential_id, person_id, public_key, sign_count, label, created)
values (%(id)s, %(person)s, %(key)s, %(count)s, %(label)s, %(now)s);

-- name: passkey_used
-- A passkey was used: its count rises, unless it is of those that do not count.
update passkey set sign_count = %(count)s, used = %(now)s
where credential_id = %(id)s and ended is null and (sign_count < %(count)s or %(count)s = 0);

-- name: end_passkey
-- A passkey of somebody works no more.
update passkey set ended = %(now)s
where credential_id = %(id)s and person_id = %(person)s and ended is null;

-- name: forget_challenges
-- Those that ran out need not be remembered.
delete from used_challenge where expires < %(now)s;

-- name: use_challenge
-- Remember that a challenge was answered.
insert into used_challenge values (%(challenge)s, %(expires)s);

-- name: authenticator
-- The sealed secret of somebody's authenticator app.
select sealed, confirmed is not null as is_confirmed from authenticator
where person_id = %(person)s;

-- name: begin_authenticator
-- A new secret, in force once a first code was entered; one in force stays.
insert into authenticator (person_id, sealed, made) values (%(person)s, %(sealed)s, %(now)s)
on conflict (person_id) do update set sealed = %(sealed)s, made = %(now)s, step_last = 0
where authenticator.confirmed is null;

-- name: confirm_authenticator
-- A first code was entered.
update authenticator set confirmed = %(now)s where person_id = %(person)s and confirmed is null;

-- name: use_step
-- A code was used: it and those before it are used up.
update authenticator set step_last = %(step)s
where person_id = %(person)s and step_last < %(step)s;

-- name: end_authenticator
-- No code is asked for any more.
delete from authenticator where person_id = %(person)s;

-- name: forget_recovery_codes
-- The codes there were are good no more.
delete from recovery_code where person_id = %(person)s;

-- name: add_recovery_code
-- A code of one use.
insert into recovery_code (person_id, code_sha256, made)
values (%(person)s, %(code)s, %(now)s);

-- name: use_recovery_code
-- A code is used, once.
update recovery_code set used = %(now)s
where person_id = %(person)s and code_sha256 = %(code)s and used is null;

-- name: recovery_codes
-- How many codes somebody has left.
select count(*) as remaining from recovery_code where person_id = %(person)s and used is null;

-- name: lock_board
-- A board is locked.
insert into locked_board (token_sha256, ward_id, locked_by, locked)
values (%(token)s, %(ward)s, %(person)s, %(now)s);

-- name: locked_board
-- What a locked board's browser may be shown, while whoever locked it may still sign in.
select locked_board.ward_id, locked_board.locked_by, person.role
from locked_board join person on person.id = locked_board.locked_by
where locked_board.token_sha256 = %(token)s and locked_board.ended is null
  and locked_board.locked > %(since)s and person.disabled is null;

-- name: board_is_theirs
-- Whether somebody works on a ward, and what it is called.
select ward.name as ward, exists (
    select from ward_staff join person on person.id = ward_staff.person_id
    where person.id = %(person)s and person.role in ('nurse', 'doctor')
      and ward_staff.ends is null and coalesce(ward_staff.ward_id, ward.id) = ward.id) as is_theirs
from ward where ward.id = %(ward)s;

-- name: end_locked_board
-- A locked board is left.
update locked_board set ended = %(now)s where token_sha256 = %(token)s and ended is null;

-- name: outside
-- Whose a subject of the hospital's sign-in is.
select person.id from outside_identity join person on person.id = outside_identity.person_id
where issuer = %(issuer)s and subject = %(subject)s and person.disabled is null;

-- name: unbound
-- Who has this login and is bound to no subject of that issuer; never the sentinel.
select id from person
where login = %(login)s and disabled is null and role <> 'sentinel'
  and not exists (
      select from outside_identity
      where outside_identity.person_id = person.id and issuer = %(issuer)s);

-- name: bind_outside
-- A subject of the hospital's sign-in is this person.
insert into outside_identity (issuer, subject, person_id, bound, bound_by)
values (%(issuer)s, %(subject)s, %(person)s, %(now)s, %(by)s);

-- name: unbind_outside
-- Nobody of that issuer is this person any more.
delete from outside_identity where issuer = %(issuer)s and person_id = %(person)s;

-- name: consents
-- Everything a patient decided, the newest first.
select consent.id, consent.patient_id, purpose, decision, person_id, person.name as person,
    ward_id, ward.name as ward, parts, ms(starts) as starts, ms(ends) as ends,
    ms(withdrawn) as withdrawn
from consent
left join person on person.id = person_id
left join ward on ward.id = ward_id
where consent.patient_id = %(patient)s
order by consent.id desc
limit 500;

-- name: lock_decisions
-- One decision of a patient at a time; an alarm of theirs waits for none.
select id from patient where id = %(patient)s for no key update;

-- name: replace_consent
-- What was decided about the same holds no more.
update consent set withdrawn = %(now)s
where patient_id = %(patient)s and purpose = %(purpose)s and withdrawn is null
  and person_id is not distinct from %(person)s and ward_id is not distinct from %(ward)s;

-- name: add_consent
-- A decision, and what was agreed to as a resource.
insert into consent (patient_id, purpose, decision, person_id, ward_id, parts, starts, ends, made_by,
    resource)
values (%(patient)s, %(purpose)s, %(decision)s, %(person)s, %(ward)s, %(parts)s, %(now)s, %(ends)s,
    %(by)s, %(resource)s::jsonb);

-- name: withdraw_consent
-- It holds no more.
update consent set withdrawn = %(now)s
where id = %(id)s and patient_id = %(patient)s and withdrawn is null
  and (ends is null or ends > %(now)s);

-- name: wards_of
-- Wards a patient is or was on, the present one first.
select ward.id, ward.name, ward.kind, bool_or(stay.ends is null) as is_now
from stay join ward on ward.id = stay.ward_id
where stay.patient_id = %(patient)s
group by ward.id order by max(coalesce(stay.ends, 'infinity')) desc, ward.name;

-- name: carers_of
-- Nurses and doctors of the wards a patient is or was on, and those assigned to them.
select id, name, role from person
where role in ('nurse', 'doctor') and disabled is null and (
    exists (
        select from ward_staff where ward_staff.person_id = person.id and ward_staff.ends is null
          and (ward_id is null or ward_id in (select ward_id from stay where patient_id = %(patient)s)))
    or exists (
        select from assignment where assignment.person_id = person.id
          and assignment.patient_id = %(patient)s and ends is null))
order by name, id;

-- name: carer
-- A nurse or doctor who may sign in.
select id, name from person
where id = %(person)s and role in ('nurse', 'doctor') and disabled is null;

-- name: carers_named
-- Nurses and doctors of exactly this name, of any case.
select id, name from person
where lower(name) = lower(%(name)s) and role in ('nurse', 'doctor') and disabled is null
order by id limit 2;

-- name: lock_patient
-- Whoever puts them in a bed, a device on them or a hold on their record waits, or is waited for.
select id from patient where id = %(patient)s for update;

-- name: to_erase
-- What must be known of a patient who is to be erased.
select person_id, is_synthetic, erased is not null as is_erased,
    exists (select from stay where stay.patient_id = patient.id and stay.ends is null) as is_in_bed,
    (select count(*) from association
     where association.patient_id = patient.id and association.ends is null)::integer as devices,
    record_number as number
from patient where id = %(patient)s;

-- name: erase_patient
-- Nothing says any more who they were.
update patient set name = 'Erased', number_sealed = null, record_number = 'erased ' || id,
    birth_date = date_trunc('year', birth_date)::date, person_id = null, erased = %(now)s
where id = %(patient)s;

-- name: erase_account
-- An account of somebody who is erased.
update person set name = 'Erased', login = null, password_hash = null, disabled = %(now)s
where id = %(person)s;

-- name: erase_contacts
-- No message reaches them any more.
update contact set address = '', label = '', ended = coalesce(ended, %(now)s),
    ended_reason = coalesce(ended_reason, 'erased')
where person_id = %(person)s;

-- name: forget_choices
-- What somebody chose for their pages who is erased.
delete from person_choice where person_id = %(person)s;

-- name: forget_passkeys
-- Passkeys of somebody who is erased.
delete from passkey where person_id = %(person)s;

-- name: forget_outside
-- Whom the hospital's sign-in says somebody is who is erased.
delete from outside_identity where person_id = %(person)s;

-- name: end_told
-- Relatives are told nothing of somebody who is erased, and nobody can be invited any more.
with told as (
    update relative set ended = %(now)s where patient_id = %(patient)s and ended is null)
update invitation set withdrawn = %(now)s
where patient_id = %(patient)s and accepted is null and withdrawn is null;

-- name: end_clouds
-- Nothing comes in any more of an account of somebody who is erased, nor is it known again.
update cloud_link set ended = coalesce(ended, %(now)s), due = null, shown_by = null,
    account_found_by = null
where patient_id = %(patient)s;

-- name: ask_erasure
-- A patient wants to be erased.
insert into erasure (patient_id, asked, asked_by) values (%(patient)s, %(now)s, %(by)s);

-- name: refuse_erasure
-- No, and why.
update erasure set decided = %(now)s, decided_by = %(by)s, decision = 'refused', why = %(why)s
where id = %(id)s and decided is null;

-- name: note_erasure
-- It was done: the wish that stood is answered, or there was none but the operator's.
with answered as (
    update erasure set decided = %(now)s, decided_by = %(by)s, decision = 'erased',
        report = %(report)s::jsonb, wrapped_by = (select wrapped_by from sealing)
    where patient_id = %(patient)s and decided is null returning id)
insert into erasure (patient_id, asked, asked_by, decided, decided_by, decision, report, wrapped_by)
select %(patient)s, %(now)s, %(by)s, %(now)s, %(by)s, 'erased', %(report)s::jsonb,
    (select wrapped_by from sealing)
where not exists (select from answered);

-- name: open_in_backups
-- Who was erased while the wrapping key was the one in use now: a backup of before holds their key,
-- and that opens it. The oldest first.
select erasure.id, ms(decided) as decided from erasure
where decision = 'erased' and wrapped_by = (select wrapped_by from sealing)
order by decided, erasure.id;

-- name: erasures
-- Wishes to be erased: those nobody decided first, then the newest; of one patient, or all.
select erasure.id, erasure.patient_id, patient.name as patient, ms(asked) as asked,
    ms(decided) as decided, decision, why
from erasure join patient on patient.id = erasure.patient_id
where %(patient)s::bigint is null or erasure.patient_id = %(patient)s
order by decided is not null, erasure.id desc limit 200;

-- name: erasure
-- One wish that nobody decided yet.
select patient_id from erasure where id = %(id)s and decided is null;

-- name: wish_to_grant
-- One that nobody decided yet, and nobody decides meanwhile.
select patient_id from erasure where id = %(id)s and decided is null for update;

-- name: holds
-- Legal holds of a patient that stand.
select id from legal_hold where patient_id = %(patient)s and ends is null;
