"""A revoked device: how long until its open session is cut, everywhere, and does it come back?

    python -m bench.revoked_devices              200 revocations, 1,000 tries to come in again
    python -m bench.revoked_devices 2000 10000   more of both
    python -m bench.revoked_devices 200 1000 7   with this seed

An installation with three door processes, and an edge before it. A quarter of the devices hold an
MQTT session, a quarter an HTTPS connection, for a quarter a gateway speaks all the time, a quarter
is at the edge. Each is revoked by the registry's own act, and the time runs from the order, commit
included, to the end of its socket as the device sees it (of one behind a gateway: to the first
message that is put aside). Each tenth time a door, once in a hundred the bus, is killed just
before. Then all revoked devices try to come in again by every way there is, while doors are
killed; who is answered has tried.
"""

import asyncio
import base64
import contextlib
import json
import math
import random
import ssl
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil
import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from bench._edge_box import Box, box
from bench.installation import Installation, installation
from bench.report import finish, table
from homeward.bus import Bus
from homeward.engines.certificates import Authority
from homeward.engines.enrolment import pem_of
from homeward.engines.nats import free_port
from homeward.model.reading import Reading
from homeward.model.vital import PULSE
from homeward.services.fleet import fleet
from homeward.standards import gateway
from homeward.standards.gateway import Kind, Part
from homeward.store import Store

DOORS = 3
KINDS = ("mqtt", "https", "gateway", "edge")
GATEWAY, EDGE = "bench-gateway", "bench-edge"
KILL_EVERY, BUS_EVERY = 10, 100  # revocations
KILL_SECONDS = 5.0  # between two kills while they try to come back
BETWEEN_SECONDS = 0.02  # two frames of the gateway
CUT_SECONDS_MAX = 30.0
BACK_SECONDS_MAX = 60.0
WORKERS = 8
IN = b"\x20\x02\x00\x00"  # CONNACK: come in (MQTT 3.1.1, 3.2)

Contexts = dict[str, ssl.SSLContext]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Measured:
    """Seconds from each order to its cut, by kind; tries to come in again, and how many did."""

    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    beside_a_kill: list[float] = field(default_factory=list[float])
    kills: Counter[str] = field(default_factory=Counter[str])
    tries: int = 0
    re_entries: int = 0

    @property
    def cuts(self) -> list[float]:
        """All of them."""
        return [each for some in self.seconds.values() for each in some]


@dataclass
class Ground:
    """The installation, its edge, and what every device connects with."""

    house: Installation
    edge: Box
    https_port: int
    store: Store
    bus: Bus
    chance: random.Random
    contexts: Contexts

    async def mqtt(self, name: str, port: int) -> Streams | None:
        """An MQTT session; None where it is refused. Raises OSError where nobody answers."""
        reader, writer = await self._connected(name, port)
        body = b"\0\4MQTT\4\2\0\0" + len(name).to_bytes(2, "big") + name.encode()
        writer.write(bytes((0x10, len(body))) + body)
        if await reader.readexactly(4) == IN:
            return reader, writer
        writer.transport.abort()
        return None

    async def https(self, name: str) -> Streams:
        """A connection to the HTTPS door."""
        return await self._connected(name, self.https_port)

    async def _connected(self, name: str, port: int) -> Streams:
        return await asyncio.open_connection(
            "127.0.0.1", port, ssl=self.contexts[name], server_hostname="localhost"
        )

    async def kill(self, victim: str) -> psutil.Process:
        """Kill it."""
        process = (await asyncio.to_thread(self.house.processes))[victim]
        process.kill()
        return process

    async def back(self, victim: str, killed: psutil.Process) -> None:
        """Wait until its successor does its work."""
        file = self.house.data.ready / victim
        async with asyncio.timeout(BACK_SECONDS_MAX):
            while True:
                found = (await asyncio.to_thread(self.house.processes)).get(victim)
                if found is not None and found.pid != killed.pid:
                    has_said = file.exists() and file.read_text() == str(found.pid)
                    if has_said or victim == "nats":
                        return
                await asyncio.sleep(0.05)


async def post(streams: Streams, path: str, body: bytes) -> tuple[int, bytes]:
    """One request and its answer. Raises OSError where there is none."""
    reader, writer = streams
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    try:
        said = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in said.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        return int(said.split()[1]), await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        raise ConnectionResetError("no answer") from None


async def ended(streams: Streams) -> float:
    """When the other side hung up."""
    with contextlib.suppress(OSError):
        while await streams[0].read(4_096):
            pass
    streams[1].transport.abort()
    return time.monotonic()


