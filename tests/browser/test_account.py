"""Passkeys and codes as people use them: a real browser, and its own virtual authenticator."""

import asyncio
import re
from base64 import b32decode
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import expect

from homeward.api.live import RECHECK_SECONDS
from homeward.guard import one_time
from homeward.model.person import Role
from homeward.services.people import account
from tests.browser.conftest import PHONE, passes

INTERNAL = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


async def with_fingerprint(visitor: Any) -> Any:
    """A device that knows its person; the pages are opened by their name."""
    visitor.url = visitor.url.replace("127.0.0.1", "localhost")
    devtools = await visitor.page.context.new_cdp_session(visitor.page)
    await devtools.send("WebAuthn.enable")
    made = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": INTERNAL})

    async def has() -> int:
        asked = {"authenticatorId": made["authenticatorId"]}
        return len((await devtools.send("WebAuthn.getCredentials", asked))["credentials"])

    return has


async def opens_account(visitor: Any, role: Role = Role.NURSE) -> None:
    await visitor.signs_in_by_form(role, "/account")
    await expect(visitor.page.get_by_role("heading", name="My account")).to_be_visible()


async def signs_out(visitor: Any) -> None:
    await visitor.page.get_by_role("button", name="Sign out here").click()
    await expect(visitor.page.get_by_label("Sign-in name")).to_be_visible()


async def test_a_passkey_is_added_in_one_click_and_signs_in_by_one(visit: Any, house: Any) -> None:
    nurse = await visit()
    has = await with_fingerprint(nurse)
    await opens_account(nurse)
    await nurse.click(nurse.page.get_by_role("button", name="Add a passkey on this device"))
    keys = nurse.page.get_by_role("region", name="Passkeys").get_by_role("listitem")
    await expect(keys).to_contain_text("not used yet")
    assert (nurse.clicks, await has()) == (1, 1)
    await signs_out(nurse)
    await nurse.click(nurse.page.get_by_role("button", name="Sign in with a passkey"))
    await expect(keys).to_contain_text("last used")
    assert nurse.clicks == 2
    await expect(nurse.page.get_by_text("by passkey")).to_be_visible()
    await keys.get_by_role("button", name="Remove the passkey").click()
    await expect(keys).to_have_count(0)
    await signs_out(nurse)
    await nurse.page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(nurse.page.get_by_role("alert")).to_contain_text("not known here")


async def test_whoever_has_no_passkey_is_told_what_to_do(visit: Any, house: Any) -> None:
    nurse = await visit()
    await with_fingerprint(nurse)
    await nurse.goes("/")
    await nurse.page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(nurse.page.get_by_role("alert")).to_contain_text("use your password")
    await nurse.signs_in_by_form(Role.NURSE)
    await expect(nurse.page).to_have_url(re.compile(r"/wards/\d+$"))


async def test_at_a_bare_address_no_passkey_is_offered(visit: Any, house: Any) -> None:
    nurse = await visit()
    await nurse.goes("/")
    await expect(nurse.page.get_by_label("Sign-in name")).to_be_visible()
    await expect(nurse.page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)


def shown_by_app(letters: str) -> str:
    raw = letters.replace(" ", "")
    secret = b32decode(raw + "=" * (-len(raw) % 8))
    return one_time.code_at(secret, one_time.step_at(datetime.now(UTC)))


