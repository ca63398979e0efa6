-- Why each call came, and plans of rotas that begin on a day.

alter table call add column target text not null default '';   -- of which kind `via` is; '' before this was kept
alter table call add column until timestamptz;                 -- they are on that rota until then
alter table call add column because text not null default '';  -- why they and not the one before, as was known then

create or replace view call_shown with (security_invoker) as
select call.id, call.alarm_id, alarm.patient_id, call.audience, call.person_id,
    person.name as person, call.step, call.round, ms(call.created) as created,
    ms(call.due) as due, ms(call.seen) as seen, ms(call.ended) as ended, call.outcome,
    call.via, call.target, ms(call.until) as until, call.because
from call
join alarm on alarm.id = call.alarm_id
join person on person.id = call.person_id;

alter table rota_plan add column starts timestamptz;
update rota_plan set starts = made;
alter table rota_plan alter column starts set not null;
alter table rota_plan add column withdrawn timestamptz;
alter table rota_plan add column withdrawn_by bigint references person (id);
drop index rota_plan_rota;
create index rota_plan_rota on rota_plan (rota_id, starts, id) where withdrawn is null;
comment on table rota_plan is 'Each plan a rota had, has or will have; of those begun the last to begin is in force. Written by call.';
