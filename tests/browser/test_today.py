"""The patient's own page: what is, what to do, and never a false comfort."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from playwright.async_api import WebSocketRoute, expect

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.frame import HOT
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.services.watch.ledger import Change, write
from tests.browser.conftest import AWAY, PHONE, passes, says_nothing_yet, where_it_is_noon
from tests.inbox import KEEP, kept

WORDS = "Your sugar is low. Eat or drink 15 grams of sugar now."
TARGET_PIXELS_MIN = 44


async def _wears(ward: Any, *ages_and_values: tuple[float, float]) -> None:
    """Cleo's sensor, and what it measured so many minutes ago."""
    cleo = ward.house.ids["Cleo"]
    (device,) = await ward.sql(
        "insert into device (name, kind) values ('cgm-1', 'cgm') returning id"
    )
    now = datetime.now(UTC)
    await ward.sql(
        "insert into association (device_id, patient_id, starts, source)"
        " values (%(device)s, %(patient)s, %(starts)s, 'test') returning id",
        device=device["id"], patient=cleo, starts=now - timedelta(days=1),
    )  # fmt: skip
    await ward.sql(
        "insert into device_state (device_id, connected, since, last_seen)"
        " values (%(device)s, true, now(), now()) returning device_id", device=device["id"],
    )  # fmt: skip
    glucose = BY_NAME["glucose"].index
    moments = [
        round((now - timedelta(minutes=age)).timestamp() * 1e6) for age, _ in ages_and_values
    ]
    rows = np.array(
        [
            (cleo, device["id"], glucose, 0, at, at, value)
            for at, (_, value) in zip(moments, ages_and_values, strict=True)
        ],
        HOT,
    )
    await ward.sql(KEEP, **kept(device["id"], 1, datetime.now(UTC), rows.tobytes()))


async def _alerts(ward: Any, priority: Priority = Priority.HIGH) -> int:
    """The watcher finds something the patient must act on, and the calls follow. Its id."""
    now = datetime.now(UTC)
    finding = Finding(priority, "Glucose 52 < 54 mg/dL", now, 52.0, 54.0, WORDS)
    key = Key("glucose_low", ward.house.ids["Cleo"], None)
    tools = ward.house.tools
    (alarm,) = await write(tools.store, tools.bus, [Change(key, Kind.PHYSIOLOGICAL, now, finding)])
    await ward.calls()
    return alarm.id


async def _opens(visit: Any, **options: Any) -> Any:
    patient = await visit(**{"viewport": PHONE, **options})
    await patient.signs_in(Role.PATIENT)
    await expect(patient.page.get_by_role("heading", level=1)).to_be_visible()
    return patient


def _first(patient: Any) -> Any:
    return patient.page.get_by_role("heading", level=1)


async def _seen(ward: Any) -> list[bool]:
    rows = await ward.sql("select seen from call where audience = 'patient'")
    return [row["seen"] is not None for row in rows]


async def _receipted(ward: Any) -> None:
    """Until the server knows that the patient saw it: a receipt may come before the call."""
    async with asyncio.timeout(8):
        while await _seen(ward) != [True]:
            await asyncio.sleep(0.05)


async def test_old_values_never_comfort(visit: Any, ward: Any) -> None:
    await _wears(ward, (185, 120), (180, 118))
    patient = await _opens(visit)
    await expect(_first(patient)).to_have_text("We have no recent value")
    value = patient.page.locator("[data-vital=glucose]")
    await expect(value).to_contain_text("No recent value")
    await expect(value).to_contain_text("measured 3 hours ago. It says nothing about now.")
    assert "fine" not in await patient.page.locator("main").inner_text()


async def test_without_any_value_nothing_is_promised_and_an_emergency_service_it_never_is(
    visit: Any, ward: Any
) -> None:
    patient = await _opens(visit)
    await expect(_first(patient)).to_have_text("No measurements yet")
    await expect(patient.page.get_by_text("Homeward is not an emergency service.")).to_be_visible()
    await expect(patient.page.get_by_text("call your emergency number")).to_be_visible()


async def test_an_alert_comes_at_once_says_what_to_do_and_is_receipted(
    visit: Any, ward: Any
) -> None:
    await _wears(ward, (4, 118))
    patient = await _opens(visit)
    await expect(_first(patient)).to_have_text("Your values look fine")
    alarm = await _alerts(ward)
    alert = patient.page.locator(f"[data-alarm='{alarm}']")
    await expect(alert).to_contain_text("Do this now")
    await expect(alert).to_contain_text(WORDS)
    await expect(_first(patient)).to_have_text("Act now")
    value = patient.page.locator("[data-vital=glucose]")
    await expect(value).to_contain_text("Please read the message about it.")
    await expect(patient.page.get_by_text(WORDS)).to_have_count(1)
    await _receipted(ward)


