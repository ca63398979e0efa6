insert into app_secret (device_id, found_by, sha1_found_by, made)
select id, sha256('a secret'), sha256('its sha-1'), '2026-03-05 08:00Z' from device order by id limit 1;
insert into app_session (token_sha256, secret_id, made, expires)
select sha256('a token'), id, '2026-03-05 08:00Z', '2026-03-05 09:00Z' from app_secret;
insert into app_document (device_id, patient_id, collection, at, object_id, is_named, natural_key, created,
    modified, body)
select device_id, 1, 'treatments', '2026-03-05 08:00Z', '0123456789abcdef01234567', false, '\x00',
    1772697600000, 1772697600000, '{"eventType":"Meal Bolus","insulin":4.5,"carbs":60}' from app_secret;
