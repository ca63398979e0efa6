"""Several watchers: every patient is watched by one, whoever comes, goes or dies."""

import asyncio
import os
import signal
import sys
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np
import pytest

from homeward.bus import Bus
from homeward.cli.settings import environment
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.errors import Misconfigured, Unreachable
from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.services.watch import ledger
from homeward.services.watch.ledger import Change
from homeward.services.watch.share import Overtaken, Q, Share
from homeward.services.watch.shares import divide, seen_now
from homeward.services.watch.windows import as_microseconds
from homeward.services.watch.work import work
from homeward.store import Store

WAIT_SECONDS = 20
BACK_SECONDS_MAX = 10
PATIENTS = 6
NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Floor:
    """Patients with a monitor each, and processes that watch them."""

    def __init__(self, tools) -> None:
        self.tools = tools
        self.patients: list[int] = []
        self.devices: dict[int, int] = {}

    async def sql(self, text: str, **values):
        async with self.tools.store.pool.connection() as connection:
            cursor = await connection.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

    async def fill(self) -> None:
        for number in range(PATIENTS):
            ((patient,),) = await self.sql(
                "insert into patient (record_number, name, birth_date, sex)"
                " values (%(number)s, 'ada', %(born)s, 'female') returning id",
                number=str(number), born=date(1950, 1, 1),
            )  # fmt: skip
            ((device,),) = await self.sql(
                "insert into device (name, kind) values (%(name)s, 'monitor') returning id",
                name=f"monitor-{number}",
            )
            await self.sql(
                "insert into association (device_id, patient_id, starts, source)"
                " values (%(device)s, %(patient)s, %(starts)s, 'scan')",
                device=device, patient=patient, starts=datetime.now(UTC) - timedelta(hours=1),
            )  # fmt: skip
            self.patients.append(patient)
            self.devices[patient] = device

    async def reads(self, patient: int, vital: str, value: float) -> None:
        us = as_microseconds(datetime.now(UTC)) // 1000 * 1000
        row = (patient, self.devices[patient], BY_NAME[vital].index, 0, us, us, value)
        await self.tools.bus.publish("hot.readings", np.array([row], HOT).tobytes())

    async def watched_by(self, is_it) -> list[str]:
        """Wait until every share is watched and judged up to now, and this is so of the holders."""
        since = datetime.now(UTC)
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                seen = await seen_now(self.tools.store.door())
                holders = [each.holder for each in seen]
                is_judged = all(
                    each.at and each.since and each.at > max(since, each.since) for each in seen
                )
                if is_judged and not any(each.is_free for each in seen) and is_it(holders):
                    return holders
                await asyncio.sleep(0.02)

    async def rang(self, condition: str, patients) -> None:
        """Wait until it was raised for each of these; none of them twice."""
        wanted = dict.fromkeys(patients, 1)
        async with asyncio.timeout(WAIT_SECONDS):
            while await self.raised(condition) != wanted:
                await asyncio.sleep(0.02)

    async def raised(self, condition: str) -> dict[int, int]:
        rows = await self.sql(
            "select patient_id, count(*) from alarm join alarm_event on alarm_id = alarm.id"
            " where condition = %(name)s and event = 'raised' group by patient_id",
            name=condition,
        )  # fmt: skip
        return dict(rows)


@pytest.fixture
async def floor(tools):
    floor = Floor(tools)
    await floor.fill()
    return floor


@asynccontextmanager
async def machine(floor: Floor, name: str):
    """One process that watches, with connections of its own."""
    settings = floor.tools.settings
    async with Store.open(settings.postgres_url) as store, Bus.open(settings.nats_url) as bus:
        task = asyncio.create_task(work(replace(floor.tools, store=store, bus=bus, at=name)))
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Unreachable):
                await task


def each_has_one(*names):
    return lambda holders: sorted(holders) == sorted(names)


