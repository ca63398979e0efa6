-- name: wearings
-- Who wore each device lately, newest first (times in microseconds since 1970).
select device_id, patient_id,
       (extract(epoch from starts) * 1000000)::bigint as starts,
       (extract(epoch from ends) * 1000000)::bigint as ends
from association
where ends is null or ends > %(since)s
order by device_id, starts desc;

-- name: wearings_of
-- The same for one device.
select device_id, patient_id,
       (extract(epoch from starts) * 1000000)::bigint as starts,
       (extract(epoch from ends) * 1000000)::bigint as ends
from association
where device_id = %(device)s and (ends is null or ends > %(since)s)
order by starts desc;

-- name: device_by_name
-- What the registry says of a device at the door; a certificate newer than all before it is noted, and
-- with it the older ones are worth nothing.
with asked as (
    select device.id, device.name, device.status, device_state.certified
    from device left join device_state on device_state.device_id = device.id
    where device.name = %(name)s
), noted as (
    insert into device_state as state (device_id, connected, since, certified)
    select id, false, %(now)s::timestamptz, %(issued)s::timestamptz from asked
    where status in ('active', 'quarantined')
      and %(issued)s::timestamptz > coalesce(certified, '-infinity')
    on conflict (device_id) do update set certified = greatest(state.certified, excluded.certified)
)
select id as device_id, name, status in ('active', 'quarantined') as active,
    nextval('device_visit') as visit, status = 'quarantined' as quarantined,
    coalesce(%(issued)s::timestamptz < certified, false) as outdated
from asked;

-- name: quarantined_devices
-- Whose messages are kept apart.
select id, name from device where status = 'quarantined';

-- name: device_by_id
-- Its name.
select name from device where id = %(device)s;

-- name: no_longer_here
-- Which of these visits are over: the device may not speak any more, or has come in elsewhere.
select device.id as device_id, device.name,
    device.status in ('active', 'quarantined') as active, coalesce(device_state.visit, 0) as visit
from unnest(%(devices)s::bigint[], %(visits)s::bigint[]) as here (device_id, visit)
join device on device.id = here.device_id
left join device_state on device_state.device_id = device.id
where device.status not in ('active', 'quarantined') or device_state.visit > here.visit;

-- name: open_door
-- A door that starts has nobody connected; devices that still are will say so.
with here as (
    insert into door (name, seen) values (%(door)s, now())
    on conflict (name) do update set seen = excluded.seen
)
update device_state set connected = false, since = %(now)s, detail = 'the door restarted'
where connected and (door = %(door)s or door not in (select name from door));

-- name: keep_door
-- This door is open. Those that have not said so for long are lost, and with them who was inside.
with here as (
    insert into door (name, seen) values (%(door)s, now())
    on conflict (name) do update set seen = excluded.seen
), lost as (
    delete from door
    where name <> %(door)s and seen < now() - %(seconds)s * interval '1 second' returning name
)
update device_state set connected = false, since = %(now)s, detail = 'lost: its door is gone'
from lost where device_state.connected and device_state.door = lost.name
returning device_state.device_id;

-- name: close_door
-- This door is open no more.
delete from door where name = %(door)s;

-- name: write_states
-- Connection, last sign of life and clock offset of many devices at once; of a device that has come
-- in by another door since, that door speaks.
insert into device_state
    (device_id, connected, since, last_seen, offset_seconds, detail, firmware, visit, door)
select state.*, %(door)s from unnest(
    %(devices)b::bigint[], %(connected)b::boolean[], %(since)b::timestamptz[],
    %(last_seen)b::timestamptz[], %(offsets)b::float8[], %(details)b::text[],
    %(firmwares)b::text[], %(visits)b::bigint[]
) as state (device_id, connected, since, last_seen, offset_seconds, detail, firmware, visit)
join device on device.id = state.device_id
on conflict (device_id) do update set
    connected = excluded.connected,
    since = case when device_state.connected = excluded.connected
                 then device_state.since else excluded.since end,
    last_seen = coalesce(excluded.last_seen, device_state.last_seen),
    offset_seconds = coalesce(excluded.offset_seconds, device_state.offset_seconds),
    detail = excluded.detail,
    firmware = coalesce(excluded.firmware, device_state.firmware),
    visit = excluded.visit,
    door = excluded.door
