"""The virtual nurse: signs in, watches the live socket as a page does, and acknowledges."""

import asyncio
import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from homeward.connectors.https import Answer, ask
from homeward.model.errors import Refused, Unreachable

COOKIE = "__Host-homeward"
ANSWER_SECONDS = 5.0
SESSION_SECONDS = 3600.0  # then it signs in anew, between two rounds: no session lasts for ever
HEARD_MAX = 256
MESSAGE_BYTES_MAX = 256 * 1024

STRANGE = (ValueError, KeyError, TypeError)  # read from what is not the platform's

Alarm = dict[str, Any]


@contextmanager
def _theirs() -> Iterator[None]:
    """A proxy may answer for the pages, with a page of its own. Raises Unreachable."""
    try:
        yield
    except STRANGE:
        raise Unreachable("the pages answer what is not theirs") from None


class Nurse:
    """One session and one live socket. Every method raises Unreachable where it fails."""

    def __init__(self, url: str, login: str, password: str, tls: ssl.SSLContext) -> None:
        self._url, self._login, self._password = url, login, password
        self._tls = tls
        self._cookie = ""
        self._since = 0.0  # signed in
        self._patient = 0
        self._socket: ClientConnection | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._alarms: asyncio.Queue[Alarm] = asyncio.Queue(HEARD_MAX)
        self.clock_ahead = 0.0  # of the server over ours, seconds
        self._now: Callable[[], float] = lambda: 0.0

    async def come(self, now: Callable[[], float]) -> None:
        """Be signed in and watching; at once where that is so already. `now` in seconds."""
        self._now = now
        if self._cookie and now() - self._since > SESSION_SECONDS:
            await self.leave()
            self._cookie = ""
        if self._socket is not None and self._hearing is not None and not self._hearing.done():
            return
        await self.leave()
        if not self._cookie:
            await self._sign_in()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._open()
        except (OSError, TimeoutError, WebSocketException, *STRANGE) as error:
            self._cookie = ""
            raise Unreachable(
                f"the live screen cannot be opened ({type(error).__name__})"
            ) from None

    async def _sign_in(self) -> None:
        body = {"login": self._login, "password": self._password}
        answer = await self._ask("POST", "/api/session", body)
        if answer.status != 200:
            raise Unreachable(f"the pages do not let the sentinel in ({answer.status})")
        with _theirs():
            self._patient = int(json.loads(answer.body)["patient_id"])
        self._cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        self._since = self._now()

    async def _open(self) -> None:
        is_tls = self._url.startswith("https://")
        self._socket = await connect(
            f"ws{self._url.removeprefix('http')}/api/live",
            additional_headers={"cookie": self._cookie},
            ssl=self._tls if is_tls else None,
            max_size=MESSAGE_BYTES_MAX,
            proxy=None,
        )
        await self._socket.send(json.dumps({"watch": "patient", "id": self._patient}))
        async for text in self._socket:
            told = json.loads(text)
            self._note(told)
            if told["type"] == "watching":
                break
        self._hearing = asyncio.create_task(self._hear(self._socket))

    async def _hear(self, socket: ClientConnection) -> None:
        with suppress(WebSocketException, *STRANGE):
            async for text in socket:
                self._note(json.loads(text))

    def _note(self, told: dict[str, Any]) -> None:
        if told["type"] == "beat":
            self.clock_ahead = told["now"] / 1000 - self._now()
        if told["type"] == "alarm":
            if self._alarms.full():
                self._alarms.get_nowait()
            self._alarms.put_nowait(told["alarm"])

    async def hears(self, condition: str, state: str, within: float) -> Alarm:
        """The next word of this condition in this state. Raises Unreachable after `within`."""
        assert self._hearing is not None
        try:
            async with asyncio.timeout(max(0.0, within)):
                while True:
                    alarm = await self._next()
                    if alarm["condition"] == condition and alarm["state"] == state:
                        return alarm
        except TimeoutError:
            raise Unreachable(f"no {state} alarm reached the live screen in time") from None

    async def _next(self) -> Alarm:
        """The next alarm told, or the end of the socket."""
        assert self._hearing is not None
        heard = asyncio.create_task(self._alarms.get())
        try:
            await asyncio.wait({heard, self._hearing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not heard.done():
                heard.cancel()
        if not heard.done() or heard.cancelled():
            raise Unreachable("the live screen was cut off")
        return heard.result()

    def forget(self) -> None:
        """What was told before does not count."""
        while not self._alarms.empty():
            self._alarms.get_nowait()

    async def open_alarms(self, condition: str) -> list[Alarm]:
        """Alarms of this condition that have not ended."""
        answer = await self._must("GET", f"/api/patients/{self._patient}/alarms?start=0")
        with _theirs():
            found = json.loads(answer.body)
            if not isinstance(found, list):
                raise TypeError
            return [a for a in found if a["condition"] == condition and a["state"] != "resolved"]

    async def acknowledge(self, alarm: Alarm) -> None:
        """As a nurse would."""
        said = {"reason": "sentinel", "priority": alarm["priority"], "state": alarm["state"]}
        await self._must("POST", f"/api/alarms/{alarm['id']}/acknowledge", said)

    async def tell(self, round_: dict[str, Any]) -> None:
        """Tell the platform what was measured."""
        await self._must("POST", "/api/sentinel/rounds", round_)

    async def _must(self, method: str, path: str, body: Any = None) -> Answer:
        answer = await self._ask(method, path, body)
        if answer.status == 401:
            self._cookie = ""
        if not 200 <= answer.status < 300:
            raise Unreachable(f"{method} {path.partition('?')[0]} was answered {answer.status}")
        return answer

    async def _ask(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"content-type": "application/json"}
        if self._cookie:
            headers["cookie"] = self._cookie
        raw = json.dumps(body).encode() if body is not None else b""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await ask(method, self._url + path, headers, raw, trust=self._tls)
        except TimeoutError:
            raise Unreachable(f"the pages do not answer within {ANSWER_SECONDS:.0f} s") from None
        except Refused as error:
            raise Unreachable(str(error)) from None

    async def leave(self) -> None:
        """Close the socket."""
        socket, self._socket = self._socket, None
        hearing, self._hearing = self._hearing, None
        if hearing is not None:
            hearing.cancel()
            await asyncio.wait([hearing])
        if socket is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await socket.close()
