"""A hub that is killed amid a transfer: the edge as a process of its own, with bleak's own way to
a meter behind an org.bluez (bench/_bluez.py), ended by SIGKILL at a random notification.

python -m bench._meter_kills FOLDER    that process, which waits for nothing between two visits
"""

import asyncio
import contextlib
import os
import random
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bumble.link import LocalLink

from bench._bluez import ADDRESS as BUS
from bench._bluez import BlueZ, bluez
from bench._bumble import backends, device_on
from bench._edge_box import Box, held
from bench._meter import Meter, Records
from homeward.edge.edge import Edge
from homeward.edge.meters import hub as hubs
from homeward.edge.meters.book import Book
from homeward.edge.meters.hub import keep_meters
from homeward.settings import load

ADDRESS = "F1:F1:F1:F1:F1:F1"
NAME = "dev-1"
PATIENCE_SECONDS = 120.0
STEP_MAX = 60  # notifications between two kills, at most
GLUCOSE, COUNT = 0x2A18, 4


async def through_kills(
    one: Box, patient: int, kills: int, records: Records, contexts: Records, seed: int
) -> dict[str, float]:
    """All kills; then what the record and the book hold, and what a sync more brings."""
    link, dice = LocalLink(), random.Random(seed)
    radio = device_on(link, "radio", "F0:F0:F0:F0:F0:F0")
    await radio.power_on()
    meter = Meter(device_on(link, "meter", ADDRESS), records, contexts)
    await meter.here()
    keep_meters(one.folder, ["dev-0=", f"{NAME}={ADDRESS}"])
    async with bluez(backends(radio), [ADDRESS]) as (daemon, bus):
        one.extra |= {BUS: bus, "HOMEWARD_EDGE_ZONE": "UTC"}
        for _ in range(kills):
            await _killed(one, daemon, meter, dice.randrange(1, STEP_MAX))
        await _started(one)
        micros = sorted(_micros(octets) for octets in records.values())
        found = await _recorded(one, patient, micros)
        await _synced(meter)
        await asyncio.to_thread(one.stop)
        await meter.leave()
        before = _told(one.folder)
        await _started(one)
        await _synced(meter)
        await asyncio.to_thread(one.stop)
    book = Book(one.folder / hubs.FOLDER / f"{NAME}.jsonl")
    memory = book.memory(GLUCOSE)
    numbered = {number: octets for number, (octets, _) in memory.seen.items()}
    wrong = numbered.items() ^ records.items() | memory.contexts.items() ^ contexts.items()
    counts = Counter(found)
    return {
        "kills": kills,
        "kill_missing": sum(at not in counts for at in micros),
        "kill_duplicates": len(found) - len(counts),
        "kill_not_of_the_meter": sum(at not in set(micros) for at in counts),
        "kill_second_sync_new": _told(one.folder) - before,
        "kill_octets_wrong": len(wrong),
        "kill_told": meter.told,
    }


async def _killed(one: Box, daemon: BlueZ, meter: Meter, after: int) -> None:
    """One life of the edge: killed after so many notifications."""
    dead = asyncio.Event()

    def kill() -> None:
        assert one.process is not None
        one.process.kill()
        dead.set()

    daemon.is_near = False
    await _started(one)
    meter.then, meter.cut_after, daemon.is_near = kill, after, True
    async with asyncio.timeout(PATIENCE_SECONDS):
        await dead.wait()
    assert one.process is not None
    await asyncio.to_thread(one.process.wait)
    meter.then = None
    await meter.leave()  # nobody asks it anything any more


async def _started(one: Box) -> None:
    await asyncio.to_thread(one.start, sys.executable, "-m", "bench._meter_kills", str(one.folder))


async def _synced(meter: Meter) -> None:
    """Until it was asked from the beginning twice more: one sync in between was whole."""
    asked = len(meter.asked)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while sum(each[0] == COUNT for each in meter.asked[asked:]) < 2:
            await asyncio.sleep(0.01)


async def _recorded(one: Box, patient: int, micros: list[int]) -> list[int]:
    """What the record holds, once it holds enough or holds no more."""
    found: list[int] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found) < len(micros):
                await asyncio.sleep(0.5)
                [found] = await held(one.house, [patient], micros[0], micros[-1] + 1)
    return found


def _micros(octets: bytes) -> int:
    year, rest = int.from_bytes(octets[3:5], "little"), octets[5:10]
    return round(datetime(year, *rest, tzinfo=UTC).timestamp() * 1e6)


def _told(folder: Path) -> int:
    """Lines with octets: what was new to the book."""
    lines = (folder / hubs.FOLDER / f"{NAME}.jsonl").read_text().splitlines()
    return sum('"octets"' in each for each in lines)


async def main() -> None:
    """The edge, with a hub that is in a hurry."""
    hubs.AGAIN_SECONDS = hubs.FAILED_SECONDS = 0.01
    settings, _ = load(dict(os.environ))
    edge = Edge(Path(sys.argv[1]), settings, lambda: datetime.now(UTC), lambda text: None)
    edge.hub.quiet_seconds = 0.05
    await edge.run()


if __name__ == "__main__":
    asyncio.run(main())