where excluded.visit >= device_state.visit;

-- name: write_sensors
-- Which sensors devices say are off: of each since when, and when that was said last (ms).
insert into device_state as state (device_id, connected, since, last_seen, sensors_off)
select said.device_id, true, said.at, said.at, said.off::jsonb
from unnest(%(devices)s::bigint[], %(times)s::timestamptz[], %(off)s::text[])
    as said (device_id, at, off)
join device on device.id = said.device_id
on conflict (device_id) do update set
    last_seen = excluded.last_seen,
    sensors_off = coalesce((
        select jsonb_object_agg(key, jsonb_build_array(
            coalesce(state.sensors_off -> key -> 0, value -> 0), value -> 1))
        from jsonb_each(excluded.sensors_off)), '{}');

-- name: take_turns
-- Only one process folds or compacts at a time; the lock ends with the transaction.
select pg_try_advisory_xact_lock(1751477618) as is_mine;

-- name: unfolded
-- The oldest bundles that every device had time to complete, up to some bytes; those of one kind as
-- one row, for there are tens of thousands a minute.
with due as (
    select *, sum(octet_length(body)) over (order by received, id) as total
    from (
        select * from inbox where received < %(before)s order by received, id limit %(bundles_max)s
    ) oldest
)
select kind, array_agg(id order by id) as ids, sum(messages)::bigint as messages,
       string_agg(heads, ''::bytea order by id) as heads,
       string_agg(body, ''::bytea order by id) as body
from due where total - octet_length(body) < %(bytes_max)s group by kind;

-- name: wearings_ever
-- Who wore these devices, from when to before when, as one row of lists.
select coalesce(array_agg(device_id), '{}') as devices,
       coalesce(array_agg(patient_id), '{}') as patients,
       coalesce(array_agg((extract(epoch from starts) * 1000000)::bigint), '{}') as starts,
       coalesce(array_agg((extract(epoch from ends) * 1000000)::bigint), '{}') as ends
from association where device_id = any(%(devices)s);

-- name: minute_chunks
-- Minute chunks of these owners' minutes. An owner is a patient, or less than zero: minus a
-- device that nobody wore.
select minute_chunk.id, owner, (extract(epoch from asked.minute) * 1000000)::bigint as start, body
from unnest(%(owners)b::bigint[], %(minutes)b::timestamptz[]) as asked (owner, minute)
join minute_chunk on minute_chunk.patient_id = owner and minute_chunk.minute = asked.minute
union all
select minute_chunk.id, owner, (extract(epoch from asked.minute) * 1000000)::bigint as start, body
from unnest(%(owners)b::bigint[], %(minutes)b::timestamptz[]) as asked (owner, minute)
join minute_chunk on minute_chunk.patient_id is null and minute_chunk.device_id = -owner
    and minute_chunk.minute = asked.minute;

-- name: hour_chunks
-- Hour chunks of these owners' hours.
select hour_chunk.id, owner, (extract(epoch from asked.hour) * 1000000)::bigint as start,
       vital, body
from unnest(%(owners)b::bigint[], %(hours)b::timestamptz[]) as asked (owner, hour)
join hour_chunk on hour_chunk.patient_id = owner and hour_chunk.vital = any(%(vitals)s)
    and hour_chunk.hour = asked.hour
union all
select hour_chunk.id, owner, (extract(epoch from asked.hour) * 1000000)::bigint as start,
       vital, body
from unnest(%(owners)b::bigint[], %(hours)b::timestamptz[]) as asked (owner, hour)
join hour_chunk on hour_chunk.patient_id is null and hour_chunk.device_id = -owner
    and hour_chunk.hour = asked.hour and hour_chunk.vital = any(%(vitals)s);

