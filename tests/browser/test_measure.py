"""A patient measures: entered without a network, through a lost answer and a reload, once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bumble.link import LocalLink
from playwright.async_api import Page, Route, expect

from bench._bumble import backends, device_on
from bench._meter import Meter, stored
from bench._meter_app import ADDRESS, TUNNEL, Tunnel
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.services.record.fold import fold
from homeward.store.chunks import samples
from tests.browser.conftest import AWAY, PHONE

LATER_MS = 2_500
ELSEWHERE = """(patient) => new Promise((done, failed) => {
  const asked = indexedDB.open("homeward-home");
  asked.onsuccess = () => {
    const change = asked.result.transaction("waiting", "readwrite");
    change.objectStore("waiting").add({patient, meter: "", zone: "UTC",
      entry: {at: Date.now(), values: [{vital: "pulse", value: 70, unit: "/min"}]}});
    change.oncomplete = () => { asked.result.close(); done(); };
    change.onabort = failed;
  };
})"""
PATIENTS = """() => new Promise((done) => {
  const asked = indexedDB.open("homeward-home");
  asked.onsuccess = () => {
    const all = asked.result.transaction("waiting").objectStore("waiting").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map(one => one.patient)); };
  };
})"""


async def enters(page: Page, what: str, **numbers: str) -> None:
    """Something by hand, in the words of the page."""
    mine = page.get_by_role("region", name="By hand")
    await mine.get_by_label("What did you measure?").select_option(what)
    for label, number in numbers.items():
        await mine.get_by_label(label.replace("_", " ")).fill(number)
    await mine.get_by_role("button", name="Send", exact=True).click()


async def charted(ward: Any, *vitals: str) -> list[list[float]]:
    """What the record has of Cleo, once all is folded."""
    store, now = ward.house.store, datetime.now(UTC) + timedelta(minutes=3)
    while (await fold(store, now)).messages:
        pass
    until, cleo = round(now.timestamp() * 1e6), ward.house.ids["Cleo"]
    indices = [BY_NAME[name].index for name in vitals]
    found = await samples(store.door(), cleo, indices, 946_684_800_000_000, until)
    return [[float(row["value"]) for row in found.get(index, ())] for index in indices]


@asynccontextmanager
async def meter_of(page: Page, records: dict[int, bytes]) -> AsyncIterator[Meter]:
    """A meter near this page: its navigator.bluetooth leads to a virtual link."""
    link = LocalLink()
    adapter = device_on(link, "phone", "F0:F0:F0:F0:F0:F0")
    await adapter.power_on()
    meter = Meter(device_on(link, "meter", ADDRESS), records)
    await meter.here()
    tunnel = Tunnel(page, backends(adapter))
    await page.expose_function("tunnel", tunnel.tunnel)
    await page.add_init_script(TUNNEL)
    telling = asyncio.create_task(tunnel.tell())
    yield meter
    telling.cancel()


async def test_a_meter_is_read_in_one_tap_through_a_cut_and_a_reload(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE, timezone_id="UTC")
    page, wrong = cleo.page, timedelta(hours=3)
    newest = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=1)
    records, _ = stored(12, 0, newest + wrong)
    async with meter_of(page, records) as meter:
        meter.clock = datetime.now(UTC).replace(tzinfo=None) + wrong
        await cleo.signs_in(Role.PATIENT, "/measure")
        mine = page.get_by_role("region", name="With a meter")
        meter.cut_after = 5
        await mine.get_by_role("button", name="Read my meter").click()
        await expect(mine.get_by_role("status")).to_contain_text("The connection broke")
        await page.reload()
        meter.cut_after = None
        await mine.get_by_role("button", name="Read my meter").click()
        await expect(mine.get_by_role("status")).to_contain_text(
            "new from the meter.", timeout=15_000
        )
        await expect(mine.get_by_role("status")).not_to_contain_text("Keep it near", timeout=15_000)
        await expect(page.get_by_role("status").first).to_contain_text("Everything is sent")
        assert await cleo.axe_faults() == []
        assert not await cleo.scrolls_sideways()
    assert {octets[0] for octets in meter.asked} <= {1, 4}, "nothing is deleted"
    assert await charted(ward, "glucose") == [[80.0 + n for n in range(12)]]
    (last,) = await ward.sql(
        "select name, kind from device where kind = 'patient app' and name like 'gm-1-%%'"
    )
    assert last["name"] == f"gm-1-of-{ward.house.ids['Cleo']}"
    await cleo.goes("/reports")
    await page.get_by_role("link", name="Where my values come from").click()
    sent = page.get_by_role("region", name="Who sent them")
    await expect(sent).to_contain_text("From your meter (gm\u20111)")
    await expect(sent).to_contain_text("12 values")
    each = page.get_by_role("region", name="Value by value").get_by_role("listitem")
    await expect(each).to_have_count(12)
    await expect(each.first).to_contain_text("91 mg/dL")
    assert await cleo.axe_faults() == []


async def test_what_is_entered_offline_is_kept_sent_and_there_once(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    cleo.expected = (*cleo.expected, *AWAY)
    lost: list[int] = []
    is_lost = asyncio.Event()
    is_back = is_opened_again = False

    async def loses_the_first_answer(route: Route) -> None:
        if is_opened_again:
            await route.continue_()
            return
        if is_back and not is_lost.is_set():
            is_lost.set()
            lost.append((await route.fetch()).status)
        await route.abort()

    await cleo.page.route("**/measurements", loses_the_first_answer)
    await cleo.signs_in(Role.PATIENT)
    page = cleo.page
    await page.get_by_role("link", name="Measure and send").click()
    status = page.get_by_role("status").first
    await expect(page.get_by_role("region", name="By hand")).to_be_visible()
    await page.context.set_offline(True)
    while await page.evaluate("performance.now()") < LATER_MS:  # what is fetched later is away
        await asyncio.sleep(0.05)
    await enters(page, "pressure", Upper_number="128", Lower_number="82")
    await expect(status).to_contain_text("1 waiting to be sent")
    await page.get_by_label("When, if not now").fill("2099-01-01T08:00")
    await enters(page, "pressure", Upper_number="128", Lower_number="82")
    await expect(page.get_by_text("has not come yet")).to_be_visible()
    await enters(page, "weight", Weight="81,4")
    await expect(status).to_contain_text("2 waiting to be sent")
    is_back = True
    await page.context.set_offline(False)
    async with asyncio.timeout(10):
        await is_lost.wait()
    await expect(status).to_contain_text("kept on this phone")
    await page.reload(wait_until="commit")  # the page of before sends nothing any more
    is_opened_again = True
    await expect(status).to_contain_text("Everything is sent")
    assert lost == [200]
    assert await charted(ward, "systolic", "diastolic", "weight") == [[128], [82], [81.4]]


async def test_what_is_somebody_elses_is_never_sent(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    sent: list[str] = []
    cleo.page.on("request", lambda it: sent.append(it.url) if "measurements" in it.url else None)
    await cleo.signs_in(Role.PATIENT, "/measure")
    page = cleo.page
    await expect(page.get_by_role("region", name="By hand")).to_be_visible()
    await enters(page, "pulse", Pulse="66")
    await expect(page.get_by_role("status").first).to_contain_text("Everything is sent")
    await page.evaluate(ELSEWHERE, ward.anna)
    await page.reload()
    await enters(page, "pulse", Pulse="67")
    await expect(page.get_by_role("status").first).to_contain_text("Everything is sent")
    assert await page.evaluate(PATIENTS) == [ward.anna]
    assert {url.rsplit("/", 2)[1] for url in sent} == {str(ward.house.ids["Cleo"])}
    assert (await charted(ward, "pulse"))[0] == [66, 67]


async def test_what_cannot_be_is_not_sent_and_what_is_rare_is_asked(visit: Any, ward: Any) -> None:
    cleo = await visit(viewport=PHONE)
    await cleo.signs_in(Role.PATIENT, "/measure")
    page = cleo.page
    await enters(page, "pressure", Upper_number="80", Lower_number="120")
    await expect(page.get_by_text("must be above the lower one")).to_be_visible()
    await enters(page, "glucose", Glucose="6,1")
    await expect(page.get_by_text("it cannot be")).to_be_visible()
    await page.get_by_label("Unit").select_option("mmol/L")
    await enters(page, "glucose", Glucose="26")
    await expect(page.get_by_text("26 mmol/L")).to_be_visible()
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()
    await page.get_by_role("button", name="Yes, send it").click()
    await expect(page.get_by_role("status").first).to_contain_text("Everything is sent")
    await page.reload()
    await page.get_by_label("What did you measure?").select_option("glucose")
    await expect(page.get_by_label("Unit")).to_have_value("mmol/L")
    assert [round(value) for value in (await charted(ward, "glucose"))[0]] == [468]
