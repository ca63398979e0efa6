"""Alarms ahead of their rows: told while the ledger cannot be written, and given up with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.shown import AlarmShown
from homeward.services.watch.herald import SUBJECT, TOLD_AT_ONCE, Herald
from homeward.services.watch.ledger import Change
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Verdict
from homeward.services.watch.writer import Writer

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
WAIT_SECONDS = 20
QUIET_SECONDS = 0.3


def worn(patient: int) -> Watched:
    return Watched(
        9, "cuff 9", {}, True, patient, NOW, 1, ward_id=3, ward="W", bed="07", patient="Ada"
    )


def change(patient: int | None, condition: str = "oxygen_low", **more) -> Change:
    finding = Finding(Priority.HIGH, "SpO2 70 %", NOW, 70, 88, "Sit up.")
    key = Key(condition, patient, more.pop("device", None))
    return Change(key, Kind.PHYSIOLOGICAL, NOW, more.pop("finding", finding), **more)


class Ears:
    """What is told on the two subjects, in order."""

    def __init__(self) -> None:
        self.ahead: list[AlarmShown] = []
        self.rows: list[AlarmShown] = []
        self._came = asyncio.Event()

    async def hear_ahead(self, _: str, body: bytes) -> None:
        self.ahead += msgspec.json.decode(body, type=list[AlarmShown])
        self._came.set()

    async def hear_row(self, _: str, body: bytes) -> None:
        self.rows.append(msgspec.json.decode(body, type=AlarmShown))
        self._came.set()

    async def until(self, is_so) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not is_so():
                self._came.clear()
                await self._came.wait()


@pytest.fixture
async def ears(bus) -> Ears:
    found = Ears()
    await bus.listen(SUBJECT, found.hear_ahead)
    await bus.listen("told.alarm", found.hear_row)
    return found


@pytest.fixture
async def patient(store) -> int:
    async with store.pool.connection() as connection:
        cursor = await connection.execute(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('1', 'Ada', '1950-01-01', 'female') returning id"
        )
        return (await cursor.fetchone())[0]


@pytest.fixture
async def writer(store, bus, patient) -> AsyncIterator[Writer]:
    made = Writer(store, bus)
    made.herald.know([worn(patient)])
    tasks = [asyncio.create_task(each()) for each in (made.write_changes, made.tell_ahead)]
    yield made
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def unwritable(store) -> AsyncIterator[None]:
    """Nobody can write an alarm meanwhile, as with a disk that stalls."""
    async with store.pool.connection() as connection, connection.transaction():
        await connection.execute("lock table alarm in exclusive mode")
        yield


async def test_an_alarm_that_cannot_be_written_yet_is_told(store, writer, ears, patient):
    async with unwritable(store):
        await writer.put(Verdict([change(patient)]))
        await ears.until(lambda: ears.ahead)
    (told,) = ears.ahead
    assert (told.id, told.patient, told.ward_id, told.bed) == (0, "Ada", 3, "07")
    assert (told.text, told.patient_text, told.state) == ("SpO2 70 %", "Sit up.", "active")
    await ears.until(lambda: ears.rows)
    (row,) = ears.rows
    assert (row.condition, row.rung) == (told.condition, told.rung)


async def test_no_screen_waits_for_a_disk_that_is_quick(writer, ears, patient):
    await writer.put(Verdict([change(patient)]))
    await ears.until(lambda: ears.rows)
    assert [told.condition for told in ears.ahead] == ["oxygen_low"]


async def test_what_is_written_already_is_told_once(store, bus, ears, patient):
    writer = Writer(store, bus)
    writer.herald.know([worn(patient)])
    await writer.put(Verdict([change(patient)]))
    await writer.flush_changes()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(writer.tell_ahead(), QUIET_SECONDS)
    await ears.until(lambda: ears.rows)
    assert ears.ahead == []


async def test_what_came_after_and_is_still_unwritten_is_told_too(store, writer, ears, patient):
    async with unwritable(store):
        await writer.put(Verdict([change(patient, "a"), change(patient, "b")]))
        await ears.until(lambda: len(ears.ahead) == 2)
        await writer.put(Verdict([change(patient, "c")]))
        await ears.until(lambda: len(ears.ahead) == 3)
    assert [told.condition for told in ears.ahead] == ["a", "b", "c"]


async def test_its_end_is_told_while_it_still_waits(store, writer, ears, patient):
    async with unwritable(store):
        await writer.put(Verdict([change(patient)]))
        await ears.until(lambda: ears.ahead)
        await writer.put(Verdict([change(patient, finding=None)]))
        await ears.until(lambda: len(ears.ahead) == 2)
        await writer.herald.tell_again()
    assert [told.state for told in ears.ahead] == ["active", "resolved"]


async def test_it_is_told_again_until_it_is_written_and_then_given_up(store, writer, ears, patient):
    async with unwritable(store):
        await writer.put(Verdict([change(patient)]))
        await ears.until(lambda: ears.ahead)
        await writer.herald.tell_again()
        await ears.until(lambda: len(ears.ahead) == 2)
    await ears.until(lambda: ears.rows)
    while not writer.is_idle:
        await asyncio.sleep(0.01)
    await writer.herald.tell_again()
    await ears.until(lambda: len(ears.ahead) == 3)
    await writer.herald.tell_again()
    await asyncio.sleep(QUIET_SECONDS)
    assert [told.state for told in ears.ahead] == ["active", "active", "resolved"]


async def test_what_leads_to_no_row_is_given_up(bus, ears):
    herald = Herald(bus)
    herald.know([worn(1)])
    await herald.tell([change(1)])
    herald.written([change(1)])
    await herald.tell_again()
    await ears.until(lambda: len(ears.ahead) == 2)
    assert [told.state for told in ears.ahead] == ["active", "resolved"]


async def test_one_that_got_worse_since_still_waits_when_the_first_is_written(bus, ears):
    herald = Herald(bus)
    herald.know([worn(1)])
    worse = replace(change(1), at=NOW + timedelta(seconds=2))
    await herald.tell([change(1), worse])
    herald.written([change(1)])
    await herald.tell_again()
    await ears.until(lambda: len(ears.ahead) == 3)
    assert {told.state for told in ears.ahead} == {"active"}


@pytest.mark.parametrize(
    "kept",
    [
        change(2),  # nobody knows on which ward
        change(None, "device_gap", device=5),
        change(1, is_again=True),
        change(1, "silent_pulse", cause=Key("gateway_silent", None, 4)),
    ],
)
async def test_what_its_row_shall_tell_is_not_told_ahead(bus, ears, kept):
    herald = Herald(bus)
    herald.know([worn(1)])
    await herald.tell([kept, change(1, "known")])
    await ears.until(lambda: ears.ahead)
    assert [told.condition for told in ears.ahead] == ["known"]


async def test_a_storm_is_told_in_parts_that_fit_a_message(bus, ears):
    herald = Herald(bus)
    count = 2 * TOLD_AT_ONCE + 1
    herald.know([worn(patient) for patient in range(1, count + 1)])
    await herald.tell([change(patient) for patient in range(1, count + 1)])
    await ears.until(lambda: len(ears.ahead) == count)
    assert len({told.patient_id for told in ears.ahead}) == count


async def test_what_cannot_be_told_now_is_told_a_second_later_and_ends_nothing(bus, ears):
    class Full:
        connected, fails = True, True

        async def tell(self, subject: str, thing: object) -> None:
            if self.fails:
                raise ConnectionError("the buffer is full")
            await bus.tell(subject, thing)

    full = Full()
    herald = Herald(full)
    herald.know([worn(1)])
    await herald.tell([change(1)])
    full.fails = False
    await herald.tell_again()
    await ears.until(lambda: ears.ahead)
    assert [told.state for told in ears.ahead] == ["active"]