-- name: add_minutes
-- New minute chunks.
insert into minute_chunk (patient_id, device_id, minute, vitals, received, body)
select nullif(greatest(owner, 0), 0), nullif(greatest(-owner, 0), 0), minute, vitals, received, body
from unnest(%(owners)b::bigint[], %(minutes)b::timestamptz[], %(vitals)b::bigint[],
    %(received)b::timestamptz[], %(bodies)b::bytea[])
    as chunk (owner, minute, vitals, received, body);

-- name: kept_newest
-- What is newest of these patients of what was folded before, as one long row.
select coalesce(array_agg(patient_id), '{}') as patients,
       coalesce(string_agg(body, ''::bytea), '') as body
from patient_newest where patient_id = any(%(patients)s);

-- name: write_newest
-- What is newest of these patients now.
insert into patient_newest (patient_id, since, until, body)
select patient, %(since)s, coalesce(until, '-infinity'), body
from unnest(%(patients)b::bigint[], %(untils)b::timestamptz[], %(bodies)b::bytea[])
    as newest (patient, until, body)
on conflict (patient_id) do update set
    since = excluded.since, until = excluded.until, body = excluded.body;

-- name: without_newest
-- Some of those of whom nobody keeps what is newest.
select patient.id as patient from patient
where not exists (select from patient_newest where patient_id = patient.id)
order by patient.id limit %(people_max)s;

-- name: forget_newest
-- Of whom nothing was measured since then nothing is kept here.
update patient_newest set body = '', until = '-infinity' where until < %(before)s and body <> '';

-- name: drop_minutes
-- Minute chunks that others replace.
delete from minute_chunk where id = any(%(ids)s);

-- name: drop_hours
-- Hour chunks that others replace.
delete from hour_chunk where id = any(%(ids)s);

-- name: add_hour
-- A new hour chunk.
insert into hour_chunk
    (patient_id, device_id, hour, vital, samples, low, high, mean, received, minutes, body)
values (nullif(greatest(%(owner)s, 0), 0), nullif(greatest(-%(owner)s, 0), 0), %(hour)s,
        %(vital)s, %(samples)s, %(low)s, %(high)s, %(mean)s, %(received)s, %(minutes)s,
        %(body)s);

-- name: open_day
-- Hours of this day changed: what was rolled up of these vitals is not true any more, but for what
-- has left; that stays as it is.
with stale as (
    delete from day_chunk
    where (patient_id = %(owner)s or patient_id is null and device_id = -%(owner)s)
      and day = %(day)s and vital = any(%(vitals)s) and not has_left
)
insert into day_to_roll (day, owner) values (%(day)s, %(owner)s) on conflict do nothing;

-- name: closed_days
-- Days that are over and of which hours came since they were rolled up, oldest first.
select owner, day from day_to_roll where day < %(before)s order by day, owner limit %(days_max)s;

-- name: hours_of_day
-- One owner's hours of a day, rolled up; without vitals whose samples have left.
select vital, (extract(epoch from hour) * 1000000)::bigint as at, low, high, mean,
       samples as count, minutes
from hour_chunk
where (patient_id = %(owner)s or patient_id is null and device_id = -%(owner)s)
  and hour >= %(day)s and hour < %(day)s + interval '24 hours'
  and not exists (
      select from day_chunk
      where day_chunk.patient_id is not distinct from hour_chunk.patient_id
        and (hour_chunk.patient_id is not null or day_chunk.device_id = hour_chunk.device_id)
        and day_chunk.vital = hour_chunk.vital and day = %(day)s and has_left)
order by vital, hour;

-- name: drop_day
-- What was rolled up of one owner's day, but for what has left.
delete from day_chunk
where (patient_id = %(owner)s or patient_id is null and device_id = -%(owner)s)
  and day = %(day)s and not has_left;

