"""The hub as it is delivered, before org.bluez on a bus of its own: bleak's own way to a meter."""

from datetime import UTC, datetime, timedelta

from bumble.link import LocalLink

from bench._bluez import ADDRESS as BUS
from bench._bluez import bluez
from bench._bumble import backends, device_on
from bench._meter import Meter, stored
from bench._monitor import Monitor
from homeward.edge.edge import Edge
from homeward.edge.meters.hub import keep_meters
from tests.edge.conftest import Box, until
from tests.edge.test_meters import ADDRESS, Air, hub_of, in_record, soon

__all__ = ["soon"]  # a fixture
HOUR_AGO = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=1)


async def test_a_meter_behind_bluez_comes_once_through_a_cut(box: Box, monkeypatch):
    records, contexts = stored(30, 6, HOUR_AGO)
    link = LocalLink()
    radio = device_on(link, "radio", "F0:F0:F0:F0:F0:F0")
    await radio.power_on()
    meter = Meter(device_on(link, "meter", ADDRESS), records, contexts)
    await meter.here()
    async with bluez(backends(radio), [ADDRESS]) as (daemon, address):
        monkeypatch.setenv(BUS, address)
        async with hub_of(box, Air(meter, None)) as edge:  # bleak's own backends
            meter.cut_after = 11
            await until(lambda: meter.cut_after is None)
            await until(lambda: edge.hub.visits >= 1)
            assert await all_handed_over(edge) == {0x2A18: 30}
            assert edge.hub.books["pump-1"].memory(0x2A18).contexts == contexts
            visits, told = edge.hub.visits, meter.told
            await until(lambda: edge.hub.visits >= visits + 3)
            assert meter.told <= told + 2 * 4, "only the last record is told again"
        assert daemon.links >= 2
    found = await in_record(box)
    assert {value for _, value in found} == {float(80 + n) for n in range(30)}
    assert len(found) == 30


async def test_a_monitor_behind_bluez_is_asked_for_its_session(box: Box, monkeypatch):
    values = {minute: 100 + minute for minute in range(5, 55, 5)}
    link = LocalLink()
    radio = device_on(link, "radio", "F0:F0:F0:F0:F0:F0")
    await radio.power_on()
    monitor = Monitor(device_on(link, "monitor", ADDRESS), HOUR_AGO, values)
    await monitor.here()
    async with bluez(backends(radio), [ADDRESS]) as (_, address):
        monkeypatch.setenv(BUS, address)
        keep_meters(box.folder, [f"pump-1={ADDRESS}"])
        async with hub_of(box, Air(monitor, None)) as edge:
            await until(lambda: edge.hub.visits >= 1)
            assert await all_handed_over(edge) == {0x2AA7: 10}
    start = round(HOUR_AGO.replace(tzinfo=UTC).timestamp() * 1e6)
    expected = {(start + minute * 60_000_000, float(value)) for minute, value in values.items()}
    assert set(await in_record(box)) == expected
    assert monitor.written == []


async def all_handed_over(edge: Edge) -> dict[int, int]:
    """How many records of each characteristic the book has, once the server has them too."""
    book = edge.hub.books["pump-1"]
    await until(lambda: not book.waiting(1) and not edge.spool.waiting())
    return {of: len(book.memory(of).seen) for of in (0x2A18, 0x2AA7) if book.memory(of).seen}
