"""How steadily a browser without a graphics card draws a central station.

    make bench NAME=station                32 beds
    python -m bench.station 16             sixteen

A whole Homeward, every bed with four leads of 500 Hz and its numbers, and one Chromium that renders
in software, as thin clients do. Counted are the pictures its worker drew and those the page came to
in the same time, how long a second the page was busy, and the CPU of the browser's processes.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Iterator

import psutil
from playwright.async_api import Page, ViewportSize, async_playwright

from bench.alarm_latency import CHROMIUM, FLAGS
from bench.installation import Installation, cookie, fill_ward, installation
from bench.report import cpu_seconds, finish, table
from bench.waves import FRAMES_A_SECOND, beside

BEDS = 32
SETTLE_SECONDS, COUNT_SECONDS = 12, 20
FRAMES_MIN = 25
SIZE: ViewportSize = {"width": 1920, "height": 1080}
# The worker's own count, as it tells its page with each tile's state.
COUNT = """
() => {
  window.told = { frames: 0, drawn: 0, gaps: 0 };
  const Known = window.Worker;
  window.Worker = class extends Known {
    constructor(...words) {
      super(...words);
      this.addEventListener('message', ({ data }) => {
        if (!data.screens) return;
        const sum = (name) => data.screens.reduce((all, one) => all + one[name], 0);
        window.told = { frames: data.frames, drawn: sum('drawn'), gaps: sum('gaps'),
          lost: data.lost, live: data.screens.filter((one) => one.isLive).length };
      });
    }
  };
  window.shown = 0;
  const show = () => { window.shown += 1; requestAnimationFrame(show); };
  requestAnimationFrame(show);
  window.busy = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.busy += one.duration;
  }).observe({ type: 'longtask' });
}
"""


@contextlib.contextmanager
def filled(house: Installation, beds: int) -> Iterator[int]:
    """A ward whose monitors send; its number."""
    patients = [str(patient) for _, patient in fill_ward(house, beds)]
    with house.connect() as sql:
        ward = sql.execute("select id from ward where name = 'Bench'").fetchone()
        sql.execute("insert into device (name, kind) select 'mon-' || id, 'monitor' from patient")
        sql.execute(
            "insert into association (device_id, patient_id, starts, source)"
            " select device.id, patient.id, now(), 'bench'"
            " from patient join device on device.name = 'mon-' || patient.id"
        )
        sql.execute(
            "insert into device_state (device_id, connected, since, last_seen)"
            " select id, true, now(), now() from device where name like 'mon-%'"
            " on conflict (device_id) do update set connected = true"
        )
    assert ward is not None
    words = (
        "bench.wave_path.monitors",
        house.bus_url("door"),
        str(FRAMES_A_SECOND),
        "plain",
        *patients,
    )
    with beside(*words):
        yield ward[0]


@contextlib.asynccontextmanager
async def station(house: Installation, ward: int, size: ViewportSize) -> AsyncIterator[Page]:
    """The page, open in a browser of its own."""
    name, _, token = cookie(house)["cookie"].partition("=")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        context = await browser.new_context(viewport=size)
        await context.add_cookies(
            [{"name": name, "value": token, "domain": "127.0.0.1", "path": "/", "secure": True,
              "httpOnly": True, "sameSite": "Strict"}]
        )  # fmt: skip
        page = await context.new_page()
        await page.add_init_script(f"({COUNT})()")
        await page.goto(f"{house.url}/wards/{ward}/station")
        yield page
        await browser.close()


def browser_cpu() -> float:
    """CPU of every process of the browser so far."""
    found = [
        each.pid for each in psutil.Process().children(recursive=True) if each.name() in CHROMIUM
    ]
    return cpu_seconds(found, children=False)


async def measure(house: Installation, beds: int) -> None:
    """Look for a while; prints and ends the bench."""
    with filled(house, beds) as ward:
        async with station(house, ward, SIZE) as page:
            await asyncio.sleep(SETTLE_SECONDS)
            before, began, cpu = await _told(page), time.monotonic(), browser_cpu()
            await asyncio.sleep(COUNT_SECONDS)
            after, passed = await _told(page), time.monotonic() - began
            cores = (browser_cpu() - cpu) / passed
    rate = (after["frames"] - before["frames"]) / passed
    shown = (after["shown"] - before["shown"]) / passed
    samples = (after["drawn"] - before["drawn"]) / passed
    busy = (after["busy"] - before["busy"]) / passed / 1000
    table(
        ("beds", "worker's pictures/s", "page's", "samples/s", "gaps", "lost", "busy %", "cores"),
        [
            (
                after["live"],
                f"{rate:.1f}",
                f"{shown:.1f}",
                f"{samples:,.0f}",
                after["gaps"] - before["gaps"],
                after["lost"],
                f"{100 * busy:.1f}",
                f"{cores:.2f}",
            )
        ],
    )
    is_kept = min(rate, shown) >= FRAMES_MIN
    print(f"at least {FRAMES_MIN} pictures a second: {'kept' if is_kept else 'MISSED'}")
    finish(
        "station",
        {"beds": after["live"], "pictures_per_second": rate, "page_pictures_per_second": shown,
         "samples_per_second": samples,
         "page_busy": busy, "browser_cores": cores, "frames_lost": after["lost"]},
    )  # fmt: skip


async def _told(page: Page) -> dict[str, float]:
    return await page.evaluate("({ ...window.told, busy: window.busy, shown: window.shown })")


def main(beds: int = BEDS) -> None:
    """Run it and print the table."""
    with installation() as house:
        asyncio.run(measure(house, beds))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
