-- name: device_for_secret
-- The device a secret is for.
select id, name, status from device where name = %(name)s;

-- name: lock_device
-- One change of a device's secrets at a time.
select id from device where id = %(device)s for update;

-- name: end_secrets
-- The secrets of a device are worth nothing from now on.
update app_secret set ended = %(now)s, ended_by = %(person)s
where device_id = %(device)s and ended is null;

-- name: end_sessions
-- Nor are the tokens that were given for them.
delete from app_session
where secret_id in (select id from app_secret where device_id = %(device)s and ended is not null);

-- name: add_secret
-- A secret, by its hashes.
insert into app_secret (device_id, found_by, sha1_found_by, made, made_by)
values (%(device)s, %(found_by)s, %(sha1_found_by)s, %(now)s, %(person)s);

-- name: secrets
-- The secrets a device had, newest first. Times in ms.
select ms(made) as made, made_person.name as made_by, ms(ended) as ended, ended_person.name as ended_by
from app_secret
left join person made_person on made_person.id = made_by
left join person ended_person on ended_person.id = ended_by
where device_id = %(device)s
order by app_secret.id desc limit 20;

-- name: holder
-- Whose app shows this proof (a secret, its SHA-1, or a token for it), and who wears its device now.
select app_secret.id as secret_id, device.id as device_id, device.name as device,
    association.patient_id, (
        select max(other.ends) from association other
        where other.device_id = device.id and other.patient_id <> association.patient_id
          and other.ends <= app_secret.made
    ) as others_until
from app_secret
join device on device.id = app_secret.device_id and device.status in ('active', 'quarantined')
left join association on association.device_id = device.id and association.ends is null
where app_secret.ended is null and app_secret.id = coalesce(
    (select secret_id from app_session where token_sha256 = %(proof)s and expires > %(now)s),
    (select id from app_secret where found_by = %(proof)s),
    (select id from app_secret where sha1_found_by = %(proof)s));

-- name: add_session
-- A token for whoever has the secret.
insert into app_session (token_sha256, secret_id, made, expires)
values (%(token)s, %(secret)s, %(now)s, %(expires)s);

-- name: trim_sessions
-- Of each secret the newest tokens are good, while they last.
delete from app_session where secret_id = %(secret)s and (expires <= %(now)s or token_sha256 in (
    select token_sha256 from app_session where secret_id = %(secret)s
    order by made desc, token_sha256 offset %(kept_max)s));

-- name: lock_secret
-- One change of an app's notebook at a time; none once its secret has ended.
select id from app_secret where id = %(secret)s and ended is null for update;

-- name: wearers
-- Who wore a device, from when to when.
select patient_id, starts, ends from association where device_id = %(device)s;

-- name: last_change
-- The newest change of an app's documents, in ms.
select coalesce(max(modified), 0) as modified from app_document where device_id = %(device)s;

-- name: alike
-- Documents that may be those that are sent, by their names or by their moment and kind.
select id, identifier, object_id, is_named, natural_key, at, created, modified,
    deleted is not null as is_deleted, body
from app_document
where device_id = %(device)s and patient_id = %(patient)s and collection = %(collection)s
  and (natural_key = any(%(naturals)s) or object_id = any(%(names)s) or identifier = any(%(names)s));

-- name: add_document
-- A document.
insert into app_document (device_id, patient_id, collection, at, identifier, object_id, is_named,
    natural_key, created, modified, body)
values (%(device)s, %(patient)s, %(collection)s, %(at)s, %(identifier)s, %(object_id)s, %(is_named)s,
    %(natural)s, %(modified)s, %(modified)s, %(body)s);

-- name: change_document
-- What a document says from now on.
update app_document set at = %(at)s, identifier = %(identifier)s, is_named = %(is_named)s,
    natural_key = %(natural)s, modified = %(modified)s, deleted = null, body = %(body)s
where id = %(id)s;

-- name: delete_document
-- A document is marked as deleted, and stays.
update app_document set deleted = %(now)s, modified = %(modified)s where id = %(id)s;

-- name: newest_documents
-- Documents of an app between two moments, the newest first.
select id, identifier, object_id, at, created, modified, false as is_deleted, body
from app_document
where device_id = %(device)s and patient_id = %(patient)s and collection = %(collection)s
  and deleted is null and at >= %(since)s and at < %(until)s
  and (%(after)s::timestamptz is null or (at, id) < (%(after)s, %(after_id)s))
order by at desc, id desc limit %(rows_max)s;

