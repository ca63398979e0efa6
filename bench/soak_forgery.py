"""A million forged sessions: by none of them does PostgreSQL, or a page, take anybody for somebody.

    make soak NAME=forgery
    python -m bench.soak_forgery 10000 7     fewer, of seed 7

A database with a thousand sessions: of nurses, doctors, patients and others, ended ones, and those
of people who were disabled. Each forgery (bench/_forgeries.py) is asked as a page's question asks,
under the account of people's sessions: who is it, and whom may they see. Every fiftieth is also
asked as a page at its door is, where sessions that nobody used for long are over, too. Real ones
among them must be believed, or the soak could not fail.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg

from bench._forgeries import Known, believed, forged, real_one
from bench.report import finish, table
from homeward.engines.child import running
from homeward.engines.postgres import Postgres
from homeward.services.people.sessions import hashed, who
from homeward.store import Store, migrate
from homeward.store.migrate import let_in

TRIES, SEED = 1_000_000, 20_261_127
SESSIONS = 1_000
AT_ONCE = 10_000
AT_DOOR_EVERY = 50
_PEOPLE = """
insert into person (name, login, role, disabled) select 'Person ' || n, 'person-' || n,
    (array['nurse', 'doctor', 'patient', 'relative', 'engineer', 'administrator'])[1 + n %% 6],
    case when n %% 5 = 4 then now() end
from generate_series(1, %s) n"""
_OTHERS = """
insert into patient (record_number, name, birth_date, sex, person_id)
select 'R-' || id, name, '1950-03-01', 'unknown', case when role = 'patient' then id end
from person;
insert into ward (name, kind) values ('Ward', 'ward');
insert into stay (patient_id, ward_id, bed, starts) select id, 1, id::text, now() from patient;
insert into ward_staff (person_id, ward_id, starts)
select id, 1, now() from person where role in ('nurse', 'doctor')"""
_SESSION = """
insert into session (token_sha256, person_id, created, seen, ended) values
    (%s, %s, now(), now(), case when %s then now() end)"""


def furnish(sql: psycopg.Connection) -> Known:
    """People, patients and sessions; every fifth person is disabled, every seventh has left."""
    sql.execute(_PEOPLE, (SESSIONS,))
    for statement in _OTHERS.split(";"):
        sql.execute(statement.encode())
    standing: list[str] = []
    over: list[str] = []
    for person, is_disabled in sql.execute(
        "select id, disabled is not null from person order by id"
    ):
        token, has_left = real_one(), person % 7 == 0
        sql.execute(_SESSION, (hashed(token), person, has_left))
        (over if is_disabled or has_left else standing).append(token)
    return Known(standing, over)


async def let_in_at_door(url: str, web_url: str, tokens: list[str]) -> int:
    """How many of these a page's door takes for somebody."""
    async with Store.open(url, web_url=web_url) as store:
        door = store.door()
        found = [await who(door, token, datetime.now(UTC)) for token in tokens]
    return sum(actor is not None for actor in found)


@dataclass
class Found:
    """How often each was tried, and believed; every fiftieth, for the door."""

    tried: Counter[str] = field(default_factory=Counter[str])
    taken: Counter[str] = field(default_factory=Counter[str])
    at_door: list[str] = field(default_factory=list[str])


def forge(url: str, known: Known, tries: int, chance: Random) -> Found:
    """Ask by so many forgeries, and first by all real ones."""
    found = Found()
    with psycopg.connect(url, autocommit=True) as sql:
        if len(believed(sql, [*known.standing, *known.over])) != len(known.standing):
            raise SystemExit("not all real sessions are believed, or others are, too")
        for first in range(0, tries, AT_ONCE):
            numbers = range(first, min(tries, first + AT_ONCE))
            some = [forged(number, chance, known) for number in numbers]
            found.tried.update(how for how, _ in some)
            yes = set(believed(sql, [token for _, token in some]))
            found.taken.update(how for how, token in some if token in yes)
            found.at_door += [token for _, token in some[::AT_DOOR_EVERY]]
    return found


def main(tries: int, seed: int) -> None:
    """Forge so many, and print who was believed."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    folder.chmod(0o711)
    postgres, began = Postgres(folder, durable=False), time.monotonic()
    try:
        with running(postgres):
            urls = postgres.url, postgres.web_url
            migrate(postgres.url)
            let_in(*urls)
            with psycopg.connect(postgres.url, autocommit=True) as sql, sql.transaction():
                known = furnish(sql)
            found = forge(postgres.web_url, known, tries, Random(seed))
            real = list(known.standing[:10])
            if asyncio.run(let_in_at_door(*urls, real)) != len(real):
                raise SystemExit("a real session is not let in at the door")
            let_in_there = asyncio.run(let_in_at_door(*urls, found.at_door))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tried, taken, at_door = found.tried, found.taken, found.at_door
    table(("forged", "tries", "believed"), [(how, f"{tried[how]:,}", taken[how]) for how in tried])
    print(f"at a page's door: {len(at_door):,} tries, {let_in_there} let in")
    figures = {
        "forged": tried.total(), "believed": taken.total(), "at_door": len(at_door),
        "let_in_at_door": let_in_there, "seconds": time.monotonic() - began,
    }  # fmt: skip
    finish("forgery", figures)
    if taken or let_in_there:
        raise SystemExit(1)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*[*given, *(TRIES, SEED)[len(given) :]])
