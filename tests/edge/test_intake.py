"""What an edge's disk keeps is what its server can read: no word is acknowledged and lost."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from homeward.device.spool import Spool
from homeward.edge.alarms import Alarms
from homeward.edge.intake import Intake
from homeward.edge.reach import Reach
from homeward.edge.registry import Known, Registry
from homeward.edge.vigil import Vigil
from homeward.model.delivery import Delivery, Outcome, Spoiled
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION
from homeward.settings import Settings
from homeward.standards.gateway import Heard, frame, parts_of, understand
from homeward.standards.payload import BATCH_READINGS_MAX, UNCOUNTED_BOOT

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Desk:
    """An edge's hand-over and its disk, without doors and without a server."""

    def __init__(self, folder: Path) -> None:
        reach = Reach()
        alarms = Alarms(folder, lambda: NOW, lambda *_: None)
        vigil = Vigil(alarms, reach, lambda _: None)
        self.folder = folder / "spool"
        self.spool = Spool(self.folder, 2**30)
        self.intake = Intake(Settings(), self.spool, vigil, reach, lambda: NOW)
        self.intake.know(Registry("edge-1", "", (Known(1, "pump-1", True),)))

    async def takes(self, *things: Delivery | Spoiled) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for each in things:
            self.intake.offer(each, outcomes.append)
        await self.intake.settled()
        return outcomes

    def sends(self) -> list[Heard]:
        """What a server understands of all that is on the disk, read anew."""
        self.spool.close()
        spool = Spool(self.folder, 2**30)
        records, _, end = spool.read(0, 1_000, 2**30)
        assert (end, spool.rotten) == (spool.end, 0), "it can read what it took"
        bodies = [each.body for each in records if each.body is not None]
        return understand(parts_of(frame(bodies)), NOW)


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("size", [310_000, 330_000, 500_000, 1_048_576])
async def test_a_large_body_that_cannot_be_read_reaches_the_servers_quarantine(desk, size: int):
    body = b"x" * size
    small = Spoiled(1, NOW, "https fhir", "not JSON", b"y")
    assert await desk.takes(Spoiled(1, NOW, "https fhir", "not JSON", body), small) == [
        Outcome.STORED, Outcome.STORED,
    ]  # fmt: skip
    first, second = desk.sends()
    assert (second.why, second.body) == ("not JSON", b"y")
    assert (first.why or "").startswith("not JSON")
    assert body.startswith(first.body)
    if len(first.body) < size:
        assert f"{len(first.body):,} of {size:,} bytes" in (first.why or "")
        assert len(first.body) > 300_000, "as much of it as travels"


async def test_more_readings_than_one_message_may_have_arrive_all_the_same(desk: Desk):
    count = 2 * BATCH_READINGS_MAX + 1
    readings = tuple(
        Reading(OXYGEN_SATURATION, 95.0, NOW - timedelta(seconds=n)) for n in range(count)
    )
    assert await desk.takes(Delivery(1, UNCOUNTED_BOOT, 7, NOW, readings)) == [Outcome.STORED]
    heard = desk.sends()
    assert [each.why for each in heard] == [None] * len(heard)
    assert tuple(one for each in heard for one in each.readings) == readings


async def test_one_connections_fault_leaves_no_other_unanswered(desk: Desk):
    faults: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: faults.append(what))
    outcomes: list[Outcome] = []

    def broken(outcome: Outcome) -> None:
        raise RuntimeError("a bug")

    settles: tuple[Callable[[Outcome], None], ...] = (broken, outcomes.append)
    for settle in settles:
        desk.intake.offer(Spoiled(1, NOW, "https fhir", "not JSON", b"y"), settle)
    await desk.intake.settled()
    assert outcomes == [Outcome.STORED]
    assert [str(each["exception"]) for each in faults] == ["a bug"]
    assert desk.intake.kept == 2
