-- Which rules watch whom, and with which limits: every change a row, nothing overwritten.

create table rule_setting (
    id bigint generated always as identity primary key,
    rule text not null,
    patient_id bigint references patient (id),
    ward_id bigint references ward (id),   -- neither: the whole site
    choice text not null check (choice in ('limit', 'off', 'on', 'default')),
    limit_value double precision,
    clear_limit double precision,
    delay_seconds integer,
    clear_seconds integer,
    extreme double precision,
    set_at timestamptz not null,
    set_by bigint not null references person (id),
    by_role text not null,                 -- the role they had then
    reason text not null check (length(btrim(reason)) >= 3),
    expires timestamptz check (expires > set_at),
    check (patient_id is null or ward_id is null),
    check ((choice = 'limit')
        = (num_nonnulls(limit_value, clear_limit, delay_seconds, clear_seconds) = 4)),
    check (choice = 'limit' or extreme is null)
);
create index rule_setting_scope
    on rule_setting (rule, coalesce(patient_id, 0), coalesce(ward_id, 0), id);
create index rule_setting_patient on rule_setting (patient_id, id);
create index rule_setting_ward on rule_setting (ward_id, id);
comment on table rule_setting is 'Each change of what a rule watches for: of one patient, one ward or the site, by whom, why, until when. The newest of a scope counts. Written by watch.';

create table rule_setting_end (
    setting_id bigint primary key references rule_setting (id),
    at timestamptz not null,
    because text not null check (because in ('expired', 'left'))
);
comment on table rule_setting_end is 'Settings that ended by themselves: their time passed, or the patient left the ward. Written by watch.';

create function rule_setting_never_changes() returns trigger language plpgsql as $$
begin
    raise exception 'a setting is a record: make a new one';
end $$;
create trigger rule_setting_never_changes before update or delete on rule_setting
    for each row execute function rule_setting_never_changes();
create trigger rule_setting_end_never_changes before update or delete on rule_setting_end
    for each row execute function rule_setting_never_changes();

-- The newest of each scope, unless it ended. Whether its time has passed is the reader's question.
create view rule_setting_newest as
select rule_setting.*
from rule_setting
where choice <> 'default'
  and not exists (
    select from rule_setting newer
    where newer.rule = rule_setting.rule
      and coalesce(newer.patient_id, 0) = coalesce(rule_setting.patient_id, 0)
      and coalesce(newer.ward_id, 0) = coalesce(rule_setting.ward_id, 0)
      and newer.id > rule_setting.id)
  and not exists (
    select from rule_setting_end where rule_setting_end.setting_id = rule_setting.id);
comment on view rule_setting_newest is 'The newest setting of each rule of each patient, ward and the site, unless it was withdrawn or has ended.';

-- Whether a patient has been on one ward without a break since a time. A move from bed to bed of
-- a ward is no break: each stay that ended since then is followed at once by one on the same ward.
create function has_stayed(patient bigint, since timestamptz) returns boolean
language sql stable as $$
    select exists (select from stay where stay.patient_id = patient and stay.ends is null)
        and not exists (
            select from stay gone
            where gone.patient_id = patient and gone.ends >= since and not exists (
                select from stay next
                where next.patient_id = patient and next.starts = gone.ends
                  and next.ward_id = gone.ward_id));
$$;
