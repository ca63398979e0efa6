"""What a database itself says of how it is guarded, for `homeward verify`: asked, never assumed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from homeward.model.errors import Unreachable
from homeward.store.address import WEB_ROLE, primary
from homeward.store.migrate import migrations

_POLICY = re.compile(r"select guard_table\('(\w+)'")
_FUNCTION = re.compile(
    r"create (?:or replace )?function (\w+)\s*\([^$;]*?\$(\w*)\$(.*?)\$\2\$", re.DOTALL
)
_STANDS = re.compile(
    r"create trigger (audit_\w+) before (?:update or delete or truncate|delete) on (\w+)"
)
# Tables of ours that hold a patient's rows by their own account of it, and what people may read.
_TABLES = """
select relname as name, relrowsecurity and relforcerowsecurity as is_forced,
    has_table_privilege(%(web)s, oid, 'select') as is_read,
    exists (select from pg_policy where polrelid = pg_class.oid) as has_policy,
    exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'patient_id'
            and not attisdropped) as names_patients
from pg_class where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace"""
_WRITABLE = """
select relname from pg_class where relkind in ('r', 'v')
  and relnamespace = current_schema()::regnamespace
  and (has_table_privilege(%(web)s, oid, 'insert, update, delete, truncate')
       or has_any_column_privilege(%(web)s, oid, 'insert, update')) order by relname"""
# Policies that give people every row of a table.
_LOOSE = """
select distinct relname from pg_policy join pg_class on pg_class.oid = polrelid
where coalesce(pg_get_expr(polqual, polrelid), 'true') = 'true'
  and (0 = any (polroles) or %(web)s::regrole::oid = any (polroles)) order by relname"""
# What PostgreSQL lets everybody do unless it was taken from them (migration 0046).
_STILL_MAY = """
select 'make temporary tables' as what, true as is_ours,
    format('revoke temporary on database %%I from public', current_database()) as fix
where has_database_privilege(%(web)s, current_database(), 'temporary')
union all select 'make tables and functions', true,
    format('revoke create on schema %%I from public', current_schema())
where has_schema_privilege(%(web)s, current_schema(), 'create')
union all select 'write programs (do)', false, format(
    'revoke usage on language plpgsql from public; grant usage on language plpgsql to %%I',
    current_user)
where has_language_privilege(%(web)s, 'plpgsql', 'usage')
union all select 'call ' || split_part(each::text, '(', 1), false,
    format('revoke execute on function %%s from public; grant execute on function %%s to %%I',
        each, each, current_user)
from guard_spare() each where has_function_privilege(%(web)s, each::oid, 'execute')
union all select 'fill the disk with one question', false,
    format('alter role %%I set temp_file_limit = %%L', %(web)s::text, '1GB')
where not exists (
    select from pg_db_role_setting join pg_roles on pg_roles.oid = setrole
    where rolname = %(web)s and array_to_string(setconfig, ' ') like '%%temp_file_limit=%%')"""
_HAS_SPARE = "select to_regprocedure('guard_spare()') is not null as is_there"
_BODIES = """
select proname as name, prosrc as body from pg_proc
where pronamespace = current_schema()::regnamespace"""
_ACCOUNT = """
select rolname, rolsuper, rolbypassrls, rolcreaterole
from pg_roles where rolname = """
_TRIGGERS = """
select tgname as name, relname as on_table, tgenabled = 'A' as is_always
from pg_trigger join pg_class on pg_class.oid = tgrelid where not tgisinternal"""
_APPLIED = "select max(number) as number from migration"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the server, and what row security and rights do not hold for it."""

    name: str
    is_super: bool
    goes_past: bool  # BYPASSRLS
    makes_roles: bool


@dataclass(frozen=True, slots=True)
class Spare:
    """What an account may do and has no use for. `is_ours`: the database's owner can take it from
    everybody; else an administrator of the server has to."""

    what: str
    is_ours: bool
    fix: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """One database."""

    tables: int  # with patients' rows
    open_tables: tuple[str, ...]  # of those: row security is not forced, or no policy is left
    loose_tables: tuple[str, ...]  # a policy gives people every row
    altered: tuple[str, ...]  # functions that are not those of this version: who sees whom, too
    writable: tuple[str, ...]  # what the account of people's questions may write
    spare: tuple[Spare, ...]  # what else it may do, and has no use for
    people: Account | None  # that account; None: there is none
    platform: Account  # the account of everything else
    changeable: tuple[str, ...]  # what should only ever be added to, and could be changed
    migration: int
    version: str


def look(url: str, seconds: int) -> Guarded:
    """Ask one database. Raises Unreachable with the first line of why not."""
    try:
        with psycopg.connect(
            primary(url), connect_timeout=seconds, autocommit=True, row_factory=namedtuple_row
        ) as sql:
            return _look(sql)
    except psycopg.Error as error:
        raise Unreachable((str(error).strip().splitlines() or [type(error).__name__])[0]) from None


def _look(sql: "psycopg.Connection[Any]") -> Guarded:
    web = {"web": WEB_ROLE}
    people = sql.execute((_ACCOUNT + "%(web)s").encode(), web).fetchone()
    platform = sql.execute((_ACCOUNT + "current_user").encode()).fetchone()
    rows = sql.execute(_TABLES.encode(), web).fetchall() if people else []
    guarded = {name for each in migrations() for name in _POLICY.findall(each.text)}
    ours = [row for row in rows if row.name in guarded or (row.names_patients and row.is_read)]
    writable = sql.execute(_WRITABLE.encode(), web).fetchall() if people else []
    loose = sql.execute(_LOOSE.encode(), web).fetchall() if people else []
    applied = sql.execute(_APPLIED.encode()).fetchone()
    has_spare = sql.execute(_HAS_SPARE.encode()).fetchone()
    assert platform
    assert applied
    assert has_spare
    spare = sql.execute(_STILL_MAY.encode(), web).fetchall() if people and has_spare[0] else []
    return Guarded(
        tables=len(ours),
        open_tables=tuple(
            sorted(row.name for row in ours if not (row.is_forced and row.has_policy))
        ),
        loose_tables=tuple(row.relname for row in loose),
        altered=_altered(sql, applied.number or 0),
        writable=tuple(row.relname for row in writable),
        spare=tuple(Spare(*row) for row in spare),
        people=Account(*people) if people else None,
        platform=Account(*platform),
        changeable=tuple(sorted(_changeable(sql.execute(_TRIGGERS.encode()).fetchall()))),
        migration=applied.number or 0,
        version=str(sql.info.server_version // 10000),
    )


def _altered(sql: "psycopg.Connection[Any]", migration: int) -> tuple[str, ...]:
    shipped = migrations()
    if migration > shipped[-1].number:  # a later version's: its own are not known here
        return ()
    ours = {name: body for each in shipped for name, _, body in _FUNCTION.findall(each.text)}
    there = sql.execute(_BODIES.encode()).fetchall()
    names = {row.name for row in there}
    same = {row.name for row in there if ours.get(row.name) == row.body}
    return tuple(sorted(name for name in ours if name in names and name not in same))


def _changeable(triggers: list[Any]) -> Iterator[str]:
    there = {(row.name, row.on_table) for row in triggers if row.is_always}
    for each in migrations():
        yield from (
            table for name, table in _STANDS.findall(each.text) if (name, table) not in there
        )
