"""The life of one connection: from the first byte, through what makes it wait, to the last.

What must wait makes the socket wait: a connection that is held is not read, so TCP slows the
client down and no queue of ours grows.
"""

import asyncio
from datetime import datetime
from typing import cast

from homeward.connectors.contract import Link
from homeward.connectors.mqtt.decode import Decoder
from homeward.connectors.mqtt.encode import connack, disconnect
from homeward.connectors.mqtt.keeper import Keeper
from homeward.connectors.mqtt.packets import V311, Connect, Reason
from homeward.connectors.mqtt.policy import Guest, Leaving
from homeward.connectors.mqtt.receipts import Receipts

PACKET_OVERHEAD_BYTES_MAX = 1_024  # topic, identifier and properties around a payload
GREETING_SECONDS_MAX = 10  # from the first byte to the registry's answer
CLOSING_SECONDS_MAX = 5  # for a farewell to leave; then the socket is cut
WRITING_SECONDS_MAX = 60  # for a client to read what it is told; then it is as good as gone
REASON_ROOM_BYTES = 400  # a refusal with the longest reason string fits into this

# Why a connection is not read now.
ASKING, UNSETTLED, FULL, QUOTA, WRITING, RESTING = 1, 2, 4, 8, 16, 32


class Connection(asyncio.Protocol):
    """One connection. `name` is set once known, `guest` once it was let in."""

    transport: asyncio.Transport

    def __init__(self, keeper: Keeper, *, is_open: bool) -> None:
        self._keeper = keeper
        self._link: Link = keeper.link
        self._is_open = is_open
        self._loop = asyncio.get_running_loop()
        self._payload_bytes_max = keeper.link.settings.payload_bytes_max
        self._decoder = Decoder(self._payload_bytes_max + PACKET_OVERHEAD_BYTES_MAX)
        self._receipts = Receipts()
        self._holds = 0
        self._keep_alive = 0
        self._connect: Connect | None = None
        self._heard = self._began = self._loop.time()
        self.is_closed = False
        self._lingers = False  # the peer may still be sending: it is to hear why it is cut
        self.name: str | None = None
        self.issued: datetime | None = None  # from when on its certificate is good
        self.expires: float | None = None  # when the certificate does, seconds since 1970
        self.guest: Guest | None = None

    @property
    def version(self) -> int:
        """The protocol level both speak."""
        return self._decoder.version or V311

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is at the door; over TLS their certificate says who."""
        self.transport = cast(asyncio.Transport, transport)
        self._keeper.arrived(self, is_open=self._is_open)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self.is_closed:
            return
        self._decoder.add(data)
        if not self._holds:
            self._keeper.go_on_soon(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        if not self.is_closed:
            self._farewell(Leaving.LOST, "lost")
        self._keeper.departed(self)

    def pause_writing(self) -> None:
        """The client does not read its answers: then we do not read the client."""
        self._hold(WRITING)

    def resume_writing(self) -> None:
        """It reads again."""
        self.release(WRITING)

    def _hold(self, why: int) -> None:
        if self.is_closed:
            return
        if not self._holds:
            self.transport.pause_reading()
        self._holds |= why

    def release(self, why: int) -> None:
        """One reason to hold this connection is over."""
        if self.is_closed or not self._holds & why:
            return
        self._holds &= ~why
        if self._holds:
            return
        try:
            self.go_on(self._link.now(), self._loop.time())
        except Exception as error:  # whoever released it has others to release
            self._keeper.failed(self, error)
            return
        if not self._holds and not self.is_closed:
            self.transport.resume_reading()

    def end(self, reason: Reason, why: str, detail: str, leaving: Leaving = Leaving.CUT) -> None:
        """Close: say the reason to a version 5 client, and `detail` to the platform."""
        if self.is_closed:
            return
        self._write_answers()
        if self.guest is not None:
            self.transport.write(disconnect(self.version, reason, self._spoken(why)))
        self._farewell(leaving, detail)

    def refuse(self, reason: Reason, why: str) -> None:
        """Answer CONNECT with a refusal, and close."""
        if not self.is_closed:
            self.transport.write(connack(self.version, reason, why=self._spoken(why)))
            self._farewell(Leaving.CUT, "")

    def _farewell(self, leaving: Leaving, detail: str, lives_seconds: int | None = None) -> None:
        self.is_closed = True
        self._began = self._loop.time()
        self._keeper.left(self, leaving, detail, lives_seconds)
        self._receipts.drop()
        if self._lingers and self.transport.can_write_eof():
            # A socket closed with something unread is reset, and the reset can overtake our last
            # word. So only our half is closed; what still comes is thrown away (see `sweep`).
            self.transport.write_eof()
            self.transport.resume_reading()
        else:
            self.transport.close()

    @property
    def unreleased(self) -> tuple[int, ...]:
        """QoS 2: the identifiers of messages taken in and not yet released."""
        return tuple(self._receipts.unreleased)

    def sweep(self, time: float, wall: float) -> None:
        """Once a second: end what is overdue. `time` is the loop's, `wall` since 1970."""
        silent = time - self._heard
        if self.is_closed:
            if time - self._began > CLOSING_SECONDS_MAX:
                self.transport.abort()
        elif self.guest is None:
            if time - self._began > GREETING_SECONDS_MAX:
                self._keeper.say(self, "did not introduce itself in time")
                self._farewell(Leaving.CUT, "")
        elif self.expires is not None and wall > self.expires:
            self.end(Reason.NOT_AUTHORIZED, "certificate expired", "cut: certificate expired")
        elif self._holds & WRITING and silent > WRITING_SECONDS_MAX:
            self.end(Reason.UNSPECIFIED, "", "lost: it does not read its answers")
        elif self._keep_alive and not self._holds and silent > 1.5 * self._keep_alive:
            detail = f"lost: silent for {silent:.0f} s"
            self.end(Reason.KEEP_ALIVE_TIMEOUT, "", detail, Leaving.LOST)

    def _spoken(self, why: str) -> str:
        """The reason string, where the device wants any and has room for one."""
        connect = self._connect
        if connect is None or not connect.wants_reasons:
            return ""
        return "" if 0 < connect.packet_bytes_max < REASON_ROOM_BYTES else why

    def go_on(self, now: datetime, time: float) -> None:
        """Take in what has come; `now` is when, and `time` the same by the loop."""
        raise NotImplementedError

    def _write_answers(self) -> None:
        raise NotImplementedError