-- name: oldest_documents
-- Documents of an app between two moments, the oldest first.
select id, identifier, object_id, at, created, modified, false as is_deleted, body
from app_document
where device_id = %(device)s and patient_id = %(patient)s and collection = %(collection)s
  and deleted is null and at >= %(since)s and at < %(until)s
  and (%(after)s::timestamptz is null or (at, id) > (%(after)s, %(after_id)s))
order by at, id limit %(rows_max)s;

-- name: changed_documents
-- Documents of an app that changed since then, in that order; deleted ones among them.
select id, identifier, object_id, at, created, modified, deleted is not null as is_deleted, body
from app_document
where device_id = %(device)s and patient_id = %(patient)s and collection = %(collection)s
  and modified > %(since)s
order by modified limit %(rows_max)s;

-- name: last_changes
-- When each collection of an app changed last, in ms.
select collection, max(modified) as modified from app_document
where device_id = %(device)s and patient_id = %(patient)s group by collection;

-- name: named_document
-- A document by a name it has.
select id, identifier, object_id, at, created, modified, deleted is not null as is_deleted, body
from app_document
where device_id = %(device)s and patient_id = %(patient)s and collection = %(collection)s
  and (object_id = %(name)s or identifier = %(name)s)
order by id limit 1;

-- name: treatments
-- Insulin, carbohydrates and whatever else apps of a patient say was done, the newest first.
select app_document.id, device.name as device, ms(app_document.at) as at, app_document.body
from app_document join device on device.id = app_document.device_id
where app_document.patient_id = %(patient)s and app_document.collection = 'treatments'
  and app_document.deleted is null and ms(app_document.at) >= %(start)s and ms(app_document.at) < %(end)s
order by app_document.at desc, app_document.id desc limit %(rows_max)s;

-- name: of_secret
-- Whose app has this secret, and who wears its device now.
select app_secret.id as secret_id, device.id as device_id, device.name as device,
    association.patient_id
from app_secret
join device on device.id = app_secret.device_id
left join association on association.device_id = device.id and association.ends is null
where app_secret.id = %(secret)s;

-- name: add_report
-- A report of an implanted device; brought again it is there already.
insert into implant_report (patient_id, received, received_by, known_by, named_by, body)
select %(patient)s, %(now)s, %(person)s, %(known_by)s, %(named_by)s, %(body)s
where not exists (
    select from implant_report
    where patient_id = %(patient)s and named_by = %(named_by)s)
on conflict (patient_id, known_by) do nothing;

-- name: one_report_at_a_time
-- Of two doors that bring a patient's report at once, one is first.
select id from patient where id = %(patient)s for no key update;

-- name: worn_now
-- Who wears a device now.
select patient_id from association where device_id = %(device)s and ends is null;

-- name: patient_of_number
-- The patient of a record number.
select id from patient where record_number = any(%(number)s);

-- name: reports
-- Reports of a patient's implants, the newest first. Times in ms.
select id, ms(received) as received, body from implant_report
where patient_id = %(patient)s order by received desc, id desc limit %(rows_max)s;

-- name: cloud_device
-- The device a cloud's account is to be linked with, and who wears it now.
select device.id, device.name, device.kind, device.status, association.patient_id
from device
left join association on association.device_id = device.id and association.ends is null
where device.name = %(name)s;

-- name: end_link
-- From now on nothing of that account comes in; what opened it is gone.
update cloud_link set ended = %(now)s, ended_by = %(person)s, tokens = '', due = null, shown_by = null
where device_id = %(device)s and ended is null;

-- name: link_of_account
-- The device an account is linked with already.
select device.name as device from cloud_link join device on device.id = device_id
where service = %(service)s and account_found_by = any(%(account)s) and ended is null;

-- name: add_link
-- An account of a cloud is this device of this patient from now on; without `account` it becomes so
-- when its owner comes back with leave.
insert into cloud_link (device_id, patient_id, service, account_found_by, account, shown_by, made, made_by)
values (%(device)s, %(patient)s, %(service)s, %(found_by)s, %(account)s, %(shown_by)s, %(now)s, %(person)s);

-- name: links
-- The links a device had, newest first. Times in ms.
select service, account, account_found_by is not null as is_known, tokens <> '' as is_open,
    ms(made) as made, made_person.name as made_by, ms(heard) as heard, trouble,
    ms(ended) as ended, ended_person.name as ended_by
from cloud_link
left join person made_person on made_person.id = made_by
left join person ended_person on ended_person.id = ended_by
where device_id = %(device)s
order by cloud_link.id desc limit 20;

