"""How soon the open sockets of a session that ended are closed, everywhere, and who gets in again.

    python -m bench.revoked_sessions             200 ends of sessions, 1,000 tries to come back
    python -m bench.revoked_sessions 40 200      fewer
    python -m bench.revoked_sessions 200 1000 7  of seed 7

A real installation with two web processes. Of each session four sockets are open, both kinds in
both processes, and their pages come back whenever they are cut, as pages do. It ends by signing
out, by another password, by disabling, by another role, or by being left unused, of which nobody
is told. Around every fourth end one of the web processes is killed (kill -9) and started again.
Then whoever has the old token tries to come back, by a request and by a socket.

Seconds are counted from when the end was written, just before its commit, to the moment the last of
the session's sockets was closed, as its own page saw it. The soak `revocation` puts this beside
the same of devices.
"""

import asyncio
import contextlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench.installation import Installation, fill_ward, installation
from bench.report import finish, table
from homeward.bus import Bus
from homeward.drill.house import HOMEWARD
from homeward.engines.nats import free_port
from homeward.model.person import Role
from homeward.services.contract import Tools
from homeward.services.people import admission
from homeward.services.people.entering import COOKIE
from homeward.services.people.sessions import begin, hashed
from homeward.settings import Settings
from homeward.store import Store

ENDS, TRIES, SEED = 200, 1_000, 1
WAYS = ("signing out", "another password", "disabled", "another role", "unused")
KILL_EVERY = 4
AROUND_SECONDS = 0.4  # a kill falls so long before or after the end, at most
CUT_SECONDS_MAX = 60.0
BACK_SECONDS_MAX = 120.0
RETRY_SECONDS = 0.1
REFUSED_SECONDS_MAX = 0.3  # a socket of waves that lasts longer than this was let in
UNAUTHORISED = 4401
PASSWORD = "another horse battery"


