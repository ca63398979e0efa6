"""Accounts at clouds: linked on a page, with what becomes of each."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Locator, expect

from homeward.connectors import clouds
from homeward.model.person import Role
from homeward.services.phones.clouds import Clouds
from homeward.services.record.intake import Intake
from homeward.services.record.totals import Totals
from homeward.settings import Settings
from tests.browser.conftest import PHONE
from tests.connectors.clouds.conftest import Peer

USER = "550e8400-e29b-41d4-a716-446655440000"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Withings, as its reference says it behaves."""
    opened = Peer()
    server = await asyncio.start_server(opened.serve, "127.0.0.1", 0)
    opened.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield opened


@pytest.fixture
def settings(settings: Settings, peer: Peer, port: Any) -> Settings:
    return replace(
        settings, clouds_port=port(), clouds_url="https://clouds.example",
        open_wearables_secret=SECRET, withings_client="homeward:a-secret", withings_url=peer.url,
    )  # fmt: skip


@pytest.fixture
async def receiver(ward: Any) -> AsyncIterator[str]:
    """The receiver of clouds of this house; its address."""
    tools = ward.house.tools
    async with (
        Intake.open(tools) as intake,
        clouds.opened(intake, Clouds(tools), Totals(tools)) as address,
    ):
        assert address is not None
        yield f"http://{address[0]}:{address[1]}"


async def _opens(visit: Any, **options: Any) -> Any:
    visitor = await visit(**options)
    await visitor.signs_in(Role.ENGINEER, "/devices/clouds")
    await expect(visitor.page.get_by_role("heading", name="Accounts at clouds")).to_be_visible()
    return visitor


def _link(visitor: Any, name: str) -> Locator:
    return visitor.page.locator(f"li[data-device='{name}']")


async def _fills(visitor: Any, name: str) -> None:
    await visitor.page.get_by_label("Its name").fill(name)
    await visitor.page.get_by_label("Worn by").select_option(label="Ward 3, 3-01")


async def test_a_watch_is_linked_in_four_clicks_from_the_first_page(visit: Any, ward: Any) -> None:
    engineer = await visit()
    await engineer.signs_in(Role.ENGINEER)
    page = engineer.page
    await engineer.click(page.get_by_role("link", name="Accounts at clouds"))
    await expect(page.get_by_text("No account is linked yet")).to_be_visible()
    await expect(page.get_by_text("https://clouds.example/open-wearables")).to_be_visible()
    await engineer.click(page.get_by_role("button", name="Link an account"))
    await _fills(engineer, "annas-watch")
    engineer.clicks += 1  # of the list of who wears it
    await page.get_by_label("Their user at Open Wearables").fill(USER)
    await engineer.click(page.get_by_role("button", name="Link", exact=True))
    line = _link(engineer, "annas-watch")
    for words in ("Nothing has come yet", "Ward 3, 3-01", USER, "engineer", "never"):
        await expect(line).to_contain_text(words)
    assert "Anna" not in await page.inner_text("main"), "an engineer sees the bed, and no name"
    assert engineer.clicks <= 5
    (row,) = await ward.sql("select patient_id, service from cloud_link where ended is null")
    assert row == {"patient_id": ward.anna, "service": "open-wearables"}


async def test_an_owner_gives_leave_and_the_page_says_so(
    visit: Any, ward: Any, receiver: str, peer: Peer
) -> None:
    engineer = await _opens(visit)
    page = engineer.page
    await engineer.click(page.get_by_role("button", name="Link an account"))
    await page.get_by_label("Cloud").select_option(label="Withings")
    await _fills(engineer, "annas-scale")
    engineer.clicks += 2  # of the two lists
    await engineer.click(page.get_by_role("button", name="Link, and make the address"))
    url = await page.get_by_test_id("sign-in").inner_text()
    picture = page.get_by_role("img", name="The address as a QR code")
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
    await engineer.click(page.get_by_role("button", name="They have it"))
    assert engineer.clicks <= 5
    line = _link(engineer, "annas-scale")
    await expect(line).to_contain_text("Waits for them to sign in and agree.")

    said = {key: each[0] for key, each in parse_qs(urlsplit(url).query).items()}
    assert said["redirect_uri"] == "https://clouds.example/withings/back"
    back = f"{receiver}/withings/back?state={said['state']}"
    anna = await visit(locale="de-DE")
    anna.expected = (*anna.expected, "403 (Forbidden)", "404 (Not Found)", "favicon")
    for answer, words in (
        ("", "Sie haben bei Withings nicht zugestimmt"),
        ("&code=a-code", "Erledigt"),
        ("&code=a-code", "Dieser Link ist benutzt oder zu alt"),
    ):
        await anna.page.goto(back + answer)
        await expect(anna.page.get_by_role("main")).to_contain_text(words)
    await expect(line).to_contain_text("Comes in.")
    await expect(line).to_contain_text("12345")
    assert peer.asked[0][0] == "/v2/oauth2"


