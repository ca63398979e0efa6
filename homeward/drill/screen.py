"""What stands on the screen of a pretend nurse: alarms with and without a row, and who watches."""

import asyncio
import json
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from homeward.connectors.https import ask
from homeward.model.errors import HomewardError, Unreachable
from homeward.sentinel.config import Config
from homeward.settings import Settings

# As pages come back (web/src/live.ts).
RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 0.4, 1.5
LOST_AFTER_SECONDS = 5.0
ANSWER_SECONDS = 5.0
WORDS_MAX = 10_000
UNWATCHED = "Alarms are not being watched"
CUT_OFF = "Connection lost"


_What = tuple[str, int | None, str]  # condition, patient, text


@dataclass(frozen=True, slots=True)
class Word:
    """Something the screen began to show. `at` is of time.monotonic()."""

    at: float
    condition: str  # of an alarm; empty for what the screen says of itself
    patient: int | None
    text: str


@dataclass
class Screen:
    """One screen of a virtual nurse, made by `homeward sentinel set-up`."""

    config: Config
    patient: int = 0
    words: list[Word] = field(default_factory=list[Word])
    is_on: bool = False  # connected, and told who is watched
    _cookie: str = ""
    _open: set[_What] = field(default_factory=set[_What])
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @classmethod
    def of(cls, folder: Path, settings: Settings) -> "Screen":
        """The screen of a sentinel's folder."""
        return cls(Config.read(folder, settings))

    async def sign_in(self) -> None:
        """Once. Raises Unreachable."""
        body = {"login": self.config.login, "password": self.config.password}
        answer = await self._ask("POST", "/api/session", json.dumps(body).encode())
        self._cookie = answer["cookie"]
        self.patient = answer["patient_id"]

    async def _ask(self, method: str, path: str, body: bytes = b"") -> Any:
        headers = {"content-type": "application/json", "cookie": self._cookie}
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await ask(method, self.config.url + path, headers, body)
        if answer.status >= 300:
            raise Unreachable(f"{method} {path} was answered {answer.status}")
        told = json.loads(answer.body)
        if "set-cookie" in answer.headers:
            told["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        return told

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            with suppress(OSError, WebSocketException, TimeoutError, HomewardError):
                async with connect(
                    f"ws{self.config.url.removeprefix('http')}/api/live", proxy=None,
                    additional_headers={"cookie": self._cookie}, ping_interval=None,
                    open_timeout=LOST_AFTER_SECONDS, close_timeout=0.2,
                ) as socket:  # fmt: skip
                    await self._watch(socket)
            if self.is_on:
                self.is_on = False
                await self._says("", None, CUT_OFF)
            # S311: it guards no secret.
            await asyncio.sleep(random.uniform(RETRY_SECONDS_MIN, RETRY_SECONDS_MAX))  # noqa: S311

    async def _watch(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"watch": "patient", "id": self.patient}))
        while True:
            async with asyncio.timeout(LOST_AFTER_SECONDS):
                told = json.loads(await socket.recv())
            if told["type"] == "watching":
                self.is_on = True
                self._open.discard(("", None, CUT_OFF))
                alarms = await self._ask("GET", f"/api/patients/{self.patient}/alarms?start=0")
                for alarm in alarms:
                    await self._alarm(alarm)
            elif told["type"] == "alarm":
                await self._alarm(told["alarm"])
            elif told["type"] == "ahead":
                for alarm in told["alarms"]:
                    await self._alarm(alarm)
            elif told["type"] == "guard":
                if told["alive"]:
                    self._open.discard(("", None, UNWATCHED))
                else:
                    await self._says("", None, UNWATCHED)

    async def _alarm(self, alarm: dict[str, Any]) -> None:
        if alarm["state"] == "active":
            await self._says(alarm["condition"], alarm["patient_id"], alarm["text"])
        elif alarm["state"] == "resolved":
            what = alarm["condition"], alarm["patient_id"]
            self._open = {each for each in self._open if each[:2] != what}

    async def _says(self, condition: str, patient: int | None, text: str) -> None:
        what = (condition, patient, text)
        if what in self._open or len(self.words) >= WORDS_MAX:
            return
        self._open.add(what)
        async with self._changed:
            self.words.append(Word(time.monotonic(), *what))
            self._changed.notify_all()

    async def hears(self, condition: str, since: float, within: float) -> float | None:
        """When this was shown first since then (monotonic); None: not within so many seconds."""

        def found() -> float | None:
            times = (w.at for w in self.words if w.at >= since and w.condition == condition)
            return min(times, default=None)

        with suppress(TimeoutError):
            async with asyncio.timeout(within), self._changed:
                return await self._changed.wait_for(found)
        return found()

    async def acknowledge_open(self) -> None:
        """Answer what is still open of the pretend patient, so that it ends."""
        for alarm in await self._ask("GET", f"/api/patients/{self.patient}/alarms?start=0"):
            if alarm["state"] in ("active", "latched"):
                said = {"reason": "drill", "priority": alarm["priority"], "state": alarm["state"]}
                await self._ask(
                    "POST", f"/api/alarms/{alarm['id']}/acknowledge", json.dumps(said).encode()
                )
