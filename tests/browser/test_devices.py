"""The fleet: what an engineer sees and does, and what a nurse may."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import Locator, expect

from homeward.model.person import Role
from tests.browser.conftest import PHONE

SPOILED = b'{"vital":"pulse","value":9999,"unit":"/min"}'
BINARY = b"HW\x01\x00\xff"


async def _opens(visit: Any, role: Role = Role.ENGINEER, **options: Any) -> Any:
    visitor = await visit(**options)
    await visitor.signs_in(role, "/devices")
    await expect(visitor.page.get_by_test_id("pulse")).to_contain_text("Live")
    await expect(visitor.page.get_by_role("heading", name="Devices")).to_be_visible()
    return visitor


def _line(visitor: Any, name: str) -> Locator:
    return visitor.page.locator(f"[data-device='{name}']")


async def _acts(visitor: Any, name: str, act: str) -> None:
    await visitor.click(visitor.page.get_by_role("button", name=f"What to do with {name}"))
    await visitor.click(visitor.page.get_by_role("menuitem", name=act))


async def _was_silent(ward: Any) -> None:
    await ward.sql(
        "insert into device_state (device_id, connected, since, last_seen, offset_seconds,"
        " firmware) values (%(device)s, false, %(then)s, %(then)s, -4.2, 'monitor 2.1')"
        " returning device_id",
        device=ward.house.ids["monitor-1"], then=datetime.now(UTC) - timedelta(minutes=12),
    )  # fmt: skip


async def _spoils(ward: Any) -> None:
    for minutes, body in ((9, BINARY), (2, SPOILED)):
        await ward.sql(
            "insert into quarantine (device_id, received, topic, reason, body) values"
            " (%(device)s, %(at)s, 'devices/monitor-1/readings', %(reason)s, %(body)s)"
            " returning id",
            device=ward.house.ids["monitor-1"], body=body,
            at=datetime.now(UTC) - timedelta(minutes=minutes),
            reason=f"could not be read {minutes} minutes ago",
        )  # fmt: skip


def _request() -> str:
    """A device's certificate request, with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "anything")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


async def test_each_device_says_how_it_is(visit: Any, ward: Any) -> None:
    await _was_silent(ward)
    engineer = await _opens(visit)
    line = _line(engineer, "monitor-1")
    for words in ("Silent", "12 min ago", "4.2 s behind", "none yet", "Ward 3", "3-01", "2.1"):
        await expect(line).to_contain_text(words)


async def test_an_engineer_sees_the_bed_and_a_nurse_the_name(visit: Any, ward: Any) -> None:
    engineer = await _opens(visit)
    await expect(_line(engineer, "monitor-1")).to_contain_text("3-01")
    assert "Anna" not in await engineer.page.content()
    nurse = await _opens(visit, Role.NURSE)
    await expect(_line(nurse, "monitor-1")).to_contain_text("Anna")
    await expect(nurse.page.get_by_role("button", name="Add a device")).to_have_count(0)
    await nurse.page.get_by_role("button", name="What to do with monitor-1").click()
    await expect(nurse.page.get_by_role("menuitem")).to_have_text(["Change who wears it"])


async def test_an_app_is_given_a_secret_that_is_shown_once(visit: Any, ward: Any) -> None:
    engineer = await _opens(visit)
    page = engineer.page
    await _acts(engineer, "monitor-1", "Secret for an app")
    await expect(page.get_by_test_id("in-use")).to_have_text("No app has a secret now.")
    await engineer.click(page.get_by_role("button", name="Make a secret"))
    shown = await page.get_by_test_id("secret").inner_text()
    assert re.fullmatch(r"monitor-1-[0-9a-f]{32}", shown)
    await engineer.click(page.get_by_role("button", name="’s app has it"))
    await _acts(engineer, "monitor-1", "Secret for an app")
    await expect(page.get_by_test_id("in-use")).to_contain_text("An app has one since")
    assert shown not in await page.content()
    await engineer.click(page.get_by_role("button", name="End it"))
    await expect(page.get_by_test_id("in-use")).to_have_text("No app has a secret now.")