def test_every_patient_is_in_one_share_and_the_house_has_what_is_of_no_patient():
    shares = [Share(number, 3) for number in range(3)]
    for patient in range(1, 10):
        assert [each.has(patient) for each in shares].count(True) == 1
        owners = [each.number for each in shares if each.owns(Key("oxygen_low", patient))]
        assert owners == [patient % 3]
    for key in (Key("trouble_disk"), Key("ward_silent_3"), Key("device_silent", 4, 7)):
        assert [each.number for each in shares if each.owns(key)] == [0]


def test_of_other_patients_readings_only_those_of_our_own_devices_are_heard_as_nobodys():
    rows = np.zeros(4, HOT)
    rows["patient"], rows["device"] = [2, 3, 3, 0], [20, 30, 20, 20]
    mine = Share(0, 2).mine(rows, np.array([20]))
    assert mine[["patient", "device"]].tolist() == [(2, 20), (0, 20), (0, 20)]
    assert Share().mine(rows, np.array([20])) is rows
    assert rows["patient"].tolist() == [2, 3, 3, 0]


async def test_a_write_of_one_who_was_overtaken_is_none(floor):
    door, patient = floor.tools.store.door(), floor.patients[0]

    async def take() -> Share:
        row = await door.one(Q.take_share, dict, number=0, process="p", holder="h", now=NOW)
        return Share(0, row["shares"], row["epoch"])

    finding = Finding(Priority.HIGH, "low", NOW)
    change = Change(Key("oxygen_low", patient), Kind.PHYSIOLOGICAL, NOW, finding)
    first = await take()
    assert len(await ledger.commit(floor.tools.store, [change], first)) == 1
    # What it has begun to write is waited for: the next one reads all of it.
    async with door.transaction() as inside:
        await first.hold(inside)
        await first.mark(door, NOW)  # meanwhile it may say how far it is
        next_one = asyncio.create_task(take())
        async with asyncio.timeout(WAIT_SECONDS):
            while not await floor.sql("select 1 from pg_locks where not granted"):
                await asyncio.sleep(0.01)
        assert not next_one.done()
    second = await next_one
    over = replace(change, finding=None)
    with pytest.raises(Overtaken):
        await ledger.commit(floor.tools.store, [over], first)
    with pytest.raises(Overtaken):
        await first.mark(door, NOW)
    assert await floor.sql("select state from alarm") == [("active",)]
    assert len(await ledger.commit(floor.tools.store, [over], second)) == 1


async def test_the_alarms_of_everybody_ring_once_whoever_watches_them(floor):
    await divide(floor.tools.store, 2)
    async with machine(floor, "a"), machine(floor, "b"):
        await floor.watched_by(each_has_one("a", "b"))
        for patient in floor.patients:
            await floor.reads(patient, "oxygen_saturation", 70)
        await floor.rang("oxygen_low", floor.patients)
        await floor.tools.bus.tell("told.trouble", {"what": "disk", "text": "full"})
        await floor.rang("trouble_disk", [None])


async def test_who_is_alone_watches_everybody_and_gives_half_to_one_who_comes(floor):
    await divide(floor.tools.store, 2)
    async with machine(floor, "a"):
        await floor.watched_by(each_has_one("a", "a"))
        for patient in floor.patients:
            await floor.reads(patient, "oxygen_saturation", 70)
        await floor.rang("oxygen_low", floor.patients)
        async with machine(floor, "b"):
            await floor.watched_by(each_has_one("a", "b"))
            for patient in floor.patients:
                await floor.reads(patient, "glucose", 50)
            await floor.rang("glucose_low", floor.patients)
        await floor.watched_by(each_has_one("a", "a"))
    assert await floor.raised("oxygen_low") == dict.fromkeys(floor.patients, 1)


async def test_patients_are_divided_anew_while_they_are_watched(floor):
    async with machine(floor, "a"), machine(floor, "b"):
        await floor.watched_by(lambda holders: len(holders) == 1)
        await floor.reads(floor.patients[0], "oxygen_saturation", 70)
        await floor.rang("oxygen_low", floor.patients[:1])
        assert await divide(floor.tools.store, 3)
        assert not await divide(floor.tools.store, 3)
        await floor.watched_by(lambda holders: set(holders) == {"a", "b"})
        for patient in floor.patients:
            await floor.reads(patient, "oxygen_saturation", 70)
        await floor.rang("oxygen_low", floor.patients)
        await divide(floor.tools.store, 1)
        await floor.watched_by(lambda holders: len(holders) == 1)
    assert await floor.raised("oxygen_low") == dict.fromkeys(floor.patients, 1)
    with pytest.raises(Misconfigured, match="1 to 64"):
        await divide(floor.tools.store, 0)