-- name: add_day
-- One vital of one day, rolled up.
insert into day_chunk
    (patient_id, device_id, day, vital, samples, low, high, mean, hours, minutes)
values (nullif(greatest(%(owner)s, 0), 0), nullif(greatest(-%(owner)s, 0), 0), %(day)s, %(vital)s,
        %(samples)s, %(low)s, %(high)s, %(mean)s, %(hours)s, %(minutes)s);

-- name: day_is_rolled
-- It needs nothing more until hours of it come again.
delete from day_to_roll where owner = %(owner)s and day = %(day)s;

-- name: closed_hours
-- Hours that are over and still rest in minute chunks, oldest first.
select distinct coalesce(patient_id, -device_id) as owner, date_trunc('hour', minute, 'UTC') as hour
from minute_chunk where minute < %(before)s
order by hour, owner limit %(hours_max)s;

-- name: minutes_of_hour
-- The minute chunks of one owner's hour.
select id, body from minute_chunk
where (patient_id = %(owner)s or patient_id is null and device_id = -%(owner)s)
  and minute >= %(hour)s and minute < %(hour)s + interval '1 hour';

-- name: waves_around
-- Where waveforms of these devices are already stored.
select device_id as device, wave, (extract(epoch from starts) * 1000000)::bigint as starts,
       (extract(epoch from ends) * 1000000)::bigint as ends
from wave_chunk
where device_id = any(%(devices)s) and wave = any(%(waves)s)
  and starts > %(start)s - interval '6 hours' and starts < %(end)s;

-- name: add_wave
-- A new wave chunk.
insert into wave_chunk (patient_id, device_id, wave, starts, ends, rate, scale, samples, body)
values (nullif(%(patient)s, 0), %(device)s, %(wave)s, %(starts)s, %(ends)s, %(rate)s, %(scale)s,
        %(samples)s, %(body)s);

-- name: counted
-- How many numbers of these devices' counters are missing between the first and the last.
select device_id, boot, upper(seqs) - lower(seqs) - (
    select sum(upper(part) - lower(part)) from unnest(seqs) as part
)::bigint as missing
from stream
where (device_id, boot) in (
    select * from unnest(%(devices)b::bigint[], %(boots)b::bigint[])
);

-- name: take_from_inbox
-- Remove folded bundles.
delete from inbox where id = any(%(ids)b);

-- name: put_aside
-- Messages that cannot be folded, with the reason.
insert into quarantine (device_id, received, topic, reason, body)
select device, %(received)s, topic, reason, body
from unnest(%(devices)s::bigint[], %(topics)s::text[], %(reasons)s::text[], %(bodies)s::bytea[])
    as aside (device, topic, reason, body);

-- name: remember_numbers
-- Remember which numbers of devices' counters came. More than a thousand holes are given up:
-- such a device does not count, and its row must not grow without end.
insert into stream (device_id, boot, seqs)
select device_id, boot, range_agg(int8range(first, last, '[]'))
from unnest(%(devices)b::bigint[], %(boots)b::bigint[], %(firsts)b::bigint[], %(lasts)b::bigint[])
    as run (device_id, boot, first, last)
group by device_id, boot
on conflict (device_id, boot) do update set seqs = case
    when (select count(*) from unnest(stream.seqs + excluded.seqs)) > 1000
    then int8multirange(range_merge(stream.seqs + excluded.seqs))
    else stream.seqs + excluded.seqs end;

-- name: oldest_waiting
-- When the oldest bundle that is not in chunks yet was received.
select min(received) as received from inbox;

-- name: trim_quarantine
-- Of each device only the newest stay: one that sends nothing but rubbish must not fill the disk. What
-- was taken in and could not be folded stays: the fault may be ours.
delete from quarantine where id in (
    select id from (
        select id, row_number() over (partition by device_id order by id desc) as place
        from quarantine where reason not like %(ours)s
    ) ranked
    where place > %(kept_max)s
);