async def test_an_account_is_unlinked(visit: Any, ward: Any) -> None:
    await _is_linked(ward)
    engineer = await _opens(visit)
    page = engineer.page
    await engineer.click(page.get_by_role("button", name="Unlink annas-scale"))
    await expect(page.get_by_role("dialog")).to_contain_text("what opened the account is deleted")
    dialog = page.get_by_role("dialog")
    await engineer.click(dialog.get_by_role("button", name="Unlink annas-scale"))
    await expect(page.get_by_text("No account is linked yet")).to_be_visible()
    assert engineer.clicks == 2
    (row,) = await ward.sql("select tokens::text as tokens, due from cloud_link")
    assert row == {"tokens": "", "due": None}


async def test_leave_taken_back_says_what_to_do_and_is_linked_again(visit: Any, ward: Any) -> None:
    await _is_linked(ward)
    await ward.sql(
        "update cloud_link set trouble = 'its owner took our leave back at Withings', due = null"
        " returning id"
    )
    engineer = await _opens(visit)
    line = _link(engineer, "annas-scale")
    await expect(line).to_contain_text("Its owner took our leave back at Withings.")
    await expect(line).to_contain_text("Link it again")
    await engineer.click(line.get_by_role("button", name="Link again annas-scale"))
    dialog = engineer.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("is linked with Withings now: that link ends")
    await engineer.click(dialog.get_by_role("button", name="Link, and make the address"))
    await expect(engineer.page.get_by_test_id("sign-in")).to_contain_text("account.withings.com")
    assert engineer.clicks == 2


async def test_what_cannot_be_is_refused_in_plain_words(visit: Any, ward: Any) -> None:
    engineer = await _opens(visit)
    page = engineer.page
    await page.get_by_role("button", name="Link an account").click()
    await page.get_by_role("button", name="Link", exact=True).click()
    for words in ("Give the device a name.", "Say whose it is.", "Enter their user"):
        await expect(page.get_by_text(words)).to_be_visible()
    await _fills(engineer, "annas-watch")
    await page.get_by_label("Their user at Open Wearables").fill("no user, surely")
    await page.get_by_role("button", name="Link", exact=True).click()
    alert = page.get_by_role("dialog").get_by_role("alert")
    await expect(alert).to_contain_text("letters, digits and dashes")
    # The device is there by now: the next try is for it, and does not stumble over its name.
    await page.get_by_label("Their user at Open Wearables").fill(USER)
    await page.get_by_role("button", name="Link", exact=True).click()
    await expect(_link(engineer, "annas-watch")).to_be_visible()
    engineer.faults.clear()  # the browser's own line about the 422 we asked for


async def test_the_accounts_are_for_everybody(visit: Any, ward: Any) -> None:
    await _is_linked(ward)
    engineer = await _opens(visit, viewport=PHONE, reduced_motion="reduce")
    page = engineer.page
    await expect(_link(engineer, "annas-scale")).to_be_visible()
    assert not await engineer.scrolls_sideways()
    assert await engineer.axe_faults() == []
    await page.get_by_role("button", name="Link an account").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert not await engineer.scrolls_sideways()
    assert await engineer.axe_faults() == []


class TestWithoutClouds:
    """Nothing is set up."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, clouds_port=0)

    async def test_it_is_said_what_is_lacking(self, visit: Any, ward: Any) -> None:
        engineer = await _opens(visit)
        await expect(engineer.page.get_by_text("HOMEWARD_CLOUDS_PORT")).to_be_visible()
        await expect(engineer.page.get_by_role("button", name="Link an account")).to_have_count(0)
        # Nor does a page of accounts that were linked once look as if they came in.
        await _is_linked(ward)
        await engineer.page.reload()
        await expect(_link(engineer, "annas-scale")).to_be_visible()
        await expect(engineer.page.get_by_text("HOMEWARD_WITHINGS_CLIENT")).to_be_visible()


async def _is_linked(ward: Any) -> None:
    await ward.sql(
        "with made as (insert into device (name, kind) values ('annas-scale', 'cloud')"
        " returning id), worn as (insert into association (device_id, patient_id, starts, source)"
        " select id, %(anna)s, now() - interval '1 day', 'test' from made)"
        " insert into cloud_link (device_id, patient_id, service, account_found_by, account,"
        " tokens, made, due, heard) select id, %(anna)s, 'withings', 'x', '12345', '{}',"
        " now() - interval '1 day', now() + interval '1 day', now() - interval '2 hours'"
        " from made returning id",
        anna=ward.anna,
    )  # fmt: skip
