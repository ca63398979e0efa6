-- name: devices
-- Every device: its state, whom it measures now, what of it was put aside. Times in ms.
select device.id, device.name, device.kind, device.status,
    coalesce(device_state.connected, false) as connected,
    ms(device_state.last_seen) as last_seen, ms(device_state.since) as since,
    device_state.offset_seconds, coalesce(device.revoked_reason, device_state.detail) as detail,
    association.patient_id, patient.name as patient, stay.bed, ward.name as ward,
    (select ms(max(expires)) from certificate
     where device_id = device.id and revoked is null) as certificate_expires,
    coalesce(device_state.firmware, edge_state.version) as firmware,
    (select count(*) from (
        select from quarantine where device_id = device.id limit 10000
    ) spoiled) as quarantined,
    ms(device.created) as created
from device
left join device_state on device_state.device_id = device.id
left join edge_state on edge_state.edge_id = device.id
left join association on association.device_id = device.id and association.ends is null
left join patient on patient.id = association.patient_id
left join stay on stay.patient_id = association.patient_id and stay.ends is null
left join ward on ward.id = stay.ward_id
where device.name = coalesce(%(name)s, device.name)
order by device.name;

-- name: registered
-- One device as the registry has it.
select id, name, kind, status from device where name = %(name)s;

-- name: add_device
-- A new device, and how often each vital is expected of it.
insert into device (name, kind, created, expects, gateway_id, door)
values (%(name)s, %(kind)s, %(now)s, %(expects)s::jsonb, %(gateway)s, %(door)s);

-- name: set_status
-- Where it is in its life from now on, and why; of an active device nothing is said.
update device set status = %(status)s::text,
    revoked = case when %(status)s::text = 'active' then null else %(now)s::timestamptz end,
    revoked_reason = case when %(status)s::text = 'active' then null else %(reason)s::text end
where id = %(device)s;

-- name: revoke_certificates
-- Its certificates are worth nothing any more.
update certificate set revoked = %(now)s where device_id = %(device)s and revoked is null;

-- name: drop_tokens
-- Unused tokens of a device: only the newest may be used.
delete from enrolment where device_id = %(device)s and used is null;

-- name: add_token
-- A one-time token, by hash.
insert into enrolment (token_sha256, device_id, created, expires)
values (%(token)s, %(device)s, %(now)s, %(expires)s);

-- name: use_token
-- Use a token up, once; the device it was made for.
update enrolment set used = %(now)s
from device
where token_sha256 = %(token)s and used is null and expires > %(now)s
  and device.id = enrolment.device_id and device.status = 'active'
returning device.id, device.name, device.kind, device.status;

-- name: add_certificate
-- A certificate we issued.
insert into certificate (serial, device_id, issued, expires)
values (%(serial)s, %(device)s, %(now)s, %(expires)s);

-- name: forget_ahead
-- Our clock was ahead when a certificate was made: it would be newer than any that is made from now
-- on, and its device turned away by each of those.
update device_state set certified = null where device_id = %(device)s and certified > %(now)s;

-- name: asking
-- A device that asks for its next certificate, and how many it got lately.
select device.id, device.name, device.status, device_state.certified,
    (select count(*) from certificate where device_id = device.id and issued > %(since)s) as lately
from device left join device_state on device_state.device_id = device.id
where device.name = %(name)s
for update of device;

-- name: patient_exists
-- Whether there is such a patient.
select id from patient where id = %(patient)s;

-- name: lies_on
-- Where somebody lies now, or is looked after at home.
select ward.name as ward from stay join ward on ward.id = stay.ward_id
where stay.patient_id = %(patient)s and stay.ends is null;

-- name: patient_to_wear
-- The same, who may be given a device: nobody who was erased, or is just now.
select id from patient where id = %(patient)s and erased is null for key share;

-- name: patient_by_number
-- A patient by record number.
select id from patient where record_number = any(%(number)s);

-- name: lock_device
-- One change of a device's patient at a time.
select id from device where id = %(device)s for update;

