"""Malformed input over every socket of a running installation and an edge.

Each way in is a coroutine that sends so many inputs and tallies what came back. An input is one
malformed thing the other side has to deal with: a packet, a message, a request, a handshake.
"""

import asyncio
import contextlib
import math
import random
import re
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.fuzz import findings
from bench.fuzz.mutate import Mutator
from bench.fuzz.odd_requests import Maker
from bench.fuzz.parsers import devices, gateways
from homeward.connectors.mqtt.packets import V5, V311
from homeward.device.papers import Papers

ANSWER_SECONDS = 10.0
SILENCE_SECONDS = 0.02  # after what may leave the other side waiting for more
WINDOW = 50
BACK_SECONDS = 0.05  # where nobody answers: busy, or the restart we look for
LOST_MAX = 2_000  # connections in a row that come to nothing: it is not there any more
EDGE_DEVICE = b"monitor-e"
PINGREQ = b"\xc0\x00"
STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
BUSY = 503  # the platform says that it cannot now; anything else from 500 on is a finding


@dataclass
class Tally:
    """What was sent and what came back."""

    inputs: int = 0
    lost: int = 0  # connections that came to nothing
    server_errors: int = 0
    said: Counter[str] = field(default_factory=Counter[str])
    until: float = math.inf  # by time.monotonic

    def goes_on(self, inputs: int) -> bool:
        """Whether so many were not sent yet, and there is time."""
        return self.inputs < inputs and time.monotonic() < self.until

    def answer(self, where: str, status: int, sent: bytes) -> None:
        """An answer came."""
        self.said[str(status)] += 1
        if status >= 500 and status != BUSY:
            self.server_errors += 1
            if self.server_errors <= 20:
                findings.keep(f"socket {where}", sent, f"answered {status}")

    def add(self, other: "Tally") -> None:
        """With another worker's."""
        self.inputs += other.inputs
        self.lost += other.lost
        self.server_errors += other.server_errors
        self.said.update(other.said)


@dataclass(frozen=True)
class Place:
    """Where everything listens, and who we are there. `number` is this worker's own."""

    number: int
    web_port: int
    open_port: int
    mqtt_port: int
    http_port: int
    edge_page_port: int
    edge_open_port: int
    device: Path  # papers of a device
    gateway: Path  # and of a gateway
    cookies: Sequence[str]
    document: Mapping[str, Any]
    known: Mapping[str, Sequence[Any]]

    @property
    def name(self) -> bytes:
        """A device that the open port believes us to be; as long as in the samples."""
        return b"monitor-%d" % (self.number % 10)


@asynccontextmanager
async def _connection(
    tally: Tally, port: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None]:
    """A connection for a while; None where none came about."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=tls, server_hostname="localhost" if tls else None
            )
    except (OSError, TimeoutError):
        tally.lost += 1
        if tally.lost > LOST_MAX:
            raise
        await asyncio.sleep(BACK_SECONDS)
        yield None
        return
    try:
        yield reader, writer
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        tally.said["hung up"] += 1
    finally:
        writer.transport.abort()


async def _heard(reader: asyncio.StreamReader, seconds: float = SILENCE_SECONDS) -> bytes:
    """What comes until it hangs up or is silent."""
    found = bytearray()
    with contextlib.suppress(TimeoutError, OSError, ssl.SSLError):
        async with asyncio.timeout(seconds):
            while piece := await reader.read(65_536):
                found += piece
    return bytes(found)


# -- MQTT ----------------------------------------------------------------------------------------


async def mqtt_packets(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Broken packets within sessions of both versions, over the open port."""
    await _packets(place, seed, count, tally, place.open_port, place.name, None)


async def mqtt_packets_tls(place: Place, seed: str, count: int, tally: Tally) -> None:
    """The same over mutual TLS."""
    papers = Papers.read(place.device)
    name, tls = papers.name.encode(), papers.tls()
    await _packets(place, seed, count, tally, place.mqtt_port, name, tls)


async def _packets(
    place: Place, seed: str, count: int, tally: Tally, port: int, name: bytes,
    tls: ssl.SSLContext | None,
) -> None:  # fmt: skip
    chosen = random.Random(seed)
    broken = {
        version: Mutator(f"{seed}:{version}", [_ours(each, name) for each in samples])
        for version, samples in {
            V311: devices.packets(V311), V5: devices.packets(V5), 0: devices.connects(),
        }.items()
    }  # fmt: skip
    end = tally.inputs + count
    while tally.goes_on(end):
        async with _connection(tally, port, tls) as connection:
            if connection is None:
                continue
            reader, writer = connection
            version = chosen.choice((V311, V5, 0))
            size = min(1 if version == 0 else 20, end - tally.inputs)
            if version:
                writer.write(_ours(devices.CONNECT[version], name))
                await asyncio.wait_for(reader.read(64), ANSWER_SECONDS)
            tally.inputs += size
            writer.write(b"".join(broken[version].next() for _ in range(size)) + PINGREQ)
            await writer.drain()
            await _heard(reader)


