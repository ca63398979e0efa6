"""An edge offline for 72 simulated hours, then a link that loses 30 % of all packets.

    make soak NAME=edge_offline          72 hours in two minutes, as root
    python -m bench.soak_edge_offline 60  in one

Ten devices measure once a minute by the edge's clock, which runs fast until the link returns.
One patient is critical for two hours in the night and one at the end. The link goes through
network namespaces of its own, of which one drops 30 % of what it forwards, in each direction.
Nothing may be lost, and the server must have kept every alarm before it has the first reading.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench._edge_box import Box, box, clock, feeds, held
from bench.installation import Installation, installation
from bench.report import finish, table
from homeward.engines.nats import free_port

HOURS = 72
OFFLINE_SECONDS = 120.0
DEVICES = 10
EVERY = timedelta(minutes=1)
NIGHT = (timedelta(hours=26), timedelta(hours=28))  # the first patient is critical
LOSS = 0.3
DELIVERY_SECONDS_MAX = 1_200
UNITS = {"oxygen_saturation": "%"}
FAR, MIDDLE = f"hw-edge-far-{os.getpid()}", f"hw-edge-mid-{os.getpid()}"
NAME = f"hwe{os.getpid() % 10_000}"
OURS, THEIRS = "10.213.7.1", "10.213.7.2"  # a clean wire from the far end to the server
AWAY = "10.213.9.2"  # the far end, seen from the edge: through the middle, which loses packets
WIRES = (  # (here, its space, address), (there, its space, address)
    ((f"{NAME}a", "", OURS), (f"{NAME}b", FAR, THEIRS)),
    ((f"{NAME}c", "", "10.213.8.1"), (f"{NAME}d", MIDDLE, "10.213.8.2")),
    ((f"{NAME}e", MIDDLE, "10.213.9.1"), (f"{NAME}f", FAR, AWAY)),
)


@contextlib.contextmanager
def namespaces() -> Iterator[None]:
    """A far end with the server, and a middle that forwards to it and loses packets."""
    if os.geteuid() != 0:
        raise SystemExit("this soak makes network namespaces: run it as root")
    for space in (FAR, MIDDLE):
        ip(f"netns add {space}")
    try:
        for (here, space, ours), (there, other, theirs) in WIRES:
            ip(f"{_in(space)}link add {here} type veth peer name {there} netns {other}")
            for name, where, address in ((here, space, ours), (there, other, theirs)):
                ip(f"{_in(where)}addr add {address}/24 dev {name}")
                ip(f"{_in(where)}link set {name} up")
        ip("route add 10.213.9.0/24 via 10.213.8.2")
        ip(f"-n {FAR} route add 10.213.8.0/24 via 10.213.9.1")
        run(f"ip netns exec {MIDDLE} sysctl -q -w net.ipv4.ip_forward=1")
        yield
    finally:
        for space in (FAR, MIDDLE):
            ip(f"netns del {space}")


def _in(space: str) -> str:
    return f"-n {space} " if space else ""


@contextlib.contextmanager
def relay(port: int) -> Iterator[None]:
    """At the far end: what comes through the middle goes on to the server."""
    words = f"{sys.executable} -m bench._edge_box relay {AWAY} {port} {OURS} {port}"
    child = subprocess.Popen(f"ip netns exec {FAR} {words}".split())
    try:
        yield
    finally:
        child.terminate()
        child.wait(10)


def link(is_up: bool) -> None:
    """Plug the wire in, or pull it."""
    ip(f"link set {NAME}c {'up' if is_up else 'down'}")
    if is_up:  # and from now on it loses packets
        run(
            f"ip netns exec {MIDDLE} iptables -A FORWARD -m statistic --mode random "
            f"--probability {LOSS} -j DROP"
        )
        ip("route replace 10.213.9.0/24 via 10.213.8.2")


def ip(words: str) -> None:
    """Run `ip`."""
    run(f"ip {words}")


def run(words: str) -> None:
    """Run a command that must succeed."""
    subprocess.run(words.split(), check=True, capture_output=True)


async def measure_for(edge: Box, names: list[str], ends: float, factor: float) -> list[list[int]]:
    """Let the devices measure for 72 hours of the edge's clock; the times (us) of each."""
    now = clock(ends, factor)
    devices = await feeds(names, edge.open_port)
    last = datetime.fromtimestamp(ends, UTC)
    at = begins = last - timedelta(hours=HOURS)
    times: list[list[int]] = [[] for _ in names]
    while at < last:
        while at > now():
            await asyncio.sleep(0.005)
        for place, device in enumerate(devices):
            mine = at + timedelta(milliseconds=place)
            is_critical = place == 0 and NIGHT[0] < at - begins < NIGHT[1]
            is_critical |= place == 1 and last - at < timedelta(hours=1)
            device.publish(mine, {"oxygen_saturation": 70.0 if is_critical else 97.0}, UNITS)
            times[place].append(round(mine.timestamp() * 1e6))
        at += EVERY
    async with asyncio.timeout(60):
        while any(each.acknowledged < each.sent for each in devices):
            await asyncio.sleep(0.1)
    for each in devices:
        each.transport.close()
    return times