-- name: worn_by
-- Who wears a device now, and by whose word.
select association.patient_id, person.name as by
from association
left join person on association.source = 'person ' || person.id
where association.device_id = %(device)s and association.ends is null;

-- name: last_worn
-- Who wore a device last, and until when.
select patient_id, ends from association where device_id = %(device)s order by starts desc limit 1;

-- name: wearers
-- Who wore a device, and from when to when.
select patient_id, starts, ends from association where device_id = %(device)s order by starts;

-- name: put_aside_before
-- What of this was put aside of a device before: it is sent again.
select topic, body from quarantine
where device_id = %(device)s and body = any(%(bodies)s::bytea[]);

-- name: end_association
-- From now on nobody wears it; one that would begin only now never was.
with begun as (
    update association set ends = %(now)s
    where device_id = %(device)s and ends is null and starts < %(now)s
)
delete from association where device_id = %(device)s and ends is null and starts >= %(now)s;

-- name: begin_association
-- From now on this patient wears it.
insert into association (device_id, patient_id, starts, source)
values (%(device)s, %(patient)s, %(now)s, %(source)s);

-- name: quarantined
-- What could not be read, newest first: of one device, or of all.
select quarantine.id, device.name as device, ms(quarantine.received) as received,
    quarantine.topic, quarantine.reason, substring(quarantine.body for 2000) as head,
    octet_length(quarantine.body) as bytes
from quarantine
left join device on device.id = quarantine.device_id
where %(device)s::text is null or device.name = %(device)s
order by quarantine.id desc limit %(rows_max)s;

-- name: devices_of_gateway
-- The devices that speak through this one, each with the visit it was on last.
select id as device_id, name, status in ('active', 'quarantined') as active,
    status = 'quarantined' as quarantined, coalesce(device_state.visit, 0) as visit
from device left join device_state on device_state.device_id = device.id
where gateway_id = %(gateway)s;

-- name: gateway_of
-- The gateway a device speaks through.
select gateway_id from device where id = %(device)s;

-- name: edge
-- An edge, and where its devices reach it.
select id, door from device where id = %(edge)s and kind = 'edge' and status = 'active';

-- name: door_of_gateway
-- Where a device reaches the gateway it speaks through, if anywhere.
select gateway.door, coalesce(edge_state.https_port, 0) as https_port
from device join device gateway on gateway.id = device.gateway_id
left join edge_state on edge_state.edge_id = gateway.id
where device.name = %(name)s;

-- name: set_gateway
-- From now on it speaks through this gateway, or (null) for itself.
update device set gateway_id = %(gateway)s where id = %(device)s;

-- name: edge_devices
-- The devices of an edge, and what their limits need to know of who wears them. No names.
select device.id, device.name, device.status in ('active', 'quarantined') as active,
    case when device.status = 'active' then association.patient_id end as patient_id,
    patient.birth_date, coalesce(patient.oxygen_scale, 1) as oxygen_scale, stay.ward_id,
    coalesce(said.is_pregnant and coalesce(said.until > %(now)s, true), false) as is_pregnant
from device
left join association on association.device_id = device.id and association.ends is null
left join patient on patient.id = association.patient_id
left join stay on stay.patient_id = patient.id and stay.ends is null
left join lateral (
    select is_pregnant, until from pregnancy
    where pregnancy.patient_id = patient.id and pregnancy.at <= %(now)s
    order by at desc, id desc limit 1
) said on true
where device.gateway_id = %(edge)s
order by device.id limit 5000;

-- name: limits_in_force
-- The settings of rules in force now.
select id, rule, choice, patient_id, ward_id, by_role, limit_value, clear_limit, delay_seconds,
    clear_seconds, extreme
from rule_setting_newest
where coalesce(expires > %(now)s, true)
  and (patient_id is null or has_stayed(patient_id, set_at))
order by id;

-- name: add_hop
-- When a gateway took what waited there. Sent again it is known already.
insert into hop (gateway_id, device_id, boot, first_seq, last_seq, messages, taken_first,
    taken_last, received)
