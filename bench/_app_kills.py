"""A telephone whose browser is killed: with its disk, on a line of its own.

All of the browser's processes are killed at once (SIGKILL), around the moment a value is entered or
sent; then it is opened again on the same disk. What its page said before it died, it must hold to.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import BrowserContext, Error, Page, Playwright, expect

from bench._line import Line, State

CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
PHONE = {"width": 390, "height": 844}
ENTRY_SECONDS_MAX = 0.4  # to the kill, from asking for the click: that is some 100 ms later
SENDING_SECONDS_MAX = 2.5  # from the opening to the kill; what waits goes within a second
# What the page says, at the moment it says it: asked from outside it would come later.
HEARS = """new MutationObserver(() => {
  const said = /(\\d+) waiting to be sent/.exec(document.body?.innerText ?? "");
  window.saidWaiting?.(said ? Number(said[1]) : 0);
}).observe(document, {subtree: true, childList: true, characterData: true});"""
WAITING = """() => new Promise((done) => {
  const asked = indexedDB.open("homeward-home");
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => done([]);
  asked.onsuccess = () => {
    const all = asked.result.transaction("waiting").objectStore("waiting").getAll();
    all.onsuccess = () => {
      asked.result.close();
      done(all.result.map((one) => one.entry.values[0].value));
    };
  };
})"""
IS_WHOLE = """async () => Boolean(navigator.serviceWorker.controller
  && await caches.match("/owner", {cacheName: "homeward-owner"}))"""


@dataclass
class Telephone:
    """One browser on one disk."""

    playwright: Playwright
    folder: Path
    line: Line
    cookie: Any
    waiting_said: int = 0
    _context: BrowserContext | None = None

    async def open(self, path: str) -> Page:
        """Start the browser and its page; what is at `path` need not come."""
        self._context = await self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=CHROMIUM, args=FLAGS, viewport=PHONE
        )
        await self._context.add_cookies([self.cookie])
        await self._context.expose_function("saidWaiting", self._heard)
        await self._context.add_init_script(HEARS)
        page = self._context.pages[0]
        with suppress(Error):  # it may be killed over this
            await page.goto(self.line.url + path)
        return page

    def _heard(self, waiting: int) -> None:
        self.waiting_said = waiting

    async def kill(self, processes: Sequence[psutil.Process] = ()) -> None:
        """All of its processes, at once and without a word; `processes`: found before."""
        for each in processes or self.processes():
            with suppress(psutil.NoSuchProcess):
                each.kill()
        await self.close()

    async def close(self) -> None:
        """As people close it; also what is left of one that was killed."""
        if self._context is not None:
            with suppress(Error):
                await self._context.close()
            self._context = None

    def processes(self) -> list[psutil.Process]:
        """All that run of it now."""
        found: list[psutil.Process] = []
        for each in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if f"--user-data-dir={self.folder}" in each.cmdline():
                    found += [each, *each.children(recursive=True)]
        return found


@dataclass
class Told:
    """What the pages said, for the end."""

    kept: set[float] = field(default_factory=set[float])
    entered: set[float] = field(default_factory=set[float])
    kills: Counter[str] = field(default_factory=Counter[str])


def weight(number: int) -> float:
    """One that is nobody else's, and usual enough not to be asked about."""
    return round(50 + number / 10, 1)


async def entering(phone: Telephone, told: Told, chance: random.Random, number: int) -> None:
    """A life without a network that ends around the moment a value is entered; the first, however
    slow the machine, once it was said to be kept."""
    page = await phone.open("/measure")
    await expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    before = len(await page.evaluate(WAITING))
    phone.waiting_said = before
    value = weight(number)
    told.entered.add(value)
    await page.get_by_label("What did you measure?").select_option("weight")
    await page.get_by_label("Weight", exact=True).fill(str(value))
    processes = phone.processes()
    click = page.get_by_role("button", name="Send", exact=True).click()
    clicking = asyncio.create_task(click)
    if number == 0:
        async with asyncio.timeout(30):
            while phone.waiting_said <= before:
                await asyncio.sleep(0.005)
    else:
        await asyncio.sleep(chance.uniform(0, ENTRY_SECONDS_MAX))
    await phone.kill(processes)
    await asyncio.gather(clicking, return_exceptions=True)
    if phone.waiting_said > before:
        told.kept.add(value)
    told.kills["entering"] += 1


async def sending(phone: Telephone, told: Told, chance: random.Random) -> None:
    """A life with a network that ends while what waits is sent; its answer may be lost, too."""
    phone.line.be(State.OPEN)
    if chance.random() < 0.5:
        phone.line.lose_answer_to(b"/measurements")
    opening = asyncio.create_task(phone.open("/measure"))
    while phone._context is None:  # pyright: ignore[reportPrivateUsage]
        await asyncio.sleep(0.01)
    await asyncio.sleep(chance.uniform(0, SENDING_SECONDS_MAX))
    await phone.kill()
    await asyncio.wait([opening])
    phone.line.be(State.CUT)
    told.kills["sending"] += 1


async def lives(
    phone: Telephone, kills: int, seed: int, record: Callable[[], Awaitable[list[float]]]
) -> dict[str, float]:
    """So many kills, then the network; `record`: the weights the record has of this patient."""
    chance, told = random.Random(seed), Told()
    page = await phone.open("/measure")
    async with asyncio.timeout(30):
        while not await page.evaluate(IS_WHOLE):
            await asyncio.sleep(0.1)
    await phone.kill()
    phone.line.be(State.CUT)
    for number in range(kills):
        if number % 4 == 3:
            await sending(phone, told, chance)
        else:
            await entering(phone, told, chance, number)
    phone.line.be(State.OPEN)
    page = await phone.open("/measure")
    await expect(page.get_by_role("region", name="By hand")).to_be_visible()
    async with asyncio.timeout(60):
        while await page.evaluate(WAITING):
            await asyncio.sleep(0.1)
    await phone.close()
    found = Counter(await record())
    return {
        "kills": told.kills.total(),
        "kills_while_sending": told.kills["sending"],
        "entered": len(told.entered),
        "said_to_be_kept": len(told.kept),
        "kept_unsaid": len(set(found) - told.kept),
        "answers_lost": phone.line.lost,
        "lost": len(told.kept - set(found)),
        "duplicates": sum(found.values()) - len(found),
        "never_entered": len(set(found) - told.entered),
    }
