"""A page reads meters as a browser does: through Web Bluetooth, the bus of BlueZ and a link."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bumble.link import LocalLink
from playwright.async_api import async_playwright, expect

from bench import _bluez
from bench._bumble import backends, device_on
from bench._meter import Meter, stored
from bench._monitor import Monitor
from homeward.model.person import Role
from tests.browser.conftest import CHROMIUM, FLAGS, PHONE, Visitor
from tests.browser.test_measure import charted

METER, MONITOR = "F1:F1:F1:F1:F1:F1", "F2:F2:F2:F2:F2:F2"
PHONE_IN_UTC: dict[str, Any] = {"viewport": PHONE, "timezone_id": "UTC"}
MINUTES = {minute: 150 + minute for minute in range(5, 50, 5)}


@asynccontextmanager
async def with_radio(url: str, bus: str) -> AsyncIterator[Visitor]:
    """A telephone that finds meters on this bus."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS.split(), *_bluez.FLAGS],
            env=dict(_bluez.environment(bus)),
        )
        context = await browser.new_context(**PHONE_IN_UTC)
        yield Visitor(await context.new_page(), url)
        await browser.close()


async def reads(page: Any) -> str:
    """One tap; what the page says of it in the end."""
    mine = page.get_by_role("region", name="With a meter")
    await mine.get_by_role("button", name="Read my meter").click()
    said = mine.get_by_role("status")
    await expect(said).to_contain_text("meter", timeout=15_000)
    await expect(said).not_to_contain_text("Keep it near", timeout=15_000)
    await expect(page.get_by_role("status").first).to_contain_text("Everything is sent")
    return await said.inner_text()


async def test_a_meter_and_a_monitor_are_read_by_the_browsers_own_bluetooth(ward: Any) -> None:
    hour_ago = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=1)
    link = LocalLink()
    radio = device_on(link, "radio", "F0:F0:F0:F0:F0:F0")
    await radio.power_on()
    records, contexts = stored(12, 3, hour_ago)
    meter = Meter(device_on(link, "meter", METER), records, contexts)
    monitor = Monitor(device_on(link, "monitor", MONITOR), hour_ago, MINUTES)
    for each in (meter, monitor):
        await each.here()
    async with (
        _bluez.bluez(backends(radio), [METER, MONITOR]) as (_, bus),
        with_radio(ward.house.url, bus) as cleo,
    ):
        await cleo.signs_in(Role.PATIENT, "/measure")
        chooses = await _bluez.chooses(cleo.page, METER)
        meter.cut_after = 5
        assert "The connection broke" in await reads(cleo.page)
        assert "new from the meter" in await reads(cleo.page)
        chooses(MONITOR)
        assert "new from the meter" in await reads(cleo.page)
        await reads(cleo.page)
    # The meter's are older than the session of the monitor.
    assert await charted(ward, "glucose") == [
        [*(80.0 + n for n in range(12)), *map(float, MINUTES.values())]
    ]
    assert monitor.written == [], "nothing starts, stops or calibrates a session"
    assert {octets[0] for octets in (*meter.asked, *monitor.asked)} <= {1, 4}