values (%(gateway)s, %(device)s, %(boot)s, %(first_seq)s, %(last_seq)s, %(messages)s,
    %(taken_first)s, %(taken_last)s, %(received)s)
on conflict do nothing;

-- name: add_edge_alarm
-- What an edge sounded by itself for one of its devices; told again, it may have ended since.
insert into edge_alarm (edge_id, device_id, condition, began, ended, priority, text, value, received)
select %(edge)s, device.id, %(condition)s, %(began)s, %(ended)s, %(priority)s, %(text)s, %(value)s,
    %(now)s
from device where device.name = %(device)s and device.gateway_id = %(edge)s
on conflict (edge_id, device_id, condition, began) do update set ended = excluded.ended;

-- name: set_edge_state
-- What an edge says of itself.
insert into edge_state (edge_id, said, version, spool_bytes, spool_bytes_max, waiting, oldest, trouble,
    https_port)
values (%(edge)s, %(now)s, %(version)s, %(spool_bytes)s, %(spool_bytes_max)s, %(waiting)s, %(oldest)s,
    %(trouble)s, %(https_port)s)
on conflict (edge_id) do update set said = excluded.said, version = excluded.version,
    spool_bytes = excluded.spool_bytes, spool_bytes_max = excluded.spool_bytes_max,
    waiting = excluded.waiting, oldest = excluded.oldest, trouble = excluded.trouble,
    https_port = excluded.https_port;

-- name: edge_states
-- Every edge that ever said how it is, and what it said last.
select device.id as edge_id, device.name, edge_state.said, edge_state.trouble
from edge_state join device on device.id = edge_state.edge_id
where device.kind = 'edge' and device.status = 'active'
order by device.id;

-- name: certificates_ending
-- Devices that are here, and whose newest certificate has little of its life left: they renew it when
-- there is twice as much. The first to end is the first.
select device.name, newest.expires
from (
    select distinct on (device_id) device_id, issued, expires from certificate
    where revoked is null order by device_id, expires desc
) newest
join device on device.id = newest.device_id and device.status = 'active'
join device_state on device_state.device_id = device.id and device_state.last_seen > %(lately)s
where newest.expires - %(now)s < (newest.expires - newest.issued) / 6
order by newest.expires, device.name;

-- name: listening_session
-- The session in which a device listens for commands, while it lives.
select id from device_session
where device_id = %(device)s and wanted ? 'commands'
  and (ended is null or ended + make_interval(secs => seconds) > %(now)s);

-- name: send_command
-- A command for a session of a device.
insert into command (device_id, session_id, body, sent, sent_by, expires)
values (%(device)s, %(session)s, %(body)s, %(now)s, %(person)s, %(expires)s)
returning id;

-- name: drop_oldest_waiting
-- Of the commands that wait for a device only the newest stay.
update command set dropped = %(now)s where id in (
    select id from command
    where device_id = %(device)s and session_id = %(session)s and dropped is null
      and expires > %(now)s and not exists (select from telling where command_id = command.id)
    order by id desc offset %(waiting_max)s
);

-- name: trim_commands
-- Of each device the newest commands are kept, and how far they came.
delete from command where id in (
    select id from command where device_id = %(device)s order by id desc offset %(kept_max)s
);

-- name: commands
-- The newest commands of a device and how far each came. Times in ms.
select command.id, command.body, ms(command.sent) as sent, person.name as by,
    ms(command.expires) as expires, ms(telling.sent) as told, ms(telling.ended) as ended,
    telling.reason,
    case
        when telling.step = 'ended' and telling.reason >= 128 then 'refused'
        when telling.step = 'ended' and telling.qos > 0 then 'delivered'
        when telling.step = 'ended' then 'sent'
        when command.dropped is not null then 'dropped'
        when device_session.id is null then 'lost'
        when telling.id is not null then 'sent'
        when command.expires <= %(now)s then 'expired'
        else 'waiting'
    end as state
