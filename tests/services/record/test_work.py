"""The work itself, as the platform runs it: by its name, and killed in the middle."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

from homeward.services.contract import work_of
from homeward.services.record import work
from tests.services.record.conftest import TEN

SECOND = timedelta(seconds=1)

# One process that folds and compacts as the platform does, hours after the readings.
WORKER = """
import asyncio, sys
from datetime import datetime
from homeward.services.record import fold
from homeward.services.record.work import converge
from homeward.services.contract import Tools
from homeward.store import Store

fold.BUNDLES_MAX = 5

async def main(url, now):
    async with Store.open(url) as store:
        await converge(Tools(store, None, None, lambda: datetime.fromisoformat(now)))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_the_scheduled_job_itself_folds_and_compacts(house, monkeypatch):
    monkeypatch.setattr(work, "EVERY_SECONDS", 0.01)
    await house.wears("ann", "monitor", TEN)
    await house.sends(house.delivery("monitor", 1, ("pulse", 72, TEN)))
    tools = replace(house.tools, now=lambda: TEN + timedelta(hours=3))
    working = asyncio.ensure_future(work_of("record")(tools))
    async with asyncio.timeout(10):
        while not await house.count("hour_chunk"):
            await asyncio.sleep(0.02)
    assert not working.done()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    assert await house.charted("ann") == [(TEN, 72)]


async def test_killed_in_the_middle_again_and_again_it_loses_and_doubles_nothing(
    house, database_url
):
    await house.wears("ann", "monitor", TEN)
    sent = [(TEN + n * SECOND, float(60 + n % 40)) for n in range(600)]
    deliveries = [house.delivery("monitor", n, ("pulse", v, at)) for n, (at, v) in enumerate(sent)]
    for first in range(0, len(deliveries), 10):  # a bundle each
        await house.sends(*deliveries[first : first + 10])
    for kills in range(2):
        folded = await house.waiting()
        worker = start(database_url)
        async with asyncio.timeout(20):
            while await house.waiting() > folded - 150 and worker.poll() is None:
                await asyncio.sleep(0)
        assert worker.poll() is None, f"it ended before kill {kills}"
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert await house.charted("ann") == sent
    assert start(database_url).wait(30) == 0
    assert await house.waiting() == 0
    assert await house.count("minute_chunk") == 0
    assert await house.charted("ann") == sent


def start(url):
    now = (TEN + timedelta(hours=5)).isoformat()
    return subprocess.Popen([sys.executable, "-c", WORKER, url, now])


async def test_a_device_that_sends_rubbish_does_not_fill_the_disk(house, monkeypatch):
    monkeypatch.setattr(work, "QUARANTINE_PER_DEVICE_MAX", 3)
    for device in (house.devices["monitor"], house.devices["spare"], None):
        await house.sql(
            "insert into quarantine (device_id, received, topic, reason, body) "
            "select %(device)s, %(now)s, 't', n::text, '' from generate_series(1, 5) n "
            "returning id",
            device=device,
            now=TEN,
        )
    await house.sql(
        "insert into quarantine (device_id, received, topic, reason, body) "
        "select %(device)s, %(now)s, 't', 'it could not be folded (ValueError)', '' "
        "from generate_series(1, 5) returning id",
        device=house.devices["monitor"],
        now=TEN,
    )
    await work.trim_quarantine(house.tools)
    kept = await house.sql("select reason from quarantine where device_id is null order by id")
    assert [row["reason"] for row in kept] == ["3", "4", "5"]
    assert await house.count("quarantine") == 9 + 5, "what could not be folded stays"
