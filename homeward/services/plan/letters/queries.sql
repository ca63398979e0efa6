-- name: lock_patient
-- One letter of a patient at a time: they are counted before one is added.
select id from patient where id = %(patient)s for no key update;

-- name: known
-- What the page has sent before, by its own key.
select id, patient_id from letter where author = %(author)s and key = %(key)s;

-- name: lately
-- How many somebody wrote lately.
select count(*) as letters from letter where author = %(author)s and at > %(since)s;

-- name: add
-- Somebody wrote.
insert into letter (patient_id, at, author, side, body, key, answer_by)
values (%(patient)s, %(now)s, %(author)s, %(side)s, %(body)s, %(key)s, %(answer_by)s)
returning id;

-- name: settle
-- Answered, or it needs no answer: whatever stands open of a patient up to a letter.
update letter set settled = %(now)s, settled_by = %(person)s
where patient_id = %(patient)s and side <> 'team' and settled is null and id <= %(until)s;

-- name: settle_read
-- Answered: what stands open of a patient up to a letter, and was read by the team.
update letter set settled = %(now)s, settled_by = %(person)s
where patient_id = %(patient)s and side <> 'team' and settled is null and id <= %(until)s
  and exists (
      select from letter_read join person on person.id = letter_read.person_id
      where letter_read.letter_id = letter.id and person.role in ('nurse', 'doctor'));

-- name: read
-- They have read what others wrote, up to a letter.
insert into letter_read (letter_id, patient_id, person_id, at)
select id, patient_id, %(person)s, %(now)s from letter
where patient_id = %(patient)s and id <= %(until)s and author <> %(person)s
  and not exists (
      select from letter_read known where known.letter_id = id and known.person_id = %(person)s)
on conflict do nothing
returning letter_id as id;

-- name: of_patient
-- What was written, newest first. Of another relative, whom a relative may not know, without a name.
select letter.id, letter.patient_id, ms(letter.at) as at, letter.side, letter.body,
    author.name as author, author.role, letter.author as author_id,
    ms(letter.answer_by) as answer_by, ms(letter.settled) as settled, settler.name as settled_by,
    letter.settled_by as settled_by_id
from letter
left join person author on author.id = letter.author
left join person settler on settler.id = letter.settled_by
where letter.patient_id = %(patient)s and letter.id < %(before)s
order by letter.id desc limit %(rows_max)s;

-- name: read_by
-- Who has read which of these letters, and when.
select letter_read.letter_id, letter_read.person_id, person.name, person.role,
    ms(letter_read.at) as at
from letter_read join person on person.id = letter_read.person_id
where letter_read.letter_id = any(%(letters)s) order by letter_read.at, letter_read.person_id;

-- name: open_on_ward
-- What waits for an answer of whoever is on a ward: how many, how many nobody of the team has read,
-- since when, and until when the first wanted its answer.
select letter.patient_id, count(*) as open, ms(min(letter.at)) as since,
    ms(min(letter.answer_by)) as answer_by,
    count(*) filter (where not exists (
        select from letter_read join person on person.id = letter_read.person_id
        where letter_read.letter_id = letter.id and person.role in ('nurse', 'doctor')
    )) as unread
from letter
join stay on stay.patient_id = letter.patient_id and stay.ends is null and stay.ward_id = %(ward)s
where letter.settled is null and letter.side <> 'team'
group by letter.patient_id limit 5000;

-- name: whose
-- Whether a patient has an account.
select person_id from patient where id = %(patient)s;
