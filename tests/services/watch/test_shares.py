"""Several watchers: every patient is watched by one, whoever comes, goes or dies."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from homeward.cli.settings import environment
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.errors import Misconfigured
from homeward.model.frame import HOT
from homeward.services.watch import ledger
from homeward.services.watch.ledger import Change
from homeward.services.watch.share import Overtaken, Q, Share
from homeward.services.watch.shares import divide
from tests.floor import WAIT_SECONDS, Floor, each_has_one, machine

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
async def floor(tools):
    floor = Floor(tools)
    await floor.fill()
    return floor


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
