"""The door: who is in, who may come in, and who must leave."""

import asyncio
import contextlib
import logging
import re
import ssl
from collections.abc import Awaitable
from typing import Any

from homeward.connectors.contract import Link
from homeward.connectors.mqtt.decode import TOPIC_ALIASES_MAX
from homeward.connectors.mqtt.packets import Connect, Reason, Terms, connack
from homeward.connectors.mqtt.parse import topics_of
from homeward.connectors.mqtt.receipts import UNSETTLED_MAX
from homeward.connectors.mqtt.session import (
    FULL,
    GREETING_SECONDS_MAX,
    PACKET_OVERHEAD_BYTES_MAX,
    Session,
)
from homeward.model.errors import HomewardError

log = logging.getLogger("homeward.mqtt")

CONNECTIONS_MAX = 20_000
HELD_UP_SECONDS = 2
SHUTTING_SECONDS_MAX = 1  # for all farewells to leave
# A device that asked for no keep-alive, or a longer one, is told this (version 5 only).
KEEP_ALIVE_SECONDS_MAX = 300
DEVICE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
IDENTITY = "urn:homeward:device:"
SAID_SECONDS = 60  # the same words of the same device are logged once in this long
SAID_MAX = 1_000


class Door:
    """All connections of one process. One device has at most one that is admitted."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._loop = asyncio.get_running_loop()
        self._inside: dict[str, Session] = {}
        self._admitting: dict[str, set[Session]] = {}
        self._connections: set[Session] = set()
        self._all_gone = asyncio.Event()
        self._all_gone.set()
        self._to_flush: dict[Session, None] = {}
        self._to_read: list[Session] = []
        self._for_room: set[Session] = set()
        self._tasks: set[asyncio.Future[None]] = set()
        self._said: dict[tuple[str, str], float] = {}
        link.on_revoked(self.cut)
        link.on_moved(self.moved)

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
        session.expires = expiry(certificate)

    async def admit(self, session: Session, connect: Connect) -> None:
        """Ask the registry, then let in or refuse. Bytes that came meanwhile wait unread."""
        refusal = _refusal(session, connect)
        if refusal is not None:
            self._refuse(session, *refusal)
            return
        name = session.name = connect.client_id
        self._admitting.setdefault(name, set()).add(session)
        try:
            async with asyncio.timeout(GREETING_SECONDS_MAX):
                device_pass = await self.link.admit(name)
        except (TimeoutError, HomewardError):
            self._refuse(session, Reason.SERVER_UNAVAILABLE, "the registry is away")
            return
        finally:
            self._no_longer_admitting(session, name)
        if session.is_closed:
            return
        if device_pass is None or not device_pass.active:
            known = "revoked" if device_pass else "unknown"
            self._refuse(session, Reason.NOT_AUTHORIZED, f"this device is {known}")
            return
        earlier, self._inside[name] = self._inside.get(name), session
        keep_alive, told = agreed_keep_alive(connect)
        terms = Terms(
            UNSETTLED_MAX,
            self.link.settings.payload_bytes_max + PACKET_OVERHEAD_BYTES_MAX,
            TOPIC_ALIASES_MAX,
            told,
        )
        self.link.came(device_pass.device_id, _address(session))
        if earlier is not None:  # after `came`, so that the device is never seen to be away
            earlier.end(Reason.TAKEN_OVER, "", "taken over by a newer connection")
        session.admitted(device_pass, connack(connect.version, Reason.SUCCESS, terms), keep_alive)

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

    def left(self, session: Session, detail: str) -> None:
        """A connection is over for us, though its socket may still be closing."""
        self._to_flush.pop(session, None)
        self._for_room.discard(session)
        if session.device_pass is None or session.name is None:
            return
        if self._inside.get(session.name) is session:
            del self._inside[session.name]
        self.link.went(session.device_pass.device_id, detail)

    def departed(self, session: Session) -> None:
        """Its socket is gone too."""
        self._connections.discard(session)
        if not self._connections:
            self._all_gone.set()

    async def close(self) -> None:
        """End all connections: the door shuts."""
        for session in tuple(self._connections):
            session.end(Reason.SERVER_STOPPING, "", "cut: the door is shutting")
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
        now = self.link.now()
        for session in sessions:
            try:
                session.go_on(now)
            except Exception as error:  # a fault of ours: it costs this connection, and no other
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
        self._for_room.add(session)

    def _room_again(self) -> None:
        waiting, self._for_room = self._for_room, set()
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
            log.error("the door: %s", error, exc_info=error)

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


def _refusal(session: Session, connect: Connect) -> tuple[Reason, str] | None:
    """Why this CONNECT is refused before the registry is asked, or None."""
    client_id, will = connect.client_id, connect.will
    if connect.authentication_method is not None:
        return Reason.BAD_AUTHENTICATION, "the certificate is the only authentication"
    if not DEVICE_NAME.fullmatch(client_id):
        return Reason.CLIENT_ID_INVALID, "the client id must be the device's name"
    if session.name is not None and session.name != client_id:
        return Reason.CLIENT_ID_INVALID, "the client id is not the certificate's device"
    if will is not None and will.topic != topics_of(client_id).status:
        return Reason.NOT_AUTHORIZED, "the will is not for this device's own status topic"
    if will is not None and will.retain and connect.version == 5:
        return Reason.RETAIN_UNSUPPORTED, "nothing is retained here"
    return None


def agreed_keep_alive(connect: Connect) -> tuple[int, int | None]:
    """(seconds we enforce, seconds to tell the client or None).

    Version 3.1.1 has no way to be told, so there the device's word stands.
    """
    asked = connect.keep_alive
    if connect.version == 5 and not 0 < asked <= KEEP_ALIVE_SECONDS_MAX:
        return KEEP_ALIVE_SECONDS_MAX, KEEP_ALIVE_SECONDS_MAX
    return asked, None


def device_names(certificate: dict[str, Any]) -> list[str]:
    """The devices a verified certificate names, as `ssl.getpeercert` gives it."""
    return [
        value.removeprefix(IDENTITY)
        for kind, value in certificate.get("subjectAltName", ())
        if kind == "URI" and value.startswith(IDENTITY)
    ]


def expiry(certificate: dict[str, Any]) -> float | None:
    """When a certificate expires, seconds since 1970."""
    after = certificate.get("notAfter")
    return None if after is None else float(ssl.cert_time_to_seconds(after))


def _address(session: Session) -> str:
    peer = session.transport.get_extra_info("peername")
    return f"{peer[0]}:{peer[1]}" if peer else "unknown"
