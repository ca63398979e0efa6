-- Rows of the audit go once they are old enough; what was sealed of them stays, so that the log can be
-- checked as before (docs/decisions/0041-what-was-left-open.md). No setting makes it sooner than this.

-- A leaf is of a row that may be gone.
alter table audit_leaf drop constraint audit_leaf_audit_id_fkey;

create or replace function audit_stands() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_table_name = 'audit' then
        return null;  -- of each row audit_ages is asked
    end if;
    raise exception '% is only ever added to', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

-- Six years: 45 CFR 164.316(b)(2)(i). A row that is no leaf yet, or of whose record a legal hold
-- stands, stays.
create function audit_ages() returns trigger language plpgsql
    security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.at > now() - interval '6 years'
        or exists (select from public.audit_unsealed where audit_id = old.id)
        or exists (
            select from public.legal_hold where ends is null and patient_id = any (old.patient_ids))
    then
        raise exception 'audit is only ever added to' using errcode = 'insufficient_privilege',
            hint = 'but for rows older than six years, of nobody whose record is held';
    end if;
    return old;
end
$$;
create trigger audit_ages before delete on audit for each row execute function audit_ages();
alter table audit enable always trigger audit_ages;