async def delivered(edge: Box, house: Installation) -> dict[str, float]:
    """Wait until the edge's spool is empty; what came when."""
    began = time.monotonic()
    first: datetime | None = None
    while time.monotonic() - began < DELIVERY_SECONDS_MAX:
        state = await asyncio.to_thread(edge.status)
        with house.connect() as sql:
            row = sql.execute("select min(received) from inbox").fetchone()
            if first is None and row is not None:
                first = row[0]
        if not state["waiting"] and not state["alarms_not_told"]:
            break
        await asyncio.sleep(0.2)
    else:
        raise SystemExit(f"it was not delivered: {state}")
    with house.connect() as sql:
        row = sql.execute("select count(*), max(received) from edge_alarm").fetchone()
    assert row is not None
    is_first = bool(row[0]) and first is not None and row[1] <= first
    return {
        "delivered_seconds": time.monotonic() - began,
        "alarms": row[0],
        "R4_alarms_first": int(is_first),
    }


async def measure(house: Installation, edge: Box, seconds: float) -> dict[str, float]:
    """All of it."""
    names = await asyncio.to_thread(edge.enrol, DEVICES)
    await asyncio.to_thread(edge.start)  # once with its server, for its registry and its papers
    await asyncio.to_thread(edge.stop)
    link(False)
    ends, factor = time.time() + seconds + 10, HOURS * 3_600 / seconds
    words = (sys.executable, "-m", "bench._edge_box", "edge", str(edge.folder))
    await asyncio.to_thread(edge.start, *words, str(ends), str(factor))
    times = await measure_for(edge, [name for name, _ in names], ends, factor)
    kept = (await asyncio.to_thread(edge.status))["waiting"]
    print(f"{kept:,} messages wait at the edge; the link returns", flush=True)
    link(True)
    figures = await delivered(edge, house)
    patients = [patient for _, patient in names]
    found = await held(house, patients, min(map(min, times)), max(map(max, times)) + 1)
    sent = sum(map(len, times))
    lost = sum(len(set(mine) - set(its)) for mine, its in zip(times, found, strict=True))
    doubled = sum(len(its) - len(set(its)) for its in found)
    return {"R4_sent": sent, "R4_lost": lost, "doubled": doubled, "waited": kept, **figures}


async def main(seconds: float) -> None:
    """Fail where anything was lost or doubled, or an alarm came after a reading."""
    port = free_port()
    with namespaces(), relay(port):
        extra = {"HOMEWARD_HTTP_INGEST_PORT": str(port), "HOMEWARD_MQTT_HOST": OURS}
        names = f"localhost,127.0.0.1,{OURS},{AWAY}"
        with (
            installation(HOMEWARD_PUBLIC_NAMES=names, **extra) as house,
            box(house, (AWAY, port), HOMEWARD_LOG_LEVEL="info") as edge,
        ):
            figures = await measure(house, edge, seconds)
    table(("72 hours offline", ""), [(name, f"{value:,.1f}") for name, value in figures.items()])
    finish("edge_offline", figures | {"hours": HOURS, "loss": LOSS})
    if figures["R4_lost"] or figures["doubled"] or not figures["R4_alarms_first"]:
        raise SystemExit(1)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else OFFLINE_SECONDS))
