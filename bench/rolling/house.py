"""Two machines of ours on two addresses of loopback, with one PostgreSQL and one NATS."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg

from bench.cluster.apps import Apps
from bench.cluster.network import Machine
from homeward.engines.child import running
from homeward.engines.nats import Nats
from homeward.engines.postgres import Postgres

ADDRESSES = {"app1": "127.0.0.11", "app2": "127.0.0.12"}
CONNECTIONS_MAX = {"max_connections": "200"}


class Loopback(Apps):
    """Both machines; processes of ours are started by `run`."""

    def __init__(self, folder: Path, engines: tuple[Postgres, Nats], extra: dict[str, str]) -> None:
        machines = [
            Machine(name, "", address, "", folder / name) for name, address in ADDRESSES.items()
        ]
        super().__init__(machines, folder, host="", extra=extra)
        self._postgres, self._nats = engines

    @classmethod
    @contextmanager
    def built(cls, extra: dict[str, str]) -> Iterator[Self]:
        """Both engines running, on an empty database. `extra` are settings of every process."""
        folder = Path(tempfile.mkdtemp(prefix="homeward-rolling-"))
        folder.chmod(0o711)
        data = folder / "engines"
        postgres, nats = Postgres(data, extra=CONNECTIONS_MAX), Nats(data)
        try:
            with running(postgres), running(nats):
                house = cls(folder, (postgres, nats), extra)
                for machine in house.apps:
                    machine.folder.mkdir(mode=0o711)
                try:
                    yield house
                finally:
                    for machine in house.apps:
                        machine.kill()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def postgres_url(self) -> str:
        """The one database."""
        return self._postgres.url

    @property
    def nats_url(self) -> str:
        """The one server."""
        return self._nats.url

    def connect(self) -> psycopg.Connection:
        """The database, as the bench fills and reads it."""
        return psycopg.connect(self.postgres_url, autocommit=True)
