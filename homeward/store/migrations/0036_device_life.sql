-- A device's life: in quarantine it is heard and not believed; its newest certificate alone lets it in.
-- See docs/decisions/0032-short-lived-certificates.md.

alter table device drop constraint device_status_check;
alter table device add constraint device_status_known
    check (status in ('active', 'quarantined', 'revoked', 'retired')) not valid;
alter table device validate constraint device_status_known;
comment on column device.status is 'active; quarantined: it may connect, and what it says is kept apart; revoked and retired: for good.';
comment on column device.revoked_reason is 'Why it is not active.';

alter table device_state add column certified timestamptz;
alter table edge_state add column https_port integer;
comment on column edge_state.https_port is 'Where its devices reach it by HTTPS, to renew their certificates; 0: nowhere.';

alter table device_state add column firmware text;
comment on column device_state.firmware is 'What it says it runs.';
comment on column device_state.certified is 'Not-before of the newest certificate it ever came with: an older one lets nobody in any more.';

-- The devices page says where an edge's own devices find it.
grant select on edge_state to homeward_web;
