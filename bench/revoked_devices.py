"""A revoked device: how long until its open session is cut, everywhere, and does it come back?

    python -m bench.revoked_devices              200 revocations, 1,000 tries to come in again
    python -m bench.revoked_devices 2000 10000   more of both
    python -m bench.revoked_devices 200 1000 7   with this seed

An installation with three door processes, and an edge before it. A quarter of the devices hold an
MQTT session, a quarter an HTTPS connection, for a quarter a gateway speaks all the time, a quarter
is at the edge. Each is revoked by the registry's own act, and the time runs from the order, commit
included, to the end of its socket as the device sees it (of one behind a gateway: to the first
message that is put aside). Each tenth time a door, once in a hundred the bus and once the database,
is killed just before. Then all revoked devices try to come in again by every way there is, while
doors are killed; who is answered has tried. The soak `revocation` puts this beside people's.
"""

import asyncio
import contextlib
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import Encoding

from bench._cuts import Cuts
from bench._edge_box import Box
from bench._revoked_ground import (
    BACK_SECONDS_MAX,
    DOORS,
    GATEWAY,
    KINDS,
    Contexts,
    Ground,
    Streams,
    ground_of,
    request,
)  # fmt: skip
from bench.installation import Installation
from homeward.bus import Bus
from homeward.model.errors import Unreachable
from homeward.model.reading import Reading
from homeward.model.vital import PULSE
from homeward.services.fleet import fleet
from homeward.standards import gateway
from homeward.standards.gateway import Kind, Part
from homeward.store import Store

KILL_EVERY, OTHERS_EVERY = 10, 50  # revocations
KILL_SECONDS = 5.0  # between two kills while they try to come back
BETWEEN_SECONDS = 0.02  # two frames of the gateway
AGAIN_SECONDS = 0.05  # while the database is away nobody can be revoked
CUT_SECONDS_MAX = 30.0
WORKERS = 8


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


async def cut(ground: Ground, names: list[str], found: Cuts) -> None:
    """Revoke one after the other."""
    for number, name in enumerate(names):
        kind = KINDS[number % len(KINDS)]
        victim, killed = _victim(number, ground.chance), None
        if victim and victim != "postgres":
            killed = await ground.kill(victim)
        async with session(ground, kind, name) as task:
            await asyncio.sleep(ground.chance.uniform(0.05, 0.3))
            if victim == "postgres":  # without it nobody comes in
                killed = await ground.kill(victim)
            if task.done():  # its door was killed, not it revoked
                raise SystemExit(f"{name} was cut before it was revoked")
            began = await _revoked(ground, name)
            async with asyncio.timeout(CUT_SECONDS_MAX):
                took = await task - began
        found.note(kind, took, victim)
        if killed is not None:
            found.kills[victim] += 1
            await ground.back(victim, killed)
        if number % 50 == 49:
            print(f"{number + 1} of {len(names)} revoked", flush=True)


async def _revoked(ground: Ground, name: str) -> float:
    """Order it; when that order began which was obeyed."""
    async with asyncio.timeout(BACK_SECONDS_MAX):
        while True:
            began, now = time.monotonic(), datetime.now(UTC)
            with contextlib.suppress(Unreachable):
                await fleet.revoke(ground.store.door(), ground.bus, name, "bench", now)
                return began
            await asyncio.sleep(AGAIN_SECONDS)


def _victim(number: int, chance: random.Random) -> str:
    if number % OTHERS_EVERY == OTHERS_EVERY - 1:
        return ("postgres", "nats")[number // OTHERS_EVERY % 2]
    if number % KILL_EVERY == KILL_EVERY - 1:
        return chance.choice(["door", *(f"door-{n}" for n in range(2, DOORS + 1))])
    return ""


async def come_back(ground: Ground, names: list[str], tries: int, found: Cuts) -> None:
    """Every revoked device tries every way in."""
    left = iter(range(tries))

    async def work() -> None:
        for _ in left:
            name = ground.chance.choice(names)
            while (is_in := await _tried(ground, name)) is None:
                await asyncio.sleep(0.1)
            found.tries += 1
            found.re_entries += is_in

    async def disturb() -> None:
        while True:
            await asyncio.sleep(KILL_SECONDS)
            victim = f"door-{ground.chance.randint(2, DOORS)}"
            killed = await ground.kill(victim)
            found.kills[victim] += 1
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
                    status, _ = await post(streams, path, request(Encoding.DER))
                return None if status == 503 else status not in (401, 403)
            finally:
                streams[1].transport.abort()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return None


def measure(revocations: int, tries: int, seed: int) -> Cuts:
    """Revoke so many on an installation of its own, and let them try so often to come back."""
    names = [f"dev-{number}" for number in range(revocations)]
    found = Cuts()

    async def run(house: Installation, edge: Box, port: int, keys: Contexts) -> None:
        said = house.run_file
        async with (
            Store.open(said["postgres_url"], size_max=2) as store,
            Bus.open(house.bus_url("command"), "bench") as bus,
        ):
            ground = Ground(house, edge, port, store, bus, random.Random(seed), keys)
            await cut(ground, names, found)
            await come_back(ground, names, tries, found)

    with ground_of(names) as (house, edge, port, keys):
        asyncio.run(run(house, edge, port, keys))
    return found


def main(revocations: int, tries: int, seed: int) -> None:
    """Print the table; fail where one came back, or a cut took too long."""
    print(f"seed {seed}", flush=True)
    measure(revocations, tries, seed).tell("revoked_devices")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    revocations, tries, *rest = [*given, *(200, 1_000)[len(given) :]]
    main(revocations, tries, rest[0] if rest else random.SystemRandom().randrange(10_000))