async def test_one_share_that_cannot_be_watched_leaves_the_others_alone(floor, monkeypatch):
    from homeward.services.watch import work as watch_work

    run = watch_work.Watch.run
    failures = 1

    async def fails_once(self, lock):
        nonlocal failures
        if self._share.number == 1 and failures:
            failures -= 1
            raise RuntimeError("a bug")
        await run(self, lock)

    monkeypatch.setattr(watch_work.Watch, "run", fails_once)
    monkeypatch.setattr("homeward.services.watch.shares.BROKEN_SECONDS", 0.1)
    await divide(floor.tools.store, 2)
    async with machine(floor, "a") as task:
        await floor.watched_by(each_has_one("a", "a"))
        await floor.rang("trouble_watch_share_2_of_2", [None])
        assert not task.done()


async def test_each_is_started_anew_in_turn_under_a_stream_with_alarms(floor):
    """A rolling upgrade: no alarm is lost or doubled, and no share is unwatched for long."""
    await divide(floor.tools.store, 2)
    longest: Counter[int] = Counter()
    ill: list[int] = []

    async def beat(_: str, body: bytes) -> None:
        told, moment = msgspec.json.decode(body), asyncio.get_running_loop().time()
        share = told["share"]
        longest[share] = max(longest[share], moment - heard.get(share, moment))
        heard[share] = moment

    async def stream() -> None:
        while True:
            for patient in floor.patients:
                await floor.reads(patient, "glucose", 50 if patient in ill else 100)
            await asyncio.sleep(0.05)

    heard: dict[int, float] = {}
    stop = await floor.tools.bus.listen("beat.guard", beat)
    async with AsyncExitStack() as running:
        first = await running.enter_async_context(AsyncExitStack())
        second = await running.enter_async_context(AsyncExitStack())
        await first.enter_async_context(machine(floor, "a"))
        await second.enter_async_context(machine(floor, "b"))
        await floor.watched_by(each_has_one("a", "b"))
        streaming = asyncio.create_task(stream())
        for place, each in enumerate((first, second)):
            name = "ab"[place]
            await each.aclose()
            ill += floor.patients[place * 2 : place * 2 + 2]
            await floor.rang("glucose_low", ill)  # while it is away
            await each.enter_async_context(machine(floor, name))
            ill.append(floor.patients[4 + place])
            await floor.rang("glucose_low", ill)
            await floor.watched_by(each_has_one("a", "b"))
        streaming.cancel()
    await stop()
    assert await floor.raised("glucose_low") == dict.fromkeys(floor.patients, 1)
    assert sorted(heard) == [0, 1]
    assert max(longest.values()) < BACK_SECONDS_MAX


async def test_one_that_is_killed_is_taken_over_with_its_state(floor):
    """Processes of their own, and kill -9: what rang rings on, what comes rings, nothing twice."""
    await divide(floor.tools.store, 2)
    async with machine(floor, "here"):
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "homeward.cli", "run", "watch-2",
            env=os.environ | environment(floor.tools.settings),
        )  # fmt: skip
        try:
            holders = await floor.watched_by(lambda holders: len(set(holders)) == 2)
            theirs = 1 - holders.index("here")
            patients = [each for each in floor.patients if each % 2 == theirs]
            await floor.reads(patients[0], "glucose", 50)
            await floor.rang("glucose_low", patients[:1])
            other.send_signal(signal.SIGKILL)
            await other.wait()
            for patient in patients:
                await floor.reads(patient, "glucose", 50)
            await floor.watched_by(each_has_one("here", "here"))
            for patient in patients:
                await floor.reads(patient, "glucose", 50)
            await floor.rang("glucose_low", patients)
        finally:
            with suppress(ProcessLookupError):
                other.kill()
