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

# One process that folds and compacts as the platform does, hours after the readings. It stands
# still amid a transaction, where it is told to, so that it is killed there however slow we are.
WORKER = """
import asyncio, sys
from datetime import datetime
from homeward.services.record import fold
from homeward.services.record.work import converge
from homeward.services.contract import Tools
from homeward.store import Door, Store

fold.BUNDLES_MAX = 5
run, taken = Door.run, 0

async def run_and_stop(self, query, /, **values):
    global taken
    touched = await run(self, query, **values)
    taken += query.name == "take_from_inbox"
    if taken == int(sys.argv[3]):
        print("taken", flush=True)
        await asyncio.get_running_loop().create_future()
    return touched

Door.run = run_and_stop

async def main(url, now, stops):
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
    for stops in (1, 4):  # a bundle of fifty is taken at a time, and the last one not for good
        before = await house.waiting()
        worker = start(database_url, stops)
        assert worker.stdout is not None
        async with asyncio.timeout(20):
            assert await asyncio.to_thread(worker.stdout.readline) == b"taken\n"
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert await house.waiting() == before - 50 * (stops - 1)
        assert await house.charted("ann") == sent
    assert start(database_url).wait(30) == 0
    assert await house.waiting() == 0
    assert await house.count("minute_chunk") == 0
    assert await house.charted("ann") == sent


def start(url: str, stops: int = -1) -> subprocess.Popen[bytes]:
    """The worker; `stops`: at the so manieth time that it has taken something from the inbox."""
    now = (TEN + timedelta(hours=5)).isoformat()
    words = [sys.executable, "-c", WORKER, url, now, str(stops)]
    return subprocess.Popen(words, stdout=subprocess.PIPE)


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
