"""The engines of a cluster: PostgreSQL with a synchronous standby, NATS on three nodes.

The same binaries as on one machine. What an operator's tool does for PostgreSQL (Patroni, for
one) is done here in its barest form: notice that the primary is gone, promote the standby, let it
write alone, and make a standby of what comes back.
"""

import json
import shutil
import socket
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg

from bench.cluster.network import Machine
from homeward.engines.child import Recipe, wait_ready
from homeward.engines.nats import PAYLOAD_BYTES_MAX, PENDING_BYTES_MAX, binary
from homeward.engines.postgres import DATABASE, SUPERUSER, Postgres
from homeward.engines.secret import write_private

PORT = 5432
LOOK_SECONDS = 0.25  # how often the tool looks, and
MISSED_MAX = 3  # ... after so many vain looks it promotes
WAIT_SECONDS_MAX = 60.0
# A client machine that is gone without a word holds its lock no longer than this.
ABROAD = {
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "4000",
    "wal_sender_timeout": "5s",
    "max_wal_senders": "8",
    "max_connections": "120",
}


def until(claim: Callable[[], bool], what: str) -> None:
    """Wait for a claim to come true. Raises SystemExit where it does not."""
    end = time.monotonic() + WAIT_SECONDS_MAX
    while not claim():
        if time.monotonic() > end:
            raise SystemExit(f"never: {what}")
        time.sleep(0.02)


class Node:
    """One PostgreSQL on one machine."""

    def __init__(self, machine: Machine, *, durable: bool) -> None:
        self.machine = machine
        settings = ABROAD | {"listen_addresses": machine.address}
        self.engine = Postgres(machine.folder, durable=durable, extra=settings)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.engine.prepare()
        wait_ready(self.machine.start(self.engine.recipe()), self.engine)

    def open_to(self, subnet: str) -> None:
        """Let the network in, by password."""
        rules = [f"host {of} all {subnet} scram-sha-256" for of in ("all", "replication")]
        with (self.engine.cluster / "pg_hba.conf").open("a") as file:
            file.write("\n".join(rules) + "\n")

    def copy(self, of: "Node", password: str) -> None:
        """Become a standby of another: what was here is removed first."""
        shutil.rmtree(self.engine.cluster, ignore_errors=True)
        home = self.engine.cluster.parent
        if not home.exists():  # its folders, as an empty cluster would have them
            self.engine.prepare()
            shutil.rmtree(self.engine.cluster)
        source = (
            f"host={of.machine.address} port={PORT} user={SUPERUSER} password={password}"
            f" application_name={self.machine.name}"
        )
        copying = Recipe(
            "basebackup",
            (str(self.engine.bin / "pg_basebackup"), "-d", source, "-D", str(self.engine.cluster),
             "-R", "-X", "stream", "-c", "fast"),
            self.machine.folder / "logs" / "basebackup.log",
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            folder=Path("/"),
            identity=self.engine.account,
        )  # fmt: skip
        ended = self.machine.once(copying, WAIT_SECONDS_MAX)
        if ended != "exit code 0":
            raise SystemExit(f"pg_basebackup: {ended}: {copying.last_words()}")


