"""Writes records of many people without telling who they are (`homeward.guard.deidentify`).

`subjects.csv`, `readings.csv`, `alarms.csv` and `scores.csv`; `REPORT.txt` says by which method,
and how many are alike. Waveforms are left out: a heart's shape can be told from another's. So are
people whose record rests.
"""

import csv
import random
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.clinical import rule, score
from homeward.guard.deidentify import (
    EXPERT,
    Anonymity,
    Method,
    Subject,
    anonymity_of,
    known,
    shift_of,
    subject_of,
)
from homeward.model.entered import BY_HAND
from homeward.model.errors import Missing
from homeward.model.vital import BY_INDEX
from homeward.services.release.gather import Q, paged, patient_of
from homeward.store import Door
from homeward.store.chunks import extent, moment, samples
from homeward.store.packed import DAY_US

PRIORITIES = ("high", "medium", "low")
RISKS = ("low", "low-medium", "medium", "high")
# Of those that come with the house. A hospital's own tables have names of their own: `other`.
CONDITIONS = frozenset(each.name for each in rule.discover())
SCORES = frozenset(each.name for each in score.discover())
SUBJECT = ("subject", "sex", "age", "year", "care")
TABLES: Mapping[str, tuple[str, ...]] = {
    "readings": ("vital", "value", "unit", "source"),
    "alarms": ("condition", "priority", "seconds_until_over"),
    "scores": ("score", "total", "risk"),
}
WHEN = {Method.SAFE_HARBOR: ("year", "seconds"), Method.SHIFTED: ("at",)}
Told = Callable[[int], None]  # how many people are done


@dataclass(frozen=True, slots=True)
class Person:
    """Whose record is written, and what of them decides how."""

    id: int
    sex: str
    birth_date: date
    care: str


@dataclass(frozen=True, slots=True)
class _Clock:
    """How a moment is told: by Safe Harbor the year, and seconds since the first reading; shifted,
    an ISO time some days off."""

    method: Method
    first: datetime
    shift: timedelta

    def __call__(self, at: datetime) -> tuple[str, ...]:
        if self.method is Method.SHIFTED:
            return ((at.astimezone(UTC) + self.shift).isoformat(timespec="milliseconds"),)
        return str(at.astimezone(UTC).year), f"{(at - self.first).total_seconds():.3f}"


async def people_of(
    door: Door, record_numbers: Sequence[str], *, is_agreed: bool = True
) -> list[Person]:
    """These, or all where none is named, in an order that tells nothing. `is_agreed`: only those
    who agreed that research uses their data. Raises Missing where one named is not among them."""
    wanted = {await patient_of(door, number) for number in record_numbers}
    rows = await door.all(Q.people, Person, patients=sorted(wanted), agreed=is_agreed)
    if wanted and len(rows) != len(wanted):
        raise Missing(
            "One of these rests, or did not agree to research (docs/guides/exporting.md)."
        )
    random.SystemRandom().shuffle(rows)
    return rows


async def write(
    door: Door,
    people: Sequence[Person],
    method: Method,
    folder: Path,
    key: bytes = b"",
    told: Told = lambda _: None,
) -> Anonymity:
    """Write the files into a folder. `key`: by which dates are shifted; empty: one that is
    forgotten when this is done, so that no other export can be laid beside it."""
    key = key or secrets.token_bytes(32)
    subjects: list[Subject] = []
    async with AsyncExitStack() as stack:
        heads = {name: ("subject", *WHEN[method], *rest) for name, rest in TABLES.items()}
        tables = {
            name: csv.writer(stack.enter_context(_opened(folder / f"{name}.csv")))
            for name in ("subjects", *TABLES)
        }
        for name, table in tables.items():
            table.writerow(heads.get(name, SUBJECT))
        held = await stack.enter_async_context(door.held())
        for number, person in enumerate(people, start=1):
            subject = await _write_one(held, person, number, method, key, tables)
            if subject is not None:
                subjects.append(subject)
            told(number)
    found = anonymity_of(subjects)
    (folder / "REPORT.txt").write_text(_report(method, found), encoding="utf-8")
    return found


def _opened(place: Path) -> Any:
    return place.open("w", newline="", encoding="utf-8")


def _report(method: Method, found: Anonymity) -> str:
    if method is Method.SAFE_HARBOR:
        how = (
            "Safe Harbor, 45 CFR 164.514(b)(2). `seconds` are since the subject's first reading. "
            "Whoever releases this must not know how one of them could be told (ii)."
        )
    else:
        how = f"Dates shifted: {EXPERT}. `at` is some days off, as many for all of a subject."
    left_out = "Left out: names, places, devices, what anybody wrote, waveforms."
    return f"{how}\n{left_out}\n{found.in_words()}\n"


async def _write_one(
    door: Door, person: Person, number: int, method: Method, key: bytes,
    tables: Mapping[str, Any],
) -> Subject | None:  # fmt: skip
    span = await extent(door, person.id)
    if span is None:
        return None
    clock: _Clock | None = None
    for start in range(span[0] // DAY_US * DAY_US, span[1] + 1, DAY_US):
        found = await samples(door, person.id, list(BY_INDEX), start, start + DAY_US)
        if not found:
            continue
        if clock is None:
            first_us = min(int(rows["at"][0]) for rows in found.values())
            clock = _Clock(method, moment(first_us), shift_of(key, person.id))
        tables["readings"].writerows(_readings(number, found, clock))
    if clock is None:
        return None
    last = moment(span[1])
    async for rows in paged(door, Q.alarms, patient=person.id):
        tables["alarms"].writerows(_alarm(number, row, clock) for row in rows)
        last = max(last, *(row["resolved"] or row["raised"] for row in rows))
    async for rows in paged(door, Q.scores, patient=person.id):
        tables["scores"].writerows(_score(number, row, clock) for row in rows)
        last = max(last, *(row["at"] for row in rows))
    first_day, last_day = (each.astimezone(UTC).date() for each in (clock.first, last))
    subject = subject_of(person.sex, person.birth_date, person.care, first_day, last_day)
    if method is Method.SHIFTED:
        subject = replace(subject, year=str((clock.first + clock.shift).year))
    tables["subjects"].writerow((number, subject.sex, subject.age, subject.year, subject.care))
    return subject


def _readings(number: int, found: Mapping[int, Any], clock: _Clock) -> Iterable[tuple[Any, ...]]:
    for index, rows in found.items():
        vital = BY_INDEX[index]
        for at, value, device in rows[["at", "value", "device"]].tolist():
            source = "by hand" if device == BY_HAND else "device"
            yield number, *clock(moment(at)), vital.name, f"{value:.10g}", vital.unit, source


def _alarm(number: int, row: Mapping[str, Any], clock: _Clock) -> tuple[Any, ...]:
    over = (row["resolved"] - row["raised"]).total_seconds() if row["resolved"] else ""
    condition = known(row["condition"], CONDITIONS)
    return number, *clock(row["raised"]), condition, known(row["priority"], PRIORITIES), over


def _score(number: int, row: Mapping[str, Any], clock: _Clock) -> tuple[Any, ...]:
    total = "" if row["total"] is None else row["total"]
    name, risk = known(row["name"], SCORES), known(row["risk"], RISKS)
    return number, *clock(row["at"]), name, total, risk