-- name: begin_session
-- A connection of a device begins: its session goes on where one lives, else a new one begins.
with number as materialized (select nextval('device_connection') as id),
before as (
    select not %(clean)s and seconds > 0
            and coalesce(ended + make_interval(secs => seconds) > %(now)s, true) as goes_on,
        ended is null as is_open
    from device_session where device_id = %(device)s for update
)
insert into device_session as kept (device_id, id, connection, began, since, seconds)
select %(device)s, number.id, number.id, %(now)s, %(now)s, %(seconds)s from number
on conflict (device_id) do update set
    connection = excluded.connection, since = excluded.since, seconds = excluded.seconds,
    ended = null,
    id = case when (select goes_on from before) then kept.id else excluded.id end,
    began = case when (select goes_on from before) then kept.began else excluded.began end,
    wanted = case when (select goes_on from before) then kept.wanted else '{}' end,
    unreleased = case when (select goes_on from before) then kept.unreleased else '[]' end,
    config_id = case when (select goes_on from before) then kept.config_id else 0 end,
    is_config_due = coalesce((select goes_on from before), false) and kept.is_config_due
returning id, connection, wanted, unreleased,
    coalesce((select is_open from before), false) as was_open;

-- name: end_sessions
-- Connections ended: what they leave, unless a newer one of the device is there.
update device_session set ended = %(now)s, seconds = gone.seconds,
    unreleased = gone.unreleased::jsonb
from unnest(
    %(devices)s::bigint[], %(connections)s::bigint[], %(seconds)s::integer[], %(unreleased)s::text[]
) as gone (device_id, connection, seconds, unreleased)
where device_session.device_id = gone.device_id
  and device_session.connection = gone.connection and device_session.ended is null;

-- name: end_forgotten_sessions
-- Connections that ended with the door that held them: presence says they are gone.
update device_session set ended = device_state.since
from device_state
where device_session.ended is null and device_state.device_id = device_session.device_id
  and not device_state.connected and device_session.since < device_state.since
  and device_session.device_id <> all(%(connected)s);

-- name: session_of_connection
-- The session of a connection, while no newer one of the device is there.
select id, config_id, is_config_due, ended is null as is_open, wanted from device_session
where device_id = %(device)s and connection = %(connection)s;

-- name: lock_session
-- The same, and nobody else takes what is due for it meanwhile.
select id, config_id, is_config_due, ended is null as is_open, wanted from device_session
where device_id = %(device)s and connection = %(connection)s for update;

-- name: want
-- A session's subscriptions, and whether the configuration as it is now is to be told.
update device_session set wanted = %(wanted)s::jsonb,
    is_config_due = coalesce(%(due)s::boolean
        and exists (select from device_config where device_config.device_id = %(device)s),
        is_config_due),
    config_id = case when %(due)s::boolean is null then config_id else coalesce(
        (select max(id) from device_config where device_config.device_id = %(device)s), 0) end
where device_id = %(device)s and connection = %(connection)s;

-- name: unfinished
-- What was sent in a session and is not finished, in the order it was sent.
select telling.id, command_id is null as is_config,
    coalesce(command.body, device_config.body) as body, telling.qos, telling.retain,
    telling.packet_id, command.expires, telling.step
from telling
left join command on command.id = telling.command_id
left join device_config on device_config.id = telling.config_id
join device_session on device_session.device_id = telling.device_id
    and device_session.id = telling.session_id
where telling.device_id = %(device)s and device_session.connection = %(connection)s
  and telling.step <> 'ended'
order by telling.id;

-- name: newest_config
-- The configuration of a device that is in force.
select id, body from device_config where device_id = %(device)s order by id desc limit 1;

-- name: config_told
-- A session was told this configuration.
update device_session set config_id = %(config)s, is_config_due = false
where device_id = %(device)s;

-- name: forget_config_tellings
-- Earlier tellings of a device's configuration; only the newest is of use.
delete from telling where device_id = %(device)s and config_id is not null and step = 'ended';

