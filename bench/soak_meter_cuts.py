"""A meter with 1,000 records and 200 contexts, whose link is cut at 50 random places.

    make soak NAME=meter_cuts                 through the hub and through Chromium
    python -m bench.soak_meter_cuts hub 50
    python -m bench.soak_meter_cuts app 50    the pages' code in Chromium alone
    python -m bench.soak_meter_cuts kill 0    the hub alone, killed (SIGKILL) amid the transfer

The meter is a virtual one (bench/_meter.py) before bleak's own interface, or before Chromium's
navigator.bluetooth (bench/_meter_app.py), and shares no code with what reads it. Through the hub
the whole way is real: the edge's spool, a running installation, its record. The edge is stopped
and started, and the page loaded anew, at every tenth cut. Then the edge is a process with bleak's
own way to a meter, and is killed twenty times. All of it must be there once, octet by octet; a
second sync brings nothing new.
"""

import asyncio
import contextlib
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

from bumble.link import LocalLink

from bench._bumble import backends, device_on
from bench._edge_box import Box, box, held
from bench._meter import Meter, stored
from bench._meter_app import through_app
from bench._meter_kills import through_kills
from bench.installation import installation
from bench.report import finish, table
from homeward.edge.edge import Edge
from homeward.edge.meters import hub as hubs
from homeward.edge.meters.hub import keep_meters
from homeward.engines.nats import free_port
from homeward.settings import load

RECORDS, CONTEXTS, CUTS, KILLS = 1_000, 200, 50, 20
SEED = 1808
ADDRESS = "F1:F1:F1:F1:F1:F1"
RESTART_EVERY = 10
PATIENCE_SECONDS = 120.0
NAME = "dev-0"
MUST_BE_NONE = (
    "missing", "duplicates", "not_of_the_meter", "second_sync_new", "octets_wrong", "app_missing",
    "app_duplicates", "app_second_sync_new", "app_octets_wrong", "app_out_of_order",
    "app_not_complete", "kill_missing", "kill_duplicates", "kill_not_of_the_meter",
    "kill_second_sync_new", "kill_octets_wrong",
)  # fmt: skip


async def until(holds: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def edge_of(one: Box, bluetooth: tuple[type, type]) -> AsyncIterator[Edge]:
    """The edge, in this process, with a hub on the virtual adapter."""
    environment = {
        **one.house.environment,
        "HOMEWARD_HTTP_INGEST_PORT": "0",
        "HOMEWARD_MQTT_PORT": str(one.port),
        "HOMEWARD_MQTT_OPEN_PORT": "0",
        "HOMEWARD_EDGE_PAGE_PORT": "0",
        "HOMEWARD_EDGE_ZONE": "UTC",
    }
    settings, _ = load(environment)
    edge = Edge(one.folder, settings, lambda: datetime.now(UTC), lambda text: None, bluetooth)
    edge.hub.quiet_seconds = 0.05
    task = asyncio.create_task(edge.run())
    try:
        yield edge
    finally:
        task.cancel()
        await asyncio.wait([task])


async def through_hub(one: Box, patient: int, cuts: int) -> dict[str, float]:
    """All cuts, then what the record holds."""
    newest = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0) - timedelta(days=1)
    records, contexts = stored(RECORDS, CONTEXTS, newest)
    link, dice = LocalLink(), random.Random(SEED)
    adapter = device_on(link, "hub", "F0:F0:F0:F0:F0:F0")
    await adapter.power_on()
    meter = Meter(device_on(link, "meter", ADDRESS), records, contexts)
    await meter.here()
    keep_meters(one.folder, [f"{NAME}={ADDRESS}"])
    began, done = time.monotonic(), 0
    while done < cuts:
        async with edge_of(one, backends(adapter)) as edge:
            for _ in range(min(RESTART_EVERY, cuts - done)):
                left = RECORDS + CONTEXTS - len(edge.hub.books[NAME].memory(0x2A18).seen)
                # Small steps: with fifty cuts the transfer must still be going on.
                meter.cut_after = dice.randrange(max(2, min(60, left)))
                await until(lambda: meter.cut_after is None)
                done += 1
    took = time.monotonic() - began
    async with edge_of(one, backends(adapter)) as edge:
        book = edge.hub.books[NAME]
        await until(lambda: edge.hub.visits)
        told, seen = meter.told, len(book._lines)
        await until(lambda: edge.hub.visits >= 2)
        new = sum(bool(line.octets) for line in book._lines[seen:])
        second = meter.told - told
        await until(lambda: not book.waiting(1) and not edge.spool.waiting())
        memory = book.memory(0x2A18)
        numbered = {number: octets for number, (octets, _) in memory.seen.items()}
        wrong = numbered.items() ^ records.items() | memory.contexts.items() ^ contexts.items()
    times = [newest - timedelta(minutes=10 * n) for n in range(RECORDS)]
    expected = [round(at.replace(tzinfo=UTC).timestamp() * 1e6) for at in times]
    found = await recorded(one, patient, min(expected), max(expected) + 1)
    counts = Counter(found)
    return {
        "cuts": done,
        "missing": sum(at not in counts for at in expected),
        "duplicates": len(found) - len(counts),
        "not_of_the_meter": sum(at not in set(expected) for at in counts),
        "second_sync_new": new,
        "second_sync_told": second,
        "octets_wrong": len(wrong),
        "told": meter.told,
        "seconds": took,
    }


