"""Cutting the power in the middle of long work in the database: upgrades, packing, retiring.

A database alone on the disk. For each cut its content is copied anew, the work is started in a
process of its own, and the power goes at a random moment of the time it takes undisturbed. Then the
database is opened, read, the work done to its end, and all is read again.
"""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from bench._volatile_disk import Machine, machine_of
from homeward.engines.child import Child, wait_ready
from homeward.engines.postgres import Postgres
from homeward.model.frame import HOT
from homeward.model.vital import PULSE
from homeward.store import Store, migrate
from homeward.store.bundles import READINGS, InboxRow, bundled
from homeward.store.chunks import micros, samples
from tests.upgrades.filled import contents, fill, schema

PATIENTS = 8
DAYS = 2
READINGS_AN_HOUR = 360
OLD_VERSION = 9  # before the inbox, the alarms and the calls were reshaped
MIGRATE = (sys.executable, "-c", (
    "import sys; from homeward.store import migrate; print('begun', flush=True);"
    "migrate(sys.argv[1])"
))  # fmt: skip
_RECOVERY_SECONDS_MAX = 120.0


@dataclass
class Work:
    """What became of a piece of work that was cut off again and again."""

    name: str
    cuts: int = 0
    midway: int = 0  # cuts while it was under way
    whole: int = 0  # after which the database opened and held what it had to

    def note(self, is_whole: bool) -> None:
        """One more cut."""
        self.cuts += 1
        self.whole += is_whole


class Server:
    """A database on a disk whose power is cut."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.engine = Postgres(machine.disk / "data")
        self._child: Child | None = None

    def start(self) -> None:
        """Start it, as after any outage."""
        self.engine.prepare()
        self._child = Child.start(self.engine.recipe())
        wait_ready(self._child, self.engine, _RECOVERY_SECONDS_MAX)

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child is not None
        self._child.stop()

    def copy(self, template: str, name: str) -> str:
        """A copy of a database; its address."""
        with psycopg.connect(self.engine.url, autocommit=True) as admin:
            admin.execute(f"create database {name} template {template} strategy file_copy".encode())
        return self.engine.database_url(name)

    def drop(self, name: str) -> None:
        """It is not needed any more."""
        with psycopg.connect(self.engine.url, autocommit=True) as admin:
            admin.execute(f"drop database {name} with (force)".encode())

    def cut(self, words: Sequence[str], seconds: float, share: float, seed: int) -> bool:
        """Start this work and cut the power so long after it has begun; start the database again.

        Whether the work was under way.
        """
        assert self._child is not None
        work = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert work.stdout is not None
        work.stdout.readline()
        time.sleep(seconds)
        if share:
            self.machine.write_back()
        self.machine.cut(share, seed)
        was_under_way = work.poll() is None
        work.kill()
        work.wait()
        self._child.kill()
        self._child.wait(1.0)
        self.machine.power_off()
        self.machine.power_on()
        self.start()
        return was_under_way


def timed(words: Sequence[str]) -> float:
    """Do the work undisturbed; the seconds from when it had begun."""
    with subprocess.Popen(words, stdout=subprocess.PIPE) as work:
        assert work.stdout is not None
        work.stdout.readline()
        began = time.monotonic()
        work.stdout.read()
        if work.wait():
            raise SystemExit(f"{words[:4]} failed")
    return time.monotonic() - began


async def in_migration(cuts: int, seed: int) -> Work:
    """An old installation is brought up to date, and the power goes."""
    chosen, work = random.Random(seed), Work("migration")
    with machine_of() as (_, machine), Server(machine) as server:
        fill(server.copy("template1", "old"), OLD_VERSION)
        url = server.copy("old", "undisturbed")
        seconds = timed((*MIGRATE, url))
        expected = contents(url), schema(server.engine, "undisturbed")
        for number in range(cuts):
            name = f"cut_{number}"
            url = server.copy("old", name)
            words, after = (*MIGRATE, url), chosen.uniform(0, seconds)
            work.midway += server.cut(words, after, number % 5 / 5, seed + number)
            migrate(url)
            work.note((contents(url), schema(server.engine, name)) == expected)
            server.drop(name)
    return work


async def in_ageing(cuts: int, seed: int) -> list[Work]:
    """The record is packed, then leaves for the cold store, and the power goes."""
    chosen = random.Random(seed)
    with machine_of() as (_, machine), Server(machine) as server:
        url = server.copy("template1", "fresh")
        migrate(url)
        patients = _fill(url)
        works = [Work("compaction"), Work("retiring")]
        before = {"compaction": "fresh", "retiring": "packed"}
        for work in works:
            template = before[work.name]
            url, cold = server.copy(template, "packed" if template == "fresh" else "moved"), ""
            expected = await _read(url, cold, patients)
            assert sum(len(rows) for rows in expected.values()) == _count()
            words = _words(work.name, url, _cold(machine, work.name, -1))
            seconds = timed(words)
            for number in range(cuts):
                name, cold = f"cut_{number}", _cold(machine, work.name, number)
                url = server.copy(template, name)
                words, after = _words(work.name, url, cold), chosen.uniform(0, seconds)
                work.midway += server.cut(words, after, number % 5 / 5, seed + number)
                is_equal = _same(await _read(url, cold, patients), expected)
                timed(words)
                is_equal &= _same(await _read(url, cold, patients), expected)
                work.note(is_equal and _is_done(url))
                server.drop(name)
    return works


def _cold(machine: Machine, name: str, number: int) -> str:
    folder = machine.disk / f"cold-{name}-{number}"
    folder.mkdir()
    return f"file://{folder}"


def _words(what: str, url: str, cold: str) -> tuple[str, ...]:
    folder = Path(cold.removeprefix("file://")).parent
    return (sys.executable, "-m", "bench._ageing", what, url, cold, str(folder))


def _count() -> int:
    return PATIENTS * DAYS * 24 * READINGS_AN_HOUR


def _fill(url: str) -> list[int]:
    """Two days of two months ago, as they wait in the inbox; the patients."""
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start -= timedelta(days=60)
    with psycopg.connect(url) as sql:
        sql.execute("insert into person (name, role) values ('Ada', 'administrator')")
        leaves(sql)
        for n in range(1, PATIENTS + 1):
            sql.execute(
                "insert into patient (record_number, name, birth_date, sex)"
                " values (%s, 'Bench', '1960-01-01', 'unknown')", (f"B-{n}",),
            )  # fmt: skip
            measured(sql, n, start)
    return list(range(1, PATIENTS + 1))


def leaves(sql: psycopg.Connection) -> None:
    """What is older than a month is to leave for the cold store."""
    sql.execute(
        "insert into retention (kind, hot_days, reason, person_id, at)"
        " select 'vitals', 31, 'bench', min(id), now() from person"
    )


def measured(sql: psycopg.Connection, patient: int, start: datetime) -> None:
    """Two days of a patient's pulse, by a device of theirs, as they wait in the inbox."""
    made = sql.execute(
        "insert into device (name, kind) values (%s, 'monitor') returning id", (f"m-{patient}",)
    ).fetchone()
    assert made is not None
    (device,) = made
    sql.execute(
        "insert into association (device_id, patient_id, starts, ends, source)"
        " values (%s, %s, %s, %s, 'bench')",
        (device, patient, start - timedelta(days=1), start + timedelta(days=DAYS + 1)),
    )
    rows = [_message(patient, device, hour, start) for hour in range(DAYS * 24)]
    for each in bundled(rows):
        sql.execute(
            "insert into inbox (shelf, kind, received, messages, heads, body)"
            " values (%s, %s, %s, %s, %s, %s)",
            (each.shelf, each.kind.decode(), start + timedelta(days=DAYS), len(rows),
             each.heads, each.body),
        )  # fmt: skip


