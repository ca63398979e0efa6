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
-- What the registry says of a device at the door.
select id as device_id, name, status = 'active' as active from device where name = %(name)s;

-- name: no_longer_active
-- Which of these devices may not speak any more.
select id as device_id, name, status = 'active' as active from device
where id = any(%(devices)s) and status <> 'active';

-- name: forget_connections
-- A door that starts has nobody connected; devices that still are will say so.
update device_state set connected = false, since = %(now)s, detail = 'the door restarted'
where connected;

-- name: write_states
-- Connection, last sign of life and clock offset of many devices at once.
insert into device_state (device_id, connected, since, last_seen, offset_seconds, detail)
select * from unnest(%(devices)s::bigint[], %(connected)s::boolean[], %(since)s::timestamptz[],
                     %(last_seen)s::timestamptz[], %(offsets)s::float8[], %(details)s::text[])
on conflict (device_id) do update set
    connected = excluded.connected,
    since = case when device_state.connected = excluded.connected
                 then device_state.since else excluded.since end,
    last_seen = coalesce(excluded.last_seen, device_state.last_seen),
    offset_seconds = coalesce(excluded.offset_seconds, device_state.offset_seconds),
    detail = excluded.detail;
