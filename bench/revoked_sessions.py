"""How soon the open sockets of a session that ended are closed, everywhere, and who gets in again.

    python -m bench.revoked_sessions             200 ends of sessions, 1,000 tries to come back
    python -m bench.revoked_sessions 40 200      fewer
    python -m bench.revoked_sessions 200 1000 7  of seed 7

A real installation with two web processes. Of each session four sockets are open, both kinds in
both processes, and their pages come back whenever they are cut, as pages do. It ends by signing
out, by another password, by disabling, by another role, or by being left unused, of which nobody
is told. Around every fourth end a web process, the database or the bus is killed (kill -9) and
started again.
Then whoever has the old token tries to come back, by a request and by a socket.

Seconds are counted from when the end was written, just before its commit, to the moment the last of
the session's sockets was closed, as its own page saw it. The soak `revocation` puts this beside
the same of devices.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench._cuts import Cuts
from bench._two_webs import BACK_SECONDS_MAX, RETRY_SECONDS, TwoWebs, again, two_webs
from bench.installation import Installation, fill_ward, installation
from homeward.model.person import Role
from homeward.services.people import admission
from homeward.services.people.entering import COOKIE
from homeward.services.people.sessions import begin, hashed

ENDS, TRIES, SEED = 200, 1_000, 1
WAYS = ("signing out", "another password", "disabled", "another role", "unused")
CUT_SECONDS_MAX = 60.0
REFUSED_SECONDS_MAX = 0.3  # a socket of waves that lasts longer than this was let in
UNAUTHORISED = 4401
PASSWORD = "another horse battery"


class Page:
    """A page with one socket, which comes back whenever it is cut, by the token it has.

    `cut_at` is when it last lost a socket that was let in; one that is refused at the door was not.
    """

    def __init__(self, url: str, path: str, token: str) -> None:
        self._url = url.replace("http", "ws") + path
        self._heads = {"cookie": f"{COOKIE}={token}"}
        self._is_refused = False
        self.is_open = asyncio.Event()
        self.cut_at = 0.0

    async def run(self) -> None:
        """Until it is told that nobody is signed in."""
        while not self._is_refused:
            try:
                async with connect(
                    self._url, additional_headers=self._heads, open_timeout=2, close_timeout=0.2,
                    compression=None,
                ) as socket:  # fmt: skip
                    await self._listen(socket)
            except (OSError, TimeoutError, WebSocketException):
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, socket: ClientConnection) -> None:
        opened, frames = time.time(), 0
        self.is_open.set()
        try:
            while True:
                await socket.recv()
                frames += 1
        except ConnectionClosed as closed:
            if frames or time.time() - opened > REFUSED_SECONDS_MAX:
                self.cut_at = time.time()
            self._is_refused = closed.rcvd is not None and closed.rcvd.code == UNAUTHORISED
            if not self._is_refused:
                raise


@dataclass
class Bench:
    """Everything that is under way."""

    webs: TwoWebs
    ward: int
    found: Cuts

    async def end_one(self, number: int, way: str, tries: int) -> None:
        """One session begins, is shown by four pages, ends, and tries to come back."""
        login, tools = f"somebody-{number}", self.webs.tools
        person = await admission.person_id(tools.store.door(), login)
        token = await begin(tools.store.door(), person, "passkey", "bench", tools.now(), None)
        paths = ("/api/live", f"/api/live/waves?ward={self.ward}")
        pages = [Page(url, path, token) for url in self.webs.urls for path in paths]
        running = [asyncio.create_task(page.run()) for page in pages]
        async with asyncio.timeout(CUT_SECONDS_MAX):
            for page in pages:
                await page.is_open.wait()
        async with self.webs.disturbed(number) as killed:
            ended = await self.end(way, login, token)
        async with asyncio.timeout(CUT_SECONDS_MAX):
            await asyncio.gather(*running)
        seconds = max(0.0, *(page.cut_at - ended for page in pages))
        self.found.note(way, seconds, killed)
        await self.try_again(token, tries)

    async def end(self, way: str, login: str, token: str) -> float:
        """End the session; when that was written (seconds since 1970)."""
        async with asyncio.timeout(BACK_SECONDS_MAX):
            while True:
                async with again():
                    return await self._ended(way, login, token)

    async def _ended(self, way: str, login: str, token: str) -> float:
        began, tools = time.time(), self.webs.tools
        if way == "signing out":
            await self._sign_out(token)
        elif way == "another password":
            await admission.set_password(tools, login, PASSWORD)
        elif way == "disabled":
            await admission.disable(tools, login)
        elif way == "another role":
            await admission.set_role(tools, login, Role.DOCTOR)
        else:
            with self.webs.house.connect() as sql:
                then = datetime.now(UTC) - timedelta(days=1)
                sql.execute(
                    "update session set seen = %s where token_sha256 = %s", (then, hashed(token))
                )
            return began
        with self.webs.house.connect() as sql:
            asked = "select extract(epoch from ended)::float8 from session where token_sha256 = %s"
            row = sql.execute(asked, (hashed(token),)).fetchone()
        if row is None or row[0] is None:
            raise OSError("it did not end: once more")
        return row[0]

    async def _sign_out(self, token: str) -> None:
        """By whichever web process answers."""
        heads = {"cookie": f"{COOKIE}={token}"}
        async with httpx.AsyncClient(headers=heads, timeout=2) as client:
            for attempt in range(round(BACK_SECONDS_MAX / RETRY_SECONDS)):
                with contextlib.suppress(httpx.HTTPError):
                    answer = await client.delete(f"{self.webs.urls[attempt % 2]}/api/session")
                    if answer.status_code < 500:
                        return
                await asyncio.sleep(RETRY_SECONDS)

    async def try_again(self, token: str, tries: int) -> None:
        """Try to come back by the old token, by requests and by sockets."""
        heads = {"cookie": f"{COOKIE}={token}"}
        async with httpx.AsyncClient(headers=heads, timeout=5) as client:
            for number in range(tries):
                url = self.webs.urls[number // 2 % 2]
                self.found.tries += 1
                if number % 2:
                    answer = await client.get(f"{url}/api/session")
                    self.found.re_entries += answer.status_code != 401
                else:
                    self.found.re_entries += await _lets_in(url, heads)


async def _lets_in(url: str, heads: dict[str, str]) -> bool:
    """Whether a socket tells anything."""
    socket = await connect(url.replace("http", "ws") + "/api/live", additional_headers=heads)
    try:
        await asyncio.wait_for(socket.recv(), CUT_SECONDS_MAX)
    except ConnectionClosed as closed:
        return closed.rcvd is None or closed.rcvd.code != UNAUTHORISED
    finally:
        await socket.close()
    return True


@contextlib.contextmanager
def _furnished(ends: int) -> Iterator[tuple[Installation, int]]:
    with installation() as house:
        fill_ward(house, 2)
        with house.connect() as sql:
            sql.execute(
                "insert into person (name, login, role) select 'Somebody ' || n,"
                " 'somebody-' || n, 'nurse' from generate_series(0, %s) as n",
                (ends,),
            )
            row = sql.execute("select id from ward where name = 'Bench'").fetchone()
        assert row is not None
        yield house, row[0]


async def _run(house: Installation, ward: int, ends: int, tries: int, seed: int) -> Cuts:
    found = Cuts()
    async with two_webs(house, seed) as webs:
        bench = Bench(webs, ward, found)
        for number in range(ends):
            own = tries * (number + 1) // ends - tries * number // ends
            await bench.end_one(number, WAYS[number % len(WAYS)], own)
            if number % 20 == 19:
                print(f"{number + 1} of {ends}", flush=True)
        found.kills += webs.kills
    return found


def measure(ends: int = ENDS, tries: int = TRIES, seed: int = SEED) -> Cuts:
    """End so many sessions and try so often to come back."""
    with _furnished(ends) as (house, ward):
        return asyncio.run(_run(house, ward, ends, tries, seed))


def main() -> None:
    """Measure and print."""
    asked = [int(each) for each in sys.argv[1:]]
    ends, tries, seed = [*asked, *(ENDS, TRIES, SEED)[len(asked) :]]
    print(f"{ends} ends, {tries} tries, seed {seed}")
    measure(ends, tries, seed).tell("revoked_sessions")


if __name__ == "__main__":
    main()
