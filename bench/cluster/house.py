"""A whole Homeward on seven machines: two of PostgreSQL, three of NATS, two of ours.

Each of ours runs what `homeward up` runs on one, as many processes as are asked for.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg

from bench.cluster.apps import Apps
from bench.cluster.engines import Databases, Nerve
from bench.cluster.network import Network

DATABASES, NERVES, APPS = ("db1", "db2"), ("n1", "n2", "n3"), ("app1", "app2")


class House(Apps):
    """The cluster. Its `connect` is what `bench.installation.fill_ward` asks for."""

    def __init__(self, network: Network, *, durable: bool) -> None:
        self.network = network
        machines = network.machines
        super().__init__([machines[name] for name in APPS], network.folder)
        self.databases = Databases([machines[name] for name in DATABASES], durable=durable)
        self.nerve = Nerve([machines[name] for name in NERVES])

    @property
    def postgres_url(self) -> str:
        """Both servers, whoever is the primary now."""
        return self.databases.url

    @property
    def nats_url(self) -> str:
        """All three nodes."""
        return self.nerve.url

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
        self.prepare(self.apps[0])
        self.share()

    def connect(self) -> psycopg.Connection:
        """The primary of now."""
        return self.databases.connect()
