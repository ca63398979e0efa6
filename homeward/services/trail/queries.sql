-- name: note
-- One act, whose patients the function finds (migration 0035).
select audit_note(%(now)s, %(person)s, %(role)s, %(session)s, %(address)s, %(action)s, %(subtype)s,
    %(whose)s, %(number)s, coalesce((
        select record_number from patient
        where %(whose)s = 'record number' and record_number = any(%(found_by)s::text[])),
    %(object)s), %(patients)s::bigint[], %(kind)s, %(purpose)s, %(outcome)s,
    %(route)s, %(times)s);

-- name: is_mine
-- One process seals at a time.
select pg_try_advisory_xact_lock(1751477620) as is_mine;

-- name: last_checkpoint
-- Where the sealed log ends.
select size, line, peaks from audit_checkpoint order by size desc limit 1;

-- name: unsealed
-- Rows to seal, in the order they came.
select audit.id, (extract(epoch from audit.at) * 1000000)::bigint as at, audit.role, audit.action,
    audit.subtype, audit.kind, audit.purpose, audit.route, audit.person_id as person,
    audit.session, audit.address, audit.patient_ids as patients, audit.object_id as object,
    audit.outcome, audit.times
from audit_unsealed join audit on audit.id = audit_unsealed.audit_id
order by audit.id limit %(rows_max)s;

-- name: add_leaves
-- Leaves of the sealed log, from a place on.
insert into audit_leaf (place, audit_id, hash)
select %(first)s + number - 1, id, hash
from unnest(%(ids)s::bigint[], %(hashes)s::bytea[]) with ordinality as leaf (id, hash, number);

-- name: forget_unsealed
-- These are sealed.
delete from audit_unsealed where audit_id = any(%(ids)s);

-- name: add_checkpoint
-- What was signed of the log.
insert into audit_checkpoint (size, line, peaks) values (%(size)s, %(line)s, %(peaks)s);

-- name: oldest_unsealed
-- Since when something waits to be sealed.
select min(audit.at) as at from audit_unsealed join audit on audit.id = audit_unsealed.audit_id;

-- name: sealed
-- Rows as they are now, in the order they were sealed, each with the hash it was sealed with.
select audit_leaf.place, audit_leaf.hash, audit.id,
    (extract(epoch from audit.at) * 1000000)::bigint as at, audit.role, audit.action,
    audit.subtype, audit.kind, audit.purpose, audit.route, audit.person_id as person,
    audit.session, audit.address, audit.patient_ids as patients, audit.object_id as object,
    audit.outcome, audit.times
from audit_leaf left join audit on audit.id = audit_leaf.audit_id
where audit_leaf.place >= %(first)s and audit_leaf.place < %(first)s + %(rows_max)s
order by audit_leaf.place;

-- name: checkpoints
-- Checkpoints of sizes in a span.
select size, line from audit_checkpoint where size > %(after)s and size <= %(up_to)s order by size;

-- name: checkpoint_from
-- The first checkpoint of at least so many rows.
select size, line, peaks from audit_checkpoint where size >= %(size)s order by size limit 1;

-- name: newest_row
-- The newest row of the audit.
select coalesce(max(id), 0) as id from audit;

-- name: aged
-- Rows that may go, in their order: of the log before a place, from before a time, of nobody whose
-- record is held. Their numbers are about in the order of the log.
select audit.id from audit join audit_leaf on audit_leaf.audit_id = audit.id
where audit.id > %(after)s and audit.id <= (
        select max(audit_id) from audit_leaf where place < %(cut)s and place >= %(cut)s - %(span)s)
  and audit_leaf.place < %(cut)s and audit.at < %(before)s
  and not exists (
      select from legal_hold where ends is null and legal_hold.patient_id = any (audit.patient_ids))
order by audit.id limit %(rows_max)s;

-- name: said_aged
-- Whether it is sealed that rows before a place go.
select audit.id from audit join audit_leaf on audit_leaf.audit_id = audit.id
where audit.id > %(known)s and audit.action = 'D' and audit.kind = 'audit'
  and audit.object_id = %(object)s;

