"""A panel of a thousand people at home, each with a year of readings, in real Chromium.

    make bench NAME=panel           nine rounds
    python -m bench.panel 5

A whole Homeward with a thousand people on a ward of the kind home: a weight each week of a year and
each day of its last month, and a blood pressure each day of the last fortnight; some have gained
weight, some fell silent. What is
counted of them is counted by the platform's own loop. Then, each round, the page is opened anew and
filtered in turn by each reason, by everybody, and by a name.

First paint is from the start of the navigation until the first lines are on the screen; a filter is
from the click until the lines it leaves are.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import numpy as np
import psycopg
import uvloop
from playwright.async_api import Page, async_playwright

from bench.alarm_latency import CHROMIUM, FLAGS
from bench.installation import Installation, cookie, fill_ward, installation, seal, wear
from bench.report import finish, spread, table
from homeward.model.vital import BY_NAME
from homeward.services.record.compact import hour_row
from homeward.store.chunks import micros, moment
from homeward.store.packed import DAY_US, HOUR_US, SAMPLES

ROUNDS, PATIENTS = 9, 1000
DAYS, MONTH, FORTNIGHT = 365, 30, 14
PAINT_SECONDS_MAX, FILTER_SECONDS_MAX = 1.0, 0.1
COUNT_SECONDS_MAX = 480
COLUMNS = (
    "patient_id", "hour", "vital", "samples", "low", "high", "mean", "received", "minutes", "body",
)  # fmt: skip
# When the first line was on the screen; asked by the frame, as a person sees it.
WATCH = """
const look = () => {
  if (document.querySelector('main ol > li'))
    requestAnimationFrame(() =>
      requestAnimationFrame(() => { window.painted = performance.now(); }));
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
SETTLED = """(act) => new Promise((done) => {
  const said = () => document.querySelector('main p[role=status]').textContent;
  const before = said(), began = performance.now();
  act.kind === 'text'
    ? (() => {
        const field = document.querySelector('main input[type=text], main input:not([type])');
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        set.call(field, act.value);
        field.dispatchEvent(new Event('input', { bubbles: true }));
      })()
    : document.querySelector(`main input[type=radio][value="${act.value}"]`).click();
  const look = () => {
    if (said() !== before) requestAnimationFrame(() => done((performance.now() - began) / 1000));
    else if (performance.now() - began > 5000) done(null);
    else requestAnimationFrame(look);
  };
  look();
})"""
FILTERS = (
    ("radio", "all"), ("radio", "trend"), ("radio", "silence"), ("radio", "any"),
    ("text", "bed 77"), ("text", ""),
)  # fmt: skip


def rows_of(patient: int, device: int, now: datetime, rng: np.random.Generator) -> list[Any]:
    """A year of one patient, as rows of the record's hours."""
    today = micros(now) // DAY_US * DAY_US - DAY_US
    silent = 10 if patient % 7 == 0 else 0  # days
    days = [*range(DAYS, MONTH, -7), *range(MONTH, silent - 1, -1)]  # yesterday is the last
    at = today + 7 * HOUR_US - DAY_US * np.array(days)
    weights = np.round(80 + np.cumsum(rng.normal(0, 0.2, len(at))) * 0.2, 1)
    if patient % 11 == 0:
        weights[-2:] += (1.5, 3.0)
    pressures = np.round(rng.normal(128 + patient % 20, 6, min(FORTNIGHT, len(at))))
    found: list[Any] = []
    for name, times, values in (
        ("weight", at, weights), ("systolic", at[-FORTNIGHT:], pressures),
    ):  # fmt: skip
        for when, value in zip(times.tolist(), values.tolist(), strict=True):
            one = np.zeros(1, SAMPLES)
            one["vital"], one["device"] = BY_NAME[name].index, device
            one["at"], one["value"], one["received"] = when, value, when
            row = hour_row(one) | {"patient_id": patient, "hour": moment(when // HOUR_US * HOUR_US)}
            found.append(tuple(row[column] for column in COLUMNS))
    return found


def write(url: str, patients: list[int], devices: list[int], now: datetime) -> None:
    """Everybody's year."""
    rng = np.random.default_rng(11)
    with psycopg.connect(url, autocommit=True) as sql, sql.cursor() as cursor:
        with cursor.copy(f"copy hour_chunk ({', '.join(COLUMNS)}) from stdin") as copy:
            for patient, device in zip(patients, devices, strict=True):
                for row in rows_of(patient, device, now, rng):
                    copy.write_row(row)
        cursor.execute("analyze")


async def counted(house: Installation) -> float:
    """Until the platform's own loop has counted everybody; seconds."""
    began = time.monotonic()
    with house.connect() as sql:
        while (sql.execute("select count(*) from panel_score").fetchone() or (0,))[0] < PATIENTS:
            if time.monotonic() - began > COUNT_SECONDS_MAX:
                raise SystemExit(f"not counted after {COUNT_SECONDS_MAX} s")
            await asyncio.sleep(0.5)
    return time.monotonic() - began


async def one_round(page: Page, path: str) -> tuple[float, list[float]]:
    """Open the page and filter it; seconds of each."""
    await page.goto(path)
    await page.locator("main ol > li").first.wait_for(timeout=30_000)
    # Not wait_for_function: it evaluates a text, which our pages forbid.
    while (painted_ms := await page.evaluate("() => window.painted ?? null")) is None:
        await asyncio.sleep(0.02)
    painted = painted_ms / 1000
    taken: list[float] = []
    for kind, value in FILTERS:
        seconds = await page.evaluate(SETTLED, {"kind": kind, "value": value})
        assert seconds is not None, f"nothing changed by {kind} {value!r}"
        taken.append(seconds)
    return painted, taken


async def measure(house: Installation, ward: int, rounds: int) -> tuple[list[float], list[float]]:
    """Every round."""
    value = cookie(house)["cookie"].partition("=")
    address = {"name": value[0], "value": value[2], "secure": True}
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        await context.add_cookies(
            [address | {"url": house.url.replace("http://", "https://")}]  # pyright: ignore[reportArgumentType]
        )
        page = await context.new_page()
        await page.add_init_script(WATCH)
        path = f"{house.url}/wards/{ward}/panel"
        await one_round(page, path)  # the browser's cache is filled
        found = [await one_round(page, path) for _ in range(rounds)]
        await browser.close()
    return [paint for paint, _ in found], [max(taken) for _, taken in found]


def main(rounds: int = ROUNDS) -> None:
    """Run it and print the table."""
    with installation() as house:
        patients = [patient for _, patient in fill_ward(house, PATIENTS)]
        with house.connect() as sql:
            sql.execute("update ward set kind = 'home' where name = 'Bench'")
            ward = (sql.execute("select id from ward where name = 'Bench'").fetchone() or (0,))[0]
        seal(house)
        now = datetime.now(UTC)
        devices = wear(house, patients, now - timedelta(days=DAYS + 1))
        write(house.run_file["postgres_url"], patients, devices, now)
        with house.connect() as sql:
            sql.execute("delete from panel_score")  # counted before there was anything
        took = uvloop.run(counted(house))
        paints, filters = uvloop.run(measure(house, ward, rounds))
    print(f"{PATIENTS:,} people with a year each, counted in {took:.0f} s; {rounds} rounds")
    table(
        ("what", "seconds", "at most"),
        [
            ("first paint", spread(paints, ".3f"), PAINT_SECONDS_MAX),
            ("slowest filter", spread(filters, ".3f"), FILTER_SECONDS_MAX),
        ],
    )
    finish(
        "panel",
        {
            "first_paint_seconds": median(paints),
            "filter_seconds": median(filters),
            "counted_seconds": took,
        },
    )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