-- name: due_commands
-- Commands a session was not told yet and that still live, oldest first.
select id, body, expires from command
where device_id = %(device)s and session_id = %(session)s and expires > %(now)s
  and dropped is null and not exists (select from telling where telling.command_id = command.id)
order by id limit %(most)s;

-- name: tell
-- Kept before it is sent. At QoS 0 that is all there will be.
insert into telling
    (device_id, session_id, command_id, config_id, qos, packet_id, retain, step, sent, ended, reason)
values (%(device)s, %(session)s, %(command)s, %(config)s, %(qos)s, %(packet)s, %(retain)s,
    case when %(qos)s = 0 then 'ended' else 'sent' end, %(now)s,
    case when %(qos)s = 0 then %(now)s end, case when %(qos)s = 0 then 0 end)
returning id;

-- name: told_received
-- QoS 2: the device has these.
update telling set step = 'received' where id = any(%(ids)s) and step = 'sent';

-- name: told_finished
-- These are finished, each with its reason code.
update telling set step = 'ended', ended = %(now)s, reason = done.reason
from unnest(%(ids)s::bigint[], %(reasons)s::smallint[]) as done (id, reason)
where telling.id = done.id;

-- name: due_devices
-- Which of these devices may be due something: what the bus did not tell is found here.
select name from device
where id = any(%(devices)s) and (
    exists (
        select from command where command.device_id = device.id and expires > %(now)s
          and dropped is null
          and not exists (select from telling where telling.command_id = command.id))
    or exists (
        select from device_config where device_config.device_id = device.id
          and made > %(now)s - interval '5 minutes'));

-- name: retentions
-- For how long each kind is kept, as it was last decided.
select distinct on (kind) kind, hot_days, kept_days from retention order by kind, id desc;

-- name: retention_history
-- Every decision about it, the newest first.
select retention.kind, hot_days, kept_days, reason, person.name as person, at
from retention join person on person.id = retention.person_id
order by retention.id desc limit %(rows_max)s;

-- name: decide_retention
-- A decision about one kind; those before it stay.
insert into retention (kind, hot_days, kept_days, reason, person_id, at)
values (%(kind)s, %(hot_days)s, %(kept_days)s, %(reason)s, %(person)s, %(now)s);

-- name: one_at_a_time
-- Two decisions at once would each be checked against what the other changes.
select pg_advisory_xact_lock(1751477619);

-- name: due
-- What of one kind may leave the database: of the oldest day of which anything may, what nothing
-- holds first. Whether something may is decided by the view, and by nothing else.
with oldest as (
    select date_trunc('day', starts, 'UTC') as day from record_part
    where kind = %(kind)s and place = 'hot' and starts >= %(since)s and starts < %(before)s
      and (%(also_held)s or not is_held)
    order by starts limit 1
)
select id, owner, device_id, what, starts, ends, samples, is_held, day
from record_part, oldest
where kind = %(kind)s and place = 'hot' and (%(also_held)s or not is_held)
  and starts >= day and starts < least(day + interval '24 hours', %(before)s)
order by is_held, owner, what, device_id, starts limit %(parts_max)s;

-- name: files_due
-- Files of the cold store that may be deleted: nothing in them is too young, and nothing held.
select id, path from cold_file
where kind = %(kind)s and day < %(before)s and kept is not null and deleted is null
  and not exists (
      select from record_part
      where record_part.file_id = cold_file.id and record_part.place = 'cold'
        and (record_part.is_held or record_part.starts >= %(before)s))
order by id limit %(files_max)s;

-- name: bodies_of_hours
-- What these hour chunks hold.
select body, minutes from hour_chunk where id = any(%(ids)s);

-- name: bodies_of_waves
-- What these wave chunks hold.
select device_id as device, wave, (extract(epoch from starts) * 1000000)::bigint as start,
       rate, scale, body
from wave_chunk where id = any(%(ids)s) order by starts;

-- name: every_device_name
-- The names of all devices, for files that are read without this database.
select id, name from device;

