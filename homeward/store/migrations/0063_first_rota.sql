-- Whom a plan has called first (docs/decisions/0057-home-and-back.md). Null: its ward's chain, as ever.

alter table plan add column first_rota_id bigint references rota (id);
alter table plan_template add column first_rota_id bigint references rota (id);
