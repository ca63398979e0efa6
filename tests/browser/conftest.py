"""The pages in a real browser, before the real server on real engines."""

import asyncio
import json
import re
import shutil
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    WebSocketRoute,
    async_playwright,
    expect,
)

from homeward.api import app
from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.frame import HOT, Channel, WaveFrame
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.model.wave import BY_NAME as WAVE_BY_NAME
from homeward.services.call.chain import Target
from homeward.services.call.converge import converge
from homeward.services.call.standing import Aim, Step, set_chain
from homeward.services.people.routes import COOKIE
from homeward.services.watch.ledger import Change, write
from homeward.settings import Settings
from homeward.store.sql import Query
from tests.api.conftest import NO_TLS, PASSWORD, House, house

__all__ = ["house"]

REPOSITORY = Path(__file__).parents[2]
STATIC = REPOSITORY / "homeward" / "api" / "static"
AXE = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
DESKTOP = {"width": 1600, "height": 950}
PHONE = {"width": 390, "height": 844}
ANSWER_SECONDS = 120
NOW = "performance.now()"
LOADED_MS = 6_000  # two seconds after the day (web/src/home/later.ts)
# Colours change over a moment where a component says so.
REPAINTED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const changes = document.getAnimations().filter(one => one instanceof CSSTransition);
  await Promise.allSettled(changes.map(one => one.finished));
}"""
WAVE_RATE_HZ = 250.0
FRAME_SECONDS = 0.25
# What a browser itself logs for an answer we expect, such as "nobody is signed in".
EXPECTED_LOGS = ("401 (Unauthorized)",)
# And while the network is away; the last where it then asks whether its service worker is old.
AWAY = ("net::ERR_", "WebSocket", "Failed to load resource", "occurred when fetching the script")

expect.set_options(timeout=8_000)

# Of a plan: whatever the clock says, a task is due now, and nothing else.
ONLY_A_TASK_IS_DUE = """
with first as (select min(id) as id from plan_due where kind = 'task'),
    rest as (delete from plan_due using first where plan_due.id <> first.id)
update plan_due set at = now(), opens = now() - interval '1 hour',
    closes = now() + interval '1 hour', nudge = now() + interval '1 hour', escalate = null
from first where plan_due.id = first.id"""


@pytest.fixture
def pace() -> int:
    """As delivered: no page may ask for more."""
    return Settings().requests_per_second_max


@pytest.fixture(scope="session", autouse=True)
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The built pages: what is tested is what is shipped.

    A copy, so that somebody who builds meanwhile does not pull a page away from under a test.
    """
    if not (STATIC / "index.html").is_file():
        pytest.fail("The pages are not built. Run: cd web && npm ci && npm run build")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"Chromium is not at {CHROMIUM}")
    copy = tmp_path_factory.mktemp("pages") / "static"
    shutil.copytree(STATIC, copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "STATIC", copy)
        yield copy


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield opened
        await opened.close()