async def test_states_filter_and_words_find(visit: Any, ward: Any) -> None:
    await _was_silent(ward)
    await ward.sql("insert into device (name, kind) values ('cgm-9', 'cgm') returning id")
    engineer = await _opens(visit)
    page = engineer.page
    await expect(page.locator("[data-device]")).to_have_count(2)
    await engineer.click(page.get_by_role("button", name="Never seen 1"))
    await expect(page.locator("[data-device]")).to_have_count(1)
    await expect(_line(engineer, "cgm-9")).to_be_visible()
    await engineer.click(page.get_by_role("button", name="All 2"))
    await page.get_by_label("Find a device").fill("monitor")
    await expect(page.locator("[data-device]")).to_have_count(1)
    await page.get_by_label("Find a device").fill("nothing like it")
    await expect(page.get_by_text("No device is like that")).to_be_visible()


async def test_a_device_is_added_enrolled_and_seen_to_arrive(visit: Any, ward: Any) -> None:
    engineer = await _opens(visit)
    page = engineer.page
    await engineer.click(page.get_by_role("button", name="Add a device"))
    await page.get_by_label("Name").fill("Monitor 9")
    await engineer.click(page.get_by_role("button", name="Add and make a token"))
    await expect(page.get_by_text("Small letters, digits and dashes only.")).to_be_visible()
    await page.get_by_label("Name").fill("monitor-9")
    await page.get_by_label("For").select_option(label="Ward 3, 3-02")
    await engineer.click(page.get_by_role("button", name="Add and make a token"))
    command = page.get_by_text("homeward device enrol")
    await expect(command).to_contain_text("--out monitor-9")
    await expect(page.get_by_test_id("expiry")).to_contain_text("Good for 14:")
    picture = page.get_by_role("img", name="The token as a QR code")
    await expect(picture).to_be_visible()
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
    token = re.search(r"enrol \S+ (\S+)", await command.inner_text())
    assert token
    async with httpx.AsyncClient(base_url=ward.house.url) as device:
        said = {"token": token[1], "csr": _request()}
        answer = await device.post("/api/enrol", json=said)
    assert answer.status_code == 200, answer.text
    await expect(page.get_by_text("monitor-9 is enrolled")).to_be_visible()
    await engineer.click(page.get_by_role("button", name="Done"))
    await expect(_line(engineer, "monitor-9")).to_contain_text("29 days")
    await expect(_line(engineer, "monitor-9")).to_contain_text("3-02")
    assert engineer.clicks == 4, "one of them was for a name that cannot be"


async def test_a_name_that_is_taken_is_refused_in_plain_words(visit: Any, ward: Any) -> None:
    engineer = await _opens(visit)
    page = engineer.page
    await page.get_by_role("button", name="Add a device").click()
    await page.get_by_label("Name").fill("monitor-1")
    await page.get_by_role("button", name="Add and make a token").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("monitor-1")
    engineer.faults.clear()  # the browser's own line about the 409 we asked for


async def test_a_device_is_revoked_with_a_reason(visit: Any, ward: Any) -> None:
    engineer = await _opens(visit)
    await _acts(engineer, "monitor-1", "Revoke")
    await engineer.page.get_by_label("Reason").select_option("Lost or stolen")
    await engineer.page.get_by_label("More about it").fill("left in a taxi")
    await engineer.click(engineer.page.get_by_role("button", name="Revoke monitor-1"))
    await expect(_line(engineer, "monitor-1")).to_contain_text("Revoked")
    (row,) = await ward.sql("select status, revoked_reason as reason from device")
    assert row == {"status": "revoked", "reason": "Lost or stolen: left in a taxi"}
    assert engineer.clicks == 3


async def test_a_device_goes_into_quarantine_and_out_again(visit: Any, ward: Any) -> None:
    engineer = await _opens(visit)
    line = _line(engineer, "monitor-1")
    await _acts(engineer, "monitor-1", "Quarantine")
    await engineer.click(engineer.page.get_by_role("button", name="Quarantine monitor-1"))
    await expect(line).to_contain_text("In quarantine")
    await expect(line).to_contain_text("Measures what cannot be")
    assert engineer.clicks == 3
    assert await ward.sql("select status from device") == [{"status": "quarantined"}]
    await _acts(engineer, "monitor-1", "Release")
    await engineer.click(engineer.page.get_by_role("button", name="Release monitor-1"))
    await expect(line).not_to_contain_text("In quarantine")
    assert await ward.sql("select status from device") == [{"status": "active"}]