-- name: forget_aged
-- These rows go; their leaves stay.
delete from audit where id = any(%(ids)s);

-- name: found
-- The audit, newest first: rows before one (to go on), of a span.
select audit.id, ms(audit.at) as at, audit.person_id, coalesce(person.name, '') as person,
    audit.role, audit.action, audit.subtype, audit.kind, audit.object_id as object,
    cardinality(audit.patient_ids) as patients, audit.purpose, audit.outcome, audit.route,
    audit.times, audit.address
from audit left join person on person.id = audit.person_id
where audit.id < %(before)s
  and (not %(refused)s or audit.outcome <> 0) and audit.at >= %(since)s and audit.at < %(until)s
order by audit.id desc limit %(rows_max)s;

-- name: found_of_patient
-- The same of one patient, and of one person or all. By itself, for the index of patients.
select audit.id, ms(audit.at) as at, audit.person_id, coalesce(person.name, '') as person,
    audit.role, audit.action, audit.subtype, audit.kind, audit.object_id as object,
    cardinality(audit.patient_ids) as patients, audit.purpose, audit.outcome, audit.route,
    audit.times, audit.address
from audit left join person on person.id = audit.person_id
where audit.patient_ids @> array[%(patient)s::bigint] and audit.id < %(before)s
  and (%(person)s::bigint is null or audit.person_id = %(person)s)
  and (not %(refused)s or audit.outcome <> 0) and audit.at >= %(since)s and audit.at < %(until)s
order by audit.id desc limit %(rows_max)s;

-- name: found_of_person
-- The same of one person.
select audit.id, ms(audit.at) as at, audit.person_id, coalesce(person.name, '') as person,
    audit.role, audit.action, audit.subtype, audit.kind, audit.object_id as object,
    cardinality(audit.patient_ids) as patients, audit.purpose, audit.outcome, audit.route,
    audit.times, audit.address
from audit left join person on person.id = audit.person_id
where audit.person_id = %(person)s and audit.id < %(before)s
  and (not %(refused)s or audit.outcome <> 0) and audit.at >= %(since)s and audit.at < %(until)s
order by audit.id desc limit %(rows_max)s;

-- name: entry
-- One row.
select audit.id, (extract(epoch from audit.at) * 1000000)::bigint as at, audit.role, audit.action,
    audit.subtype, audit.kind, audit.purpose, audit.route, audit.person_id as person,
    audit.session, audit.address, audit.patient_ids as patients, audit.object_id as object,
    audit.outcome, audit.times
from audit where id = %(id)s;

-- name: who_looked
-- Who saw a patient's record: each person, by day and purpose, with how often and when last. A page
-- that is open asks again and again: a quarter of an hour counts once.
select coalesce(person.name, '') as person, audit.role, audit.purpose,
    (audit.at at time zone %(zone)s)::date::text as day,
    count(distinct date_bin('15 minutes', audit.at, timestamptz '2000-01-01 00:00Z')) as times,
    ms(max(audit.at)) as at, bool_or(audit.action in ('C', 'U', 'D')) as changed,
    bool_or(audit.purpose in ('BTG', 'ETREAT')) as emergency, audit.kind = 'audit' as asked
from audit left join person on person.id = audit.person_id
where audit.patient_ids @> array[%(patient)s::bigint] and audit.outcome = 0
  and audit.at > %(since)s and audit.person_id is distinct from %(own)s
group by audit.person_id, person.name, audit.role, audit.purpose, day, asked
order by max(audit.at) desc limit %(rows_max)s;

-- name: patients_named
-- Every patient, for whoever answers who saw them: whoever asks looks for words; no clinical data.
select patient.id, patient.name,
    coalesce(patient.number_sealed, patient.record_number::bpchar) as record_number,
    coalesce(ward.name || ', ' || stay.bed, '') as place
from patient left join stay on stay.patient_id = patient.id and stay.ends is null
    left join ward on ward.id = stay.ward_id
where not patient.is_synthetic and patient.erased is null
order by patient.id;
