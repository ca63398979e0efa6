"""How soon a screen shows nobody any more whom its session may not see any more.

    python -m bench.revoked_rights             96 ends of rights, 1,000 tries to see again
    python -m bench.revoked_rights 16 100 7    fewer, of seed 7

A real installation with two web processes. The session goes on; what ends is its right: a nurse is
taken off the team of a ward, a patient who named them withdraws it, or the hour of an emergency is
over, of which nobody tells. Of each session a patient's chart is open in both processes, and the
ward's board where it is the ward's team; numbers of the patient come twenty times a second. Eight
end at a time, and around some of these moments a web process, the database or the bus is killed
(kill -9) and started again. Seconds are counted from when the end was written, or due, to the last
number that any of the screens was told, or to the end of its socket where that came later. Then the
same session asks for the chart again, and opens a socket about it.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench._cuts import Cuts
from bench._two_webs import BACK_SECONDS_MAX, RETRY_SECONDS, TwoWebs, again, two_webs
from bench.installation import Installation, fill_ward, installation
from homeward.model.frame import HOT
from homeward.model.vital import PULSE
from homeward.services.people import admission, teams
from homeward.services.people.consent import withdraw
from homeward.services.people.entering import COOKIE
from homeward.services.people.sessions import begin

ENDS, TRIES, SEED = 96, 1_000, 1
TOGETHER = 8
TEAM, CONSENT, EMERGENCY = "off the team", "consent withdrawn", "emergency over"
WAYS = (TEAM, CONSENT, EMERGENCY)  # one more is one more branch of `Bench.give` and `Bench.end`
BETWEEN_SECONDS = 0.05  # two numbers
WITHIN_SECONDS = 0.5  # the ends of those that end together
LOOKED_SECONDS = 6.5  # after it: whether a board that nobody told anything is told a number yet
CUT_SECONDS_MAX = 60.0
FORBIDDEN = 4403


@dataclass
class Screen:
    """One socket that watches something, and comes back whenever it is cut, until it is refused.

    `shown` is when it last was shown a number, or lost a socket that showed any.
    """

    url: str
    token: str
    watch: str
    id: int
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    shown: float = 0.0

    async def run(self) -> None:
        """Until it is told that this is not for it."""
        while True:
            try:
                async with _socket(self.url, self.token) as socket:
                    await socket.send(json.dumps({"watch": self.watch, "id": self.id}))
                    await self._listen(socket)
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == FORBIDDEN:
                    return
            except (OSError, TimeoutError, WebSocketException):
                pass
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, socket: ClientConnection) -> None:
        has_shown = False
        try:
            while True:
                if json.loads(await socket.recv())["type"] == "readings":
                    self.shown, has_shown = time.time(), True
                    self.is_open.set()
        finally:
            if has_shown and self.watch == "patient":  # the chart stood until now
                self.shown = time.time()


def _socket(url: str, token: str) -> connect:
    return connect(
        url.replace("http", "ws") + "/api/live", compression=None, open_timeout=2,
        close_timeout=0.2, additional_headers={"cookie": f"{COOKIE}={token}"},
    )  # fmt: skip


@dataclass
class Bench:
    """Everything that is under way."""

    webs: TwoWebs
    ward: int
    patient: int
    found: Cuts

    async def give(self, way: str, person: int) -> None:
        """Give this person the right that will end."""
        tools = self.webs.tools
        if way == TEAM:
            await teams.put(tools.store.door(), person, self.ward, tools.now())
        elif way == CONSENT:
            with self.webs.house.connect() as sql:
                sql.execute(
                    "insert into consent (patient_id, purpose, decision, person_id, parts, starts,"
                    " made_by, resource)"
                    " values (%s, 'care', 'permit', %s, '{readings,waves}', now(), %s, '{}')",
                    (self.patient, person, person),
                )
        else:
            with self.webs.house.connect() as sql:
                sql.execute(
                    "insert into emergency_access (patient_id, person_id, reason, starts, ends)"
                    " values (%s, %s, 'bench, again and again', now(), now() + interval '1 h')",
                    (self.patient, person),
                )

    async def end(self, way: str, person: int) -> float:
        """End it; when that was written, or due (seconds since 1970)."""
        async with asyncio.timeout(BACK_SECONDS_MAX):
            while True:
                async with again():
                    return await self._ended(way, person)

    async def _ended(self, way: str, person: int) -> float:
        tools = self.webs.tools
        with self.webs.house.connect() as sql:
            if way == EMERGENCY:
                due = datetime.now(UTC) + timedelta(seconds=WITHIN_SECONDS)
                sql.execute(
                    "update emergency_access set ends = %s where person_id = %s", (due, person)
                )
                return due.timestamp()
            table = "ward_staff" if way == TEAM else "consent"
            until = "ends" if way == TEAM else "withdrawn"
            asked = f"select id from {table} where person_id = %s and {until} is null"
            row = sql.execute(asked, (person,)).fetchone()
        now = tools.now()
        if row is not None and way == TEAM:
            await teams.end(tools.store.door(), row[0], now)
        elif row is not None:
            await withdraw(tools.store.door(), self.patient, row[0], now)
        await teams.tell(tools.bus)
        return now.timestamp()

    async def end_together(self, number: int, people: list[str], tries: int) -> None:
        """So many people see, end, and try to see again."""
        ends = [
            asyncio.create_task(self._one(login, WAYS[place % len(WAYS)], number, tries))
            for place, login in enumerate(people)
        ]
        await asyncio.gather(*ends)

    async def _one(self, login: str, way: str, number: int, tries: int) -> None:
        tools = self.webs.tools
        person = await admission.person_id(tools.store.door(), login)
        token = await begin(tools.store.door(), person, "passkey", "bench", tools.now(), None)
        await self.give(way, person)
        watched = [("patient", self.patient), *([("ward", self.ward)] if way == TEAM else [])]
        screens = [Screen(url, token, *each) for url in self.webs.urls for each in watched]
        running = [asyncio.create_task(screen.run()) for screen in screens]
        async with asyncio.timeout(CUT_SECONDS_MAX):
            for screen in screens:
                await screen.is_open.wait()
        is_first = login.endswith("-0")  # of those that end together
        disturbing = self.webs.disturbed(number) if is_first else contextlib.nullcontext("")
        async with disturbing:
            await asyncio.sleep(self.webs.chance.uniform(0, WITHIN_SECONDS))
            ended = await self.end(way, person)
        await self.webs.both_answer()
        await asyncio.sleep(max(0.0, ended + LOOKED_SECONDS - time.time()))
        charts = [task for task, at in zip(running, screens, strict=True) if at.watch == "patient"]
        async with asyncio.timeout(CUT_SECONDS_MAX):
            await asyncio.gather(*charts)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        seconds = max(0.0, *(screen.shown - ended for screen in screens))
        self.found.note(way, seconds, self.webs.victim(number))
        await self.try_again(token, tries)

    async def try_again(self, token: str, tries: int) -> None:
        """The same session asks for the chart again, by requests and by sockets."""
        heads = {"cookie": f"{COOKIE}={token}"}
        async with httpx.AsyncClient(headers=heads, timeout=5) as client:
            for number in range(tries):
                url = self.webs.urls[number // 2 % 2]
                self.found.tries += 1
                if number % 2:
                    answer = await client.get(f"{url}/api/patients/{self.patient}/trend")
                    self.found.re_entries += answer.status_code not in (403, 404)
                else:
                    self.found.re_entries += await self._is_shown(url, token)

    async def _is_shown(self, url: str, token: str) -> bool:
        """Whether a socket about the patient tells anything but the beat."""
        async with _socket(url, token) as socket:
            await socket.send(json.dumps({"watch": "patient", "id": self.patient}))
            try:
                while True:
                    told = json.loads(await asyncio.wait_for(socket.recv(), CUT_SECONDS_MAX))
                    if told["type"] in ("watching", "readings"):
                        return True
            except ConnectionClosed as closed:
                return closed.rcvd is None or closed.rcvd.code != FORBIDDEN

    async def measures(self) -> None:
        """The patient's pulse, until cancelled."""
        while True:
            at = round(datetime.now(UTC).timestamp() * 1e6)
            rows = np.array([(self.patient, 1, PULSE.index, 0, at, at, 72.0)], HOT)
            with contextlib.suppress(Exception):  # the bus is away
                await self.webs.tools.bus.publish("hot.readings", rows.tobytes())
            await asyncio.sleep(BETWEEN_SECONDS)


