"""From a device's PUBLISH to the alarm painted on a nurse's screen, while the demo runs.

    make bench NAME=alarm_latency          6 rounds of 20 beds
    python -m bench.alarm_latency 2        two rounds

The whole demo (eight beds with waveforms, two homes) runs as load. Twenty more patients lie on a
ward of their own, each with a device that is its own client over mutual TLS; a real Chromium
shows that ward to a signed-in nurse. A device publishes a saturation nobody waits with; the
page notes when the alarm was painted. Both clocks are this machine's.
"""

import asyncio
import itertools
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
from playwright.async_api import Page, async_playwright

from bench.installation import LOGIN, PASSWORD, Installation, enrol, fill_ward, installation
from bench.report import finish
from homeward.model.reading import Reading
from homeward.model.vital import OXYGEN_SATURATION
from homeward.services.people.routes import COOKIE
from homeward.simulate.device import Badge, Device

BEDS = 20
ROUNDS = 6
CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOW, WELL = 70.0, 97.0
APPEAR_SECONDS_MAX = 15
CLEAR_SECONDS_MAX = 60
# Notes, for each bed, when its alarm was on the screen: after the frame that painted it.
WATCH = """
() => {
  window.painted = {};
  const look = () => {
    for (const tile of document.querySelectorAll('article[data-patient]')) {
      const id = tile.dataset.patient;
      if (!tile.dataset.alarm) { delete window.painted[id]; continue; }
      if (window.painted[id]) continue;
      window.painted[id] = -1;
      requestAnimationFrame(() => setTimeout(() => {
        window.painted[id] = performance.timeOrigin + performance.now();
      }));
    }
  };
  new MutationObserver(look).observe(document.body,
    { subtree: true, childList: true, attributes: true, attributeFilter: ['data-alarm'] });
}
"""


class Bed:
    """One patient and the device they wear."""

    def __init__(self, patient: int, folder: Path, boot: int) -> None:
        self.patient = patient
        self.device = Device(Badge.read(folder), boot)

    def says(self, value: float) -> float:
        """Publish one saturation; when, in seconds since 1970."""
        at = datetime.now(UTC)
        self.device.send([Reading(OXYGEN_SATURATION, value, at)])
        return at.timestamp()


async def _shown(page: Page, bed: Bed) -> float:
    words = f"() => (window.painted['{bed.patient}'] || 0) > 0 && window.painted['{bed.patient}']"
    handle = await page.wait_for_function(words, timeout=APPEAR_SECONDS_MAX * 1000, polling=20)
    return float(await handle.json_value()) / 1000


async def _recover(client: httpx.AsyncClient, beds: list[Bed]) -> None:
    """Everybody is well and answered for, until no alarm is open."""
    began = time.monotonic()
    while time.monotonic() - began < CLEAR_SECONDS_MAX:
        for bed in beds:
            bed.says(WELL)
        alarms = (await client.get("/api/alarms")).json()
        ours = [a for a in alarms if a["patient_id"] in {bed.patient for bed in beds}]
        if not ours:
            return
        for alarm in ours:
            if alarm["state"] in {"active", "latched"}:
                await client.post(
                    f"/api/alarms/{alarm['id']}/acknowledge", json={"reason": "bench"}
                )
        await asyncio.sleep(1)
    words = ", ".join(sorted({alarm["condition"] for alarm in ours}))
    raise SystemExit(f"{len(ours)} alarms did not clear in {CLEAR_SECONDS_MAX} s: {words}")


async def _measure(house: Installation, beds: list[Bed], ward: int, rounds: int) -> list[float]:
    took: list[float] = []
    async with httpx.AsyncClient(base_url=house.url) as client, async_playwright() as play:
        answer = await client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
        token = answer.cookies[COOKIE]
        client.headers["cookie"] = f"{COOKIE}={token}"
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = await browser.new_page(viewport={"width": 1600, "height": 950})
        await page.context.add_cookies(
            [{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/", "secure": True,
              "httpOnly": True, "sameSite": "Strict"}]
        )  # fmt: skip
        await page.goto(f"{house.url}/wards/{ward}")
        await page.wait_for_selector("article[data-patient]")
        await page.evaluate(WATCH)
        chance = random.Random(1)
        for number in range(rounds):
            await _recover(client, beds)
            for bed in chance.sample(beds, len(beds)):
                said = bed.says(LOW)
                took.append(await _shown(page, bed) - said)
                await asyncio.sleep(chance.uniform(0.1, 0.6))
            print(f"round {number + 1} of {rounds}: {len(took)} alarms", flush=True)
        await browser.close()
    return took


def _histogram(took: list[float]) -> None:
    edges = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, float("inf")]
    for low, high in itertools.pairwise(edges):
        count = sum(low <= each < high for each in took)
        print(f"  {low * 1000:>5.0f} to {high * 1000:>5.0f} ms {count:>5}  {'#' * count}")


async def main(rounds: int) -> None:
    """Run it, print the histogram."""
    with installation("demo") as house:
        patients = fill_ward(house, BEDS)
        with house.connect() as sql:
            ward = sql.execute("select id from ward where name = 'Bench'").fetchone()[0]
        boot = int(time.time())
        beds = [
            Bed(patient, enrol(house, f"latency-{n}", number), boot)
            for n, (number, patient) in enumerate(patients)
        ]
        running = [asyncio.create_task(bed.device.run()) for bed in beds]
        took = await _measure(house, beds, ward, rounds)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    print(f"{len(took)} alarms, from PUBLISH to painted:")
    _histogram(took)
    p50, p99 = np.percentile(took, [50, 99]).tolist()
    print(f"p50 {p50:.3f} s, p99 {p99:.3f} s, worst {max(took):.3f} s")
    finish("alarm_latency", {"alarms": len(took), "p50_seconds": p50, "p99_seconds": p99})


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
