"""How I am reached: my ways, tests of them, and a real service worker that says a push came."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Route, expect

from homeward.model.message import Message, Progress, Receipt, Way
from homeward.model.person import Role
from homeward.services.call.reach.outbox import claim, note
from homeward.settings import Settings
from tests.browser.conftest import PHONE
from tests.peers import Subscriber

ENDPOINT = "https://push.test/this-browser"
# No browser here reaches a push service, and a headless one shows no notifications: asking leave
# and subscribing are played, and so is showing. The service worker and all it says are real.
SUBSCRIBED = """
Object.defineProperty(Notification, "permission", {get: () => "granted"});
const made = () => ({endpoint: "%s", toJSON: () => (%s), unsubscribe: async () => true});
let current = null;
PushManager.prototype.getSubscription = async () => current;
PushManager.prototype.subscribe = async () => (current = made());
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site with a mail server and a push service of the test's own."""
    return replace(settings, smtp_host="127.0.0.1", push_services="push.test")


async def opens(visitor: Any, role: Role = Role.NURSE) -> None:
    await visitor.signs_in(role, "/reached")
    await expect(visitor.page.get_by_role("heading", name="How I am reached")).to_be_visible()


async def adds_mail(visitor: Any, address: str = "nora@hospital.test") -> None:
    page = visitor.page
    await page.get_by_role("button", name="Email", exact=True).click()
    await page.get_by_label("Email address").fill(address)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=f"Email: {address}")).to_be_visible()


async def taken(ward: Any) -> Message:
    (message,) = await claim(ward.house.tools, tuple(Way), 10)
    return message


async def says(ward: Any, message: Message, progress: Progress, **more: Any) -> None:
    await note(ward.house.tools, Receipt(message.id, progress, datetime.now(UTC), **more))


async def test_a_way_is_added_tested_and_proven_by_its_link(visit: Any, ward: Any) -> None:
    nurse = await visit()
    await nurse.signs_in(Role.NURSE, "/devices")
    await nurse.click(nurse.page.get_by_role("button", name="Test nurse"))
    await nurse.click(nurse.page.get_by_role("menuitem", name="How I am reached"))
    await expect(nurse.page.get_by_text("Nobody can reach you away from a screen")).to_be_visible()
    await expect(nurse.page.get_by_role("button", name="Text message")).to_be_disabled()
    await adds_mail(nurse)
    card = nurse.page.get_by_role("listitem").filter(has_text="nora@hospital.test")
    await expect(card).to_contain_text("Not proven yet")
    await nurse.page.get_by_role("button", name="Test Email: nora@hospital.test").click()
    steps = card.get_by_role("status").get_by_role("listitem")
    await expect(steps.first).to_contain_text("Sending")
    message = await taken(ward)
    await says(ward, message, Progress.SENT, is_final=True)
    await expect(steps.first).to_have_text("✓ Sent")
    await expect(steps.nth(1)).to_have_text("? Arrived? Email cannot say")
    phone = await visit(viewport=PHONE)
    await phone.signs_in(Role.NURSE, "/m/" + message.link.rpartition("/")[2])
    await expect(phone.page.get_by_text("It works: this test arrived")).to_be_visible()
    await expect(steps.last).to_have_text("✓ Seen")
    await expect(card).to_contain_text("Proven to arrive")


async def test_what_fails_is_said_in_words(visit: Any, ward: Any) -> None:
    nurse = await visit()
    nurse.expected = (*nurse.expected, "422 (Unprocessable", "503")
    await opens(nurse)
    await nurse.page.get_by_role("button", name="Email", exact=True).click()
    field = nurse.page.get_by_label("Email address")
    await field.fill("nora@hospital@test")
    await field.evaluate("field => { field.form.noValidate = true }")
    await nurse.press("Enter")
    await expect(nurse.page.get_by_text("This is no email address.")).to_be_visible()
    await field.fill("nora@hospital.test")
    await nurse.press("Enter")
    await expect(nurse.page.get_by_role("heading", name="Email: nora")).to_be_visible()
    await expect(nurse.page.get_by_role("dialog")).to_have_count(0)
    await nurse.page.get_by_role("button", name="Test Email").click()
    await expect(nurse.page.get_by_role("status", name="How far")).to_be_visible()
    message = await taken(ward)
    await says(ward, message, Progress.FAILED, detail="no such mailbox", is_final=True)
    await expect(nurse.page.get_by_text("The last message failed: no such mailbox")).to_be_visible()

    async def refuses(route: Route) -> None:
        if route.request.method == "DELETE":
            await route.fulfill(status=503, json={"error": "Not just now."})
        else:
            await route.continue_()

    # A way that cannot be removed stays.
    await nurse.page.route("**/contacts/*", refuses)
    await nurse.page.get_by_role("button", name="More about Email").click()
    await nurse.page.get_by_role("menuitem", name="Remove").click()
    await expect(nurse.page.get_by_role("alert")).to_have_text("Not just now.")
    await expect(nurse.page.get_by_role("heading", name="Email: nora")).to_be_visible()