async def test_a_hidden_page_gives_no_receipt(visit: Any, ward: Any) -> None:
    patient = await visit(viewport=PHONE)
    await patient.page.add_init_script(
        """window.shown = "hidden";
        Object.defineProperty(document, "visibilityState", { get: () => window.shown });"""
    )
    alarm = await _alerts(ward)
    await patient.signs_in(Role.PATIENT)
    await expect(patient.page.locator(f"[data-alarm='{alarm}']")).to_be_visible()
    assert await _seen(ward) == [False]
    async with patient.page.expect_response("**/api/today/alarms/*/seen"):
        await patient.page.evaluate(
            "window.shown = 'visible'; document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert await _seen(ward) == [True]


async def test_fresh_values_are_said_to_be_fine_and_a_lost_connection_takes_the_comfort_back(
    visit: Any, ward: Any
) -> None:
    await _wears(ward, (9, 120), (4, 118))
    patient = await visit(viewport=PHONE)
    is_silent = False

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda text: None if is_silent else socket.send(text))

    await patient.page.route_web_socket("**/api/live", between)
    await patient.signs_in(Role.PATIENT)
    await expect(_first(patient)).to_have_text("Your values look fine")
    value = patient.page.locator("[data-vital=glucose]")
    await expect(value).to_contain_text("118 mg/dL")
    await expect(value).to_contain_text("measured 4 minutes ago")
    is_silent = True
    await expect(_first(patient)).to_have_text("We cannot reach Homeward", timeout=9_000)
    is_silent = False
    await expect(_first(patient)).to_have_text("Your values look fine", timeout=20_000)


@pytest.mark.parametrize(
    ("role", "path", "words"),
    [(Role.PATIENT, "/", WORDS), (Role.NURSE, "/patients/{Cleo}", "Glucose 52 < 54")],
)
async def test_an_alert_from_before_the_server_begins_to_tell_is_shown_at_once(
    visit: Any, ward: Any, role: Role, path: str, words: str
) -> None:
    patient = await visit(viewport=PHONE)
    is_said = await says_nothing_yet(patient.page)
    await patient.signs_in(role, path.format(**ward.house.ids))
    await expect(_first(patient)).to_be_visible()
    await passes(patient.page, 500)
    await _alerts(ward)  # the page is connected, and has not said yet of whom it wants to hear
    is_said()
    await expect(patient.page.get_by_text(words).first).to_be_visible()


async def test_it_is_never_taken_for_an_emergency_service(visit: Any, ward: Any) -> None:
    patient = await _opens(visit)
    await expect(patient.page.get_by_text("Homeward is not an emergency service.")).to_be_visible()
    await expect(patient.page.get_by_text("call your emergency number")).to_be_visible()
    # Nor where the day cannot be read; and every other page is still one press away.
    patient.expected += AWAY
    await patient.page.route("**/api/today", lambda route: route.abort())
    await patient.page.reload()
    await expect(patient.page.get_by_role("button", name="Try again")).to_be_visible()
    await expect(patient.page.get_by_text("call your emergency number")).to_be_visible()
    await expect(patient.page.get_by_role("link", name="Messages")).to_be_visible()
    assert await patient.axe_faults() == []


async def test_the_day_is_for_everybody(visit: Any, ward: Any) -> None:
    await _wears(ward, *((minutes, 120) for minutes in range(4, 60, 5)))
    await _alerts(ward, Priority.MEDIUM)
    patient = await _opens(visit, reduced_motion="reduce", timezone_id=where_it_is_noon())
    await expect(patient.page.get_by_text(WORDS)).to_be_visible()
    await expect(patient.page.get_by_role("img", name="Curve of today's glucose")).to_be_visible()
    assert await patient.axe_faults() == []
    assert not await patient.scrolls_sideways()
    small = await patient.page.evaluate(
        """(least) => [...document.querySelectorAll("a, button")].flatMap((one) => {
          const { width, height } = one.getBoundingClientRect();
          const isSkip = one.classList.contains("hw-skip");
          return isSkip || (width >= least && height >= least) ? [] : [one.outerHTML];
        })""",
        TARGET_PIXELS_MIN,
    )
    assert small == []


@pytest.mark.parametrize(
    ("role", "path", "home"),
    [(Role.PATIENT, "/consent", "My day"), (Role.RELATIVE, "/account", "What you are told")],
)
async def test_from_any_page_beside_it_one_press_leads_home(
    visit: Any, role: Role, path: str, home: str
) -> None:
    visitor = await visit(viewport=PHONE)
    await visitor.signs_in(role, path)
    back = visitor.page.get_by_role("link", name=home, exact=True)
    assert (await back.bounding_box())["height"] >= TARGET_PIXELS_MIN
    await visitor.click(back)
    await expect(visitor.page).to_have_url(f"{visitor.url}/")
    await expect(back).to_have_count(0)


async def test_an_alert_says_what_to_do_in_the_readers_language(ward: Any, visit: Any) -> None:
    await _wears(ward, (1, 52))
    await _alerts(ward)
    cleo = await visit(viewport=PHONE, locale="de")
    await cleo.signs_in(Role.PATIENT)
    steps = cleo.page.locator("[data-alarm] li")
    await expect(steps).to_have_count(5)
    await expect(steps.first).to_contain_text("15 Gramm schnellen Zucker")
    await expect(steps.last).to_contain_text("den Notruf")
    assert await cleo.axe_faults() == []
    assert not await cleo.scrolls_sideways()
