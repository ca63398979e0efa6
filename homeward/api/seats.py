"""Whose session each open socket came by, and the end of those whose session ended.

The end of a session is told over the bus, and heard within milliseconds by every process that
serves sockets. A telling can be lost, and nobody tells that a session grew too old, or that the
hour of an emergency is over: so all that are open are looked up in the record again and again, by
two questions for all of them.
"""

import asyncio
import contextlib
from dataclasses import asdict
from datetime import timedelta

import msgspec

from homeward.bus.nerve import TROUBLE
from homeward.connectors.keep_running import Trouble, keep_running
from homeward.model.errors import Unreachable
from homeward.model.person import Actor, Role
from homeward.services.contract import Tools
from homeward.services.people.sessions import Ended, hashed, standing
from homeward.store import queries

Q = queries("homeward.api")
LOOK_SECONDS = 0.5
# What ran out is looked for again by the next looks: the database's clock is not quite ours.
LOOK_BACK = timedelta(seconds=2)
TOKENS_MAX = 2_000  # asked for in one question


class Seat:
    """One open socket. `over` is set once its session ended, `doubt` when it may see others now."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = hashed(token)
        self.actor = actor
        self.over = asyncio.Event()
        self.doubt = asyncio.Event()

    async def doubted(self, seconds: float) -> None:
        """Wait until somebody's right to see changed, or so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.doubt.wait(), seconds)
        self.doubt.clear()


class Seats:
    """Every open socket of this process."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._taken: set[Seat] = set()
        self._looked = tools.now()  # for rights that ran out

    def take(self, seat: Seat) -> None:
        """A socket is open."""
        self._taken.add(seat)

    def leave(self, seat: Seat) -> None:
        """It is closed."""
        self._taken.discard(seat)

    async def hear(self, _: str, body: bytes) -> None:
        """Sessions ended: their sockets are closed at once. Whoever has another session still comes
        back by it, and is asked at the door."""
        told = msgspec.json.decode(body, type=Ended)
        tokens = {bytes.fromhex(token) for token in told.tokens}
        for seat in self._taken:
            if seat.token in tokens or seat.actor.person_id == told.person_id:
                seat.over.set()

    async def doubt(self, _: str, body: bytes) -> None:
        """Somebody's right to see changed: every socket asks anew whom it may show."""
        for seat in self._taken:
            seat.doubt.set()

    async def look(self) -> None:
        """Close those whose session does not stand in the record, or whose role is another now.

        Raises Unreachable where the record cannot be asked: it cannot have taken anything then.
        """
        taken = list(self._taken)
        tokens = sorted({seat.token for seat in taken})
        roles: dict[bytes, Role] = {}
        for first in range(0, len(tokens), TOKENS_MAX):
            some = tokens[first : first + TOKENS_MAX]
            now = self._tools.now()
            roles |= await standing(self._tools.store.door(), some, now)
        for seat in taken:
            if roles.get(seat.token) != seat.actor.role:
                seat.over.set()
        await self._doubt_what_ran_out(taken)

    async def _doubt_what_ran_out(self, taken: list[Seat]) -> None:
        people = sorted({seat.actor.person_id for seat in taken})
        if not people:
            return
        now = self._tools.now()
        since, door = self._looked - LOOK_BACK, self._tools.store.door()
        over = await door.all(Q.ran_out, dict, people=people, since=since, now=now)
        self._looked = now
        ran_out = {row["person_id"] for row in over}
        for seat in taken:
            if seat.actor.person_id in ran_out:
                seat.doubt.set()

    async def keep_looking(self) -> None:
        """Look again and again, until cancelled. A fault of our own is told, and it goes on: else
        what nobody tells would end no socket any more."""
        await keep_running("ends of sessions", self._look_for_ever, self._tell)

    async def _tell(self, trouble: Trouble) -> None:
        if self._tools.bus.connected:
            await self._tools.bus.tell(TROUBLE, asdict(trouble))

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with contextlib.suppress(Unreachable):
                await self.look()