async def test_ways_are_put_in_order_changed_and_removed_by_keyboard_and_are_for_everybody(
    visit: Any, ward: Any
) -> None:
    nurse = await visit()
    await opens(nurse)
    await adds_mail(nurse)
    await adds_mail(nurse, "nora@home.test")
    titles = nurse.page.locator("[data-way] h2")

    async def chooses(address: str, act: str) -> None:
        await nurse.page.get_by_role("button", name=f"More about Email: {address}").press("Enter")
        menu = nurse.page.get_by_role("menu")
        await expect(menu.locator(":focus")).to_have_count(1)  # it takes the focus once it is open
        await menu.get_by_role("menuitem", name=act).press("Enter")
        await expect(menu).to_have_count(0)

    await chooses("nora@home.test", "Use earlier")
    await expect(titles).to_have_text(["Email: nora@home.test", "Email: nora@hospital.test"])
    await chooses("nora@hospital.test", "Change when it is used")
    dialog = nurse.page.get_by_role("dialog")
    await dialog.get_by_label("Use it").select_option("60")
    await dialog.get_by_label("For").select_option("high")
    await dialog.get_by_label("Name it").fill("Ward")
    await expect(dialog.get_by_label("may say")).to_have_count(0)
    await dialog.get_by_role("button", name="Change").click()
    card = nurse.page.get_by_role("listitem").filter(has_text="nora@hospital.test")
    await expect(card).to_contain_text("If still unseen after 1 minute · High alarms only")
    await expect(dialog).to_have_count(0)
    await chooses("nora@home.test", "Remove")
    await expect(titles).to_have_text(["Email: Ward (nora@hospital.test)"])
    await nurse.page.emulate_media(reduced_motion="reduce")
    await nurse.page.set_viewport_size(PHONE)
    await is_for_everybody(nurse)


async def is_for_everybody(visitor: Any) -> None:
    """Also with a long name in it."""
    await adds_mail(visitor, "a-rather-long-name-of-somebody@a-long-hospital-name.test")
    await expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    assert not await visitor.scrolls_sideways()
    assert await visitor.axe_faults() == []


async def test_a_patient_finds_it_below_their_day_it_is_for_everybody_and_leads_back(
    visit: Any, ward: Any
) -> None:
    patient = await visit(viewport=PHONE, reduced_motion="reduce")
    await patient.signs_in(Role.PATIENT)
    await patient.click(patient.page.get_by_role("link", name="How I am reached"))
    await expect(patient.page.get_by_text("never what it is")).to_be_visible()
    await adds_mail(patient)
    await is_for_everybody(patient)
    await patient.click(patient.page.get_by_role("link", name="Homeward: My day"))
    await expect(patient.page.get_by_text("not an emergency service")).to_be_visible()


async def test_a_lost_browser_is_said(visit: Any, ward: Any) -> None:
    nurse = await visit()
    address = Subscriber("https://push.test/old").address
    await ward.sql(
        "insert into contact (person_id, place, way, address, label, created, ended,"
        " ended_reason) values (%(me)s, 1, 'web_push', %(address)s, 'Chrome on Android',"
        " now() - interval '1 day', now(), 'gone: x') returning id",
        me=ward.house.ids["nurse"], address=address,
    )  # fmt: skip
    await opens(nurse)
    await expect(nurse.page.get_by_role("alert")).to_contain_text("Pushes to Chrome on Android")