def _ours(sample: bytes, name: bytes) -> bytes:
    """A sample of the device we are, whose name is as long: lengths are part of a packet."""
    assert len(name) == len(devices.NAME)
    return sample.replace(devices.NAME.encode(), name)


async def mqtt_messages(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Whole packets with broken bodies: each is acknowledged once it lies in the quarantine."""
    chosen = random.Random(seed)
    broken = Mutator(seed, devices.bodies())
    kinds = (b"readings", b"readings", b"waves", b"sensors", b"status")
    end = tally.inputs + count
    while tally.goes_on(end):
        async with _connection(tally, place.open_port) as connection:
            if connection is None:
                continue
            reader, writer = connection
            writer.write(_ours(devices.CONNECT[V311], place.name))
            await asyncio.wait_for(reader.readexactly(4), ANSWER_SECONDS)
            while tally.goes_on(end):
                size = min(WINDOW, end - tally.inputs)
                for number in range(1, size + 1):
                    topic = b"devices/%b/%b" % (place.name, chosen.choice(kinds))
                    body = devices.text(topic) + number.to_bytes(2, "big") + broken.next()
                    writer.write(devices.packet(0x32, body[:16_000]))
                tally.inputs += size
                await asyncio.wait_for(reader.readexactly(4 * size), ANSWER_SECONDS)
                tally.said["PUBACK"] += size


async def handshakes(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Broken TLS handshakes, at both doors."""
    hello = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(
            ssl.MemoryBIO(), hello, server_hostname="localhost"
        ).do_handshake()
    broken = Mutator(seed, [hello.read()])
    end = tally.inputs + count
    while tally.goes_on(end):
        port = (place.mqtt_port, place.http_port)[tally.inputs % 2]
        tally.inputs += 1
        async with _connection(tally, port) as connection:
            if connection is not None:
                connection[1].write(broken.next())
                await _heard(connection[0], 0.005)


# -- HTTPS of devices and gateways ---------------------------------------------------------------


async def https_bodies(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Broken bodies over the HTTPS door: readings, waves, sensors."""
    papers = Papers.read(place.device)
    bodies = Mutator(seed, devices.bodies())
    await _bodies(place, seed, count, tally, papers, bodies, ("readings", "waves", "sensors"))


async def gateway_frames(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Broken frames of a gateway, and broken words of an edge."""
    papers = Papers.read(place.gateway)
    bodies = Mutator(seed, [*gateways.frames(), *gateways.frames(), *gateways.edge_words()])
    await _bodies(place, seed, count, tally, papers, bodies, ("frames", "frames", "frames", "edge"))


async def _bodies(
    place: Place, seed: str, count: int, tally: Tally, papers: Papers, bodies: Mutator,
    kinds: Sequence[str],
) -> None:  # fmt: skip
    chosen, tls = random.Random(seed), papers.tls()
    heads = Mutator(seed, [_request("POST", f"/devices/{papers.name}/readings", b"{}")])
    end = tally.inputs + count
    while tally.goes_on(end):
        async with _connection(tally, place.http_port, tls) as connection:
            if connection is None:
                continue
            reader, writer = connection
            if chosen.random() < 0.3:
                tally.inputs += 1
                writer.write(sent := heads.next())
                _note(tally, "https", await _heard(reader, 0.05), sent)
                continue
            while tally.goes_on(end):
                tally.inputs += 1
                kind, body = chosen.choice(kinds), bodies.next()
                path = f"/devices/{papers.name}/{kind}"
                if kind == "edge":
                    path = f"/edge/{chosen.choice(('alarms', 'state', 'certificate', 'identity'))}"
                writer.write(sent := _request("POST", path, body))
                if not await _answered(reader, tally, "https", sent):
                    break


def _request(
    method: str, target: str, body: bytes | None, headers: Mapping[str, str] | None = None
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + (body or b"")


async def _answered(reader: asyncio.StreamReader, tally: Tally, where: str, sent: bytes) -> bool:
    """Read one answer; whether another request may follow."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ANSWER_SECONDS)
    _note(tally, where, head, sent)
    lower = head.lower()
    length = re.search(rb"content-length: (\d+)", lower)
    if length is None:
        return b" 204 " in head[:20]
    await asyncio.wait_for(reader.readexactly(int(length[1])), ANSWER_SECONDS)
    return b"connection: close" not in lower


def _note(tally: Tally, where: str, head: bytes, sent: bytes) -> None:
    status = STATUS.match(head)
    if status is not None:
        tally.answer(where, int(status[1]), sent)


# -- pages ---------------------------------------------------------------------------------------


async def web_requests(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Odd requests to every route, by everybody; and requests that are none."""
    chosen = random.Random(seed)
    maker = Maker(place.document, seed, place.known)
    heads = Mutator(seed, [
        _request("GET", "/api/wards/1/board", None, {"cookie": place.cookies[0]}),
        _request("POST", "/api/session", b'{"login":"nurse","password":"x"}'),
        _request("GET", "/assets/index.js", None, {"range": "bytes=0-5"}),
    ])  # fmt: skip
    end = tally.inputs + count
    while tally.goes_on(end):
        async with _connection(tally, place.web_port) as connection:
            if connection is None:
                continue
            reader, writer = connection
            if chosen.random() < 0.3:
                tally.inputs += 1
                writer.write(sent := heads.next())
                _note(tally, "pages", await _heard(reader, 0.05), sent)
                continue
            for _ in range(min(20, end - tally.inputs)):
                tally.inputs += 1
                asked = maker.next()
                cookie = {"cookie": chosen.choice(place.cookies)}
                writer.write(
                    sent := _request(asked.operation.method, asked.target, asked.body, cookie)
                )
                if not await _answered(reader, tally, "pages", sent):
                    break


async def sockets(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Odd words and broken frames on both live sockets."""
    chosen = random.Random(seed)
    words = Mutator(seed, [
        b'{"watch":"ward","id":1,"wards":[1]}', b'{"rendered":[[1,1700000000000,true]]}',
        b'{"shown":[1,2],"visible":true}', b"12",
    ])  # fmt: skip
    frames = Mutator(seed, [_frame(1, b'{"visible":true}'), _frame(9, b"x"), _frame(8, b"\3\xe8")])
    end = tally.inputs + count
    while tally.goes_on(end):
        async with _connection(tally, place.web_port) as connection:
            if connection is None:
                continue
            reader, writer = connection
            path = chosen.choice(
                ("/api/live", "/api/live/waves?ward=1", "/api/live/waves?patient=x")
            )
            upgrade = {
                "cookie": chosen.choice(place.cookies), "upgrade": "websocket",
                "connection": "upgrade", "sec-websocket-version": "13",
                "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            }  # fmt: skip
            writer.write(_request("GET", path, None, upgrade))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ANSWER_SECONDS)
            _note(tally, "socket", head, path.encode())
            size = min(3, end - tally.inputs)
            tally.inputs += size
            sent = b"".join(
                _frame(chosen.choice((1, 1, 1, 2)), words.next())
                if chosen.random() < 0.7
                else frames.next()
                for _ in range(size)
            )
            writer.write(sent)
            heard = await _heard(reader)
            if b"\x88\x02\x03\xf3" in heard:  # closed with 1011: an internal error
                tally.answer("socket", 500, sent)


def _frame(opcode: int, body: bytes) -> bytes:
    """A whole masked frame (RFC 6455, 5.2); the mask is of zeros."""
    size = len(body)
    if size < 126:
        length = bytes((0x80 | size,))
    else:
        length = bytes((0xFE,)) + (size & 0xFFFF).to_bytes(2, "big")
    return bytes((0x80 | opcode,)) + length + bytes(4) + body[:65_535]


async def edge_pages(place: Place, seed: str, count: int, tally: Tally) -> None:
    """Broken requests to an edge's page, and broken packets to its door."""
    heads = Mutator(seed, [_request("GET", "/", None), _request("GET", "/status?x", None)])
    while tally.goes_on(count // 2):
        tally.inputs += 1
        async with _connection(tally, place.edge_page_port) as connection:
            if connection is not None:
                connection[1].write(sent := heads.next())
                _note(tally, "edge page", await _heard(connection[0], 0.005), sent)
    left = count - count // 2
    await _packets(place, seed, left, tally, place.edge_open_port, EDGE_DEVICE, None)


Way = Callable[[Place, str, int, Tally], Awaitable[None]]
# And its share of all inputs: what is answered quickly has more.
WAYS: Mapping[Way, float] = {
    mqtt_packets: 0.22,
    mqtt_packets_tls: 0.06,
    mqtt_messages: 0.34,
    handshakes: 0.02,
    https_bodies: 0.10,
    gateway_frames: 0.12,
    web_requests: 0.07,
    sockets: 0.04,
    edge_pages: 0.03,
}
