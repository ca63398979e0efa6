"""What the whole demo costs: seconds to a live board, memory, CPU.

    make bench NAME=demo_cost

Starts the demo twice in a folder of its own (the second start is what a user sees each day),
lets it settle, and then counts all its processes for a minute. Memory is the proportional set
size (pages shared by several processes count once); the plain sum of resident sizes, which
counts PostgreSQL's shared buffers once per backend, stands beside it.
"""

import asyncio
import json
import sys
import time

import psutil
from websockets.asyncio.client import connect

from bench.installation import Installation, installation
from bench.report import cpu_seconds, finish, table

SETTLE_SECONDS = 45
COUNT_SECONDS = 60
LIVE_SECONDS_MAX = 60
DEMO_NURSE = {"login": "nora", "password": "homeward-demo"}


async def _seconds_until_live(house: Installation, began: float, ward_size: int) -> float:
    """Until a signed-in nurse's socket has had numbers of every bed."""
    import httpx

    async with httpx.AsyncClient(base_url=house.url) as client:
        answer = await client.post("/api/session", json=DEMO_NURSE)
        cookie = answer.headers["set-cookie"].split(";")[0]
        wards = (await client.get("/api/wards", headers={"cookie": cookie})).json()
    ward = next(each["id"] for each in wards if each["kind"] == "ward")
    seen: set[int] = set()
    url = house.url.replace("http", "ws") + "/api/live"
    async with connect(url, additional_headers={"cookie": cookie}) as socket:
        await socket.send(json.dumps({"watch": "ward", "id": ward}))
        async with asyncio.timeout(LIVE_SECONDS_MAX):
            while len(seen) < ward_size:
                told = json.loads(await socket.recv())
                if told["type"] == "readings":
                    seen |= {row[0] for row in told["rows"]}
    return time.monotonic() - began


def _memory(processes: dict[str, psutil.Process]) -> list[tuple[str, int, int]]:
    rows: list[tuple[str, int, int]] = []
    for name, process in processes.items():
        try:
            memory = process.memory_full_info()
        except psutil.Error:
            continue
        rows.append((name, memory.pss, memory.rss))
    return rows


def main(settle: int, count: int) -> None:
    """Run it and print the table."""
    with installation("demo") as house:
        house.stop()
        began = time.monotonic()
        house.start()
        live = asyncio.run(_seconds_until_live(house, began, 8))
        time.sleep(settle)
        assert house.process is not None
        before, then = cpu_seconds([house.process.pid]), time.monotonic()
        time.sleep(count)
        share = (cpu_seconds([house.process.pid]) - before) / (time.monotonic() - then)
        rows = _memory(house.processes())
    pss, rss = sum(row[1] for row in rows), sum(row[2] for row in rows)
    mb = [(name, f"{a / 1e6:.0f}", f"{b / 1e6:.0f}") for name, a, b in rows]
    table(
        ("process", "proportional MB", "resident MB"),
        [*mb, ("all", f"{pss / 1e6:.0f}", f"{rss / 1e6:.0f}")],
    )
    print(f"second start to a live board {live:.1f} s; {100 * share:.0f} % of one core")
    finish(
        "demo_cost",
        {"live_seconds": live, "resident_bytes": pss, "resident_sum_bytes": rss, "cores": share},
    )


if __name__ == "__main__":
    main(
        *(int(word) for word in sys.argv[1:])
        if len(sys.argv) > 2
        else (SETTLE_SECONDS, COUNT_SECONDS)
    )
