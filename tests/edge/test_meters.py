"""A virtual meter before the hub, over bleak's own interface: everything comes, once."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from bumble import att, gatt
from bumble.core import UUID
from bumble.device import Device
from bumble.link import LocalLink

from bench._bumble import backends, device_on
from bench._meter import Meter, measurement, stored
from homeward.clinical.overlap import counted_once
from homeward.edge.edge import Edge
from homeward.edge.meters.beside import fitting
from homeward.edge.meters.book import Book, Line
from homeward.edge.meters.doubt import Doubt
from homeward.edge.meters.hub import Hub, keep_meters, known_meters, told_by, zone_of
from homeward.edge.meters.visit import Visit
from homeward.model.delivery import Delivery, DevicePass, Outcome, Spoiled
from homeward.model.errors import Misconfigured
from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.services.fleet import own_meters
from homeward.services.fleet.meter_records import records_between
from homeward.services.fleet.own_views import MeterSaid, NewMeasurements
from homeward.services.record.fold import fold
from homeward.standards.gatt.measured import measured
from homeward.standards.gatt.profiles import BY_UUID
from homeward.standards.gatt.sync import Keep
from homeward.store.chunks import samples
from tests.edge.conftest import PATIENCE_SECONDS, Box, until

ADDRESS = "F1:F1:F1:F1:F1:F1"
YESTERDAY = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0) - timedelta(days=1)


@dataclass
class Air:
    """A meter and the hub's adapter on one link."""

    meter: Meter
    bluetooth: tuple[type, type] | None  # None: as the machine has it


@asynccontextmanager
async def in_the_air(
    records: dict[int, bytes], contexts: dict[int, bytes], *, is_here: bool = True
) -> AsyncIterator[Air]:
    link = LocalLink()
    hub = device_on(link, "hub", "F0:F0:F0:F0:F0:F0")
    await hub.power_on()
    meter = Meter(device_on(link, "meter", ADDRESS), records, contexts)
    if is_here:
        await meter.here()
    yield Air(meter, backends(hub))


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr("homeward.edge.meters.hub.AGAIN_SECONDS", 0.05)
    monkeypatch.setattr("homeward.edge.meters.hub.FAILED_SECONDS", 0.05)
    monkeypatch.setattr("homeward.edge.meters.visit.QUIET_SECONDS", 0.1)


@asynccontextmanager
async def hub_of(box: Box, air: Air) -> AsyncIterator[Edge]:
    """The edge, whole, with a hub that knows the meter as pump-1."""
    keep_meters(box.folder, [f"pump-1={ADDRESS}"])
    settings = replace(box.settings, edge_zone="UTC")
    edge = Edge(box.folder, settings, lambda: datetime.now(UTC), box.said.append, air.bluetooth)
    edge.hub.quiet_seconds = 0.1
    task = asyncio.create_task(edge.run())
    try:
        yield edge
    finally:
        task.cancel()
        await asyncio.wait([task])


async def in_record(box: Box) -> Counter[tuple[int, float]]:
    """Every (time in us, value) of the meter in the record's inbox, and how often."""
    found: Counter[tuple[int, float]] = Counter()
    for _, _, _, body in await box.house.messages():
        found.update((int(row["at"]), float(row["value"])) for row in np.frombuffer(body, HOT))
    return found


async def test_a_meters_records_are_in_the_record_once_though_the_link_is_cut(box: Box):
    records, contexts = stored(60, 12, YESTERDAY)
    async with in_the_air(records, contexts) as air, hub_of(box, air) as edge:
        for cut in (0, 7, 31):
            air.meter.cut_after = cut
            await until(lambda: air.meter.cut_after is None)
        await until(lambda: edge.hub.visits >= 1)
        await until(lambda: not edge.hub.books["pump-1"].waiting(1) and not edge.spool.waiting())
        told = air.meter.told
        before = edge.hub.visits
        await until(lambda: edge.hub.visits > before)
        assert air.meter.told <= told + 2, "the second sync brings the last record alone"
        assert not edge.hub.books["pump-1"].waiting(1)
        memory = edge.hub.books["pump-1"].memory(0x2A18)
        assert (len(memory.seen), len(memory.contexts), memory.epoch) == (60, 12, 0)
    times = [YESTERDAY - timedelta(minutes=10 * (59 - n)) for n in range(60)]
    micros = [round(at.replace(tzinfo=UTC).timestamp() * 1e6) for at in times]
    expected = [(at, float(80 + n)) for n, at in enumerate(micros)]
    assert Book(box.folder / "meters" / "pump-1.jsonl").memory(0x2A18).contexts == contexts
    assert await in_record(box) == Counter(expected)
    assert {octets[0] for octets in air.meter.asked} <= {1, 4}, "nothing is deleted"