@asynccontextmanager
async def session(ground: Ground, kind: str, name: str) -> AsyncIterator["asyncio.Task[float]"]:
    """The device is in; the task ends with its session, at that time."""
    if kind == "gateway":
        has_spoken = asyncio.Event()
        task = asyncio.create_task(_spoken_for(ground, name, has_spoken.set))
        await has_spoken.wait()
    else:
        task = asyncio.create_task(ended(await _in(ground, kind, name)))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _in(ground: Ground, kind: str, name: str) -> Streams:
    """Come in, however often it takes: a door may be dead just now."""
    async with asyncio.timeout(BACK_SECONDS_MAX):
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if kind == "https":
                    streams = await ground.https(name)
                    if (await post(streams, f"/devices/{name}/sensors", b'{"off":[]}'))[0] == 200:
                        return streams
                else:
                    port = ground.edge.port if kind == "edge" else ground.house.mqtt_port
                    found = await ground.mqtt(name, port)
                    if found is not None:
                        return found
            await asyncio.sleep(0.1)


async def _spoken_for(ground: Ground, name: str, was_heard: Callable[[], None]) -> float:
    """A gateway says a reading of this device again and again, until it is put aside."""
    streams: Streams | None = None
    seq = 0
    while True:
        with contextlib.suppress(OSError):
            streams = streams or await ground.https(GATEWAY)
            body = gateway.frame([_part(name, seq)])
            status, said = await post(streams, f"/devices/{GATEWAY}/frames", body)
            if status == 200 and json.loads(said)["put_aside"]:
                streams[1].transport.abort()
                return time.monotonic()
            if status == 200:
                was_heard()
            seq += 1
            await asyncio.sleep(BETWEEN_SECONDS)
            continue
        streams = None
        await asyncio.sleep(0.1)


def _part(name: str, seq: int) -> bytes:
    at = datetime.now(UTC)
    rows = gateway.pack_readings([Reading(PULSE, 72.0, at)])
    return gateway.pack(Part(name, Kind.READINGS, 1, seq, round(at.timestamp() * 1e6), rows))


async def cut(ground: Ground, names: list[str], measured: Measured) -> None:
    """Revoke one after the other."""
    for number, name in enumerate(names):
        kind = KINDS[number % len(KINDS)]
        victim = _victim(number, ground.chance)
        killed = None
        if victim:
            killed = await ground.kill(victim)
            measured.kills[victim] += 1
        async with session(ground, kind, name) as task:
            await asyncio.sleep(ground.chance.uniform(0.05, 0.3))
            if task.done():  # its door was killed, not it revoked
                raise SystemExit(f"{name} was cut before it was revoked")
            began = time.monotonic()
            await fleet.revoke(ground.store.door(), ground.bus, name, "bench", datetime.now(UTC))
            async with asyncio.timeout(CUT_SECONDS_MAX):
                took = await task - began
        measured.seconds.setdefault(kind, []).append(took)
        if victim and killed is not None:
            measured.beside_a_kill.append(took)
            await ground.back(victim, killed)
        if number % 50 == 49:
            print(f"{number + 1} of {len(names)} revoked", flush=True)


def _victim(number: int, chance: random.Random) -> str:
    if number % BUS_EVERY == BUS_EVERY - 1:
        return "nats"
    if number % KILL_EVERY == KILL_EVERY - 1:
        return chance.choice(["door", *(f"door-{n}" for n in range(2, DOORS + 1))])
    return ""


async def come_back(ground: Ground, names: list[str], tries: int, measured: Measured) -> None:
    """Every revoked device tries every way in."""
    left = iter(range(tries))

    async def work() -> None:
        for _ in left:
            name = ground.chance.choice(names)
            while (is_in := await _tried(ground, name)) is None:
                await asyncio.sleep(0.1)
            measured.tries += 1
            measured.re_entries += is_in

    async def disturb() -> None:
        while True:
            await asyncio.sleep(KILL_SECONDS)
            victim = f"door-{ground.chance.randint(2, DOORS)}"
            killed = await ground.kill(victim)
            measured.kills[victim] += 1
            await ground.back(victim, killed)

    disturbing = asyncio.create_task(disturb())
    try:
        await asyncio.gather(*(work() for _ in range(WORKERS)))
    finally:
        disturbing.cancel()
        await asyncio.wait([disturbing])


async def _tried(ground: Ground, name: str) -> bool | None:
    """Whether it came in; None: nobody answered."""
    is_edges = KINDS[int(name.rpartition("-")[2]) % len(KINDS)] == "edge"
    way = ground.chance.choice(("mqtt", "https", "renewal", *(["edge"] if is_edges else [])))
    try:
        async with asyncio.timeout(20):
            if way in ("mqtt", "edge"):
                port = ground.edge.port if way == "edge" else ground.house.mqtt_port
                found = await ground.mqtt(name, port)
                if found is not None:
                    found[1].transport.abort()
                return found is not None
            streams = await ground.https(name)
            try:
                if way == "https":
                    status, _ = await post(streams, f"/devices/{name}/sensors", b'{"off":[]}')
                else:
                    path = "/.well-known/est/simplereenroll"
                    status, _ = await post(streams, path, _request(Encoding.DER))
                return None if status == 503 else status not in (401, 403)
            finally:
                streams[1].transport.abort()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return None