@dataclass
class Found:
    """Seconds until the last socket of each session was closed, by how it ended; and who got in."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    around_kills: list[float] = field(default_factory=list[float])
    tries: int = 0
    re_entries: int = 0

    @property
    def all_seconds(self) -> list[float]:
        """Of all ways."""
        return [each for some in self.seconds.values() for each in some]


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
    """Everything that is under way. `second` is another web process of the same installation."""

    house: Installation
    tools: Tools
    ward: int
    second_port: int
    chance: random.Random
    found: Found = field(default_factory=Found)
    second: "subprocess.Popen[bytes] | None" = None

    @property
    def urls(self) -> tuple[str, str]:
        """Both web processes."""
        return self.house.url, f"http://127.0.0.1:{self.second_port}"

    def start_second(self) -> None:
        """Start the second web process, as an operator would on another machine."""
        run = self.house.run_file
        more = {"HOMEWARD_WEB_PORT": str(self.second_port), "HOMEWARD_NATS_URL": run["nats_url"]}
        more["HOMEWARD_POSTGRES_URL"] = run["postgres_url"]
        with (self.house.folder / "web-2.log").open("ab") as log:
            self.second = subprocess.Popen(
                [*HOMEWARD, "run", "web-2"], env=self.house.environment | more, stdout=log,
                stderr=log,
            )  # fmt: skip

    async def both_answer(self) -> None:
        """Wait until both web processes answer."""
        async with asyncio.timeout(BACK_SECONDS_MAX), httpx.AsyncClient(timeout=2) as client:
            for url in self.urls:
                while True:
                    with contextlib.suppress(httpx.HTTPError):
                        if (await client.get(f"{url}/api/health")).json()["ok"]:
                            break
                    await asyncio.sleep(RETRY_SECONDS)

    async def end_one(self, number: int, way: str, tries: int) -> None:
        """One session begins, is shown by four pages, ends, and tries to come back."""
        login = f"somebody-{number}"
        person = await admission.person_id(self.tools.store.door(), login)
        token = await begin(self.tools.store.door(), person, "password", "bench", self.tools.now())
        paths = ("/api/live", f"/api/live/waves?ward={self.ward}")
        pages = [Page(url, path, token) for url in self.urls for path in paths]
        running = [asyncio.create_task(page.run()) for page in pages]
        async with asyncio.timeout(CUT_SECONDS_MAX):
            for page in pages:
                await page.is_open.wait()
        is_kill = number % KILL_EVERY == KILL_EVERY - 1
        killing = asyncio.create_task(self.kill_one()) if is_kill else None
        if is_kill:
            await asyncio.sleep(self.chance.uniform(0, AROUND_SECONDS))
        ended = await self.end(way, login, token)
        if killing is not None:
            await killing
            await self.both_answer()
        async with asyncio.timeout(CUT_SECONDS_MAX):
            await asyncio.gather(*running)
        seconds = max(0.0, *(page.cut_at - ended for page in pages))
        self.found.seconds[way].append(seconds)
        if is_kill:
            self.found.around_kills.append(seconds)
        await self.try_again(token, tries)

    async def kill_one(self) -> None:
        """Kill one web process around now; it is started again."""
        await asyncio.sleep(self.chance.uniform(0, AROUND_SECONDS))
        if self.chance.random() < 0.5:
            (await asyncio.to_thread(self.house.processes))["web"].kill()
        else:
            assert self.second is not None
            self.second.send_signal(signal.SIGKILL)
            await asyncio.to_thread(self.second.wait)
            self.start_second()

    async def end(self, way: str, login: str, token: str) -> float:
        """End the session; when that was written (seconds since 1970)."""
        began = time.time()
        if way == "signing out":
            await self._sign_out(token)
        elif way == "another password":
            await admission.set_password(self.tools, login, PASSWORD)
        elif way == "disabled":
            await admission.disable(self.tools, login)
        elif way == "another role":
            await admission.set_role(self.tools, login, Role.DOCTOR)
        else:
            with self.house.connect() as sql:
                then = datetime.now(UTC) - timedelta(days=1)
                sql.execute(
                    "update session set seen = %s where token_sha256 = %s", (then, hashed(token))
                )
            return began
        with self.house.connect() as sql:
            asked = "select extract(epoch from ended)::float8 from session where token_sha256 = %s"
            row = sql.execute(asked, (hashed(token),)).fetchone()
        assert row is not None
        return row[0]

    async def _sign_out(self, token: str) -> None:
        """By whichever web process answers."""
        heads = {"cookie": f"{COOKIE}={token}"}
        async with httpx.AsyncClient(headers=heads, timeout=2) as client:
            for attempt in range(round(BACK_SECONDS_MAX / RETRY_SECONDS)):
                with contextlib.suppress(httpx.HTTPError):
                    await client.delete(f"{self.urls[attempt % 2]}/api/session")
                    return
                await asyncio.sleep(RETRY_SECONDS)

    async def try_again(self, token: str, tries: int) -> None:
        """Try to come back by the old token, by requests and by sockets."""
        heads = {"cookie": f"{COOKIE}={token}"}
        async with httpx.AsyncClient(headers=heads, timeout=5) as client:
            for number in range(tries):
                url = self.urls[number // 2 % 2]
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


async def _run(house: Installation, ward: int, ends: int, tries: int, seed: int) -> Found:
    run = house.run_file
    async with Store.open(run["postgres_url"]) as store, Bus.open(run["nats_url"]) as bus:
        settings = Settings(data=house.data.path)
        tools = Tools(store, bus, settings, lambda: datetime.now(UTC))
        bench = Bench(house, tools, ward, free_port(), random.Random(seed))
        bench.start_second()
        try:
            await bench.both_answer()
            for number in range(ends):
                own = tries * (number + 1) // ends - tries * number // ends
                await bench.end_one(number, WAYS[number % len(WAYS)], own)
                if number % 20 == 19:
                    print(f"{number + 1} of {ends}", flush=True)
        finally:
            if bench.second is not None:
                bench.second.kill()
                bench.second.wait()
        return bench.found


def measure(ends: int = ENDS, tries: int = TRIES, seed: int = SEED) -> Found:
    """End so many sessions and try so often to come back."""
    with _furnished(ends) as (house, ward):
        return asyncio.run(_run(house, ward, ends, tries, seed))


def quantile(values: list[float], share: float) -> float:
    """The value that so much of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def main() -> None:
    """Measure and print."""
    asked = [int(each) for each in sys.argv[1:]]
    ends, tries, seed = [*asked, *(ENDS, TRIES, SEED)[len(asked) :]]
    print(f"{ends} ends, {tries} tries, seed {seed}")
    found = measure(ends, tries, seed)
    told = [*found.seconds.items(), ("of all, around a kill", found.around_kills)]
    rows = [
        (way, len(some), *(f"{quantile(some, share):.3f}" for share in (0.5, 0.99, 1.0)))
        for way, some in told
    ]
    table(("ended by", "times", "median s", "p99 s", "most s"), rows)
    print(f"{found.tries} tries to come back, {found.re_entries} let in")
    figures: dict[str, object] = {
        "cut_p99_seconds": quantile(found.all_seconds, 0.99),
        "cut_max_seconds": quantile(found.all_seconds, 1.0),
        "around_kills_max_seconds": quantile(found.around_kills, 1.0),
        "tries": found.tries,
        "re_entries": found.re_entries,
    }
    finish("revoked_sessions", figures)


if __name__ == "__main__":
    main()
