"""The door: who is in, who may come in, and who must leave."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable

from homeward.connectors.contract import Link
from homeward.connectors.device_tls import device_names, expiry, issued_at
from homeward.connectors.mqtt.connection import (
    FULL,
    GREETING_SECONDS_MAX,
    PACKET_OVERHEAD_BYTES_MAX,
)
from homeward.connectors.mqtt.decode import TOPIC_ALIASES_MAX
from homeward.connectors.mqtt.encode import Terms, connack
from homeward.connectors.mqtt.packets import Connect, Reason
from homeward.connectors.mqtt.policy import Guest, Leaving, Policy, lives_seconds
from homeward.connectors.mqtt.receipts import UNSETTLED_MAX
from homeward.connectors.mqtt.session import Session
from homeward.connectors.resting import CONNECTION, Errors
from homeward.model.errors import Forbidden, HomewardError, place_of

log = logging.getLogger("homeward.mqtt")

CONNECTIONS_MAX = 20_000
HELD_UP_SECONDS = 2
SHUTTING_SECONDS_MAX = 1  # for all farewells to leave
SAID_SECONDS = 60  # the same words of the same device are logged once in this long
SAID_MAX = 1_000


class Door:
    """All connections of one process. One client has at most one that is admitted."""

    def __init__(self, link: Link, policy: Policy) -> None:
        self.link = link
        self.policy = policy
        # An exchange is for conformance suites, which come again and again.
        most = 0 if policy.is_exchange else link.settings.device_errors_per_second_max
        self.errors = Errors(most)
        self._loop = asyncio.get_running_loop()
        self._inside: dict[str, Session] = {}
        self._admitting: dict[str, set[Session]] = {}
        self._connections: set[Session] = set()
        self._all_gone = asyncio.Event()
        self._all_gone.set()
        self._to_flush: dict[Session, None] = {}
        self._to_read: list[Session] = []
        self._for_room: dict[Session, None] = {}  # in the order they came
        self._tasks: set[asyncio.Future[None]] = set()
        self._said: dict[tuple[str, str], float] = {}

    # -- coming --------------------------------------------------------------------------------

    def arrived(self, session: Session, *, is_open: bool) -> None:
        """A connection is there; over TLS its certificate must name exactly one device."""
        self._connections.add(session)
        self._all_gone.clear()
        if len(self._connections) > CONNECTIONS_MAX:
            self.say(session, "turned away: the door is full")
            session.end(Reason.SERVER_BUSY, "", "")
            return
        if is_open:
            return
        certificate = session.transport.get_extra_info("peercert") or {}
        names = device_names(certificate)
        if len(names) != 1:
            self.say(session, "refused: its certificate names no device")
            session.end(Reason.NOT_AUTHORIZED, "", "")
            return
        session.name = names[0]
        session.issued, session.expires = issued_at(certificate), expiry(certificate)

    async def admit(self, session: Session, connect: Connect) -> None:
        """Ask the registry, then let in or refuse. Bytes that came meanwhile wait unread."""
        refusal = self.policy.refusal(connect, session.name)
        if refusal is not None:
            self._refuse(session, *refusal)
            return
        name = session.name = self.policy.name_of(connect)
        lives = lives_seconds(connect, self.policy.session_seconds_max)
        self._admitting.setdefault(name, set()).add(session)
        try:
            async with asyncio.timeout(GREETING_SECONDS_MAX):
                await asyncio.sleep(self.errors.charge(name, CONNECTION))
                guest = await self.policy.admit(name, connect, lives, session.issued)
        except Forbidden as error:
            self._refuse(session, Reason.NOT_AUTHORIZED, str(error))
            return
        except (TimeoutError, HomewardError):
            self._refuse(session, Reason.SERVER_UNAVAILABLE, "the registry is away")
            return
        finally:
            self._no_longer_admitting(session, name)
        self._let_in(session, guest, connect, name)

    def _let_in(self, session: Session, guest: Guest, connect: Connect, name: str) -> None:
        if session.is_closed:  # while it was asked for
            guest.turned_away()
            return
        guest.came(_address(session))
        earlier, self._inside[name] = self._inside.get(name), session
        keep_alive, told = agreed_keep_alive(connect, self.policy.keep_alive_seconds_max)
        terms = Terms(
            UNSETTLED_MAX,
            self.link.settings.payload_bytes_max + PACKET_OVERHEAD_BYTES_MAX,
            TOPIC_ALIASES_MAX,
            told,
            None if guest.lives_seconds == connect.session_expiry else guest.lives_seconds,
            "" if connect.client_id else name,
            self.policy.is_exchange,
        )
        welcome = connack(connect.version, Reason.SUCCESS, terms, is_present=guest.is_present)
        session.admitted(guest, welcome, keep_alive, earlier)
        if earlier is not None:  # after `came`, so that the device is never seen to be away
            earlier.taken_over()

    def _refuse(self, session: Session, reason: Reason, why: str) -> None:
        self.say(session, f"refused: {why}")
        session.refuse(reason, why)

    def _no_longer_admitting(self, session: Session, name: str) -> None:
        waiting = self._admitting.get(name, set())
        waiting.discard(session)
        if not waiting:
            self._admitting.pop(name, None)

    # -- leaving -------------------------------------------------------------------------------

    def cut(self, name: str) -> None:
        """This device lost its right to speak: end its connection now, also one half let in."""
        for session in tuple(self._admitting.get(name, ())):
            self._refuse(session, Reason.NOT_AUTHORIZED, "this device is revoked")
        session = self._inside.get(name)
        if session is not None:
            session.end(Reason.ADMINISTRATIVE, "this device is revoked", "cut: revoked")

    def moved(self, name: str) -> None:
        """This device came in by another door: what is left of it here is over."""
        session = self._inside.get(name)
        if session is not None:
            session.end(Reason.TAKEN_OVER, "", "taken over by a newer connection")

    def wake(self, name: str) -> None:
        """There may be something to tell this client, should it be here."""
        session = self._inside.get(name)
        if session is not None:
            session.wake()

    def left(
        self, session: Session, leaving: Leaving, detail: str, lives_seconds: int | None
    ) -> None:
        """A connection is over for us, though its socket may still be closing."""
        self._to_flush.pop(session, None)
        self._for_room.pop(session, None)
        if session.guest is None or session.name is None:
            return
        if self._inside.get(session.name) is session:
            del self._inside[session.name]
        session.guest.left(leaving, detail, lives_seconds, session.unreleased)

    def departed(self, session: Session) -> None:
        """Its socket is gone too."""
        self._connections.discard(session)
        if not self._connections:
            self._all_gone.set()

    async def close(self) -> None:
        """End all connections: the door shuts."""
        for session in tuple(self._connections):
            session.end(Reason.SERVER_STOPPING, "", "cut: the door is shutting")
            session.transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SHUTTING_SECONDS_MAX):
                await self._all_gone.wait()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for session in tuple(self._connections):
            session.transport.abort()

    async def sweep(self) -> None:
        """Every second, end what is overdue, until cancelled."""
        time = self._loop.time()
        while True:
            await asyncio.sleep(1)
            before, time = time, self._loop.time()
            if time - before > HELD_UP_SECONDS:
                continue  # it was us who did not listen: what devices said is still unread
            wall = self.link.now().timestamp()
            for session in tuple(self._connections):
                session.sweep(time, wall)

    # -- together ------------------------------------------------------------------------------

    def go_on_soon(self, session: Session) -> None:
        """Let this connection take in what came, at the end of the tick: all read first, then all
        are understood, then all are offered. The same code for many at once stays in the cache."""
        if not self._to_read:
            self._loop.call_soon(self._go_on)
        self._to_read.append(session)

    def _go_on(self) -> None:
        sessions, self._to_read = self._to_read, []
        now, time = self.link.now(), self._loop.time()
        for session in sessions:
            try:
                session.go_on(now, time)
            except Exception as error:  # a fault of ours: it costs this connection, and no other
                self.failed(session, error)

    def failed(self, session: Session, error: Exception) -> None:
        """A fault of ours met this connection: it ends, and its device comes again."""
        self._loop.call_exception_handler({"message": "the door", "exception": error})
        session.transport.abort()

    def flush_soon(self, session: Session) -> None:
        """Write this connection's answers at the end of the tick, joined: one send, not many."""
        if not self._to_flush:
            self._loop.call_soon(self._flush)
        self._to_flush[session] = None

    def _flush(self) -> None:
        sessions, self._to_flush = self._to_flush, {}
        for session in sessions:
            if not session.is_closed:
                session.flush()

    def wait_for_room(self, session: Session) -> None:
        """Release this connection once the platform has room again."""
        if not self._for_room:
            self.link.when_drained(self._room_again)
        self._for_room[session] = None

    def _room_again(self) -> None:
        waiting, self._for_room = self._for_room, {}
        for session in waiting:
            session.release(FULL)

    def spawn(self, work: Awaitable[None]) -> None:
        """Run something short beside the connections; it is kept until it is done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Future[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the door failed: %s", place_of(error))

    def say(self, session: Session, what: str) -> None:
        """Log what became of a connection, the same words of one device once a minute."""
        self.say_of(session.name or _address(session), what)

    def say_of(self, who: str, what: str) -> None:
        """The same of somebody who is no session."""
        now = self._loop.time()
        if now - self._said.get((who, what), -SAID_SECONDS) < SAID_SECONDS:
            return
        if len(self._said) >= SAID_MAX:
            self._said.clear()
        self._said[who, what] = now
        log.warning("device %s: %s", who, what)


def agreed_keep_alive(connect: Connect, most: int) -> tuple[int, int | None]:
    """(seconds we enforce, seconds to tell the client or None), at most `most`.

    Version 3.1.1 has no way to be told, so there the client's word stands.
    """
    asked = connect.keep_alive
    if connect.version == 5 and not 0 < asked <= most:
        return most, most
    return asked, None


def _address(session: Session) -> str:
    peer = session.transport.get_extra_info("peername")
    return f"{peer[0]}:{peer[1]}" if peer else "unknown"
