"""An MQTT load of raw bytes: N connections, each with W messages in flight.

It counts PUBACKs and nothing else, so that the servers are measured and not the client. The
same packets go to every server: one reading a message, each with a sequence number of its own.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

CONNECT_SECONDS_MAX = 60
ANSWER_SECONDS_MAX = 120
VALUES = (97, 96, 98, 97, 95, 97, 99, 96)


def bodies(boot: int, first: int, count: int) -> Iterator[tuple[int, bytes]]:
    """Messages of one device, each of one reading, with their numbers from `first` on."""
    second = datetime.now(UTC).isoformat(timespec="seconds")[:19].encode()
    head = b'{"vital":"oxygen_saturation","unit":"%%","at":"%b.' % second
    tail = b'Z","value":%%d,"boot":%d,"seq":' % boot
    for number in range(first, first + count):
        # Each reading has a microsecond of its own: no server may take it for a repeat.
        value = VALUES[number % len(VALUES)]
        yield number, b"%b%06d%b%d}" % (head, number, tail % value, number)


@dataclass(frozen=True, slots=True)
class Took:
    """One run: messages acknowledged, and the seconds from the first to the last."""

    acknowledged: int
    seconds: float

    @property
    def rate(self) -> float:
        """Acknowledged messages a second."""
        return self.acknowledged / self.seconds


class Pump(asyncio.Protocol):
    """One connection that keeps `window` QoS 1 messages in flight."""

    transport: asyncio.Transport

    def __init__(self, name: str, boot: int) -> None:
        self.name = name
        self.connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rest = b""
        self.sent = 0
        self._packets: list[bytes] = []  # of this run, not yet sent, last first
        self._owed = 0  # acknowledgements of this run not yet seen
        self._done: Callable[[], None] = lambda: None
        topic = f"devices/{name}/readings".encode()
        self._topic = len(topic).to_bytes(2, "big") + topic
        self._boot = boot

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce ourselves: version 3.1.1, clean, no keep-alive."""
        self.transport = transport  # pyright: ignore[reportAttributeAccessIssue]
        name = self.name.encode()
        body = b"\0\4MQTT\4\2\0\0" + len(name).to_bytes(2, "big") + name
        self.transport.write(bytes((0x10, len(body))) + body)

    def data_received(self, data: bytes) -> None:
        """Count answers; each makes room for a message. All answers have four bytes."""
        if self._rest:
            data = self._rest + data
        whole = len(data) // 4 * 4
        self._rest = data[whole:]
        if not self.connected.done():
            refused = data[:4] != b"\x20\2\0\0"
            if refused:
                self.connected.set_exception(ConnectionError(f"{self.name}: {data[:4].hex()}"))
            else:
                self.connected.set_result(None)
            return
        answers = whole // 4
        assert data[0:whole:4] == b"\x40" * answers, "something else than PUBACK"
        self._owed -= answers
        if self._packets:
            self._send(answers)
        elif not self._owed:
            self._done()

    def connection_lost(self, exc: Exception | None) -> None:
        """A server that hangs up in the middle has failed the run."""
        if not self.connected.done():
            self.connected.set_exception(ConnectionError(f"{self.name}: closed"))
        if self._owed:
            raise ConnectionError(f"{self.name}: closed with {self._owed} unacknowledged")

    def prepare(self, messages: int) -> None:
        """Write the packets of a run beforehand: the client's own work is not what is measured."""
        for number, body in bodies(self._boot, self.sent + 1, messages):
            packet_id = (number % 65_535 + 1).to_bytes(2, "big")
            length = len(self._topic) + 2 + len(body)
            low, high = length & 0x7F | 0x80, length >> 7
            self._packets.append(b"\x32%c%c%b%b%b" % (low, high, self._topic, packet_id, body))
        self._packets.reverse()
        self.sent += messages
        self._owed = messages

    def run(self, window: int, done: Callable[[], None]) -> None:
        """Send what was prepared; call `done` when the last is acknowledged."""
        self._done = done
        self._send(window)

    def _send(self, count: int) -> None:
        if count == 1:
            self.transport.write(self._packets.pop())
        else:
            now, self._packets = self._packets[-count:], self._packets[:-count]
            self.transport.write(b"".join(reversed(now)))


async def connect(
    port: int,
    names: Sequence[str],
    boot: int,
    tls_of: Callable[[str], ssl.SSLContext] | None = None,
) -> list[Pump]:
    """One connection for each name, all admitted; over TLS each with a key of its own."""
    loop = asyncio.get_running_loop()
    pumps: list[Pump] = []
    for name in names:
        _, pump = await loop.create_connection(
            lambda name=name: Pump(name, boot),
            "127.0.0.1",
            port,
            ssl=tls_of(name) if tls_of else None,
        )
        pumps.append(pump)
    async with asyncio.timeout(CONNECT_SECONDS_MAX):
        await asyncio.gather(*(pump.connected for pump in pumps))
    return pumps


async def run(pumps: Sequence[Pump], messages_each: int, window: int) -> Took:
    """Send `messages_each` on every connection at once, `window` in flight on each."""
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    busy = len(pumps)

    def done() -> None:
        nonlocal busy
        busy -= 1
        if not busy:
            finished.set_result(None)

    for pump in pumps:
        pump.prepare(messages_each)
    began = time.perf_counter()
    for pump in pumps:
        pump.run(window, done)
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        await finished
    return Took(messages_each * len(pumps), time.perf_counter() - began)