async def test_an_app_is_set_up_and_then_asked_for(visit: Any, ward: Any) -> None:
    nurse = await visit()
    page = nurse.page
    await opens_account(nurse)
    await nurse.click(page.get_by_role("button", name="Set up an authenticator app"))
    await expect(page.get_by_alt_text("The secret, for a camera")).to_be_visible()
    letters = await page.locator("code").first.inner_text()
    await page.keyboard.type(shown_by_app(letters))
    await page.keyboard.press("Enter")
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    recovery = await codes.first.inner_text()
    await nurse.click(page.get_by_role("button", name="I have them"))
    await expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
    assert nurse.clicks == 2
    await signs_out(nurse)
    await page.get_by_label("Sign-in name").fill("nurse")
    await page.get_by_label("Password", exact=True).fill("correct horse")
    await page.keyboard.press("Enter")
    code = page.get_by_label("Code")
    await expect(code).to_be_focused()
    await code.fill("000000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("code is wrong")
    await code.fill(recovery)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()


async def test_signing_out_another_browser_closes_its_board(visit: Any, ward: Any) -> None:
    board = await visit()
    await board.opens_board(ward)
    phone = await visit(viewport=PHONE)
    await opens_account(phone)
    assert not await phone.scrolls_sideways()
    other = phone.page.get_by_role("listitem").filter(has_text="last used")
    await phone.click(other.get_by_role("button", name=re.compile("^Sign out")))
    await expect(board.page.get_by_label("Sign-in name")).to_be_visible()
    await expect(other).to_have_count(0)
    assert phone.clicks == 1


async def test_a_new_password_keeps_this_browser_and_ends_the_others(visit: Any, ward: Any) -> None:
    board, nurse = await visit(), await visit()
    await board.opens_board(ward)
    await opens_account(nurse)
    page = nurse.page
    await page.get_by_role("button", name="Change password").click()
    await page.get_by_label("The password you have").fill("correct horse")
    await page.get_by_label("The new one").fill("short")
    await expect(page.get_by_text("7 more")).to_be_visible()
    await page.get_by_label("The new one").fill("1q2w3e4r5t6y")
    await page.keyboard.press("Enter")
    field = page.get_by_label("The new one")
    await expect(field).to_have_accessible_description(re.compile("Many people take this"))
    await expect(field).to_have_attribute("data-invalid", "true")
    nurse.faults.clear()  # the browser notes the refusal
    await field.fill("another horse battery")
    await expect(page.get_by_text("Many people take this")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You have a new password")).to_be_visible()
    await expect(board.page.get_by_label("Sign-in name")).to_be_visible()


async def test_who_changes_the_password_stays_signed_in_also_where_the_answer_is_late(
    visit: Any, ward: Any, monkeypatch: Any
) -> None:
    """The session from before is over, and looked at, before this browser has its other one."""
    nurse = await visit()
    sockets: list[Any] = []
    nurse.page.on("websocket", lambda one: sockets.append(one))
    await opens_account(nurse)
    page, enters = nurse.page, account.enter

    async def late(*values: Any) -> Any:
        async with asyncio.timeout(2 * RECHECK_SECONDS):
            while not sockets[0].is_closed():
                await asyncio.sleep(0.01)
        await passes(page, 500)
        return await enters(*values)

    monkeypatch.setattr(account, "enter", late)
    await page.get_by_role("button", name="Change password").click()
    await page.get_by_label("The password you have").fill("correct horse")
    await page.get_by_label("The new one").fill("another horse battery")
    await page.keyboard.press("Enter")
    changed = page.get_by_text("You have a new password")
    await expect(changed).to_be_visible(timeout=2_000 * RECHECK_SECONDS)
    await expect(page.get_by_test_id("pulse")).to_contain_text("Live")


async def test_after_a_while_one_signs_in_again_to_change_how(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await opens_account(nurse)
    await ward.sql("update session set created = now() - interval '16 minutes' returning 1 as ok")
    await nurse.page.reload()
    app = nurse.page.get_by_role("button", name="Set up an authenticator app")
    await expect(app).to_be_disabled()
    assert await nurse.axe_faults() == []
    await nurse.page.get_by_role("button", name="Sign in again").click()
    await nurse.page.get_by_label("Sign-in name").fill("nurse")
    await nurse.page.get_by_label("Password", exact=True).fill("correct horse")
    await nurse.page.keyboard.press("Enter")
    await expect(app).to_be_enabled()


async def test_everybody_reads_their_account(visit: Any, house: Any) -> None:
    visitor = await visit()
    for role in (Role.NURSE, Role.PATIENT, Role.RELATIVE):
        await visitor.signs_in(role, "/account")
        await expect(visitor.page.get_by_text(f"Test {role.value}").first).to_be_visible()
        await expect(visitor.page.get_by_role("heading", name="My account")).to_be_visible()
        await expect(visitor.page.get_by_text("this browser")).to_be_visible()
        assert await visitor.axe_faults() == []
