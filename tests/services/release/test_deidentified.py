"""Identifiers planted wherever somebody could put one, of thousands of people: none comes out."""

import csv
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench._planted import FORBIDDEN, START, fill
from homeward.guard.deidentify import EXPERT, Method
from homeward.model.errors import Missing
from homeward.model.vital import VITALS
from homeward.services.release.deidentified import (
    CONDITIONS,
    PRIORITIES,
    RISKS,
    SCORES,
    people_of,
    write,
)
from homeward.store import Store
from homeward.store.sql import Query

PEOPLE = 300  # thousands: python -m bench.soak_deidentify


async def run(store: Store, text: str, **values: Any) -> list[dict[str, Any]]:
    return await store.door().all(Query("test", text.encode(), ""), dict, **values)


def told(folder: Path) -> dict[str, str]:
    return {place.name: place.read_text() for place in folder.iterdir()}


async def test_of_thousands_of_planted_identifiers_none_comes_out(
    store: Store, tmp_path: Path
) -> None:
    await fill(store, PEOPLE)
    people = await people_of(store.door(), [], is_agreed=False)
    found = await write(store.door(), people, Method.SAFE_HARBOR, tmp_path)
    files = told(tmp_path)
    assert found.subjects == PEOPLE
    words = {vital.name for vital in VITALS} | {vital.unit for vital in VITALS} | CONDITIONS
    words |= SCORES | {*PRIORITIES, *RISKS, "other", "female", "male", "unknown", "ward", "home"}
    words |= {"90+", "device", "by hand"}
    for name in ("subjects", "readings", "alarms", "scores"):
        text = files.pop(f"{name}.csv")
        assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
        head, *lines = csv.reader(text.splitlines())
        cells = {cell for line in lines for cell in line}
        strange = [cell for cell in cells - words if not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
        assert not strange, strange[:5]
        assert len(lines) == PEOPLE * {"readings": 4}.get(name, 1), name
        assert head[0] == "subject"
    report = files.pop("REPORT.txt")
    assert "Safe Harbor" in report
    assert f"{PEOPLE} subjects in" in report
    assert not files
    ages = {line["age"] for line in csv.DictReader((tmp_path / "subjects.csv").open())}
    assert "90+" in ages
    assert all(age == "90+" or int(age) <= 89 for age in ages)


async def test_shifted_dates_keep_their_distances_and_say_what_they_are(
    store: Store, tmp_path: Path
) -> None:
    await fill(store, 6)
    people = await people_of(store.door(), ["QX-1", "QX-2"], is_agreed=False)
    await write(store.door(), people, Method.SHIFTED, tmp_path, b"a key of the site")
    lines = list(csv.DictReader((tmp_path / "readings.csv").open()))
    for number in ("1", "2"):
        at = [datetime.fromisoformat(line["at"]) for line in lines if line["subject"] == number]
        assert abs(at[0] - START) >= timedelta(days=1) - timedelta(minutes=1)
        assert max(at) - min(at) == timedelta(minutes=1)
        assert (at[0] - START) % timedelta(days=1) == timedelta()
    assert EXPERT in (tmp_path / "REPORT.txt").read_text()
    with pytest.raises(Missing):
        await people_of(store.door(), ["QX-1", "nobody"], is_agreed=False)


async def test_who_they_are_is_shuffled_and_a_resting_record_left_out(store: Store) -> None:
    await fill(store, 40)
    orders = [[p.id for p in await people_of(store.door(), [], is_agreed=False)] for _ in range(3)]
    assert any(order != sorted(order) for order in orders)
    assert isinstance(
        (await people_of(store.door(), ["QX-1"], is_agreed=False))[0].birth_date, date
    )
    await run(
        store,
        "insert into restriction (patient_id, ground, reason, asked, asked_by, decided, decided_by,"
        " verdict) values (1, 'objection', 'because', now(), 1, now(), 1, 'accepted') returning id",
    )
    assert 1 not in [p.id for p in await people_of(store.door(), [], is_agreed=False)]
    with pytest.raises(Missing):
        await people_of(store.door(), ["QX-1"], is_agreed=False)


async def test_research_has_those_who_agreed_to_it_while_they_do(store: Store) -> None:
    await fill(store, 2)
    door = store.door()
    agreed = (
        "with one as ("
        "insert into person (name, login, role) values ('P', 'p', 'patient') returning id) "
        "insert into consent (patient_id, purpose, decision, parts, starts, made_by, resource) "
        "select 1, 'research', 'permit', '{readings}', now(), id, '{}' from one"
    )
    await door.run(Query("test", agreed.encode(), ""))
    assert [each.id for each in await people_of(door, [])] == [1]
    await door.run(Query("test", b"update patient set erased = now() where id = 1", ""))
    assert await people_of(door, []) == [], "who is forgotten is asked for nothing"
    await door.run(Query("test", b"update patient set erased = null", ""))
    with pytest.raises(Missing):
        await people_of(door, ["QX-2"])
    await door.run(Query("test", b"update consent set withdrawn = now()", ""))
    assert await people_of(door, []) == []