async def test_what_a_meter_said_survives_the_edge_and_is_offered_again_as_the_same(box: Box):
    records, _ = stored(5, 0, YESTERDAY)
    async with in_the_air(records, {}) as air:
        async with hub_of(box, air) as edge:
            await until(lambda: edge.hub.visits >= 1)
            await until(lambda: not edge.hub.books["pump-1"].waiting(1))
            await until(lambda: edge.spool.waiting() == 0)
        (box.folder / "meters" / "pump-1.done").unlink()  # what a power cut may take
        async with hub_of(box, air) as edge:
            await until(lambda: not edge.hub.books["pump-1"].waiting(1))
            await until(lambda: edge.spool.waiting() == 0)
    found = await in_record(box)
    assert len(found) == 5, "the same readings again, which the record folds into one"


async def test_a_clock_that_is_wrong_is_repaired_beside_what_it_said(box: Box):
    wrong = timedelta(days=400, hours=3)
    records, _ = stored(3, 0, YESTERDAY - wrong)
    async with in_the_air(records, {}) as air:
        air.meter.clock = datetime.now(UTC).replace(tzinfo=None) - wrong
        async with hub_of(box, air) as edge:
            await until(lambda: edge.hub.visits >= 1)
            await until(lambda: not edge.hub.books["pump-1"].waiting(1))
            await until(lambda: not edge.spool.waiting())
        book = Book(box.folder / "meters" / "pump-1.jsonl")
    lines = [each for each in book.waiting(100) or book._lines if each.number is not None]
    assert [each.said for each in lines] == [
        YESTERDAY - wrong - timedelta(minutes=10 * n) for n in (2, 1, 0)
    ]
    for (at, _), line in zip(sorted(await in_record(box)), lines, strict=True):
        assert line.said is not None
        right = (line.said + wrong).replace(tzinfo=UTC)
        assert abs(at / 1e6 - right.timestamp()) < 3


async def test_what_is_late_charts_and_sounds_for_nobody(box: Box):
    """Thirty records below every limit, a day old: no alarm at the edge, and late at the server."""
    low = {n: measurement(n, YESTERDAY + timedelta(minutes=n), 40) for n in range(30)}
    async with in_the_air(low, {}) as air, hub_of(box, air) as edge:
        await until(lambda: edge.hub.visits >= 1)
        await until(lambda: not edge.spool.waiting() and not edge.hub.books["pump-1"].waiting(1))
        assert not edge.alarms.open
    rows = [row for _, _, _, body in await box.house.messages() for row in np.frombuffer(body, HOT)]
    assert len(rows) == 30
    assert all(row["late"] for row in rows), "so it is charted, and rings for nobody"


async def test_a_replaced_meter_is_noticed_and_all_of_it_comes(box: Box):
    first, _ = stored(4, 0, YESTERDAY)
    async with in_the_air(first, {}) as air, hub_of(box, air) as edge:
        await until(lambda: edge.hub.visits >= 1)
        air.meter.serial = "GM-2"
        air.meter.records = {
            n: measurement(n, YESTERDAY - timedelta(days=9, minutes=n), 200) for n in range(3)
        }
        memory = edge.hub.books["pump-1"].memory(0x2A18)
        await until(lambda: memory.epoch == 1 and len(memory.met()) == 3)
        await until(lambda: not edge.spool.waiting() and not edge.hub.books["pump-1"].waiting(1))
    assert len(await in_record(box)) == 7


BERLIN = "Europe/Berlin"
WORN = "select id from patient where record_number = 'E-1'"


async def said_beside(box: Box) -> list[MeterSaid]:
    """What a chart shows of the patient's meters, beside the numbers; the oldest first."""
    [(patient,)] = await box.house.rows(WORN)
    until_ms = round(datetime.now(UTC).timestamp() * 1000) + 1
    found = await records_between(box.house.tools.store.door(), patient, 0, until_ms)
    return sorted(found, key=lambda each: each.at)


