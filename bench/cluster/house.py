"""A whole Homeward on seven machines: two of PostgreSQL, three of NATS, two of ours.

Each of ours runs what `homeward up` runs on one, as many processes as are asked for, started by
`homeward run` with one HOMEWARD_POSTGRES_URL and one HOMEWARD_NATS_URL. Its certificates were made
once, by `homeward run prepare` on the first, and copied to the other.
"""

import os
import shutil
import ssl
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import psycopg

from bench.cluster.engines import Databases, Nerve, until
from bench.cluster.network import Machine, Network
from homeward.bus import Bus
from homeward.device.papers import Papers
from homeward.engines.certificates import Authority
from homeward.engines.child import Recipe
from homeward.engines.enrolment import enrol
from homeward.services.fleet import fleet
from homeward.store import Store

DATABASES, NERVES, APPS = ("db1", "db2"), ("n1", "n2", "n3"), ("app1", "app2")
EVERYTHING = ("door", "watch", "work", "web", "pack")
WEB, MQTT = 8443, 8883
FRUGAL = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}


class House:
    """The cluster. Its `connect` is what `bench.installation.fill_ward` asks for."""

    def __init__(self, network: Network, *, durable: bool) -> None:
        self.network = network
        machines = network.machines
        self.databases = Databases([machines[name] for name in DATABASES], durable=durable)
        self.nerve = Nerve([machines[name] for name in NERVES])
        self.apps = [machines[name] for name in APPS]

    @classmethod
    @contextmanager
    def built(cls, *, durable: bool = True) -> Iterator[Self]:
        """Engines running, database migrated, certificates on both machines; no process of ours.

        The standby is not there yet: `databases.pair()` makes it, while ours may already start.
        """
        folder = Path(tempfile.mkdtemp(prefix="homeward-cluster-"))
        folder.chmod(0o711)
        try:
            with Network.of(folder, (*DATABASES, *NERVES, *APPS)) as network:
                house = cls(network, durable=durable)
                house._build()
                yield house
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _build(self) -> None:
        for machine in (*self.nerve.machines, *self.apps):
            machine.folder.mkdir(mode=0o711)
        self.databases.start()
        self.nerve.start(*self.nerve.machines)
        first, *others = self.apps
        (first.folder / "ready").mkdir()
        recipe = self._recipe(first, "prepare")
        if first.start(recipe).wait(60) != "exit code 0":
            raise SystemExit(f"prepare: {recipe.last_words()}")
        del first.processes["prepare"]
        for other in others:
            shutil.copytree(first.folder, other.folder, dirs_exist_ok=True)

    def connect(self) -> psycopg.Connection:
        """The primary of now."""
        return self.databases.connect()

    def run(self, machine: Machine, names: Sequence[str]) -> None:
        """Start these processes there, as a process supervisor would; wait with `ready`."""
        for name in names:
            (machine.folder / "ready" / name).unlink(missing_ok=True)
            machine.start(self._recipe(machine, name))

    def tend(self, machine: Machine) -> list[str]:
        """Start again what ended by itself, as a process supervisor does; what it was."""
        ended = [name for name, child in machine.processes.items() if not child.is_alive]
        self.run(machine, ended)
        return ended

    def ready(self, machine: Machine) -> None:
        """Wait until every process of ours on this machine does its work."""
        for name, child in list(machine.processes.items()):
            file = machine.folder / "ready" / name

            def is_up(file: Path = file, pid: int = child.pid) -> bool:
                return file.exists() and file.read_text() == str(pid)

            until(lambda up=is_up, child=child: up() or not child.is_alive, f"{name} is ready")
            if not child.is_alive:
                raise SystemExit(f"{machine.name}: {name}: {child.recipe.last_words()}")

    def _recipe(self, machine: Machine, name: str) -> Recipe:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEWARD_")}
        mine = {
            "HOMEWARD_DATA": str(machine.folder),
            "HOMEWARD_POSTGRES_URL": self.databases.url,
            "HOMEWARD_NATS_URL": self.nerve.url,
            "HOMEWARD_WEB_HOST": "0.0.0.0",
            "HOMEWARD_WEB_PORT": str(WEB),
            "HOMEWARD_MQTT_HOST": "0.0.0.0",
            "HOMEWARD_MQTT_PORT": str(MQTT),
            "HOMEWARD_PUBLIC_NAMES": ",".join(each.address for each in self.apps),
        }
        return Recipe(
            name,
            (sys.executable, "-m", "homeward.cli", "run", name),
            machine.folder / "logs" / f"{name}.log",
            environment=clean | FRUGAL | mine,
        )

    def trusted(self) -> ssl.SSLContext:
        """What a browser of the hospital trusts: our root."""
        return ssl.create_default_context(cadata=self._authority().root_pem)

    def _authority(self) -> Authority:
        return Authority.open(self.apps[0].folder / "certificates")

    def pages(self, machine: Machine) -> str:
        """Where the pages of one machine are."""
        return f"https://{machine.address}:{WEB}"

    async def enrolled(self, devices: Sequence[tuple[str, int]], at: Machine) -> list[Papers]:
        """Register devices (name, patient) and exchange their tokens at the pages of a machine."""
        badges: list[Papers] = []
        fingerprint = self._authority().root_fingerprint
        async with Store.open(self.databases.url) as store, Bus.open(self.nerve.url) as bus:
            door, now = store.door(), datetime.now(UTC)
            for name, patient in devices:
                await fleet.add(door, bus, name, "bench", now)
                await fleet.bind(door, bus, name, patient, "bench", now)
                token = await fleet.new_token(door, name, fingerprint, now)
                folder = self.network.folder / "devices" / name
                enrol(self.pages(at), token.text, folder)
                badges.append(replace(Papers.read(folder), host=at.address, port=MQTT))
        return badges
