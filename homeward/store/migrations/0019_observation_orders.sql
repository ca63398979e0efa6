-- Who orders how often somebody is observed: a doctor's order outlasts a nurse's beside it.

alter table observation_order add column by_role text;
update observation_order set by_role = person.role from person where person.id = person_id;
alter table observation_order alter column by_role set not null;
comment on column observation_order.by_role is 'The role they had then.';
comment on table observation_order is 'How often a patient is to be observed by somebody''s order. The newest holds until its end; then a doctor''s before it, until its own. Written by observe.';

create trigger observation_order_never_changes before update or delete on observation_order
    for each row execute function score_record_never_changes();