async def test_what_it_says_beside_the_number_is_in_the_record_once(box: Box, monkeypatch):
    """Its own clock's time and the meal; the server was away, and is told again what it has."""
    monkeypatch.setattr("homeward.edge.meters.beside.AGAIN_SECONDS", 0.05)
    wrong = timedelta(hours=3)
    newest = YESTERDAY + timedelta(hours=23) - wrong
    records, contexts = stored(6, 3, newest)
    async with in_the_air(records, contexts, is_here=False) as air:
        air.meter.clock = datetime.now(UTC).replace(tzinfo=None) - wrong
        async with hub_of(box, air) as edge:
            book = edge.hub.books["pump-1"]
            await until(lambda: edge.control.is_connected)
            await box.wire.cut()
            await air.meter.here()
            await until(lambda: len(book.memory(0x2A18).contexts) == 3 and edge.hub.visits >= 1)
            assert book.untold(100), "nobody has it but the hub"
            await box.wire.mend()
            await until(lambda: not book.untold(1) and not edge.spool.waiting())
        (box.folder / "meters" / "pump-1.told").unlink()  # what a power cut may take
        async with hub_of(box, air) as edge:
            await until(lambda: not edge.hub.books["pump-1"].untold(1))
    rows = await box.house.rows("select of, count(*), min(source) from meter_record group by of")
    assert sorted(rows) == [(0x2A18, 6, "hub"), (0x2A34, 3, "hub")]
    said = await said_beside(box)
    charted = sorted(at for at, _ in await in_record(box))
    assert [each.at for each in said] == [at // 1000 for at in charted]
    clocks = [newest - timedelta(minutes=10 * n) for n in range(5, -1, -1)]
    assert [each.clock for each in said] == [at.isoformat() for at in clocks]
    assert all(abs((each.ahead_seconds or 0) + 10_800) < 3 for each in said)
    meals = [[one.value for one in each.beside if one.name == "meal"] for each in said]
    assert meals == [["before_meal"], ["after_meal"], ["fasting"], [], [], []]


async def test_a_meter_that_a_hub_and_its_owners_page_both_read_counts_once(box: Box):
    """They take turns, each cut off and told twice: nothing is missing, and nothing counts twice.
    The record keeps both sources; reports count the better one."""
    [(patient,)] = await box.house.rows(WORN)
    tools, dice = box.house.tools, random.Random(5)
    records, contexts = stored(60, 12, YESTERDAY + timedelta(hours=23))

    def packet(number: int, octets: bytes, of: int) -> dict[str, Any]:
        """As web/src/home/meter-sync.ts makes it of what a meter said."""
        return {
            "of": of, "octets": octets.hex(), "heard": round(datetime.now(UTC).timestamp() * 1e3),
            "epoch": 0, "number": number, "is_context": of == 0x2A34, "ahead_seconds": None,
            "session": None,
        }  # fmt: skip

    async def by_page(numbers: range) -> None:
        packets = [packet(n, records[n], 0x2A18) for n in numbers]
        packets += [packet(n, contexts[n], 0x2A34) for n in numbers if n in contexts]
        body = {"meter": "Accu-Chek", "zone": "UTC", "packets": packets, "entries": []}
        said = msgspec.convert(body, NewMeasurements)
        for _ in range(dice.choice((1, 2))):
            kept = await own_meters.keep(tools.store.door(), tools, patient, said, tools.now())
            assert (kept.readings, kept.aside) == (len(numbers), [])

    async with in_the_air(records, contexts) as air, hub_of(box, air) as edge:
        for first, cut in ((0, 7), (20, 3), (40, 3)):  # it may have all by the second already
            air.meter.cut_after = cut
            await asyncio.gather(
                by_page(range(first, first + 20)), until(lambda: air.meter.cut_after is None)
            )
        book = edge.hub.books["pump-1"]
        await until(lambda: len(book.memory(0x2A18).seen) == 60)
        await until(lambda: not (book.waiting(1) or book.untold(1) or edge.spool.waiting()))
    while (await fold(tools.store, datetime.now(UTC) + timedelta(minutes=3))).messages:
        pass
    door, index = tools.store.door(), BY_NAME["glucose"].index
    rows = (await samples(door, patient, [index], 0, 2**52))[index]
    times = [YESTERDAY + timedelta(hours=23, minutes=-10 * (59 - n)) for n in range(60)]
    expected = [(round(at.replace(tzinfo=UTC).timestamp() * 1e6), 80 + n)
                for n, at in enumerate(times)]  # fmt: skip
    ids = dict(await box.house.rows("select name, id from device"))
    hub, page = ids["pump-1"], ids[f"accu-chek-of-{patient}"]
    for device in (hub, page):
        mine = rows[rows["device"] == device]
        assert [(row["at"], row["value"]) for row in mine] == expected
    [counted], _ = counted_once([rows], {page: 2})
    assert [(row["at"], row["value"]) for row in counted] == expected
    said = await said_beside(box)
    assert [each.at * 1_000 for each in said] == [at for at, _ in expected]
    assert [any(one.name == "meal" for one in each.beside) for each in said] == [
        n < 12 for n in range(60)
    ]


def test_more_than_the_server_takes_at_once_goes_in_parts(tmp_path: Path):
    now = datetime.now(UTC)
    octets, numbers = "12" * 17, range(400)
    contexts = [Line(0x2A18, now, octets, 0, n, is_context=True, zone=BERLIN) for n in numbers]
    records = [
        Line(0x2A18, now, octets, 0, n, at=now, said=YESTERDAY, zone=BERLIN) for n in numbers
    ]
    book = Book(tmp_path / "m.jsonl")
    book.take_in(contexts + records)
    left, told = records, []
    while left:
        lines, packets = fitting(book, left)
        assert lines, "a line alone fits"
        assert len(msgspec.json.encode({"device": "pump-1", "packets": packets})) < 65_536
        told += packets
        left = left[len(lines) :]
    assert sorted((each["number"], each["of"]) for each in told) == [
        (n, of) for n in numbers for of in (0x2A18, 0x2A34)
    ]


async def test_it_is_of_who_wore_the_meter_then_and_of_no_other(box: Box):
    """Half of what the meter has was measured before anybody wore it."""
    starts = "select ms(starts) from association join device on device.id = device_id"
    [(since,)] = await box.house.rows(f"{starts} where name = 'pump-1'")
    worn = datetime.fromtimestamp(since // 1000, UTC).replace(tzinfo=None)
    records, contexts = stored(6, 6, worn + timedelta(minutes=25))
    async with in_the_air(records, contexts) as air, hub_of(box, air) as edge:
        await until(lambda: len(edge.hub.books["pump-1"].memory(0x2A18).contexts) == 6)
        await until(lambda: not edge.hub.books["pump-1"].untold(1))
    said = await said_beside(box)
    assert len(said) == 3
    assert all(each.at >= since for each in said)
    rows = await box.house.rows("select of, count(*) from meter_record group by of")
    assert sorted(rows) == [(0x2A18, len(said)), (0x2A34, len(said))]


@pytest.mark.parametrize(
    ("name", "device", "status"),
    [("edge-1", "pump-2", 403), ("edge-1", "pump-old", 403), ("pump-1", "pump-1", 403)],
)
async def test_nobody_brings_packets_for_a_meter_that_is_not_theirs(box: Box, name, device, status):
    at = round(datetime.now(UTC).timestamp() * 1e6)
    one = {"of": 0x2A18, "octets": "00", "at": at, "zone": "UTC"}
    async with box.house.client(name) as client:
        answer = await client.post("/edge/meters", json={"device": device, "packets": [one]})
    assert answer.status_code == status


async def test_a_packet_that_is_none_spoils_no_other(box: Box):
    now = datetime.now(UTC).replace(microsecond=0)
    good = measurement(3, now.replace(tzinfo=None), 122).hex()
    sound = {"of": 0x2A18, "octets": good, "at": round(now.timestamp() * 1e6), "zone": "UTC"}
    bad = [
        sound | more
        for more in (
            {"octets": "zz"}, {"octets": "02"}, {"of": 1}, {"zone": "Mars/Olympus"}, {"at": 5},
            {"at": sound["at"] + 3_600_000_000},
        )
    ]  # fmt: skip
    async with box.house.client("edge-1") as client:
        body = {"device": "pump-1", "packets": [*bad, sound, sound]}
        answer = await client.post("/edge/meters", json=body)
    assert answer.json() == {"kept": 2, "aside": 6}
    assert len(await said_beside(box)) == 1


def test_a_context_goes_with_its_measurement_whichever_came_first(tmp_path: Path):
    now = datetime.now(UTC)
    early = Line(0x2A18, now, "02070001", 0, 7, is_context=True, zone="UTC")
    lines = [
        early,
        Line(0x2A18, now, "0007", 0, 7, at=now, said=YESTERDAY, zone="UTC"),
        Line(0x2A18, now, "02070002", 0, 7, is_context=True, zone="UTC"),
        Line(0x2A18, now, "02070003", 1, 7, is_context=True, zone="UTC"),
    ]
    book = Book(tmp_path / "m.jsonl")
    book.bring_to_disk(lines)
    book.take_in(lines)
    for each in (book, Book(tmp_path / "m.jsonl")):
        assert each.with_times(lines[1]) == [lines[1], msgspec.structs.replace(early, at=now)]
        assert each.with_times(lines[2]) == [msgspec.structs.replace(lines[2], at=now)]
        assert each.with_times(lines[3]) == [], "of another reset: whose it is nobody knows"
    book.told(3)
    assert Book(tmp_path / "m.jsonl").untold(10) == lines[3:]
    assert Book(tmp_path / "m.jsonl").waiting(10) == lines


class Thermometer:
    """It has no clock and no memory: on each link it tells what it measured last."""

    def __init__(self, device: Device, octets: bytes) -> None:
        self._device, self._octets = device, octets
        self._says = gatt.Characteristic(
            UUID.from_16_bits(0x2A1C),
            gatt.Characteristic.Properties.INDICATE,
            att.Attribute.Permissions(0),
        )
        self._says.on("subscription", self._subscribed)
        device.add_service(gatt.Service(UUID.from_16_bits(0x1809), [self._says]))
        self._tasks: set[asyncio.Task[None]] = set()

    def _subscribed(self, link: Any, *_: Any) -> None:
        said = self._device.indicate_subscriber(link, self._says, self._octets)
        self._tasks.add(asyncio.ensure_future(said))


async def test_the_same_fever_tomorrow_is_another_measurement(tmp_path: Path):
    """A thermometer without a clock says 38.5 Cel by the same octets each time."""
    keep_meters(tmp_path, [f"ear={ADDRESS}"])
    link = LocalLink()
    adapter, device = device_on(link, "hub", "F0:F0:F0:F0:F0:F0"), device_on(link, "ear", ADDRESS)
    await adapter.power_on()
    Thermometer(device, bytes.fromhex("00810100ff"))
    await device.power_on()
    await device.start_advertising(
        auto_restart=True, advertising_interval_min=20, advertising_interval_max=20
    )
    clock = [datetime(2026, 11, 27, 8, tzinfo=UTC)]
    intake = cast(Any, SimpleNamespace(here={}))
    hub = Hub(tmp_path, intake, "UTC", lambda: clock[0], backends(adapter))
    hub.quiet_seconds = 0.1
    task = asyncio.create_task(hub.run())
    try:
        for hours in (0, 4, 20):
            clock[0] += timedelta(hours=hours)
            visits = hub.visits
            await until(lambda visits=visits: hub.visits >= visits + 3)  # told anew in each
    finally:
        task.cancel()
        await asyncio.wait([task])
    lines = hub.books["ear"].waiting(100)
    assert [each.at.strftime("%d %H") for each in lines if each.at] == ["27 08", "27 12", "28 08"]
    told = [thing for line in lines for thing in told_by(1, "ear", line, clock[0])]
    assert [each.readings[0].value for each in told if isinstance(each, Delivery)] == [38.5] * 3
    assert len({each.seq for each in told if isinstance(each, Delivery)}) == 3


async def test_a_meter_that_answers_nonsense_does_not_stop_the_hub(box: Box):
    records, _ = stored(2, 0, YESTERDAY)
    async with in_the_air(records, {}) as air, hub_of(box, air) as edge:
        air.meter.answers = [b"\x06\x00\x04\x0a", b"\xff", b"\x05\x00\x03\x02\x01"]
        await until(lambda: not air.meter.answers)
        await until(lambda: len(edge.hub.books["pump-1"].memory(0x2A18).seen) == 2)


def test_a_torn_book_is_cut_and_the_rest_is_there(tmp_path: Path):
    path = tmp_path / "meters" / "m.jsonl"
    book, now = Book(path), datetime.now(UTC)
    lines = [Line(0x2A18, now, "0001", 0, 1), Line(0x2A18, now, epoch=0, last=1)]
    book.bring_to_disk(lines)
    book.take_in(lines)
    book.done(1)
    with path.open("ab") as file:
        file.write(b'{"of":10776,"taken":"2026')
    again = Book(path)
    assert again.waiting(10) == lines[1:]
    assert again.memory(0x2A18).last == 1
    again.bring_to_disk(lines[:1])
    assert len(Book(path).waiting(10)) == 2


def test_a_long_book_becomes_short_and_forgets_nothing_that_waits(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("homeward.edge.meters.book.LINES_MAX", 20)
    book, now = Book(tmp_path / "m.jsonl"), datetime.now(UTC)
    lines = [Line(0x2A18, now, f"{n % 5:02x}", 0, n % 5) for n in range(40)]
    book.bring_to_disk(lines)
    book.take_in(lines)
    book.done(38)
    assert book.wants_opening
    book.reopen()
    assert book.waiting(10) == lines[38:]
    assert len(book.memory(0x2A18).seen) == 5
    assert not book.wants_opening


def test_in_the_hour_that_comes_twice_its_number_tells_and_the_sync_before(tmp_path: Path):
    """Times without a zone, numbered; it was read on the next day, or once an hour that night."""
    zone, day = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25)

    def visit(book: Book, now: datetime) -> Visit:
        made = Visit(None, book, lambda: now, zone, lambda *_: None, lambda: None)
        made._stored = 0x2A18
        return made

    def line(visit: Visit, number: int, minutes: int) -> Line:
        octets = measurement(number, day + timedelta(minutes=minutes), 100)
        return visit._line(Keep(0, number, octets))

    def times(lines: list[Line]) -> list[str]:
        assert [each.said for each in lines] == [
            measured(BY_UUID[0x2A18], bytes.fromhex(each.octets))[0].said for each in lines
        ], "its own time is left alone"
        return [each.at.strftime("%H:%M") for each in lines if each.at is not None]

    monday = datetime(2026, 10, 26, 12, tzinfo=UTC)
    book = Book(tmp_path / "m.jsonl")
    once = visit(book, monday)
    lines = [line(once, n, m) for n, m in enumerate((110, 170, 130, 140, 185))]
    assert times(lines) == ["23:50", "00:50", "01:10", "01:20", "02:05"]
    book.bring_to_disk(lines[:2])
    book.take_in(lines[:2])
    again = Book(tmp_path / "m.jsonl")
    assert times([line(visit(again, monday), 2, 130)]) == ["01:10"], "cut off, and gone on later"
    assert times([line(visit(again, monday), 40, 130)]) == ["00:10"], "too far to tell"
    alone = Book(tmp_path / "other.jsonl")
    assert times([line(visit(alone, monday), 7, 130)]) == ["00:10"]
    alone.synced[0x2A18] = 0, datetime(2026, 10, 25, 1, 5, tzinfo=UTC)
    assert times([line(visit(alone, monday), 7, 130)]) == ["01:10"], "it was not there at 01:05"
    alone.synced[0x2A18] = 1, datetime(2026, 10, 25, 1, 5, tzinfo=UTC)
    assert times([line(visit(alone, monday), 7, 130)]) == ["00:10"], "that was another meter"


def test_what_the_last_sync_did_not_find_is_of_after_it_whatever_the_meters_clock_says(
    tmp_path: Path,
):
    """A low of now is no low of last year: it would not ring. What is old by any clock stays so."""
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    synced, doubt, book = now - timedelta(minutes=1), Doubt(), Book(tmp_path / "m.jsonl")

    def visit(*records: tuple[int, datetime]) -> list[timedelta]:
        made = Visit(None, book, lambda: now, UTC, lambda *_: None, lambda: None)
        made._stored = 0x2A18
        lines = [made._line(Keep(0, n, measurement(n, said, 40))) for n, said in records]
        book.bring_to_disk(lines)
        book.take_in(lines)
        if made.newest is not None:
            doubt.hear(made.newest)
        return [now - each.at for each in lines if each.at is not None]

    minute, wall = timedelta(minutes=1), now.replace(tzinfo=None)
    years, ahead = wall - timedelta(days=4000), wall + timedelta(days=1)
    assert visit((1, wall - 9 * minute), (2, years), (3, ahead)) == [9 * minute, wall - years]
    assert not doubt.is_wrong, "of what it has at first nobody knows when it came"
    book.synced[0x2A18] = 0, synced
    assert visit((4, years), (5, years + minute / 2), (6, years + 9 * minute)) == [
        minute, minute / 2, timedelta(),
    ]  # fmt: skip
    assert doubt.is_wrong
    assert visit((7, wall)) == [timedelta()]
    assert not doubt.is_wrong
    assert visit((8, ahead)) == [minute]
    assert doubt.is_wrong, "of the last minute, though by its clock that has not come yet"
    book.synced[0x2A18] = 0, now - timedelta(days=1)
    assert visit((9, years)) == [timedelta(days=1)], "it may be as old as that: it is charted"
    assert visit((10, ahead)) == [], "that is put aside"
    assert doubt.is_wrong, "and somebody is told to set it"
    assert visit((11, wall - 60 * minute), (12, wall)) == [60 * minute, timedelta()]
    assert not doubt.is_wrong
    late = [visit((n, wall - timedelta(minutes=60 + n))) for n in (20, 21)]
    assert not doubt.is_wrong
    late.append(visit((22, wall - 85 * minute)))
    assert late == [[80 * minute], [81 * minute], [85 * minute]], "they stay what they say"
    assert doubt.is_wrong, "each an hour late: somebody should look at the clock"
    book.synced[0x2A18] = 1, synced
    assert visit((30, years)) == [wall - years], "that was another meter"


@pytest.mark.parametrize("seed", range(5))
async def test_a_book_that_is_opened_anew_while_it_is_handed_over_leaves_nothing_out(
    tmp_path: Path, monkeypatch, seed: int
):
    """Whatever comes between an offer and its answer; sometimes its file cannot be read then."""
    monkeypatch.setattr("homeward.edge.meters.book.LINES_MAX", 20)
    monkeypatch.setattr("homeward.edge.meters.hub.OFFERED_MAX", 7)
    keep_meters(tmp_path, ["m=F1"])
    dice, now, offered = random.Random(seed), datetime.now(UTC), Counter[bytes]()
    settles: asyncio.Queue[Any] = asyncio.Queue()

    def offer(thing: Spoiled, settle) -> None:
        offered[thing.body] += 1
        settles.put_nowait(settle)

    async def admit(name: str) -> DevicePass:
        return DevicePass(1, name, active=True)

    intake = cast(Any, SimpleNamespace(here={}, admit=admit, offer=offer))
    hub = Hub(tmp_path, intake, "UTC", lambda: now)
    book, path, octets = hub.books["m"], tmp_path / "meters" / "m.jsonl", []
    handing = asyncio.create_task(hub.hand_over())
    while len(octets) < 60 or book.waiting(1):
        if len(octets) < 60 and not book._is_stale:
            octets += [f"{n:04x}" for n in range(len(octets), len(octets) + 4)]
            lines = [Line(0x2A18, now, each, 0, int(each, 16) % 9, at=now) for each in octets[-4:]]
            book.bring_to_disk(lines)
            book.take_in(lines)
            hub._kept()
        if dice.random() < 0.4:
            path.rename(path.with_suffix(".away"))
            path.mkdir()
            with pytest.raises(OSError):
                book.reopen()
            path.rmdir()
            path.with_suffix(".away").rename(path)
            assert book.wants_opening
        if dice.random() < 0.6:
            book.reopen()
        await asyncio.sleep(0)
        while not settles.empty():
            settles.get_nowait()(Outcome.STORED)
    handing.cancel()
    await asyncio.wait([handing])
    assert {body.hex() for body in offered} == set(octets)
    assert Book(path).waiting(1) == []


def test_a_line_that_rotted_stops_nobody_and_all_is_asked_again(tmp_path: Path):
    path, now = tmp_path / "m.jsonl", datetime.now(UTC)
    lines = [Line(0x2A18, now, f"{n:04x}", 0, n, at=now) for n in range(4)]
    lines.append(Line(0x2A18, now, last=3))
    book = Book(path)
    book.bring_to_disk(lines)
    whole = path.read_bytes()
    for place in range(len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        path.with_suffix(".done").write_text("1\n")
        again = Book(path)
        waits = again.waiting(10)
        assert [each for each in waits if each in lines[1:]] == [
            each for each in lines[1:] if each in again._lines
        ], "what waited waits"
        changed = [each for each in again._lines if each not in lines]
        for each in changed:
            told = told_by(1, "m", each, now)
            assert [type(thing) for thing in told] == [Spoiled]
            assert again.memory(0x2A18).last is None


def test_what_is_no_reading_is_put_aside_with_its_reason():
    now = datetime.now(UTC)

    def told(octets: str, **more):
        return told_by(1, "m", Line(0x2A18, now, octets, 0, 2, at=now, **more), now)

    [good] = told("020200e9070b1b0800007ab011")
    assert isinstance(good, Delivery)
    assert good.readings[0].value == 122
    [bad] = told("020200e9070b1b0800 00ff0711".replace(" ", ""))
    assert isinstance(bad, Spoiled)
    assert "nan" in bad.reason
    [low] = told("020200e9070b1b0800 00020811".replace(" ", ""))
    assert isinstance(low, Delivery)
    assert low.readings[0].value == 50, "LO as an infinity: it rings as the most that it can be"
    assert told("020200e9070b1b0800007ab04a") == [], "control solution is nobody's glucose"
    [impossible] = told("020200e9070b1b080000ff1711")
    assert isinstance(impossible, Spoiled)
    assert "outside" in impossible.reason


def test_meters_are_known_by_name_and_address(tmp_path: Path):
    keep_meters(tmp_path, ["one=aa:bb", "two=CC:DD"])
    keep_meters(tmp_path, ["two="])
    assert known_meters(tmp_path) == {"one": "AA:BB"}
    with pytest.raises(Misconfigured):
        keep_meters(tmp_path, ["nameless"])
    with pytest.raises(Misconfigured):
        zone_of("Mars/Olympus")


async def test_without_bluetooth_the_edge_runs_and_says_so(box: Box, monkeypatch):
    import builtins

    real = builtins.__import__

    def none(name: str, *more, **others):
        if name.startswith("bleak"):
            raise ImportError(name)
        return real(name, *more, **others)

    keep_meters(box.folder, [f"pump-1={ADDRESS}"])
    monkeypatch.setattr(builtins, "__import__", none)
    async with box.running() as edge:
        await until(lambda: "bleak is missing" in edge.trouble())
    assert isinstance(edge.hub, Hub)


async def test_a_visit_that_is_cut_off_amid_writing_forgets_nothing(tmp_path: Path, monkeypatch):
    """Bluetooth goes off: all visits end, and the same hub goes on when it is back."""
    keep_meters(tmp_path, [f"pump-1={ADDRESS}"])
    records, _ = stored(5, 0, YESTERDAY)
    writes, goes_on = asyncio.Event(), threading.Event()
    loop, real = asyncio.get_running_loop(), Book.bring_to_disk

    def slowly(book: Book, lines: list[Line]) -> None:
        if any(line.number is not None for line in lines) and not goes_on.is_set():
            loop.call_soon_threadsafe(writes.set)
            goes_on.wait(PATIENCE_SECONDS)
        real(book, lines)

    monkeypatch.setattr(Book, "bring_to_disk", slowly)
    async with in_the_air(records, {}) as air:
        intake = cast(Any, SimpleNamespace(here={}))
        hub = Hub(tmp_path, intake, "UTC", lambda: datetime.now(UTC), air.bluetooth)
        hub.quiet_seconds = 0.02
        task = asyncio.create_task(hub.run())
        await asyncio.wait_for(writes.wait(), PATIENCE_SECONDS)
        task.cancel()
        loop.call_later(0.05, goes_on.set)
        await asyncio.wait([task], timeout=PATIENCE_SECONDS)
        again = asyncio.create_task(hub.run())
        await until(lambda: hub.visits >= 1)
        again.cancel()
        await asyncio.wait([again])
    lines = hub.books["pump-1"].waiting(100)
    assert [line.number for line in lines if line.number is not None] == [0, 1, 2, 3, 4]
    assert lines == Book(tmp_path / "meters" / "pump-1.jsonl").waiting(100)


async def ended_after(seconds: float, folder: Path) -> bool:
    """Whether a hub that is busy ends when it is told to, at that moment."""
    records, contexts = stored(20, 4, YESTERDAY)
    async with in_the_air(records, contexts) as air:
        intake = cast(Any, SimpleNamespace(here={}))
        hub = Hub(folder, intake, "UTC", lambda: datetime.now(UTC), air.bluetooth)
        hub.quiet_seconds = 0.02
        task = asyncio.create_task(hub.run())
        await asyncio.sleep(seconds)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS)
        return bool(done)


async def test_a_hub_ends_when_it_is_told_to_whatever_it_is_about(tmp_path: Path, monkeypatch):
    """At any moment of a visit: what it awaits may hide that it was cancelled."""
    monkeypatch.setattr("homeward.edge.meters.hub.AGAIN_SECONDS", 0.0)
    keep_meters(tmp_path, [f"pump-1={ADDRESS}"])
    dice = random.Random(3)
    for _ in range(15):
        assert await ended_after(0.3 * dice.random(), tmp_path)
