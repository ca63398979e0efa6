"""What is pasted into questions by whoever wants others' rows (see test_injection.py)."""

SHOWN = (
    "patient", "stay", "alarm", "alarm_event", "alarm_receipt", "call", "score", "pregnancy",
    "observation", "observation_value", "observation_order", "assignment", "invitation",
    "rule_setting", "score_switch", "minute_chunk", "hour_chunk", "day_chunk", "wave_chunk",
    "patient_newest", "emergency_access", "relative", "patient_shown", "alarm_shown",
    "peoples_alarm", "call_shown",
)  # fmt: skip
# All there is to see, in one question.
GRABS = " union all ".join(f"select string_agg(t::text, ' ') from {name} t" for name in SHOWN)

# Values that no account of people's may even ask for.
CLOSED = (
    "select string_agg(token_sha256::text, '') from session",
    "select string_agg(password_hash, '') from person",
    "select string_agg(body::text, '') from inbox",
    "select string_agg(body::text, '') from quarantine",
    "select string_agg(secret::text, '') from authenticator",
    "select string_agg(t::text, '') from recovery_code t",
    "select string_agg(t::text, '') from enrolment t",
    "select string_agg(rolpassword, '') from pg_authid",
    "select string_agg(passwd, '') from pg_shadow",
    "select pg_read_file('postgresql.conf')",
    "select pg_read_binary_file('PG_VERSION')",
    "select string_agg(t, '') from pg_ls_dir('.') t",
    "select pg_stat_file('PG_VERSION')",
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '/tmp/x')",
    "select guard_table('patient', 'true')",
    "select setval(pg_get_serial_sequence('patient', 'id'), 1)",
    "select nextval(pg_get_serial_sequence('person', 'id'))",
    "select * from dblink('dbname=homeward', 'select name from patient') as t(name text)",
    "select pg_reload_conf()",
    "select pg_switch_wal()",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select pg_try_advisory_lock(1)",
    "select pg_try_advisory_xact_lock(1751477620)",
    "select pg_terminate_backend(pg_backend_pid())",
    "select pg_cancel_backend(1)",
    "select pg_logical_emit_message(true, 'x', 'x')",
    "select string_agg(each::text, '') from guard_resting() each",
    "select string_agg(each::text, '') from guard_spare() each",
    "select pg_create_physical_replication_slot('x')",
)

# May be let, and then all there is to see is looked at.
STATEMENTS = (
    "reset role",
    "set role none",
    "set local role homeward",
    "set session authorization default",
    "set session authorization homeward",
    "set local row_security = off",
    "set local session_replication_role = replica",
    "select set_config('homeward.session', 'forged', false)",
    "select set_config('homeward.session', '', true)",
    "select set_config('homeward.session', (select min(login) from person), true)",
    "select set_config('role', 'none', false)",
    "select set_config('role', 'homeward', false)",
    "select set_config('session_authorization', 'homeward', false)",
    "select set_config('row_security', 'off', false)",
    "select set_config('is_superuser', 'on', false)",
    "reset all",
    # Tables, functions and operators of one's own, in the place of those the policies ask.
    "set local search_path = pg_temp, public; create temp table ward_staff as"
    " select id as person_id, null::bigint as ward_id, null::timestamptz as ends from person",
    "set local search_path = pg_temp, public; create temp table session as"
    " select id as person_id, sha256('x') as token_sha256, null::timestamptz as ended from person;"
    " select set_config('homeward.session', 'x', true)",
    "set local search_path = pg_temp, public; create temp table person as"
    " select id, 'sentinel' as role, null::timestamptz as disabled from public.person",
    "set local search_path = pg_temp, pg_catalog, public; create function"
    " pg_temp.now() returns timestamptz language sql as $$select '2000-01-01'::timestamptz$$",
    "set local search_path = pg_temp, pg_catalog, public; create function"
    " pg_temp.guard_patients() returns bigint[] language sql as $$select array[1,2,3]::bigint[]$$",
    "set local search_path = pg_temp, pg_catalog, public; create function"
    " pg_temp.sha256(bytea) returns bytea language sql as $$select 'x'::bytea$$",
    # A function that is cheaper than the policy tells each row it is given.
    "create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as"
    " $$begin raise notice '%', $1; return true; end$$;"
    " select count(*) from patient where pg_temp.tell(name)",
    "create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as"
    " $$begin raise notice '%', $1; return true; end$$;"
    " select count(*) from alarm_shown where pg_temp.tell(text)",
    "select 1 / (case when name like 'canary%' then 0 else 1 end) as canary from patient"
    " where 1 / (case when name like 'canary%' then 0 else 1 end) = 1",
    "do $$begin raise exception '%', (select string_agg(name, ' ') from patient); end$$",
    "do $$declare said text; begin execute 'reset role'; select string_agg(name, ' ') into said"
    " from patient; raise exception '%', said; end$$",
    "declare c cursor for select * from patient; fetch all from c",
    "prepare x as select name from patient; execute x",
    "create temp view seen as select name from patient; select * from seen",
    "create temp table kept as select * from patient; select * from kept",
    "explain (analyze, verbose) select name from patient where name like 'can%'",
    "select most_common_vals::text from pg_stats where tablename = 'patient'",
    "select query from pg_stat_activity",
    "copy (select string_agg(name, ' ') from patient) to stdout",
    "table patient",
    "select xmlforest(name) from patient",
    "select query_to_xml('select name from patient', true, true, '')",
    "select database_to_xml(true, true, '')",
    "select row_to_json(patient) from patient for share",
    "select string_agg(name, ' ') from patient tablesample system (100)",
    "select name from only patient",
    "select p.name from patient p left join lateral (select p.name) q on true",
)

# Must be refused.
WRITES = (
    "insert into ward_staff (person_id, starts) select id, now() from person",
    "insert into emergency_access (patient_id, person_id, reason, starts, ends)"
    " select 1, 1, 'a reason of some length', now(), now() + interval '1 h'",
    "insert into assignment (patient_id, ward_id, person_id, starts) values (1, 1, 1, now())",
    "insert into audit select * from audit",
    "update session set ended = null",
    "update person set role = 'administrator'",
    "update patient set name = 'x'",
    "update alarm set state = 'resolved'",
    "delete from audit",
    "delete from patient",
    "truncate minute_chunk",
    "merge into patient using (values (1)) v on true when matched then delete",
    "alter table patient disable row level security",
    "alter table patient no force row level security",
    "drop policy seen on patient",
    "create policy mine on patient using (true)",
    "alter policy seen on patient using (true)",
    "create temp table kept as select 1 as x",
    "create temp view kept as select 1 as x",
    "do $$begin perform 1; end$$",
    "create table public.kept as select * from patient",
    "create function public.tell() returns int language sql as 'select 1'",
    "create or replace function public.guard_patients() returns bigint[] language sql as"
    " $$select '{1,2,3,4,5,6}'::bigint[]$$",
    "create or replace view patient_shown as select * from patient",
    "create extension dblink",
    "create role other superuser",
    "alter role homeward_web superuser",
    "alter role homeward_web bypassrls",
    "grant homeward to homeward_web",
    "alter system set row_security = off",
    "alter function guard_who() security invoker",
    "lock table patient in access exclusive mode",
    "select name from patient for update",
    "copy patient from program 'id'",
    "copy (select name from patient) to program 'cat'",
    "copy (select name from patient) to '/tmp/x'",
    "create schema other",
    "create publication p for all tables",
    "create event trigger e on ddl_command_end execute function x()",
    "drop table patient cascade",
    "vacuum full patient",
    "load 'plpgsql'",
)
