"""A nurse's screen without its pixels: what web/src/live.ts hears, asks and answers.

It comes back as the page does, with the page's own pauses, and loads the open alarms and calls
each time the server says that it now tells them. It notes the first moment of everything.
"""

import asyncio
import json
import random
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from homeward.services.people.routes import COOKIE

# Of web/src/live.ts: RETRY_MS_MIN, RETRY_MS_MAX, LOST_AFTER_MS, VISIBLE_MS.
RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 0.4, 1.5
LOST_AFTER_SECONDS = 5.0
VISIBLE_SECONDS = 5.0
LOAD_AGAIN_SECONDS = 0.5
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Told:
    """A call as its own person's screen first showed it. Seconds since 1970."""

    at: float
    alarm: int
    person: int
    round: int
    step: int
    due: float


class Screen:
    """One person at one screen, always visible. Of several addresses each try has the next, as
    behind a balancer."""

    def __init__(
        self, url: str | Sequence[str], login: str, password: str, person: int, ward: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.person = person
        self.ringing: dict[tuple[int, int], float] = {}  # (alarm, rung): when first heard
        self.episodes: dict[int, dict[str, Any]] = {}  # open alarms, as last told
        self.calls: dict[int, Told] = {}  # calls of this person
        self.ended: set[int] = set()  # calls that have ended
        self._urls, self._ward = [url] if isinstance(url, str) else list(url), ward
        self._who = {"login": login, "password": password}
        self._tls = tls
        self._client = httpx.AsyncClient(
            base_url=self._urls[0], timeout=ANSWER_SECONDS, verify=tls or True
        )
        self._changed = asyncio.Condition()
        self._told: dict[int, float] = {}  # when each alarm was last told
        self._loading: asyncio.Task[None] | None = None

    async def sign_in(self) -> None:
        """Once: a session outlives every kill."""
        answer = await self._client.post("/api/session", json=self._who)
        answer.raise_for_status()
        self._client.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"

    async def run(self) -> None:
        """Stay connected until cancelled."""
        retries = 0
        while True:
            url = self._urls[0]
            try:
                async with connect(
                    url.replace("http", "ws") + "/api/live", compression=None,
                    additional_headers={"cookie": self._client.headers["cookie"]},
                    open_timeout=LOST_AFTER_SECONDS, close_timeout=0.2, ping_interval=None,
                    ssl=self._tls,
                ) as socket:  # fmt: skip
                    retries = 0
                    await self._hear(socket)
            except (OSError, WebSocketException, TimeoutError):
                pass
            self._urls = [*self._urls[1:], url]
            self._client.base_url = self._urls[0]
            most = min(RETRY_SECONDS_MAX, RETRY_SECONDS_MIN * 2 ** min(retries, 6))
            retries += 1
            await asyncio.sleep(most * (0.5 + random.random() / 2))

    async def _hear(self, socket: ClientConnection) -> None:
        await _say(socket, watch="ward", id=self._ward, wards=[self._ward])
        said = float("-inf")
        try:
            while True:
                if time.monotonic() - said >= VISIBLE_SECONDS:
                    said = time.monotonic()
                    await _say(socket, visible=True)
                async with asyncio.timeout(LOST_AFTER_SECONDS):
                    frame = json.loads(await socket.recv())
                if frame["type"] == "alarm":
                    await self._alarm(socket, frame["alarm"])
                elif frame["type"] == "call":
                    await self._call(socket, frame["call"])
                elif frame["type"] == "watching":
                    self._stop_loading()
                    self._loading = asyncio.create_task(self._load(socket))
        finally:
            self._stop_loading()

    def _stop_loading(self) -> None:
        if self._loading is not None:
            self._loading.cancel()

    async def _load(self, socket: ClientConnection) -> None:
        """The whole board: what was told while we were away."""
        while True:
            try:
                asked, since = {"ward": self._ward}, time.time()
                alarms = await self._client.get("/api/alarms", params=asked)
                calls = await self._client.get("/api/calls", params=asked)
                alarms.raise_for_status(), calls.raise_for_status()
                open_now = {each["id"]: each for each in alarms.json()}
                for number in self.episodes.keys() | open_now.keys():
                    if self._told.get(number, 0.0) > since:
                        continue  # what was told while this was on its way is newer
                    if number in open_now:
                        await self._alarm(socket, open_now[number])
                    else:
                        self.episodes.pop(number)
                for call in calls.json():
                    await self._call(socket, call)
                return
            except httpx.HTTPError:
                await asyncio.sleep(LOAD_AGAIN_SECONDS)
            except WebSocketException:
                return

    async def _alarm(self, socket: ClientConnection, alarm: dict[str, Any]) -> None:
        number, rung = alarm["id"], alarm["rung"]
        self._told[number] = time.time()
        if alarm["state"] == "resolved":
            self.episodes.pop(number, None)
        else:
            self.episodes[number] = alarm
        if alarm["state"] == "active" and (number, rung) not in self.ringing:
            self.ringing[number, rung] = time.time()
            await _say(socket, rendered=[[number, rung, True]])
        await self._tell()

    async def _call(self, socket: ClientConnection, call: dict[str, Any]) -> None:
        if call["ended"] is not None:
            self.ended.add(call["id"])
            await self._tell()
            return  # a page shows only those that are open
        if call["person_id"] != self.person or call["audience"] != "carer":
            return
        if call["id"] not in self.calls:
            self.calls[call["id"]] = Told(
                time.time(), call["alarm_id"], self.person, call["round"], call["step"],
                call["due"] / 1000,
            )  # fmt: skip
        if call["seen"] is None:
            await _say(socket, shown=[call["id"]])
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def alarm_of(self, patient: int, condition: str, since: float) -> tuple[float, int]:
        """Wait for an alarm that began to ring since then: when it was heard, and its number."""

        def found() -> tuple[float, int] | None:
            for (number, rung), heard in self.ringing.items():
                known = self.episodes.get(number)
                if known is None or rung < since * 1000:
                    continue
                if known["patient_id"] == patient and known["condition"] == condition:
                    return heard, number
            return None

        async with self._changed:
            return await self._changed.wait_for(found)

    async def call_for(self, alarm: int) -> float:
        """Wait until this person is called for an alarm, at whichever step; when they were."""

        def found() -> float | None:
            return min((c.at for c in self.calls.values() if c.alarm == alarm), default=None)

        async with self._changed:
            return await self._changed.wait_for(found)

    def open_of(self, patient: int) -> list[dict[str, Any]]:
        """Open alarms of one patient, as this screen knows them."""
        return [each for each in self.episodes.values() if each["patient_id"] == patient]

    async def acknowledge(self, alarm: int) -> bool:
        """Take an alarm; False where that cannot be said now, or somebody was first."""
        try:
            answer = await self._client.post(
                f"/api/alarms/{alarm}/acknowledge", json={"reason": "soak"}
            )
        except httpx.HTTPError:
            return False
        return answer.status_code < 300


async def _say(socket: ClientConnection, **words: Any) -> None:
    await socket.send(json.dumps(words))
