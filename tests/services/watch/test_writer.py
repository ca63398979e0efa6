"""Beside the judging: what cannot be written is said, and stops nobody else's alarm."""

import asyncio
from datetime import UTC, date, datetime

import msgspec
import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.errors import Unreachable
from homeward.model.shown import ScoreShown, ScoreTold
from homeward.services.watch import ledger
from homeward.services.watch.ledger import Change
from homeward.services.watch.watcher import Verdict
from homeward.services.watch.writer import BATCH_CHANGES, Writer

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
WAIT_SECONDS = 20


def change(patient: int, condition: str = "oxygen_low", is_over: bool = False) -> Change:
    finding = None if is_over else Finding(Priority.HIGH, condition, NOW)
    return Change(Key(condition, patient), Kind.PHYSIOLOGICAL, NOW, finding)


@pytest.fixture
async def patient(store) -> int:
    async with store.pool.connection() as connection:
        cursor = await connection.execute(
            "insert into patient (record_number, name, birth_date, sex)"
            " values ('1', 'ada', %(born)s, 'female') returning id",
            {"born": date(1950, 1, 1)},
        )
        return (await cursor.fetchone())[0]


async def rows(store, text: str) -> list:
    async with store.pool.connection() as connection:
        return await (await connection.execute(text)).fetchall()


async def test_one_that_cannot_be_written_is_told_and_the_others_are_written(store, bus, patient):
    told: asyncio.Queue = asyncio.Queue()

    async def keep(_: str, body: bytes) -> None:
        told.put_nowait(msgspec.json.decode(body))

    await bus.listen("told.trouble", keep)
    writer = Writer(store, bus)
    nobody = patient + 1000
    await writer.put(Verdict([change(patient, "a"), change(nobody), change(patient, "b")]))
    await writer.flush_changes()
    assert writer.is_idle
    conditions = await rows(store, "select condition from alarm order by id")
    assert conditions == [("a",), ("b",)]
    async with asyncio.timeout(WAIT_SECONDS):
        assert "oxygen_low" in (await told.get())["text"]


async def test_changes_are_written_in_order_however_many(store, bus, patient):
    writer = Writer(store, bus)
    for place in range(BATCH_CHANGES):
        is_over = place % 2 == 1
        await writer.put(Verdict([change(patient, "pulse_high", is_over), change(patient, "x")]))
    await writer.flush_changes()
    events = await rows(store, "select event, count(*) from alarm_event group by 1 order by 1")
    assert dict(events) == {"raised": 2, "cleared": 50, "returned": 49}


async def test_the_watcher_is_held_back_before_there_is_too_much(store, bus, patient, monkeypatch):
    monkeypatch.setattr("homeward.services.watch.writer.CHANGES_MAX", 3)
    writer = Writer(store, bus)
    waiting = asyncio.create_task(writer.put(Verdict([change(patient)] * 3)))
    await asyncio.sleep(0)
    assert not waiting.done()
    await writer.flush_changes()
    await waiting
    assert await rows(store, "select count(*) from alarm") == [(1,)]


async def test_of_scores_that_wait_the_newest_is_kept(store, bus, patient):
    writer = Writer(store, bus)
    for low in (1, 2, 3):
        shown = ScoreShown("news2", 1_000 * low, None, low, 12, "low", "12 h", 1, [])
        await writer.put(Verdict([], [ScoreTold(patient, shown)]))
    await writer.flush_scores()
    assert await rows(store, "select low, (extract(epoch from at))::int from score") == [(3, 3)]


class Deaf:
    """A bus on which telling fails, though it seems to be connected."""

    connected = True

    def __init__(self, bus) -> None:
        self.bus, self.fails = bus, True

    async def tell(self, subject: str, thing) -> None:
        if self.fails:
            raise ConnectionError("the buffer is full")
        await self.bus.tell(subject, thing)


async def test_an_alarm_committed_and_not_told_is_told_with_the_next(store, bus, patient):
    told: asyncio.Queue = asyncio.Queue()

    async def keep(_: str, body: bytes) -> None:
        told.put_nowait(msgspec.json.decode(body)["condition"])

    await bus.listen("told.alarm", keep)
    deaf = Deaf(bus)
    writer = Writer(store, deaf)
    await writer.put(Verdict([change(patient, "a")]))
    await writer.flush_changes()
    assert writer.is_unsure
    assert await rows(store, "select count(*) from alarm_event") == [(1,)]
    deaf.fails = False
    await writer.put(Verdict([change(patient, "b")]))
    await writer.flush_changes()
    async with asyncio.timeout(WAIT_SECONDS):
        assert [await told.get(), await told.get()] == ["a", "b"]


async def test_a_commit_whose_answer_was_lost_is_told_again(store, bus, patient, monkeypatch):
    """Written again it touches nothing; the watcher then tells everything that is news."""
    commit, answers = ledger.commit, iter([Unreachable("the answer was lost"), None])

    async def loses_its_answer(*values):
        touched = await commit(*values)
        lost = next(answers)
        if lost is not None:
            raise lost
        return touched

    monkeypatch.setattr(ledger, "commit", loses_its_answer)
    writer = Writer(store, bus)
    await writer.put(Verdict([change(patient, "a")]))
    await writer.flush_changes()
    assert writer.is_unsure
    assert await rows(store, "select count(*) from alarm") == [(1,)]