@contextlib.contextmanager
def _furnished(ends: int) -> Iterator[tuple[Installation, int, int]]:
    with installation() as house:
        ((_, patient),) = fill_ward(house, 1)
        with house.connect() as sql:
            sql.execute(
                "insert into person (name, login, role) select 'Somebody ' || n || ' ' || m,"
                " 'somebody-' || n || '-' || m, 'nurse'"
                " from generate_series(0, %s) n, generate_series(0, %s) m",
                (ends // TOGETHER, TOGETHER - 1),
            )
            row = sql.execute("select id from ward where name = 'Bench'").fetchone()
        assert row is not None
        yield house, row[0], patient


async def _run(house: Installation, ward: int, patient: int, ends: int, tries: int, seed: int):
    found = Cuts()
    async with two_webs(house, seed) as webs:
        bench = Bench(webs, ward, patient, found)
        measuring = asyncio.create_task(bench.measures())
        for number in range(0, ends // TOGETHER):
            people = [f"somebody-{number}-{place}" for place in range(TOGETHER)]
            await bench.end_together(number, people, tries // ends)
            print(f"{(number + 1) * TOGETHER} of {ends}", flush=True)
        measuring.cancel()
        found.kills += webs.kills
    return found


def measure(ends: int = ENDS, tries: int = TRIES, seed: int = SEED) -> Cuts:
    """End so many rights, a multiple of TOGETHER, and try so often to see again."""
    with _furnished(ends) as (house, ward, patient):
        return asyncio.run(_run(house, ward, patient, ends, tries, seed))


def main() -> None:
    """Measure and print."""
    asked = [int(each) for each in sys.argv[1:]]
    ends, tries, seed = [*asked, *(ENDS, TRIES, SEED)[len(asked) :]]
    print(f"{ends} ends, {tries} tries, seed {seed}")
    measure(ends, tries, seed).tell("revoked_rights")


if __name__ == "__main__":
    main()
