-- By which ways the sentinel calls people when an alarm does not arrive: shown beside its rounds.

alter table sentinel_round add column calls text[];
comment on column sentinel_round.calls is 'The ways by which it calls people, without addresses. Null: it did not say.';
