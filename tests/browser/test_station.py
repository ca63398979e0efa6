"""The central station: a ward's traces, frozen, measured and printed."""

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from playwright.async_api import Locator, expect

from homeward.model.alarm import Priority
from homeward.model.frame import Channel, WaveFrame
from homeward.model.person import Role
from homeward.model.wave import BY_NAME
from tests.browser.conftest import PHONE

RATE_HZ, FRAME_SECONDS = 500, 0.25
PULSE_SECONDS = 0.06
STEPS = 200  # of 5 uV: a pulse of 1 mV
PIXELS_PER_MM = 96 / 25.4


async def _pulses(ward: Any, at: datetime) -> None:
    """A quarter of a second of lead II and V: 1 mV for 60 ms at each full second."""
    start = at.timestamp()
    moments = start + np.arange(round(RATE_HZ * FRAME_SECONDS)) / RATE_HZ
    samples = np.where((moments + 1e-4) % 1.0 < PULSE_SECONDS, STEPS, 0).astype("<i2")
    leads = (("ecg_ii", 0.005), ("ecg_v", 0.0025))
    channels = tuple(Channel(BY_NAME[name], RATE_HZ, scale, samples) for name, scale in leads)
    frame = WaveFrame(1, ward.sent, round(start * 1e6), channels).pack()
    ward.sent += 1
    head = struct.pack("<qq", ward.anna, ward.house.ids["monitor-1"])
    await ward.house.tools.bus.publish(f"hot.waves.{ward.anna}", head + frame)


@asynccontextmanager
async def _heart(ward: Any, lost: frozenset[int] = frozenset()) -> AsyncIterator[None]:
    """Anna's heart beats once a second on the dot; frames of these numbers never arrive."""

    async def beat() -> None:
        start = datetime.now(UTC).replace(microsecond=0)
        for number in range(10_000):
            at = start + timedelta(seconds=number * FRAME_SECONDS)
            await asyncio.sleep((at - datetime.now(UTC)).total_seconds() + FRAME_SECONDS)
            if number not in lost:
                await _pulses(ward, at)

    task = asyncio.create_task(beat())
    yield
    task.cancel()


async def _opens(visit: Any, ward: Any, **options: Any) -> Any:
    nurse = await visit(**options)
    await nurse.signs_in(Role.NURSE, f"/wards/{ward.house.ids['Ward 3']}/station")
    await expect(nurse.tile("Anna")).to_be_visible()
    await expect(nurse.page.get_by_test_id("pulse")).to_contain_text("Live")
    await ward.is_heard(ward.anna)
    return nurse


def _drawn(nurse: Any, samples: int) -> Any:
    """Until so many samples of Anna's are drawn."""
    js = "([sweep, least]) => Number(sweep.dataset.drawn) >= least"
    return _until(nurse, nurse.tile("Anna").locator("[data-drawn]"), js, samples)


async def _until(nurse: Any, where: Locator, js: str, value: Any) -> None:
    handle = await where.element_handle()
    await nurse.page.wait_for_function(js, arg=[handle, value], timeout=12_000)


async def _place_of(paper: Locator, moment: float) -> tuple[float, float]:
    """Where on the screen a moment of the strip is."""
    box = await paper.bounding_box()
    assert box is not None
    start = float(await paper.get_attribute("data-start") or 0)
    end = float(await paper.get_attribute("data-end") or 0)
    return box["x"] + box["width"] * (moment - start) / (end - start), box["y"] + 60


async def _puts(nurse: Any, mark: str, moment: float) -> None:
    paper = nurse.page.locator("[data-start]")
    box = await nurse.page.locator(f"[data-mark={mark}]").bounding_box()
    x, y = await _place_of(paper, moment)
    await nurse.page.mouse.move(box["x"] + box["width"] / 2, y)
    await nurse.page.mouse.down()
    await nurse.page.mouse.move(x, y, steps=4)
    await nurse.page.mouse.up()


async def _reads(nurse: Any) -> tuple[int, int, float]:
    """Milliseconds, a minute, and millivolts, as the calipers say them."""
    text = await nurse.page.get_by_test_id("calipers").inner_text()
    found = re.fullmatch(r"\s*(\d+) ms\s+(\d+)/min\s+([+-]?[\d.]+) mV\s*", text)
    assert found, text
    return int(found[1]), int(found[2]), float(found[3])


