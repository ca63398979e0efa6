"""Firefox, driven by what it speaks itself: WebDriver BiDi (W3C), over one WebSocket.

Playwright drives a Firefox of its own building only; this one is Debian's. People find things by
role and name, and so does this: a name that no reader of a screen would hear is not found.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

PROGRAM = "firefox-esr"
SECONDS_MAX = 30.0
LOOKS_EVERY_SECONDS = 0.05
# Asked of a page that is being left, Firefox may never answer: then it is asked anew.
LOST_SECONDS = 5.0
TRIES_MAX = 5
# Nothing of its own: no look for news, experiments or networks, which are not there in a test.
PREFERENCES: dict[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.download.folderList": 2,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "nimbus.rollouts.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}

# Until it was in one place for three frames, and the middle of it is its own. A press is noted
# at the window, before the page has it.
STANDS_STILL = """async (it) => {
  delete it.dataset.pressed
  let still = 0
  let before = ""
  let above = null
  for (let frames = 0; still < 3 && it.isConnected; frames += 1) {
    if (frames > 600) throw new Error(`above it lies ${above?.outerHTML}`)
    if (still === 0) it.scrollIntoView({block: "center"})  // the page may have grown above it
    await new Promise(requestAnimationFrame)
    const {x, y, width, height} = it.getBoundingClientRect()
    above = document.elementFromPoint(x + width / 2, y + height / 2)
    const now = [x, y, width, height].join()
    still = now === before && it.contains(above) ? still + 1 : 0
    before = now
  }
  const noted = (event) => {
    window.removeEventListener("click", noted, true)
    if (it.contains(event.target)) it.dataset.pressed = "1"
    else {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  }
  window.addEventListener("click", noted, true)
}"""


class Gone(Exception):
    """What was looked for did not come."""


class Firefox:
    """One window of it. `clicks`: for the budgets."""

    def __init__(self, line: ClientConnection, url: str, downloads: Path) -> None:
        self._line, self.url, self.downloads = line, url, downloads
        self._asked = 0
        self._window = ""
        self.clicks = 0

    async def begin(self, width: int, height: int) -> None:
        """A session, and a window of this size."""
        await self.ask("session.new", capabilities={})
        (window,) = (await self.ask("browsingContext.getTree"))["contexts"]
        self._window = window["context"]
        size = {"width": width, "height": height}
        await self.ask("browsingContext.setViewport", context=self._window, viewport=size)

    async def ask(self, method: str, *, is_look: bool = False, **params: Any) -> Any:
        """One command and its answer; events, and answers that come too late, are passed over.

        `is_look`: it changes nothing, and raises Gone where no answer comes.
        """
        self._asked += 1
        await self._line.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        try:
            async with asyncio.timeout(LOST_SECONDS if is_look else SECONDS_MAX * 2):
                while True:
                    answer = json.loads(await self._line.recv())
                    if answer.get("id") == self._asked:
                        break
        except TimeoutError:
            if not is_look:
                raise
            raise Gone(f"{method}: no answer") from None
        if answer["type"] == "error":
            raise Gone(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    async def goes(self, path: str) -> None:
        """To a page of ours."""
        url = self.url + path
        await self.ask("browsingContext.navigate", context=self._window, url=url, wait="complete")

    async def reloads(self) -> None:
        """The same page anew."""
        await self.ask("browsingContext.reload", context=self._window, wait="complete")

    async def speaks(self, locale: str) -> None:
        """The language of who holds it."""
        await self.ask("emulation.setLocaleOverride", locale=locale, contexts=[self._window])

    async def runs(self, function: str, *nodes: Any, is_look: bool = False) -> Any:
        """What a function in the page says."""
        answer = await self.ask(
            "script.callFunction", is_look=is_look, functionDeclaration=function, awaitPromise=True,
            target={"context": self._window}, arguments=list(nodes),
        )  # fmt: skip
        if answer["type"] == "exception":
            raise Gone(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    async def find(self, role: str, name: str) -> dict[str, Any]:
        """The first that is there, once it is there."""
        said: dict[str, Any] = {"type": "accessibility", "value": {"role": role, "name": name}}
        if role == "password":  # ARIA has no role for what is masked
            said = {"type": "css", "value": "input[type=password]"}
        until = asyncio.get_running_loop().time() + SECONDS_MAX
        while asyncio.get_running_loop().time() < until:
            try:
                found = await self.ask(
                    "browsingContext.locateNodes",
                    is_look=True, context=self._window, locator=said,
                )  # fmt: skip
            except Gone:  # the page it was on is being left
                found = {"nodes": []}
            if found["nodes"]:
                return {"sharedId": found["nodes"][0]["sharedId"]}
            await asyncio.sleep(LOOKS_EVERY_SECONDS)
        raise Gone(f"no {role} called {name!r} in: {await self.text()}")

    async def click(self, role: str, name: str) -> None:
        """With a pointer, in the middle of it, once it stands still with nothing above it.

        What moves away between the look and the press is looked for anew: a press that another
        element had counts as none, and is made again.
        """
        for _ in range(TRIES_MAX):
            node = await self.find(role, name)
            try:
                await self.runs(STANDS_STILL, node)
                there = {"type": "element", "element": node}
                await self._acts("pointer", [
                    {"type": "pointerMove", "x": 0, "y": 0, "origin": there},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ])  # fmt: skip
                if await self.runs("(it) => it.dataset.pressed === '1'", node):
                    self.clicks += 1
                    return
            except Gone as gone:  # the page grew, or drew it anew, between the two
                if not any(said in str(gone) for said in ("out of bounds", "no such node")):
                    raise
        raise Gone(f"the {role} called {name!r} cannot be pressed: {await self.text()}")

    async def types(self, role: str, name: str, text: str) -> None:
        """Into a field, key by key."""
        await self.runs("(it) => it.focus()", await self.find(role, name))
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        await self._acts("key", keys)

    async def _acts(self, kind: str, actions: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        await self.ask("input.performActions", context=self._window, actions=[source])

    async def text(self) -> str:
        """All that stands on the page."""
        try:
            return str(await self.runs("() => document.body?.innerText ?? ''", is_look=True))
        except Gone:
            return ""

    async def sees(self, *words: str) -> None:
        """Until all of this stands on the page."""
        until = asyncio.get_running_loop().time() + SECONDS_MAX
        while asyncio.get_running_loop().time() < until:
            text = await self.text()
            if all(each in text for each in words):
                return
            await asyncio.sleep(LOOKS_EVERY_SECONDS)
        raise Gone(f"not all of {words} in: {await self.text()}")


@asynccontextmanager
async def firefox(folder: Path, url: str, width: int, height: int) -> AsyncIterator[Firefox]:
    """Started with a disk of its own, and ended."""
    profile, downloads = folder / "profile", folder / "downloads"
    profile.mkdir()
    downloads.mkdir()
    lines = PREFERENCES | {"browser.download.dir": str(downloads)}
    text = "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in lines.items())
    (profile / "user.js").write_text(text)
    words = ("--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0")
    program = await asyncio.create_subprocess_exec(
        PROGRAM, *words, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    assert program.stderr is not None
    try:
        async with asyncio.timeout(60):
            while b"WebDriver BiDi listening on " not in (said := await program.stderr.readline()):
                assert said, "Firefox ended before it began"
        reading = asyncio.create_task(program.stderr.read())  # or it stands still with a full pipe
        async with connect(said.split()[-1].decode() + "/session", max_size=None) as line:
            window = Firefox(line, url, downloads)
            await window.begin(width, height)
            yield window
        reading.cancel()
    finally:
        program.kill()
        await program.wait()