@dataclass
class Ward:
    """Ward 3 with its devices: what they send is told as the doors and the watcher tell it."""

    house: House
    sent: int = 0

    @property
    def anna(self) -> int:
        return self.house.ids["Anna"]

    async def sql(self, text: str, **values: Any) -> list[dict[str, Any]]:
        return await self.house.store.door().all(Query("test", text.encode(), ""), dict, **values)

    async def reads(self, patient: int, age_seconds: float = 0.0, **vitals: float) -> None:
        """A device of this patient reads these vitals, so many seconds ago."""
        received = round(datetime.now(UTC).timestamp() * 1e6)
        rows = np.zeros(len(vitals), HOT)
        for place, (name, value) in enumerate(vitals.items()):
            at = received - round(age_seconds * 1e6)
            device = self.house.ids["monitor-1"]
            rows[place] = (patient, device, BY_NAME[name].index, 0, at, received, value)
        await self.house.tools.bus.publish("hot.readings", rows.tobytes())

    async def is_heard(self, patient: int, *, is_alone: bool = False) -> None:
        """Until the server tells some screen of this patient's readings; `is_alone`: a chart, which
        shows nobody else's."""
        async with asyncio.timeout(8):
            while not any(
                viewer.patients == {patient} if is_alone else patient in viewer.patients
                for viewer in self.house.hub.viewers
            ):
                await asyncio.sleep(0.01)

    async def sends_wave(self, patient: int, start: datetime, seconds: float) -> None:
        """A stretch of lead II and of the pleth."""
        count = round(seconds * WAVE_RATE_HZ)
        beat = (np.sin(np.arange(count) / 20) * 200).astype("<i2")
        channels = tuple(
            Channel(WAVE_BY_NAME[name], WAVE_RATE_HZ, 0.005, beat) for name in ("ecg_ii", "pleth")
        )
        start_us = round(start.timestamp() * 1e6)
        frame = WaveFrame(1, self.sent, start_us, channels).pack()
        self.sent += 1
        head = struct.pack("<qq", patient, self.house.ids["monitor-1"])
        await self.house.tools.bus.publish(f"hot.waves.{patient}", head + frame)

    @asynccontextmanager
    async def streams(self, patient: int, lose_every: int) -> AsyncIterator[None]:
        """A device sends its waves four times a second, as they are; some frames are lost."""

        async def stream() -> None:
            start, count = datetime.now(UTC), 0
            while True:
                if count % lose_every:
                    at = start + timedelta(seconds=count * FRAME_SECONDS)
                    await self.sends_wave(patient, at, FRAME_SECONDS)
                count += 1
                await asyncio.sleep(FRAME_SECONDS)

        task = asyncio.create_task(stream())
        yield
        task.cancel()

    async def alarms(
        self,
        text: str = "SpO₂ 86 < 90 %",
        priority: Priority = Priority.HIGH,
        patient: int | None = None,
        condition: str = "oxygen_low",
        holds: bool = True,
        received: bool = False,
    ) -> int:
        """The watcher raises (or ends) an alarm, and the calls follow. Its id."""
        now = datetime.now(UTC)
        finding = Finding(priority, text, now, 86.0, 90.0) if holds else None
        key = Key(condition, patient or self.anna, None)
        tools = self.house.tools
        times = (now, now) if received else (None, None)
        change = Change(key, Kind.PHYSIOLOGICAL, now, finding, *times)
        (alarm,) = await write(tools.store, tools.bus, [change])
        await self.calls()
        return alarm.id

    async def loses_a_gateway(self, beds: int) -> None:
        """The watcher finds devices silent, and what they have in common."""

        async def device(name: str) -> int:
            text = "insert into device (name, kind) values (%(name)s, 'monitor') returning id"
            return (await self.sql(text, name=name))[0]["id"]

        def silent(condition: str, number: int, cause: Key | None = None) -> Change:
            finding = Finding(Priority.MEDIUM, f"{condition} {number}", now)
            key = Key(condition, None, number)
            return Change(key, Kind.TECHNICAL, now, finding, cause=cause)

        now = datetime.now(UTC)
        changes = [silent("gateway_silent", await device("gw-north"))]
        for bed in range(beds):
            number = await device(f"gw-north-{bed}")
            changes.append(silent("device_silent", number, changes[0].key))
        tools = self.house.tools
        await write(tools.store, tools.bus, changes)
        await self.calls()

    async def calls(self, after: timedelta = timedelta()) -> None:
        """One pass of the caller, as if so much time had passed."""
        tools = self.house.tools
        await converge(tools.store, tools.bus, datetime.now(UTC) + after, ANSWER_SECONDS)

    async def alarm(self, number: int) -> dict[str, Any]:
        text = "select state, acknowledged_reason as reason from alarm_shown where id = %(id)s"
        return (await self.sql(text, id=number))[0]


@pytest.fixture
async def ward(house: House) -> Ward:
    """The house, with a chain: the nurse is called first, then the doctor."""
    opened = Ward(house)
    steps = [
        Step([Aim(Target.PERSON, house.ids[role])], ANSWER_SECONDS) for role in ("nurse", "doctor")
    ]
    await set_chain(house.store.door(), house.ids["Ward 3"], steps, datetime.now(UTC))
    return opened