async def test_frozen_beats_are_measured_while_alarms_go_on_and_printed_in_true_millimetres(
    visit: Any, ward: Any
) -> None:
    nurse = await _opens(visit, ward)
    async with _heart(ward):
        await ward.reads(ward.anna, heart_rate=60, oxygen_saturation=97)
        await expect(nurse.tile("Anna").locator("[data-vital=heart_rate]")).to_contain_text("60")
        await expect(nurse.tile("Anna")).to_contain_text("25 mm/s")
        await _drawn(nurse, 3 * 2 * RATE_HZ)
        await nurse.tile("Anna").get_by_role("link", name="Anna").focus()
        await nurse.press("f")
        strip = nurse.page.get_by_role("region", name="Frozen traces")
        await expect(strip).to_contain_text("Frozen at")
        paper = strip.locator("[data-start]")
        end = float(await paper.get_attribute("data-end") or 0)
        beat = (end // 1000 - 1) * 1000 + PULSE_SECONDS * 500  # the middle of the last but one
        await _puts(nurse, "A", beat)
        await _puts(nurse, "B", beat + 1000)
        ms, rate, difference = await _reads(nurse)
        assert (abs(ms - 1000) <= 25, abs(rate - 60) <= 1, difference) == (True, True, 0.0)
        await _puts(nurse, "B", beat + 500)
        assert (await _reads(nurse))[2] == -1.0
        before = (await _reads(nurse))[0]
        await nurse.page.get_by_role("slider", name="Caliper B").press("ArrowRight")
        assert abs((await _reads(nurse))[0] - before - 4) <= 1
        await strip.get_by_text("V", exact=True).click()
        assert (await _reads(nurse))[2] == -0.5
        await ward.alarms(patient=ward.house.ids["Bela"])
        await expect(nurse.page.locator("#notices")).to_contain_text("SpO₂ 86 < 90 %")
        assert end == float(await paper.get_attribute("data-end") or 0)
        await nurse.press("Escape")
        await expect(strip).to_have_count(0)
        await expect(nurse.tile("Anna").locator("[data-live=true]")).to_have_count(1)
        await _prints(nurse)
    await expect(nurse.tile("Anna")).to_contain_text("No waveform since")


async def _prints(nurse: Any) -> None:
    """What is on the paper."""
    await nurse.page.get_by_role("button", name="Freeze Anna").click()
    await nurse.page.evaluate("window.print = () => {}")
    await nurse.page.get_by_role("button", name="Print strip").click()
    sheet = nurse.page.locator("[data-paper]")
    await expect(sheet).to_have_count(1)
    await nurse.page.emulate_media(media="print")
    await expect(sheet).to_be_visible()
    for words in ("Anna", "R-Anna", "3-01", "II 10 mm/mV", "25 mm/s", "Not for diagnosis"):
        await expect(sheet).to_contain_text(words)
    box = await sheet.locator("svg").first.bounding_box()
    assert abs(box["width"] - 250 * PIXELS_PER_MM) < 1
    line = sheet.locator("path[data-wave=ecg_ii]").first
    points = re.findall(r"([\d.]+) ([\d.]+)", await line.get_attribute("d"))
    xs, ys = np.array(points, float).T
    assert abs(np.ptp(ys) - 10) < 0.02  # 1 mV
    rises = xs[1:][np.diff(ys) < -5]
    assert np.allclose(np.diff(rises), 25, atol=0.1)  # a second
    await expect(nurse.page.get_by_role("region", name="Frozen traces")).to_be_hidden()
    await nurse.page.emulate_media(media="screen")
    await nurse.press("Escape")


async def test_a_lost_frame_is_a_gap_as_wide_as_it_was(visit: Any, ward: Any) -> None:
    nurse = await _opens(visit, ward)
    async with _heart(ward, lost=frozenset({2, 3})):
        await _drawn(nurse, 2 * 2 * RATE_HZ)
        gaps = int(await nurse.tile("Anna").locator("[data-gaps]").get_attribute("data-gaps"))
        assert gaps >= 4  # of two leads: where each begins, and where it goes on
        await nurse.page.get_by_role("button", name="Freeze Anna").click()
        line = nurse.page.locator("[data-start] path[data-wave=ecg_ii]")
        runs = [
            [float(point.split()[0]) for point in run.split("L")]
            for run in (await line.get_attribute("d")).split("M")[1:]
        ]
    wide = max(after[0] - before[-1] for before, after in pairwise(runs))
    expected = 2 * FRAME_SECONDS * 25 * PIXELS_PER_MM
    assert abs(wide - expected) < 3


async def test_the_station_is_for_everybody(visit: Any, ward: Any) -> None:
    nurse = await _opens(visit, ward, reduced_motion="reduce")
    await ward.alarms()
    await ward.alarms("Resp 22 > 20 /min", Priority.MEDIUM, ward.house.ids["Bela"], "breath_high")
    await expect(nurse.tile("Anna")).to_contain_text("SpO₂ 86")
    assert await nurse.axe_faults() == []
    await nurse.page.get_by_role("button", name="Freeze Anna").click()
    strip = nurse.page.get_by_role("region", name="Frozen traces")
    await expect(strip).to_contain_text("No waveform in this span")
    assert await nurse.axe_faults() == []
    await nurse.press("Escape")
    await nurse.page.get_by_role("button", name="96 dpi").click()
    await nurse.page.get_by_label("Width of the card").fill("5")
    await nurse.page.get_by_role("button", name="It is as wide as the card").click()
    await expect(nurse.page.get_by_role("button", name="True size")).to_be_visible()
    await nurse.page.set_viewport_size(PHONE)
    await expect(nurse.page.get_by_role("button", name="Freeze Anna")).to_have_count(0)
    await expect(nurse.tile("Anna")).to_be_visible()
    assert not await nurse.scrolls_sideways()
