"""Machines that run everything of ours, as `homeward run` does, whoever brings the engines.

All have one HOMEWARD_POSTGRES_URL and one HOMEWARD_NATS_URL. Certificates were made once, by
`homeward run prepare` on the first, and copied to the others.
"""

import os
import shutil
import ssl
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.cluster.engines import until
from bench.cluster.network import Machine
from homeward.bus import Bus
from homeward.device.papers import Papers
from homeward.engines.certificates import Authority
from homeward.engines.child import Recipe
from homeward.engines.enrolment import enrol
from homeward.services.fleet import fleet
from homeward.store import Store

EVERYTHING = ("door", "watch", "work", "web", "pack")
WEB, MQTT = 8443, 8883
FRUGAL = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}
PREPARE_SECONDS_MAX = 60
REPOSITORY = Path(__file__).parents[2]


class Apps:
    """The machines, in `apps`. Of which version each process is, `code` says: a folder."""

    def __init__(
        self, machines: Sequence[Machine], folder: Path, *, host: str = "0.0.0.0",
        extra: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.apps = list(machines)
        self.folder = folder
        self._host = host  # where each listens; empty: on its own address alone
        self._extra = dict(extra or {})
        self._code: dict[tuple[str, str], Path] = {}

    @property
    def postgres_url(self) -> str:
        """What HOMEWARD_POSTGRES_URL says."""
        raise NotImplementedError

    @property
    def nats_url(self) -> str:
        """What HOMEWARD_NATS_URL says."""
        raise NotImplementedError

    def prepare(self, machine: Machine, code: Path = REPOSITORY) -> None:
        """Bring the database up to date there, once."""
        (machine.folder / "ready").mkdir(exist_ok=True)
        recipe = self.recipe(machine, "prepare", code)
        if machine.once(recipe, PREPARE_SECONDS_MAX) != "exit code 0":
            raise SystemExit(f"prepare: {recipe.last_words()}")

    def share(self) -> None:
        """Copy what the first machine made to the others."""
        first, *others = self.apps
        for other in others:
            shutil.copytree(first.folder, other.folder, dirs_exist_ok=True)

    def run(self, machine: Machine, names: Sequence[str], code: Path | None = None) -> None:
        """Start these processes there, of this code or of what they were, as a process supervisor
        would; wait with `ready`."""
        for name in names:
            (machine.folder / "ready" / name).unlink(missing_ok=True)
            found = code or self._code.get((machine.name, name), REPOSITORY)
            self._code[machine.name, name] = found
            machine.start(self.recipe(machine, name, found))

    def tend(self, machine: Machine) -> list[str]:
        """Start again what ended by itself, as a process supervisor does; what it was."""
        running = list(machine.processes.items())  # others start some beside us
        ended = [name for name, child in running if not child.is_alive]
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

    def recipe(self, machine: Machine, name: str, code: Path = REPOSITORY) -> Recipe:
        """How to start one process, or `prepare`, of one version there."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEWARD_")}
        host = self._host or machine.address
        mine = {
            "HOMEWARD_DATA": str(machine.folder),
            "HOMEWARD_POSTGRES_URL": self.postgres_url,
            "HOMEWARD_NATS_URL": self.nats_url,
            "HOMEWARD_WEB_HOST": host,
            "HOMEWARD_WEB_PORT": str(WEB),
            "HOMEWARD_MQTT_HOST": host,
            "HOMEWARD_MQTT_PORT": str(MQTT),
            "HOMEWARD_PUBLIC_NAMES": ",".join(each.address for each in self.apps),
            "PYTHONPATH": str(code),
        }
        return Recipe(
            name,
            (sys.executable, "-P", "-m", "homeward.cli", "run", name),
            machine.folder / "logs" / f"{name}.log",
            environment=clean | FRUGAL | mine | self._extra,
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
        async with Store.open(self.postgres_url) as store, Bus.open(self.nats_url) as bus:
            door, now = store.door(), datetime.now(UTC)
            for name, patient in devices:
                await fleet.add(door, bus, name, "bench", now)
                await fleet.bind(door, bus, name, patient, "bench", now)
                token = await fleet.new_token(door, name, fingerprint, now)
                folder = self.folder / "devices" / name
                enrol(self.pages(at), token.text, folder)
                badges.append(replace(Papers.read(folder), host=at.address, port=MQTT))
        return badges