async def recorded(one: Box, patient: int, start: int, end: int) -> list[int]:
    """What the record holds, once it holds enough or holds no more."""
    deadline, found = time.monotonic() + PATIENCE_SECONDS, []
    while time.monotonic() < deadline:
        [found] = await held(one.house, [patient], start, end)
        if len(found) >= RECORDS:
            break
        await asyncio.sleep(0.5)
    return found


def by_hub(cuts: int) -> dict[str, float]:
    """Through the hub, to the record of a running installation."""
    hubs.AGAIN_SECONDS = hubs.FAILED_SECONDS = 0.01
    port = free_port()
    ingest = {"HOMEWARD_HTTP_INGEST_PORT": str(port)}
    with installation(**ingest) as house, box(house, ("localhost", port)) as one:
        [(_, patient)] = one.enrol(1)
        return asyncio.run(through_hub(one, patient, cuts))


def by_kills() -> dict[str, float]:
    """Through a hub that is killed, to the record."""
    port = free_port()
    newest = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0) - timedelta(days=1)
    records, contexts = stored(RECORDS, CONTEXTS, newest)
    ingest = {"HOMEWARD_HTTP_INGEST_PORT": str(port)}
    with installation(**ingest) as house, box(house, ("localhost", port)) as one:
        (_, (_, patient)) = one.enrol(2)
        return asyncio.run(through_kills(one, patient, KILLS, records, contexts, SEED))


def by_app(cuts: int) -> dict[str, float]:
    """Through the pages' own code in Chromium."""
    records, contexts = stored(RECORDS, CONTEXTS, datetime(2026, 3, 1, 8))
    return asyncio.run(through_app(records, contexts, cuts, SEED, print))


def main() -> None:
    """Print the table, then the figures."""
    which = sys.argv[1] if len(sys.argv) > 1 else "all"
    cuts = int(sys.argv[2]) if len(sys.argv) > 2 else CUTS
    figures = by_hub(cuts) if which in ("all", "hub") else {}
    if which in ("all", "kill"):
        figures |= by_kills()
    if which in ("all", "app"):
        figures |= by_app(cuts)
    rows = [(key.replace("_", " "), f"{value:g}") for key, value in figures.items()]
    table(("a meter, cut", ""), rows)
    finish("meter_cuts", figures)
    if any(figures.get(each) for each in MUST_BE_NONE):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
