"""An edge beside an installation: its process, its devices, and the line between the two.

python -m bench._edge_box relay HOST PORT TO_HOST TO_PORT    a TCP relay, for a namespace
python -m bench._edge_box edge FOLDER ENDS FACTOR            an edge whose clock runs faster
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.installation import Installation, fill_ward
from homeward.drill.house import HOMEWARD
from homeward.engines.nats import free_port
from homeward.model.vital import BY_INDEX
from homeward.store import Store
from homeward.store.chunks import samples

EDGE = "edge-1"
READY_SECONDS_MAX = 60


@dataclass
class Box:
    """One edge. `via` is where it finds its server's HTTPS door."""

    house: Installation
    folder: Path
    via: tuple[str, int]
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    open_port: int = field(default_factory=free_port)
    page: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def enrol(self, devices: int) -> list[tuple[str, int]]:
        """Register it, with a worn device for each patient; (device, patient id) of each."""
        told = self.house.run(
            "device", "add", EDGE, "--kind", "edge", "--door", f"localhost:{self.port}"
        )
        token = next(word for word in told.split() if "." in word and len(word) > 50)
        self.house.run("device", "enrol", self.house.url, token, "--out", str(self.folder))
        papers = json.loads((self.folder / "device.json").read_text())
        papers["mqtt_host"], papers["http_port"] = self.via
        (self.folder / "device.json").write_text(json.dumps(papers))
        patients = fill_ward(self.house, devices)
        with self.house.connect() as sql, sql.transaction():
            for number, (_, patient) in enumerate(patients):
                sql.execute(
                    "with made as (insert into device (name, kind, gateway_id) select %s, 'bench', "
                    "id from device where name = %s returning id) insert into association "
                    "(device_id, patient_id, starts, source) select id, %s, now() - interval "
                    "'30 days', 'bench' from made",
                    (f"dev-{number}", EDGE, patient),
                )
        return [(f"dev-{number}", patient) for number, (_, patient) in enumerate(patients)]

    def start(self, *words: str) -> None:
        """Start it, and wait for its page and its doors."""
        environment = {
            **self.house.environment,
            "HOMEWARD_HTTP_INGEST_PORT": "0",
            "HOMEWARD_MQTT_HOST": "127.0.0.1",
            "HOMEWARD_MQTT_PORT": str(self.port),
            "HOMEWARD_MQTT_OPEN_PORT": str(self.open_port),
            "HOMEWARD_EDGE_PAGE_PORT": str(self.page),
            **self.extra,
        }
        log = (self.folder / "edge.log").open("ab")
        command = words or (*HOMEWARD, "edge", str(self.folder))
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        end = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.page}/status", timeout=2).close()
                asyncio.run(_knock(self.open_port))
                return
            time.sleep(0.1)
        raise SystemExit(
            f"the edge did not start:\n{(self.folder / 'edge.log').read_text()[-3000:]}"
        )

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def status(self) -> dict[str, Any]:
        """What its page says."""
        url = f"http://127.0.0.1:{self.page}/status"
        with urllib.request.urlopen(url, timeout=20) as answer:
            return json.loads(answer.read())