from command
left join person on person.id = command.sent_by
left join telling on telling.command_id = command.id
left join device_session on device_session.device_id = command.device_id
    and device_session.id = command.session_id
    and (device_session.ended is null
        or device_session.ended + make_interval(secs => device_session.seconds) > %(now)s)
where command.device_id = %(device)s
order by command.id desc limit %(rows_max)s;

-- name: set_config
-- A device's configuration from now on.
insert into device_config (device_id, body, made, made_by)
values (%(device)s, %(body)s, %(now)s, %(person)s);

-- name: trim_configs
-- Of each device the newest configurations are kept.
delete from device_config where id in (
    select id from device_config where device_id = %(device)s order by id desc offset %(kept_max)s
);

-- name: configs
-- The configurations of a device, newest first: that one is in force. Times in ms.
select device_config.id, device_config.body, ms(device_config.made) as made, person.name as by,
    (select ms(max(coalesce(telling.ended, telling.sent))) from telling
     where telling.config_id = device_config.id
       and telling.step = 'ended' and telling.reason < 128) as told
from device_config
left join person on person.id = device_config.made_by
where device_config.device_id = %(device)s
order by device_config.id desc limit %(rows_max)s;

-- name: device_for_mapping
-- The device that templates are for.
select id, status from device where name = %(name)s;

-- name: hold_device
-- One change of a device's templates at a time.
select id from device where id = %(device)s for update;

-- name: end_mapping
-- No JSON of its own is read by the templates it had.
update device_mapping set ended = %(now)s, ended_by = %(person)s
where device_id = %(device)s and ended is null;

-- name: add_mapping
-- A device's own JSON is read by these templates from now on.
insert into device_mapping (device_id, content, codes, made, made_by)
values (%(device)s, %(content)s, %(codes)s, %(now)s, %(person)s);

-- name: mapping_of_device
-- The templates a device's own JSON is read by now.
select content, codes from device_mapping where device_id = %(device)s and ended is null;

-- name: mappings
-- The templates a device had, newest first. Times in ms.
select content, codes, ms(made) as made, made_person.name as made_by, ms(ended) as ended,
    ended_person.name as ended_by
from device_mapping
left join person made_person on made_person.id = made_by
left join person ended_person on ended_person.id = ended_by
where device_id = %(device)s order by device_mapping.id desc limit 20;

-- name: hold_meter
-- One batch of a meter at a time; whoever refers to it does not wait.
select id from device where id = %(device)s for no key update;

-- name: records_known
-- Packets of a meter that may be those of a batch.
select of, epoch, number, octets from meter_record
where device_id = %(device)s and of = any(%(of)s)
  and (number = any(%(numbers)s) or number is null and at = any(%(at)s));

-- name: records_before
-- The same, whatever their meter's clock was found to be then; what was kept first is first.
select of, octets, at from meter_record
where device_id = %(device)s and of = any(%(of)s) and at is not null
  and (number = any(%(numbers)s) or number is null and at >= %(since)s and at <= %(until)s)
order by id;

-- name: add_record
-- A packet as it came.
insert into meter_record (device_id, patient_id, at, of, epoch, number, octets, zone, ahead, source, received)
values (%(device)s, %(patient)s, %(at)s, %(of)s, %(epoch)s, %(number)s, %(octets)s, %(zone)s, %(ahead)s,
    %(source)s, %(received)s);

-- name: records
-- Packets of measurements between two moments, the newest first. Times in ms.
select meter_record.id, device_id, device.name as device, ms(at) as at, of, epoch, number, octets, zone, ahead
from meter_record join device on device.id = device_id
where meter_record.patient_id = %(patient)s and ms(at) >= %(start)s and ms(at) < %(end)s
order by at desc, meter_record.id desc limit %(rows_max)s;

-- name: records_of_numbers
-- All that meters sent under these numbers, in the order it came: measurements and contexts.
select device_id, of, epoch, number, octets from meter_record
where patient_id = %(patient)s and device_id = any(%(devices)s) and number = any(%(numbers)s)
order by id;