async def test_an_edge_that_served_its_time_retires(visit: Any, ward: Any) -> None:
    await ward.sql("insert into device (name, kind) values ('cupboard', 'edge') returning id")
    engineer = await _opens(visit)
    await _acts(engineer, "cupboard", "Retire")
    await engineer.click(engineer.page.get_by_role("button", name="Retire cupboard"))
    await expect(_line(engineer, "cupboard")).to_contain_text("Retired")
    assert engineer.clicks == 3
    await expect(
        engineer.page.get_by_role("button", name="What to do with cupboard")
    ).to_have_count(0)


async def test_a_nurse_changes_who_wears_it(visit: Any, ward: Any) -> None:
    nurse = await _opens(visit, Role.NURSE)
    await _acts(nurse, "monitor-1", "Change who wears it")
    await nurse.page.get_by_label("Worn by").select_option(label="3-02 · Bela · R-Bela")
    await nurse.click(nurse.page.get_by_role("button", name="Change", exact=True))
    await expect(_line(nurse, "monitor-1")).to_contain_text("Bela")
    worn = await ward.sql("select patient_id as id from association where ends is null")
    assert worn == [{"id": ward.house.ids["Bela"]}]


async def test_the_quarantine_shows_why_and_what_newest_first(visit: Any, ward: Any) -> None:
    await _spoils(ward)
    engineer = await _opens(visit)
    await engineer.click(
        engineer.page.get_by_role("button", name=re.compile("2 unread messages of monitor-1"))
    )
    drawer = engineer.page.get_by_role("dialog")
    messages = drawer.get_by_role("listitem")
    await expect(messages).to_have_count(2)
    await expect(messages.first).to_contain_text("could not be read 2 minutes ago")
    await expect(messages.first.locator("pre")).to_have_text(SPOILED.decode())
    await engineer.click(messages.first.get_by_role("button", name="hex"))
    await expect(messages.first.locator("pre")).to_contain_text("7b 22 76 69")
    # What is no text is shown as hex from the start.
    await expect(messages.last.locator("pre")).to_contain_text("48 57 01 00 ff")


async def test_no_device_yet_is_said(visit: Any, ward: Any) -> None:
    await ward.sql("delete from association returning id")
    await ward.sql("delete from device returning id")
    engineer = await _opens(visit)
    await expect(engineer.page.get_by_text("No device has been added yet")).to_be_visible()


async def test_a_failure_is_said_and_tried_again(visit: Any, ward: Any) -> None:
    engineer = await visit()
    body = json.dumps({"error": "The record cannot be reached."})

    async def away(route: Any) -> None:
        """Until somebody presses: the page asks again by itself as well."""
        if await engineer.page.evaluate("window.isPressed"):
            await route.continue_()
        else:
            await route.fulfill(status=503, body=body)

    await engineer.page.add_init_script(
        "window.isPressed = false; addEventListener('click', () => { isPressed = true }, true)"
    )
    await engineer.page.route("**/api/devices", away)
    await engineer.signs_in(Role.ENGINEER)
    trouble = engineer.page.get_by_role("alert").filter(has_text="The record cannot be reached.")
    await expect(trouble).to_be_visible()
    await trouble.get_by_role("button", name="Try again").click()
    await expect(_line(engineer, "monitor-1")).to_be_visible()
    engineer.faults.clear()  # the browser's own lines about the 503s


async def test_the_fleet_is_for_everybody_and_fits_a_telephone(visit: Any, ward: Any) -> None:
    await _was_silent(ward)
    await _spoils(ward)
    engineer = await _opens(visit, reduced_motion="reduce")
    page = engineer.page
    await expect(_line(engineer, "monitor-1")).to_be_visible()
    assert await engineer.axe_faults() == []
    for opening in (
        page.get_by_role("button", name="Add a device"),
        page.get_by_role("button", name=re.compile("messages of monitor-1")),
    ):
        await opening.click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        await expect(dialog).to_have_css("opacity", "1")
        assert await engineer.axe_faults() == []
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
    await page.set_viewport_size(PHONE)
    await expect(_line(engineer, "monitor-1")).to_be_visible()
    assert not await engineer.scrolls_sideways()
    await page.get_by_role("button", name="Add a device").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert not await engineer.scrolls_sideways()