async def _knock(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


@contextlib.contextmanager
def box(house: Installation, via: tuple[str, int], **extra: str) -> Iterator[Box]:
    """A box whose process is stopped at the end."""
    folder = house.folder / "edge"
    made = Box(house, folder, via, extra)
    try:
        yield made
    finally:
        made.stop()


class Feed(asyncio.Protocol):
    """One device at the open port: publishes at QoS 1 and counts answers. MQTT 3.1.1, raw."""

    transport: asyncio.Transport

    def __init__(self, name: str) -> None:
        self.name = name
        self.sent = self.acknowledged = 0
        topic = f"devices/{name}/readings".encode()
        self._topic = len(topic).to_bytes(2, "big") + topic
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce ourselves."""
        self.transport = transport  # pyright: ignore[reportAttributeAccessIssue]
        name = self.name.encode()
        body = b"\0\4MQTT\4\2\0\0" + len(name).to_bytes(2, "big") + name
        self.transport.write(bytes((0x10, len(body))) + body)

    def data_received(self, data: bytes) -> None:
        """Every answer has four bytes."""
        data = self._rest + data
        self._rest = data[len(data) // 4 * 4 :]
        self.acknowledged += sum(data[n] == 0x40 for n in range(0, len(data) - 3, 4))

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody ends a bench's devices."""
        if self.acknowledged < self.sent:
            raise RuntimeError(f"{self.name} was cut with {self.sent - self.acknowledged} owed")

    def publish(self, at: datetime, values: dict[str, float], units: dict[str, str]) -> None:
        """One message of some readings."""
        text = at.isoformat(timespec="microseconds")
        readings = [
            {"vital": vital, "value": value, "unit": units[vital], "at": text}
            for vital, value in values.items()
        ]
        said = json.dumps({"boot": 1, "seq": self.sent, "readings": readings}).encode()
        packet = self._topic + (self.sent % 65_535 + 1).to_bytes(2, "big") + said
        self.sent += 1
        length, digits = len(packet), b""
        while length:
            length, digit = divmod(length, 128)
            digits += bytes((digit | (128 if length else 0),))
        self.transport.write(b"\x32" + digits + packet)


async def feeds(names: list[str], port: int) -> list[Feed]:
    """Devices that are connected."""
    loop = asyncio.get_running_loop()
    made = [Feed(name) for name in names]
    for each in made:
        await loop.create_connection(lambda each=each: each, "127.0.0.1", port)
    await asyncio.sleep(1)
    return made


async def held(house: Installation, patients: list[int], start: int, end: int) -> list[list[int]]:
    """The times (us) of what the record holds, by patient, once for each vital."""
    with house.connect() as sql:
        url = sql.info.dsn + f" password={sql.info.password}"
    found: list[list[int]] = []
    async with Store.open(url) as store:
        for patient in patients:
            rows = await samples(store.door(), patient, list(BY_INDEX), start, end)
            found.append([at for each in rows.values() for at in each["at"].tolist()])
    return found


class Wire:
    """A TCP line that can be cut."""

    def __init__(self, to: tuple[str, int], host: str = "127.0.0.1", port: int = 0) -> None:
        self.to, self.host, self.port = to, host, port or free_port()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """It carries."""
        self._server = await asyncio.start_server(self._came, self.host, self.port)

    def cut(self) -> None:
        """It carries nothing, and what was on it is gone."""
        if self._server is not None:
            self._server.close()
        for each in tuple(self._writers):
            each.transport.abort()

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection(*self.to)
        self._writers |= {writer, out}
        await asyncio.gather(_pump(reader, out), _pump(there, writer))
        self._writers -= {writer, out}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


def clock(ends: float, factor: float) -> Callable[[], datetime]:
    """A clock `factor` times too fast until `ends` (s since 1970), and right from then on."""

    def now() -> datetime:
        left = max(0.0, ends - time.time())
        return datetime.fromtimestamp(time.time() + left - left * factor, UTC)

    return now


async def _relay(host: str, port: int, to_host: str, to_port: int) -> None:
    await Wire((to_host, to_port), host, port).mend()
    await asyncio.get_running_loop().create_future()


def _edge(folder: str, ends: float, factor: float) -> None:
    import logging

    import uvloop

    from homeward.edge import certificates
    from homeward.edge.edge import run
    from homeward.settings import load

    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(message)s")
    settings, _ = load(os.environ)
    certificates.issued = lambda folder: None  # this clock begins before its certificate
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(Path(folder), settings, print, clock(ends, factor)))


if __name__ == "__main__":
    does, *words = sys.argv[1:]
    if does == "relay":
        asyncio.run(_relay(words[0], int(words[1]), words[2], int(words[3])))
    else:
        _edge(words[0], float(words[1]), float(words[2]))