class Databases:
    """A primary and its synchronous standby."""

    def __init__(self, machines: Sequence[Machine], *, durable: bool) -> None:
        self.nodes = [Node(each, durable=durable) for each in machines]
        self.primary, self.standby = self.nodes
        self._password = ""
        first, second = (each.machine.folder / "engines" for each in self.nodes)
        first.mkdir(mode=0o755, parents=True)
        second.parent.mkdir()
        second.symlink_to(first)  # one copy of the programs is enough

    @property
    def url(self) -> str:
        """What HOMEWARD_POSTGRES_URL says: both, whoever is the primary now."""
        hosts = ",".join(each.machine.address for each in self.nodes)
        return f"postgresql://{SUPERUSER}:{quote(self._password)}@{hosts}/{DATABASE}"

    def connect(self, node: Node | None = None) -> psycopg.Connection:
        """One of them, the primary if none is named."""
        host = (node or self.primary).machine.address
        return psycopg.connect(
            host=host, user=SUPERUSER, password=self._password, dbname=DATABASE, autocommit=True,
            connect_timeout=2, tcp_user_timeout=2000,
        )  # fmt: skip

    def start(self) -> None:
        """Start the primary alone."""
        engine = self.primary.engine
        engine.prepare()
        self._password = (engine.cluster.parents[1] / "keys/postgres.password").read_text().strip()
        subnet = self.primary.machine.address.rpartition(".")[0] + ".0/24"
        self.primary.open_to(subnet)
        self.primary.start()

    def pair(self) -> None:
        """Make the standby anew from the primary; from then on a commit waits for its disk."""
        self.standby.copy(self.primary, self._password)
        self.standby.start()
        name = self.standby.machine.name
        with self.connect() as sql:
            sql.execute(f"alter system set synchronous_standby_names = '{name}'")
            sql.execute("select pg_reload_conf()")
            asked = "select count(*) from pg_stat_replication where sync_state = 'sync'"
            until(lambda: sql.execute(asked).fetchone() == (1,), f"{name} is synchronous")

    def kill_primary(self) -> None:
        """Kill -9 the primary with all its processes."""
        self.primary.machine.kill("postgres")

    def fail_over(self) -> float:
        """What the operator's tool does once the primary is gone; seconds until it has noticed."""
        began, missed = time.monotonic(), 0
        while missed < MISSED_MAX:
            try:
                with self.connect() as sql:
                    sql.execute("select 1")
                missed = 0
            except psycopg.OperationalError:
                missed += 1
            time.sleep(LOOK_SECONDS)
        noticed = time.monotonic() - began
        with self.connect(self.standby) as sql:
            sql.execute("select pg_promote()")
            sql.execute("alter system set synchronous_standby_names = ''")
            sql.execute("select pg_reload_conf()")
        self.primary, self.standby = self.standby, self.primary
        return noticed


class Nerve:
    """Three nodes of NATS that tell each other everything."""

    def __init__(self, machines: Sequence[Machine]) -> None:
        self.machines = machines
        self._password = "nerve-of-a-bench"  # on a bridge of its own

    @property
    def url(self) -> str:
        """What HOMEWARD_NATS_URL says."""
        hosts = ",".join(f"{each.address}:4222" for each in self.machines)
        return f"nats://homeward:{self._password}@{hosts}"

    def start(self, *machines: Machine) -> None:
        """Start these nodes and wait until they greet clients."""
        for machine in machines:
            self._start(machine)
        for machine in machines:
            child = machine.processes["nats"]
            until(
                lambda at=machine.address, child=child: _greets(at) or not child.is_alive,
                f"{machine.name} greets",
            )
            if not child.is_alive:
                raise SystemExit(f"nats: {child.recipe.last_words()}")

    def node_of(self, process: str, machine: Machine) -> Machine:
        """The node by which a process of ours hears."""
        for node in self.machines:
            with urllib.request.urlopen(f"http://{node.address}:8222/connz") as answer:
                clients = json.load(answer)["connections"]
            if (f"homeward {process}", machine.address) in [(c["name"], c["ip"]) for c in clients]:
                return node
        raise SystemExit(f"{process} on {machine.name} hears by no node")

    def _start(self, machine: Machine) -> None:
        mine = {"user": "homeward", "password": self._password}
        routes = [f"nats://homeward:{self._password}@{each.address}:6222" for each in self.machines]
        config = {
            "server_name": machine.name,
            "listen": f"{machine.address}:4222",
            "max_payload": PAYLOAD_BYTES_MAX,
            "max_pending": PENDING_BYTES_MAX,
            "http": f"{machine.address}:8222",
            "ping_interval": "2s",
            "ping_max": 2,
            "authorization": mine,
            "cluster": {
                "name": "homeward",
                "listen": f"{machine.address}:6222",
                "authorization": mine,
                "routes": routes,
                "ping_interval": "2s",
            },
        }
        file = machine.folder / "nats.json"
        write_private(file, json.dumps(config).encode())
        words = (str(binary()), "--config", str(file))
        recipe = Recipe("nats", words, machine.folder / "nats.log", {"TZ": "UTC"}, Path("/"))
        machine.start(recipe)


def _greets(address: str) -> bool:
    try:
        with socket.create_connection((address, 4222), 1) as client:
            return client.recv(5) == b"INFO "
    except OSError:
        return False
