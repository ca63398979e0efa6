"""What the whole demo costs: seconds to a live board, memory, CPU.

    make bench NAME=demo_cost

Starts the demo in a folder of its own and lets it furnish itself; then starts it again, as a
user does each day, and opens a nurse's board: one socket of numbers and one of waveforms. Once
that has settled, all its processes are counted for a minute. Memory is the proportional set
size (pages shared by several processes count once) and the plain sum of resident sizes, which
counts PostgreSQL's shared buffers once per backend. CPU comes from /proc, so that neither a busy
machine nor the bench itself changes it; CPU spent until the board is live tells more about a
start than its seconds do where others use the machine too.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator

import httpx
from websockets.asyncio.client import connect

from bench._counted import counted, cpu_by_kind, tell
from bench.installation import Installation, installation
from bench.report import cpu_seconds, finish

SETTLE_SECONDS = 45
COUNT_SECONDS = 60
LIVE_SECONDS_MAX = 60
FURNISH_SECONDS_MAX = 180
BEDS = 8
DEMO_NURSE = {"login": "nora", "password": "homeward-demo"}


@contextlib.asynccontextmanager
async def _board(house: Installation) -> AsyncIterator[None]:
    """A nurse's board, open once every bed has shown a number; it keeps reading until the end."""
    async with httpx.AsyncClient(base_url=house.url) as client:
        answer = await client.post("/api/session", json=DEMO_NURSE)
        head = {"cookie": answer.headers["set-cookie"].split(";")[0]}
        wards = (await client.get("/api/wards", headers=head)).json()
        ward = next(each["id"] for each in wards if each["kind"] == "ward")
        await client.get(f"/api/wards/{ward}/board", headers=head)
    url = house.url.replace("http", "ws") + "/api/live"
    async with (
        connect(url, additional_headers=head) as numbers,
        connect(f"{url}/waves?ward={ward}", additional_headers=head) as waves,
    ):
        await numbers.send(json.dumps({"watch": "ward", "id": ward}))
        seen: set[int] = set()
        async with asyncio.timeout(LIVE_SECONDS_MAX):
            while len(seen) < BEDS:
                told = json.loads(await numbers.recv())
                if told["type"] == "readings":
                    seen |= {row[0] for row in told["rows"]}
            await waves.recv()
        readers = [asyncio.create_task(_read(each)) for each in (numbers, waves)]
        yield
        assert not any(reader.done() for reader in readers), "the board was closed"
        for reader in readers:
            reader.cancel()


async def _read(socket: object) -> None:
    async for _ in socket:  # type: ignore[attr-defined]
        pass


async def _furnished(house: Installation) -> None:
    """Until the demo has told its hours before, which it does once in its life."""
    told = house.folder / "data-demo" / "demo" / "remembered"
    async with asyncio.timeout(FURNISH_SECONDS_MAX):
        while not told.exists():
            await asyncio.sleep(0.1)


async def _measure(house: Installation, settle: int, count: int) -> None:
    assert house.process is not None
    await _furnished(house)
    house.stop()
    began = time.monotonic()
    house.start()
    async with _board(house):
        live, spent = time.monotonic() - began, cpu_seconds([house.process.pid])
        start = cpu_by_kind(house)
        await asyncio.sleep(settle)
        before, then = cpu_seconds([house.process.pid]), time.monotonic()
        rows = await counted(house, count, start)
        cores = (cpu_seconds([house.process.pid]) - before) / (time.monotonic() - then)
    every = tell(rows, cores)
    print(f"second start to a live board: {live:.1f} s, {spent:.1f} s of CPU")
    finish(
        "demo_cost",
        {
            "live_seconds": live,
            "live_cpu_seconds": spent,
            "resident_bytes": every.proportional,
            "resident_sum_bytes": every.resident,
            "cores": cores,
        },
    )


def main(settle: int = SETTLE_SECONDS, count: int = COUNT_SECONDS) -> None:
    """Run it and print the table."""
    with installation("demo") as house:
        asyncio.run(_measure(house, settle, count))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