class Worker:
    """The browser's real service worker, reached as its developer tools reach it."""

    def __init__(self, session: Any, url: str) -> None:
        self.session, self.url = session, url
        self.registration = ""

    @classmethod
    async def of(cls, visitor: Any) -> "Worker":
        session = await visitor.page.context.new_cdp_session(visitor.page)
        worker = cls(session, visitor.url)
        found = asyncio.Event()

        def note_registration(told: Any) -> None:
            for each in told["registrations"]:
                worker.registration = each["registrationId"]
                found.set()

        session.on("ServiceWorker.workerRegistrationUpdated", note_registration)
        await session.send("ServiceWorker.enable")
        async with asyncio.timeout(10):
            await found.wait()
        return worker

    async def gets_push(self, data: str) -> None:
        await self.session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.url, "registrationId": self.registration, "data": data},
        )


async def heard_worker(context: Any) -> Any:
    """The same as Playwright reaches it, which hears of it in its own time."""
    found = context.service_workers
    return found[0] if found else await context.wait_for_event("serviceworker")


async def with_push(visitor: Any) -> tuple[Worker, Subscriber]:
    browser = Subscriber(ENDPOINT)
    await visitor.page.add_init_script(SUBSCRIBED % (ENDPOINT, browser.address))
    await visitor.page.context.grant_permissions(["notifications"], origin=visitor.url)
    await opens(visitor)
    await visitor.page.get_by_role("button", name="Push on this device").click()
    await expect(visitor.page.get_by_text("this browser")).to_be_visible()
    return await Worker.of(visitor), browser


async def sent_push(ward: Any) -> tuple[Message, str]:
    """An alarm's push, taken by its push service: the message, and what the worker is given."""
    await ward.alarms()
    message = await taken(ward)
    await says(ward, message, Progress.SENT)
    told = {"title": "Homeward", "text": message.text, "priority": "high", "link": message.link}
    return message, json.dumps(told)


async def state_of(ward: Any, message: Message) -> str:
    rows = await ward.sql("select state from delivery where id = %(id)s", id=message.id)
    return rows[0]["state"]


async def test_a_push_is_shown_receipted_and_opens_its_alarm(visit: Any, ward: Any) -> None:
    nurse = await visit()
    worker, _ = await with_push(nurse)
    real = await heard_worker(nurse.page.context)
    await real.evaluate(
        """() => { self.registration.showNotification =
            async (title, more) => { self.shown = [title, more]; } }"""
    )
    message, told = await sent_push(ward)
    await worker.gets_push(told)
    async with asyncio.timeout(10):
        while await state_of(ward, message) != "delivered":
            await asyncio.sleep(0.05)
    title, more = await real.evaluate("self.shown")
    token = message.link.rpartition("/")[2]
    assert (title, more["body"], more["tag"]) == ("Homeward", "high alarm, Ward 3.", f"/m/{token}")
    assert more["requireInteraction"] is True
    await nurse.goes(f"/m/{token}")
    await expect(nurse.page).to_have_url(f"{nurse.url}/patients/{ward.anna}")
    assert await state_of(ward, message) == "seen"
    seen = await ward.sql("select seen is not null as seen from call")
    assert [row["seen"] for row in seen] == [True]


async def test_a_push_that_could_not_be_shown_has_not_arrived(visit: Any, ward: Any) -> None:
    """A headless browser refuses to show notifications, as one whose person withdrew leave."""
    nurse = await visit()
    worker, _ = await with_push(nurse)
    real = await heard_worker(nurse.page.context)
    await real.evaluate(
        """() => {
            self.refusals = 0;
            const real = self.registration.showNotification;
            self.registration.showNotification = (...words) =>
                real.apply(self.registration, words)
                    .catch((why) => { self.refusals++; throw why; });
        }"""
    )
    message, told = await sent_push(ward)
    await worker.gets_push(told)
    async with asyncio.timeout(10):
        while await real.evaluate("self.refusals") != 1:
            await asyncio.sleep(0.05)
    assert await real.evaluate("fetch('/api/health').then((answer) => answer.status)") == 200
    assert await state_of(ward, message) == "sent"