def _message(patient: int, device: int, hour: int, start: datetime) -> InboxRow:
    """An hour of one device."""
    at = micros(start + timedelta(hours=hour)) + 10_000_000 * np.arange(READINGS_AN_HOUR)
    rows = np.zeros(len(at), HOT)
    rows["patient"], rows["device"], rows["vital"], rows["late"] = patient, device, PULSE.index, 1
    rows["at"], rows["value"] = at, 60 + at // 1_000_000 % 41
    rows["received"] = at + 1_000_000
    received = micros(start + timedelta(days=DAYS))
    return InboxRow(device, 1, hour, READINGS, received, rows.tobytes())


async def _read(url: str, cold: str, patients: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    async with Store.open(url, cold_url=cold) as store:
        for patient in patients:
            rows = (await samples(store.door(), patient, [PULSE.index], 0, 2**60))[PULSE.index]
            found[patient] = rows[["device", "at", "value"]]
    return found


def _same(found: dict[int, Any], expected: dict[int, Any]) -> bool:
    return all(np.array_equal(found[patient], rows) for patient, rows in expected.items())


def _is_done(url: str) -> bool:
    """Nothing is left where it was, and nothing is held twice."""
    with psycopg.connect(url) as sql:
        counted = sql.execute(
            "select (select count(*) from inbox) + (select count(*) from minute_chunk),"
            " (select coalesce(sum(samples), 0) from hour_chunk)"
            " + (select coalesce(sum(rows), 0) from cold_part)"
        ).fetchone()
    return counted == (0, _count())