def _request(encoding: Encoding) -> bytes:
    empty = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    made = empty.sign(_KEY, hashes.SHA256()).public_bytes(encoding)
    return base64.b64encode(made) if encoding is Encoding.DER else made


_KEY = ec.generate_private_key(ec.SECP256R1())


def enrol(house: Installation, names: list[str], https_port: int, edge: Box) -> Contexts:
    """Register them all and give each a certificate, those of the edge and the gateway theirs."""
    authority = Authority.open(house.data.certificates)
    contexts: Contexts = {}
    with house.connect() as sql, sql.transaction():
        add = (
            "insert into device (name, kind, door, gateway_id) values (%s, %s, %s, %s) returning id"
        )
        ids = {
            "gateway": _id(sql.execute(add, (GATEWAY, "gateway", None, None))),
            "edge": _id(sql.execute(add, (EDGE, "edge", f"localhost:{edge.port}", None))),
        }
        for number, name in enumerate(names):
            through = ids.get(KINDS[number % len(KINDS)])
            sql.execute(add, (name, "bench", None, through))
    request, file = _request(Encoding.PEM).decode(), house.folder / "device.pem"
    for name in [*names, GATEWAY, EDGE]:
        file.write_bytes(authority.issue_device(name, request, 1).pem.encode() + pem_of(_KEY))
        contexts[name] = ssl.create_default_context(cadata=authority.root_pem)
        contexts[name].load_cert_chain(file)
    edge.folder.mkdir()
    file.rename(edge.folder / "cert.pem")  # its own was the last
    (edge.folder / "ca.pem").write_text(authority.root_pem)
    told = {"name": EDGE, "mqtt_host": "localhost", "mqtt_port": 1, "http_port": https_port}
    (edge.folder / "device.json").write_text(json.dumps(told))
    return contexts


def _id(cursor: psycopg.Cursor[Any]) -> int:
    row = cursor.fetchone()
    assert row is not None
    return row[0]


@contextlib.contextmanager
def ground_of(names: list[str]) -> Iterator[tuple[Installation, Box, int, Contexts]]:
    """Everything running."""
    port = free_port()
    settings = {"HOMEWARD_DOORS": str(DOORS), "HOMEWARD_HTTP_INGEST_PORT": str(port)}
    with installation(**settings) as house, box(house, ("localhost", port)) as edge:
        contexts = enrol(house, names, port, edge)
        edge.start()
        yield house, edge, port, contexts


def measure(revocations: int, tries: int, seed: int) -> Measured:
    """Revoke so many on an installation of its own, and let them try so often to come back."""
    names = [f"dev-{number}" for number in range(revocations)]
    measured = Measured()

    async def run(house: Installation, edge: Box, port: int, keys: Contexts) -> None:
        said = house.run_file
        async with (
            Store.open(said["postgres_url"], size_max=2) as store,
            Bus.open(said["nats_url"], "bench") as bus,
        ):
            ground = Ground(house, edge, port, store, bus, random.Random(seed), keys)
            await cut(ground, names, measured)
            await come_back(ground, names, tries, measured)

    with ground_of(names) as (house, edge, port, keys):
        asyncio.run(run(house, edge, port, keys))
    return measured


def percentile(values: list[float], percent: float) -> float:
    """The smallest of these values that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def main(revocations: int, tries: int, seed: int) -> None:
    """Print the table; fail where one came back, or a cut took too long."""
    print(f"seed {seed}", flush=True)
    measured = measure(revocations, tries, seed)
    rows = [*measured.seconds.items(), ("beside a kill", measured.beside_a_kill)]
    table(
        ("cut, ms", "times", "median", "p99", "most"),
        [
            (kind, len(some), *(f"{1000 * each:,.1f}" for each in (
                statistics.median(some), percentile(some, 99), max(some),
            )))
            for kind, some in rows
            if some
        ],
    )  # fmt: skip
    killed = ", ".join(f"{name} {times}" for name, times in sorted(measured.kills.items()))
    print(f"killed: {killed or 'nobody'}")
    figures = {
        "revocations": len(measured.cuts),
        "cut_p50_seconds": statistics.median(measured.cuts),
        "cut_p99_seconds": percentile(measured.cuts, 99),
        "cut_max_seconds": max(measured.cuts),
        "tries": measured.tries,
        "re_entries": measured.re_entries,
        "kills": measured.kills.total(),
    }
    finish("revoked_devices", figures)
    too_long = figures["cut_p99_seconds"] >= 1 or figures["cut_max_seconds"] > 5
    if figures["re_entries"] or too_long:
        raise SystemExit(1)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    revocations, tries, *rest = [*given, *(200, 1_000)[len(given) :]]
    main(revocations, tries, rest[0] if rest else random.SystemRandom().randrange(10_000))
