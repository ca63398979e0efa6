-- Online: an index of an old table.
-- What was done about a patient is kept once, however often its page sends it: `key` is the page's own.
-- Null: of a page or a server of before.

alter table panel_act add column if not exists key uuid;
drop index concurrently if exists panel_act_key;
create unique index concurrently panel_act_key on panel_act (patient_id, key);
