"""Rows of the audit go once they are old enough, said and sealed before, and that is told truly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
import pytest

from bench._tampers import lines_of
from bench.soak_audit_tamper import SEVEN_YEARS, aged_log, try_all
from homeward.guard.audit import Action
from homeward.guard.signed import make_key, written
from homeward.model.person import Actor, Role
from homeward.services.contract import Tools
from homeward.services.trail import ageing
from homeward.services.trail.exporting import export
from homeward.services.trail.noting import Act, By, note
from homeward.services.trail.sealing import last_line, seal
from homeward.services.trail.work import Trail
from homeward.store import Store
from homeward.store.guarded import look
from homeward.store.sql import Query
from homeward.verifier.check import Report, check, read_checkpoint, read_key, said

KEY, PUBLIC = make_key()
VERIFIES_BY = read_key(written(PUBLIC))
NOW = datetime.now(UTC)
OLD = NOW - SEVEN_YEARS
READ = Act(Action.READ, "read", "patient", patients=(7,), object="7")
TRIES = 210


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


async def rows(store: Store, at: datetime, count: int, act: Act = READ) -> None:
    """So many acts, an hour apart, each sealed at once."""
    for number in range(count):
        then = at + timedelta(hours=number)
        nurse = By(Actor(1, "Nora", Role.NURSE), "GET /api/patients/{patient_id}", then)
        await note(store.door(), act, nurse)
        await seal(store, KEY, then)


async def verified(store: Store, *held: str | None) -> Report:
    body = b"".join([piece async for piece in export(store.door())])
    outside = [read_checkpoint(each.encode(), [VERIFIES_BY]) for each in held if each]
    return check(lines_of(body), [VERIFIES_BY], outside)


async def left(store: Store) -> list[int]:
    """Places of the log whose row still says what was done."""
    text = "select place from audit_leaf join audit on audit.id = audit_id order by place"
    return [row["place"] for row in await store.door().all(sql(text), dict)]


async def test_what_is_old_goes_and_what_is_gone_is_told_truly(store: Store) -> None:
    await rows(store, OLD, 5)
    held = await last_line(store.door())
    await rows(store, NOW - timedelta(days=20), 3)
    assert await ageing.age(store, KEY, 6, NOW) == 5
    assert await left(store) == [5, 6, 7, 8]
    report = await verified(store, held, await last_line(store.door()))
    assert report.faults == []
    assert (report.rows, report.gone, report.said) == (9, 5, 8)
    assert [size for size, _ in report.held] == [5, 9]
    words = said(report)
    assert "4 rows are what was sealed" in words
    assert f"5 older rows, signed by {OLD + timedelta(hours=4):%Y-%m-%d}" in words
    assert "as row 8 says" in words
    text = "select role, action, kind, object_id, route from audit order by id desc limit 1"
    (row,) = await store.door().all(sql(text), dict)
    assert row == {
        "role": "operator", "action": "D", "kind": "audit", "object_id": "5",
        "route": "audit_retention_years",
    }  # fmt: skip
    assert await ageing.age(store, KEY, 6, NOW) == 0  # nothing is left, and nothing is said
    assert await left(store) == [5, 6, 7, 8]


async def test_whose_record_is_held_stays_in_it(store: Store) -> None:
    for text in (
        "insert into person (name, login, role) values ('Ada', 'ada', 'administrator')",
        "insert into patient (record_number, name, birth_date, sex)"
        " values ('R-1', 'Anna', '1950-03-01', 'female')",
        "insert into legal_hold (patient_id, why, starts, starts_by)"
        " select patient.id, 'sued', now(), person.id from patient, person",
    ):
        await store.door().run(sql(text))
    (anna,) = await store.door().all(sql("select id from patient"), dict)
    await rows(store, OLD, 2)
    await rows(store, OLD + timedelta(days=1), 1, replace(READ, patients=(3, anna["id"])))
    await rows(store, OLD + timedelta(days=2), 2)
    await rows(store, NOW - timedelta(days=20), 1)
    assert await ageing.age(store, KEY, 6, NOW) == 4
    assert await left(store) == [2, 5, 6]
    assert (await verified(store)).faults == []
    await store.door().run(sql("update legal_hold set ends = now(), ends_by = starts_by"))
    assert await ageing.age(store, KEY, 6, NOW) == 1
    report = await verified(store)
    assert (report.faults, report.gone) == ([], 5)


async def test_a_clock_that_jumped_takes_nothing_away(store: Store) -> None:
    await rows(store, OLD, 3)
    await rows(store, NOW - timedelta(hours=1), 2)  # by a clock that is seven years on
    assert await ageing.age(store, KEY, 6, NOW) == 0
    assert await left(store) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("years", [6, 10])
async def test_postgresql_lets_nothing_go_that_is_younger_than_six_years(
    store: Store, years: int
) -> None:
    await rows(store, NOW - timedelta(days=5 * 365), 2)
    await rows(store, NOW - timedelta(days=20), 2)
    assert await ageing.age(store, KEY, years, NOW) == 0
    for text in ("delete from audit where id = 1", "delete from audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added to"):
            await store.door().run(sql(text))
    # Whoever owns the database can do it all the same. It is seen, by verify before it happens.
    url = store.url  # type: ignore[attr-defined]
    assert look(url, 3).changeable == ()
    await store.door().run(sql("alter table audit disable trigger audit_ages"))
    assert look(url, 3).changeable == ("audit",)
    await store.door().run(sql("alter table audit disable trigger all"))
    await store.door().run(sql("delete from audit where id in (1, 2)"))
    report = await verified(store)
    assert [each for each in report.faults if "rows 0 to 1: gone, and no row" in each]


async def test_saying_so_makes_nothing_old(store: Store) -> None:
    """Whoever has the database writes that rows go, and takes them away: they were too young."""
    await rows(store, NOW - timedelta(days=5 * 365), 2)
    act = Act(Action.DELETE, "delete", "audit", object="2")
    await note(store.door(), act, By(None, ageing.ROUTE, NOW, is_operator=True))
    await seal(store, KEY, NOW)
    await store.door().run(sql("alter table audit disable trigger all"))
    await store.door().run(sql("delete from audit where id in (1, 2)"))
    (fault,) = (await verified(store)).faults
    assert fault.startswith("rows 0 to 1: gone, as row 2 says, but signed only by")


async def _one_more(store: Store) -> None:
    await store.door().run(sql("delete from audit where id = 6"))


async def _who_says_so(store: Store) -> None:
    await store.door().run(sql("delete from audit where action = 'D'"))


async def _another_hash(store: Store) -> None:
    await store.door().run(sql("update audit_leaf set hash = sha256('x') where place = 2"))


async def _a_leaf(store: Store) -> None:
    await store.door().run(sql("delete from audit_leaf where place = 2"))


async def _what_was_never_there(store: Store) -> None:
    await store.door().run(
        sql(
            "insert into audit (id, at, role, action, subtype, patient_ids, kind, purpose, outcome,"
            " route) overriding system value select audit_id, now(), 'nurse', 'R', 'read', '{}',"
            " 'patient', 'TREAT', 0, 'x' from audit_leaf where place = 2"
        )
    )


@pytest.mark.parametrize(
    "tamper", [_one_more, _who_says_so, _another_hash, _a_leaf, _what_was_never_there]
)
async def test_what_is_tampered_with_is_found_where_rows_have_gone(
    store: Store, tamper: Callable[[Store], Any]
) -> None:
    await rows(store, OLD, 5)
    await rows(store, NOW - timedelta(days=20), 3)
    assert await ageing.age(store, KEY, 6, NOW) == 5
    assert (await verified(store)).faults == []
    for table in ("audit", "audit_leaf"):
        await store.door().run(sql(f"alter table {table} disable trigger all"))
    await tamper(store)
    assert (await verified(store)).faults


async def test_every_tamper_with_a_log_of_which_rows_have_gone_is_found(store: Store) -> None:
    lines = await aged_log(store, KEY, Random(1), 40)
    assert sum(line.endswith(b"\t\n") for line in lines) >= 10
    assert try_all(lines, KEY, PUBLIC, TRIES).total() == 0


async def test_it_is_done_once_a_day_and_too_few_years_are_a_trouble(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rows(tools.store, OLD, 2)
    await rows(tools.store, NOW - timedelta(days=20), 2)
    asked: list[int] = []

    async def aged(store: Store, key: bytes, years: int, now: datetime) -> int | None:
        asked.append(years)
        return None if len(asked) == 1 else await age(store, key, years, now)

    age = ageing.age
    monkeypatch.setattr(ageing, "age", aged)
    few = Trail(replace(tools, settings=replace(tools.settings, audit_retention_years=3)), KEY)
    await few.step()
    assert asked == []
    assert "audit_retention" in few.told
    trail = Trail(replace(tools, now=lambda: NOW), KEY)
    for _ in range(3):
        await trail.step()
    assert asked == [6, 6]  # the first came to nothing, so it was tried again; then not for a day
    assert await left(tools.store) == [2, 3, 4]
    never = Trail(replace(tools, settings=replace(tools.settings, audit_retention_years=0)), KEY)
    await never.step()
    assert (asked, never.told) == ([6, 6], {})