-- name: wait_for_turn
-- Only one process folds, compacts or lets go at a time; this one waits.
select pg_advisory_xact_lock(1751477618);

-- name: held_meanwhile
-- Whether one of these patients' records is held by now: asked within a turn, for which whoever holds
-- a record waits too.
select coalesce(bool_or(is_on_hold(owner)), false) as is_held
from unnest(%(owners)s::bigint[]) owner;

-- name: drop_waves
-- Wave chunks that left.
delete from wave_chunk where id = any(%(ids)s);

-- name: drop_days
-- Rolled up days that nobody wants any more.
delete from day_chunk where id = any(%(ids)s);

-- name: drop_quarantined
-- Messages nobody could read, long ago.
delete from quarantine where id = any(%(ids)s);

-- name: drop_documents
-- What apps said long ago.
delete from app_document where id = any(%(ids)s);

-- name: drop_totals
-- What these devices counted of these patients on a day long ago.
delete from total using unnest(%(owners)s::bigint[], %(devices)s::bigint[]) as gone (owner, device)
where patient_id = gone.owner and device_id = gone.device
  and starts >= %(day)s and starts < %(day)s::timestamptz + interval '24 hours'
  and not is_on_hold(patient_id);

-- name: rolled_day
-- One vital of one day, rolled up; locked until it is changed.
select id, has_left, hours, minutes from day_chunk
where (patient_id = %(owner)s or patient_id is null and device_id = -%(owner)s)
  and day = %(day)s and vital = %(vital)s
for update;

-- name: day_has_left
-- From now on the row stands for samples that are elsewhere, or nowhere.
update day_chunk set has_left = true where id = %(id)s;

-- name: change_day
-- What came late is part of it now.
update day_chunk set samples = %(samples)s, low = %(low)s, high = %(high)s, mean = %(mean)s,
    hours = %(hours)s, minutes = %(minutes)s
where id = %(id)s;

-- name: begin_file
-- A file of the cold store is about to be written.
insert into cold_file (kind, day, is_evidence, begun)
values (%(kind)s, %(day)s, %(is_evidence)s, %(now)s) returning id;

-- name: name_file
-- Where it will lie: known before it does, so that what a kill leaves behind is found.
update cold_file set path = %(path)s, bytes = %(bytes)s, rows = %(rows)s, sha256 = %(sha256)s
where id = %(id)s;

-- name: keep_file
-- It is there, and what it holds is read from it.
update cold_file set kept = %(now)s where id = %(id)s and kept is null and removed is null;

-- name: add_part
-- A row group of a file.
insert into cold_part (file_id, row_group, patient_id, device_id, what, is_wave, starts, ends, rows)
values (%(file)s, %(row_group)s, nullif(greatest(%(owner)s, 0), 0), %(device)s, %(what)s,
        %(is_wave)s, %(starts)s, %(ends)s, %(rows)s);

-- name: let_go_of_file
-- Nobody reads it any more.
update cold_file set deleted = %(now)s where id = %(id)s and deleted is null;

-- name: drop_parts
-- What lay where in a file that nobody reads any more.
delete from cold_part where file_id = %(id)s;

-- name: loose_files
-- Files nobody reads that may still lie there: let go of, or left behind by a kill.
select id, path from cold_file
where removed is null and (deleted is not null or kept is null and begun < %(before)s)
order by id limit %(files_max)s;

-- name: file_is_removed
-- It is not there any more.
update cold_file set removed = %(now)s where id = %(id)s;

-- name: files_kept
-- How many files of the cold store are read.
select count(*) as files from cold_file where kept is not null and deleted is null;

-- name: patient_of_record
-- Whose record is exported.
select id, coalesce(number_sealed, record_number::bpchar) as record_number, name, birth_date, sex
from patient where record_number = any(%(number)s);