@dataclass
class Visitor:
    """Somebody at a screen. Counts what they press, for the budgets."""

    page: Page
    url: str
    clicks: int = 0
    keys: int = 0
    faults: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = EXPECTED_LOGS

    def is_refused(self) -> None:
        """From now on the server refuses this visitor something, and the browser logs that."""
        self.expected = (*EXPECTED_LOGS, "403 (Forbidden)")

    async def click(self, locator: Any) -> None:
        self.clicks += 1
        await locator.click()

    async def press(self, key: str) -> None:
        self.keys += 1
        await self.page.keyboard.press(key)

    async def goes(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def signs_in(self, role: Role, path: str = "/") -> None:
        """Comes to this page with a session made before: the form has tests of its own."""
        await self.page.context.add_cookies([await session_of(self.url, role)])
        await self.goes(path)

    async def signs_in_by_form(self, role: Role, path: str = "/") -> None:
        """As people do, at the page they wanted."""
        await self.goes(path)
        await self.page.get_by_label("Sign-in name").fill(role.value)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(self.page.get_by_label("Sign-in name")).to_have_count(0)

    async def follows(self, ward: Ward, role: Role = Role.NURSE) -> None:
        """As who has opened the board of Ward 3 before: what the browser keeps of that."""
        key = f"homeward.wards.{ward.house.ids[role.value]}"
        at = round(datetime.now(UTC).timestamp() * 1000)
        kept = json.dumps({ward.house.ids["Ward 3"]: {"at": at, "isFollowed": True}})
        await self.page.add_init_script(f"localStorage['{key}'] ??= '{kept}'")

    async def opens_board(self, ward: Ward, role: Role = Role.NURSE) -> None:
        await self.signs_in(role, f"/wards/{ward.house.ids['Ward 3']}")
        await expect(self.tile("Anna")).to_be_visible()
        await expect(self.page.get_by_test_id("pulse")).to_contain_text("Live")
        await ward.is_heard(ward.anna)

    def tile(self, name: str) -> Any:
        return self.page.get_by_role("article", name=name)

    async def scrolls_sideways(self) -> bool:
        return await self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )

    async def axe_faults(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA, one line a fault; colours in the dark as well."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text())
        found = await self._axe("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
        await self.page.emulate_media(color_scheme="dark")
        found += [f"in the dark: {fault}" for fault in await self._axe("color-contrast")]
        await self.page.emulate_media(color_scheme="light")
        return found

    async def _axe(self, *rules: str) -> list[str]:
        await self.page.evaluate(REPAINTED)
        return list(
            await self.page.evaluate(
                """async (rules) => {
                  const wanted = {runOnly: rules, resultTypes: ["violations"]};
                  return (await axe.run(document, wanted)).violations.flatMap(v => v.nodes.map(n =>
                    `${v.id}: ${n.target} ${n.html.slice(0, 120)} ${n.any[0]?.message ?? ''}`));
                }""",
                rules,
            )
        )


async def session_of(url: str, role: Role) -> Any:
    """The cookie the server gives who signs in."""
    said = {"login": role.value, "password": PASSWORD}
    async with httpx.AsyncClient(base_url=url, verify=NO_TLS) as door:
        answer = await door.post("/api/session", json=said)
    # A browser sends a secure cookie to loopback, but takes one only from an https address.
    https = url.replace("http://", "https://")
    return {"name": COOKIE, "value": answer.cookies[COOKIE], "url": https, "secure": True}


Visit = Callable[..., Awaitable[Visitor]]


@dataclass
class Guard:
    """The watcher's own beat: pages trust in it."""

    is_alive: bool = True


@pytest.fixture
async def guard(house: House) -> AsyncIterator[Guard]:
    """A watcher that beats for as long as it is said to live."""
    watcher = Guard()

    async def beat() -> None:
        while True:
            if watcher.is_alive:
                await house.tools.bus.tell("beat.guard", {"name": "guard"})
            await asyncio.sleep(0.5)

    task = asyncio.create_task(beat())
    yield watcher
    task.cancel()


@pytest.fixture
async def visit(browser: Browser, house: House, guard: Guard) -> AsyncIterator[Visit]:
    """Opens a screen of one's own; at the end no page may have logged an error."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    async def opened(**options: Any) -> Visitor:
        context = await browser.new_context(viewport=options.pop("viewport", DESKTOP), **options)
        contexts.append(context)
        visitor = Visitor(await context.new_page(), house.url)
        visitor.page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        visitor.page.on("console", lambda line: _note(visitor, line.type, line.text))
        visitors.append(visitor)
        return visitor

    yield opened
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for context in contexts:
        await context.close()
    # The server ends its sockets before the next test has another database.
    await asyncio.sleep(0)
    assert not faults


def _note(visitor: Visitor, kind: str, text: str) -> None:
    if kind == "error" and not any(each in text for each in visitor.expected):
        visitor.faults.append(text)


async def says_nothing_yet(page: Page) -> Callable[[], None]:
    """It is connected, but until what is given is called the server does not hear of whom it wants
    to be told."""
    held: list[tuple[WebSocketRoute, Any]] | None = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(socket.send)
        socket.on_message(
            lambda text: server.send(text) if held is None else held.append((server, text))
        )

    def is_said() -> None:
        nonlocal held
        waiting, held = held, None
        assert waiting
        for server, text in waiting:
            server.send(text)

    await page.route_web_socket("**/api/live", between)
    return is_said


async def until(page: Any, holds: str) -> None:
    """Asked again and again: what Playwright itself waits with needs what our policy forbids."""
    async with asyncio.timeout(LOADED_MS / 1000):
        while not await page.evaluate(holds):
            await asyncio.sleep(0.05)


async def passes(page: Any, milliseconds: int) -> None:
    """So long on the page's own clock, which is what the page waits by."""
    await until(page, f"() => performance.now() > {await page.evaluate(NOW)} + {milliseconds}")


async def said_on(page: Any) -> str:
    """All of its document but the names of built files: a hash of theirs may spell anything."""
    return re.sub(r"/assets/[\w.-]+", "", await page.content())


def where_it_is_noon() -> str:
    """A time zone: of what was measured just now, nothing was measured yesterday."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
