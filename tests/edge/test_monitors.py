"""A virtual continuous monitor before the hub: every minute of its session comes, once, in time."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from bumble.link import LocalLink

from bench._bumble import backends, device_on
from bench._monitor import Monitor
from homeward.edge.meters.book import Book
from tests.edge.conftest import Box, until
from tests.edge.test_meters import ADDRESS, Air, hub_of, in_record, soon

__all__ = ["soon"]  # a fixture
BEGUN = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(days=2)
MINUTES = range(5, 205, 5)
VALUES = {minute: 90 + minute % 60 for minute in MINUTES}


@dataclass
class Near(Air):
    """The monitor, as what it is."""

    meter: Monitor


@asynccontextmanager
async def monitor_near(has_crc: bool = True) -> AsyncIterator[Near]:
    link = LocalLink()
    hub = device_on(link, "hub", "F0:F0:F0:F0:F0:F0")
    await hub.power_on()
    monitor = Monitor(device_on(link, "monitor", ADDRESS), BEGUN, VALUES, has_crc)
    await monitor.here()
    yield Near(monitor, backends(hub))


async def handed_over(box: Box, near: Near) -> Counter[tuple[int, float]]:
    """What the record has of it after a visit."""
    async with hub_of(box, near) as edge:
        await until(lambda: edge.hub.visits >= 1)
        await until(lambda: not edge.hub.books["pump-1"].waiting(1) and not edge.spool.waiting())
    return await in_record(box)


def expected(begun: datetime, values: dict[int, int]) -> Counter[tuple[int, float]]:
    micros = round(begun.replace(tzinfo=UTC).timestamp() * 1e6)
    return Counter((micros + minute * 60_000_000, float(value)) for minute, value in values.items())


@pytest.mark.parametrize("has_crc", [True, False])
async def test_a_session_is_in_the_record_once_though_the_link_is_cut(box: Box, has_crc: bool):
    async with monitor_near(has_crc) as near:
        async with hub_of(box, near):
            near.meter.cut_after = 7
            await until(lambda: near.meter.cut_after is None)
        # What an edge was about to hand over when it ended is offered again as the same.
        assert (await handed_over(box, near)).keys() == expected(BEGUN, VALUES).keys()
        assert near.meter.written == [], "nothing starts, stops or calibrates a session"
        assert {octets[0] for octets in near.meter.asked} <= {1, 4}, "nothing is deleted"


async def test_another_session_with_the_same_octets_is_another(box: Box):
    async with monitor_near() as near:
        first = await handed_over(box, near)
        near.meter.start = near.meter.begun = BEGUN + timedelta(days=1)
        assert await handed_over(box, near) == first + expected(near.meter.begun, VALUES)
        assert await handed_over(box, near) == first + expected(near.meter.begun, VALUES)
    book = Book(box.folder / "meters" / "pump-1.jsonl")
    assert book.memory(0x2AA7).epoch == 1
    assert book.session is not None


async def test_a_monitor_that_was_never_told_the_time_counts(box: Box):
    async with monitor_near() as near:
        near.meter.start = None
        found = await handed_over(box, near)
        assert [value for _, value in sorted(found)] == [float(each) for each in VALUES.values()]
        late = [at - want for (at, _), (want, _) in zip(
            sorted(found), sorted(expected(BEGUN, VALUES)), strict=True)]  # fmt: skip
        assert all(0 <= each <= 4.5 * 60e6 for each in late), "by no more than its status is old"
        near.meter.start = BEGUN
        near.meter.measures(VALUES | {300: 100})
        again = await handed_over(box, near)
        assert sum(again.values()) == len(VALUES) + 1, "told meanwhile, it is the same session"


async def test_a_start_nobody_knows_puts_it_aside_until_it_is_known(box: Box):
    async with monitor_near() as near:
        near.meter.start, near.meter.is_over = None, True
        assert await handed_over(box, near) == Counter()
        why = "it counts from when its session began: nobody told it the time"
        aside = await box.house.quarantined()
        assert aside == [("pump-1", "bluetooth/2aa7", why)] * len(VALUES)
        near.meter.start = BEGUN
        assert await handed_over(box, near) == expected(BEGUN, VALUES)