-- name: alarms_between
-- Alarms of a patient whose condition was there in a span (us since 1970).
select text, priority, (extract(epoch from since) * 1000000)::bigint as since,
       (extract(epoch from raised) * 1000000)::bigint as raised,
       (extract(epoch from coalesce(cleared, resolved)) * 1000000)::bigint as ends
from alarm
where patient_id = %(patient)s and since < %(end)s
  and coalesce(cleared, resolved, raised) >= %(start)s
order by since;

-- name: extent_of_waves
-- From when to when (us since 1970) there are waveforms of a patient, in chunks or in files.
select (extract(epoch from min(starts)) * 1000000)::bigint as first,
       (extract(epoch from max(ends)) * 1000000)::bigint as last
from (
    select min(starts) as starts, max(ends) as ends from wave_chunk where patient_id = %(patient)s
    union all
    select min(starts), max(ends) from cold_part where patient_id = %(patient)s and is_wave
) spans;

-- name: lock_patient
-- The record that is to be held: before the turn, as whoever erases it takes them.
select id from patient where id = %(patient)s for key share;

-- name: hold
-- A record is kept as it is from now on.
insert into legal_hold (patient_id, why, until, starts, starts_by)
values (%(patient)s, %(why)s, %(until)s, %(now)s, %(by)s);

-- name: release
-- ... and need not be any more.
update legal_hold set ends = greatest(%(now)s, starts), ends_by = %(by)s, ends_why = %(why)s
where patient_id = %(patient)s and ends is null;

-- name: holds
-- Every hold, those that stand first.
select coalesce(patient.number_sealed, patient.record_number::bpchar) as record_number, why, until, starts, starter.name as starts_by, ends,
    ender.name as ends_by, ends_why
from legal_hold join patient on patient.id = legal_hold.patient_id
join person starter on starter.id = legal_hold.starts_by
left join person ender on ender.id = legal_hold.ends_by
order by ends is not null, legal_hold.id desc limit %(rows_max)s;

-- name: begin_import
-- The import of a file of a patient: a new one, or how far the one before came.
insert into import_run (patient_id, file, began) values (%(patient)s, %(file)s, %(now)s)
on conflict (patient_id, file) do update set ended = null
returning id, entries, readings;

-- name: import_came_to
-- So much of the file is in the record.
update import_run set entries = %(entries)s, readings = %(readings)s where id = %(id)s;

-- name: end_import
-- The whole file is in the record.
update import_run set ended = %(now)s where id = %(id)s;

-- name: add_import_source
-- What a source is called that a device stands for.
insert into import_source (device_id, patient_id, name) values (%(device)s, %(patient)s, %(name)s)
on conflict (device_id) do nothing;

-- name: keep_totals
-- What a device counted while one patient wore it all the time: which of these it kept, by place.
-- Told again it is the same row, with the value that was stated last, or that came last where it is
-- not known when it was stated.
with said as (
    select * from unnest(%(places)s::bigint[], %(metrics)s::text[], %(starts)s::timestamptz[],
        %(ends)s::timestamptz[], %(values)s::double precision[])
        as said (place, metric, starts, ends, value)
), theirs as (
    select said.*, association.patient_id from said
    join association on association.device_id = %(device)s and association.starts <= said.starts
        and coalesce(said.ends <= association.ends, true)
    join device on device.id = association.device_id and device.status = 'active'
), kept as (
    insert into total (patient_id, metric, device_id, starts, ends, value, received, stated)
    select patient_id, metric, %(device)s, starts, ends, value, %(now)s, %(stated)s::timestamptz
    from theirs
    on conflict (patient_id, metric, starts, ends, device_id)
        do update set value = excluded.value, received = excluded.received,
            stated = coalesce(excluded.stated, total.stated)
        where coalesce(excluded.stated >= total.stated, true)
            and (total.value <> excluded.value or total.stated is distinct from excluded.stated)
)
select place from theirs;

-- name: inbox_bytes
-- How much waits to be folded.
select coalesce(sum(octet_length(body)), 0)::bigint as bytes from inbox;