-- name: all_links
-- Every link that is open, with its device and where who wears it lies; the bed, and no name. Times
-- in ms. What its owner was sent away for is good for a day.
select device.name as device, device.status, service, account,
    account_found_by is not null as is_known, due is not null as is_asked,
    account_found_by is null and shown_by is not null and made <= %(since)s as is_late,
    association.patient_id is not null as is_worn,
    association.patient_id is not distinct from cloud_link.patient_id as is_theirs,
    ward.name as ward, stay.bed, ms(made) as made, made_person.name as made_by, ms(heard) as heard,
    trouble
from cloud_link
join device on device.id = cloud_link.device_id
left join association on association.device_id = device.id and association.ends is null
left join stay on stay.patient_id = association.patient_id and stay.ends is null
left join ward on ward.id = stay.ward_id
left join person made_person on made_person.id = made_by
where cloud_link.ended is null
order by device.name;

-- name: cloud_by_account
-- The link of an account of a cloud.
select cloud_link.id, device.id as device_id, device.name as device, cloud_link.patient_id,
    association.patient_id as worn_by, account, tokens, known_until, failures, (
        select max(other.ends) from association other
        where other.device_id = device.id and other.patient_id <> cloud_link.patient_id
    ) as others_until
from cloud_link
join device on device.id = cloud_link.device_id
left join association on association.device_id = device.id and association.ends is null
where cloud_link.service = %(service)s and account_found_by = any(%(account)s)
  and cloud_link.ended is null;

-- name: cloud_by_proof
-- The link that this was made for.
select cloud_link.id, device.id as device_id, device.name as device, cloud_link.patient_id,
    association.patient_id as worn_by, account, tokens, known_until, failures, (
        select max(other.ends) from association other
        where other.device_id = device.id and other.patient_id <> cloud_link.patient_id
    ) as others_until
from cloud_link
join device on device.id = cloud_link.device_id
left join association on association.device_id = device.id and association.ends is null
where cloud_link.shown_by = %(proof)s and cloud_link.ended is null and (
    cloud_link.account_found_by is not null or cloud_link.made > %(since)s);

-- name: cloud_heard
-- Something of an account came, or why nothing does.
update cloud_link set heard = coalesce(%(heard)s, heard), trouble = %(trouble)s
where id = %(id)s and ended is null;

-- name: cloud_given
-- Its owner gave leave: whose account it is, what opens it, and that all of it is asked for now.
update cloud_link set account_found_by = %(found_by)s, account = %(account)s, tokens = %(tokens)s,
    shown_by = %(shown_by)s, due = %(now)s, failures = 0, trouble = ''
where id = %(id)s and ended is null;

-- name: cloud_renewed
-- What opens an account from now on.
update cloud_link set tokens = %(tokens)s where id = %(id)s and ended is null;

-- name: cloud_wanted
-- There is something new in an account: it is asked for next.
update cloud_link set due = least(due, %(now)s) where id = %(id)s and ended is null and due is not null;

-- name: cloud_next
-- An account that is due, held by who asks for so long: no two doors ask for one at once, and whoever
-- is killed meanwhile leaves it due.
update cloud_link set held_until = %(until)s, due = %(until)s
where id = (select id from cloud_link where ended is null and due <= %(now)s
    and (held_until is null or held_until < %(now)s)
    order by due limit 1 for update skip locked)
returning id;

-- name: cloud_held
-- The account that is held.
select cloud_link.id, device.id as device_id, device.name as device, cloud_link.patient_id,
    association.patient_id as worn_by, account, tokens, known_until, failures, (
        select max(other.ends) from association other
        where other.device_id = device.id and other.patient_id <> cloud_link.patient_id
    ) as others_until
from cloud_link
join device on device.id = cloud_link.device_id
left join association on association.device_id = device.id and association.ends is null
where cloud_link.id = %(id)s and cloud_link.ended is null;

-- name: cloud_asked
-- How far an account is known now, and when to ask again; null: not until its owner gives leave.
-- What was told of it meanwhile is not passed over.
update cloud_link set known_until = %(known_until)s, failures = %(failures)s, held_until = null,
    trouble = %(trouble)s, heard = coalesce(%(heard)s, heard),
    due = case when %(due)s::timestamptz is not null and due < held_until then due else %(due)s end
where id = %(id)s and ended is null;

-- name: is_cloud_message_done
-- Whether this message was done already.
select known_by from cloud_message where known_by = %(known_by)s;

-- name: cloud_message_done
-- A message is done; those of before two days are forgotten.
with old as (delete from cloud_message where received < %(before)s)
insert into cloud_message (known_by, received) values (%(known_by)s, %(now)s) on conflict do nothing;
