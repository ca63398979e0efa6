"""The device door: acknowledged readings a second, and CPU for each, side by side.

    make bench NAME=door             seven rounds
    python bench/door.py --rounds 9

Three servers, the same client and the same packets, in turns within one run; ratios are of the
connections without TLS, as the other two have none here. And the same messages by PostgreSQL's own
COPY, as many in a commit as a gateway has in flight, into a table nobody reads:

- Homeward: acknowledged after the COMMIT that holds the reading (fsync on), told on the hot
  lane, judged by the watch process. All their processes are counted: door, watch, PostgreSQL,
  NATS, until the watch has caught up. Folding into chunks, minutes later, is not.
- Mosquitto 2: acknowledged from memory; nothing is kept.
- nats-server's own MQTT with `sync_interval: always`: acknowledged after an fsync.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median

import psycopg
import psycopg.conninfo
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench import load
from bench.raw_copy import RawCopy
from bench.report import cpu_seconds, finish, spread, table
from homeward.cli.settings import environment
from homeward.engines.certificates import Authority
from homeward.engines.child import Child, Engine, Recipe, wait_ready
from homeward.engines.folder import DataFolder
from homeward.engines.nats import Nats, binary, free_port
from homeward.engines.postgres import Postgres
from homeward.settings import Settings

DEVICES = 500
PLAIN, SECURE = "bench", "secure"  # what devices are called; those over TLS are others
GATEWAYS = 10
READY_SECONDS_MAX = 60
CATCH_UP_SECONDS_MAX = 60
IDLE_LOOK_SECONDS = 0.3
WARM_LOOKS = 15  # the watch looks at each device that comes: all that is over before we measure
IDLE_CPU_SECONDS = 0.04  # beats and housekeeping in one look
HOMEWARD, OVER_TLS = "Homeward (stored, fsynced)", "Homeward, over mutual TLS"
MOSQUITTO, NATS = "Mosquitto 2 (memory)", "NATS, always"
COPY = "PostgreSQL, raw COPY"


@dataclass(frozen=True, slots=True)
class Shape:
    """How the load comes: connections, in flight on each, messages on each in a round."""

    name: str
    connections: int
    window: int
    messages: int
    messages_of_nats: int  # a hundredth of the speed; a round should not take a minute


SINGLE = Shape(f"{DEVICES} devices, 1 in flight", DEVICES, 1, 40, 4)
MANY = Shape(f"{GATEWAYS} gateways, 200 in flight", GATEWAYS, 200, 4_000, 300)
SHAPES = (SINGLE, MANY)


@dataclass
class Arm:
    """One server under load. `pids` are all its processes."""

    name: str
    port: int
    pids: tuple[int, ...]
    parts: dict[str, int] = field(default_factory=dict)
    devices: str = PLAIN
    url: str = ""  # of its database
    tls_of: Callable[[str], ssl.SSLContext] | None = None
    pumps: dict[str, list[load.Pump]] = field(default_factory=dict)
    raw: RawCopy | None = None
    rates: dict[str, list[float]] = field(default_factory=dict)
    micros: dict[str, list[float]] = field(default_factory=dict)
    spent: dict[str, dict[str, list[float]]] = field(default_factory=dict)


@contextlib.contextmanager
def homeward(folder: Path) -> Iterator[tuple[Arm, Arm]]:
    """The engines, the door and the watch, as `homeward up` starts them; plain, and over TLS."""
    data = folder / "homeward"
    postgres, nats = Postgres(data), Nats(data)
    port = free_port()
    with DataFolder(data).held(), _engine(postgres) as one, _engine(nats) as two:
        settings = replace(
            Settings(data=data, mqtt_port=free_port(), mqtt_open_port=port, http_ingest_port=0),
            postgres_url=postgres.url,
            nats_url=nats.url,
        )
        _run(settings, "prepare")
        register(postgres.url)
        with _kept(settings, "door") as door, _kept(settings, "watch") as watch:
            parts = {"door": door, "watch": watch, "postgres": one, "nats": two}
            pids = tuple(parts.values())
            secure = settings.mqtt_port
            keys = partial(tls_of, Authority.open(DataFolder(data).certificates), folder)
            yield (
                Arm(HOMEWARD, port, pids, parts, url=postgres.url),
                Arm(OVER_TLS, secure, pids, parts, SECURE, postgres.url, keys),
            )


def tls_of(authority: Authority, folder: Path, name: str) -> ssl.SSLContext:
    """What a device of this name connects with: a key and a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    csr = request.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    both = folder / "device.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(private + authority.issue_device(name, csr.decode(), 1).pem.encode())
    context = ssl.create_default_context(cadata=authority.root_pem)
    context.load_cert_chain(both)
    return context


@contextlib.contextmanager
def _engine(engine: Engine) -> Iterator[int]:
    engine.prepare()
    child = Child.start(engine.recipe())
    try:
        wait_ready(child, engine)
        yield child.pid
    finally:
        child.stop()


def _run(settings: Settings, name: str) -> None:
    subprocess.run(_command(name), env=_environment(settings), check=True, capture_output=True)


def _command(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "homeward.cli", "run", name)


def _environment(settings: Settings) -> dict[str, str]:
    clean = {name: each for name, each in os.environ.items() if not name.startswith("HOMEWARD_")}
    return {**clean, **environment(settings)}


@contextlib.contextmanager
def _kept(settings: Settings, name: str) -> Iterator[int]:
    folder = DataFolder(settings.data)
    log = folder.logs / f"{name}.log"
    child = Child.start(Recipe(name, _command(name), log, _environment(settings)))
    ready = folder.ready / name
    try:
        wait_for(ready.exists, lambda: f"{name} is not ready: {log.read_text()[-2000:]}")
        yield child.pid
    finally:
        child.stop()


def register(url: str) -> None:
    """A ward of patients, each with two devices of their own."""
    with psycopg.connect(url, autocommit=True) as sql, sql.transaction():
        sql.execute("insert into ward (name, kind) values ('Bench', 'ward')")
        sql.execute(
            "insert into patient (record_number, name, birth_date, sex) "
            "select 'B-' || n, 'Bed ' || n, '1960-01-01', 'unknown' "
            "from generate_series(1, %s) n",
            (DEVICES,),
        )
        sql.execute(
            "insert into stay (patient_id, ward_id, bed, starts) "
            "select p.id, w.id, p.name, now() from patient p, ward w"
        )
        sql.execute(
            "insert into device (name, kind) "
            "select kind || '-' || n, 'monitor' "
            "from generate_series(1, %s) n, unnest(%s::text[]) kind",
            (DEVICES, [PLAIN, SECURE]),
        )
        sql.execute(
            "insert into association (device_id, patient_id, starts, source) "
            "select d.id, p.id, now() - interval '1 minute', 'bench' "
            "from device d join patient p on p.record_number = regexp_replace(d.name, '.*-', 'B-')"
        )


def raw_copy(ours: Arm) -> Arm:
    """The same server's COPY, into a database of its own; only PostgreSQL is counted."""
    postgres = ours.parts["postgres"]
    with psycopg.connect(ours.url, autocommit=True) as sql:
        sql.execute("create database raw")
    url = psycopg.conninfo.make_conninfo(ours.url, dbname="raw")
    return Arm(COPY, 0, (postgres,), {"postgres": postgres}, raw=RawCopy(url))


@contextlib.contextmanager
def mosquitto(folder: Path) -> Iterator[Arm]:
    """Debian's Mosquitto, in memory."""
    program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise SystemExit("mosquitto is missing: apt-get install mosquitto")
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\n"
        f"max_inflight_messages 0\nmax_queued_messages 0\nset_tcp_nodelay true\nuser root\n"
    )
    with _served([program, "-c", str(config)], port) as pid:
        yield Arm(MOSQUITTO, port, (pid,))


@contextlib.contextmanager
def nats_always(folder: Path) -> Iterator[Arm]:
    """nats-server's MQTT listener, with an fsync for each message."""
    port, config = free_port(), folder / "nats.conf"
    config.write_text(
        f"server_name: bench\nlisten: 127.0.0.1:{free_port()}\n"
        f'jetstream {{ store_dir: "{folder / "nats"}", sync_interval: always }}\n'
        f"mqtt {{ listen: 127.0.0.1:{port} }}\n"
    )
    log = str(folder / "nats.log")
    with _served([str(binary()), "-c", str(config), "-l", log], port) as pid:
        yield Arm(NATS, port, (pid,))


@contextlib.contextmanager
def _served(command: Sequence[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(partial(_listens, port), lambda: f"{command[0]} does not listen")
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(holds: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Until it holds. Ends the bench with `otherwise` where it never does."""
    until = time.monotonic() + READY_SECONDS_MAX
    while not holds():
        if time.monotonic() > until:
            raise SystemExit(otherwise())
        time.sleep(0.05)


async def caught_up(arm: Arm, looks: int = 1) -> None:
    """Until the arm's processes rest for so many looks: also what is behind an answer is done."""
    used, resting = cpu_seconds(arm.pids), 0
    for _ in range(int(CATCH_UP_SECONDS_MAX / IDLE_LOOK_SECONDS)):
        await asyncio.sleep(IDLE_LOOK_SECONDS)
        before, used = used, cpu_seconds(arm.pids)
        resting = resting + 1 if used - before < IDLE_CPU_SECONDS else 0
        if resting == looks:
            return


async def one_round(arm: Arm, shape: Shape) -> None:
    """Load one server in one shape, and note what it did and what it cost."""
    messages = shape.messages_of_nats if arm.name == NATS else shape.messages
    parts = arm.parts or {arm.name: arm.pids[0]}
    before = {part: cpu_seconds([pid]) for part, pid in parts.items()}
    if arm.raw is not None:
        took = await arm.raw.run(messages, shape.window)
    else:
        took = await load.run(arm.pumps[shape.name], messages, shape.window)
    await caught_up(arm)
    spent = {part: cpu_seconds([pid]) - before[part] for part, pid in parts.items()}
    arm.rates.setdefault(shape.name, []).append(took.rate)
    arm.micros.setdefault(shape.name, []).append(sum(spent.values()) / took.acknowledged * 1e6)
    of_shape = arm.spent.setdefault(shape.name, {})
    for part, seconds in spent.items():
        of_shape.setdefault(part, []).append(seconds / took.acknowledged * 1e6)


async def measure(arms: Sequence[Arm], rounds: int) -> None:
    """All servers in turns: what disturbs one round disturbs all alike."""
    boot = int(time.time())
    for arm in arms:
        if arm.raw is not None:
            await arm.raw.open(GATEWAYS)
            await arm.raw.run(MANY.window, MANY.window)  # warm
            continue
        names = [f"{arm.devices}-{number}" for number in range(1, DEVICES + 1)]
        pumps = await load.connect(arm.port, names, boot, arm.tls_of)
        arm.pumps = {shape.name: pumps[: shape.connections] for shape in SHAPES}
        await load.run(pumps, 2, 1)  # warm
    for arm in arms:
        await caught_up(arm, WARM_LOOKS)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for shape in SHAPES:
            for arm in arms:
                if arm.raw is None or shape is MANY:
                    await one_round(arm, shape)
    for arm in arms:
        if arm.raw is not None:
            await arm.raw.close()


def check_stored(url: str, arms: Sequence[Arm]) -> None:
    """Every message that was acknowledged is in the record; else this bench means nothing."""
    pumps = [pump for arm in arms if arm.url == url for pump in arm.pumps[SHAPES[0].name]]
    acknowledged = sum(pump.sent for pump in pumps)
    with psycopg.connect(url) as sql:
        row = sql.execute("select sum(messages) from inbox").fetchone()
    assert row is not None
    if row[0] != acknowledged:
        raise SystemExit(f"{acknowledged:,} readings acknowledged, {row[0]:,} in the record")
    print(f"all {acknowledged:,} acknowledged readings are in the record")


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' ratios: a round's arms ran one after the other, in like weather."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def tell(arms: Sequence[Arm]) -> None:
    """Print the tables and the line of JSON."""
    for shape in SHAPES:
        print(f"\n{shape.name}")
        rows = [
            (arm.name, spread(arm.rates[shape.name]), spread(arm.micros[shape.name], ".1f"))
            for arm in arms
            if shape.name in arm.rates
        ]
        table(("server", "acknowledged a second", "CPU us a reading"), rows)
        for arm in arms[:2]:
            spent = arm.spent[shape.name].items()
            parts = ", ".join(f"{part} {median(each):.1f}" for part, each in spent)
            print(f"  CPU of {arm.name}: {parts}")
    single = {arm.name: arm.rates[SINGLE.name] for arm in arms if arm.raw is None}
    many = {arm.name: arm.rates[MANY.name] for arm in arms}
    finish(
        "door",
        {
            "G1": ratio(single[HOMEWARD], single[MOSQUITTO]),
            "G2": ratio(single[HOMEWARD], single[NATS]),
            "G3": ratio(many[HOMEWARD], many[COPY]),
            "G4_plain": median(arms[0].micros[SINGLE.name]),
            "G4_mtls": median(arms[1].micros[SINGLE.name]),
            "gateways_per_mosquitto": ratio(many[HOMEWARD], many[MOSQUITTO]),
            "gateways_per_nats_always": ratio(many[HOMEWARD], many[NATS]),
            "acknowledged_per_second": median(single[HOMEWARD]),
            "gateways_acknowledged_per_second": median(many[HOMEWARD]),
            "gateways_cpu_us_per_reading": median(arms[0].micros[MANY.name]),
            "tls_per_mosquitto": ratio(single[OVER_TLS], single[MOSQUITTO]),
        },
    )


def main() -> None:
    """Start the servers, measure, tell."""
    options = argparse.ArgumentParser(description="The device door, side by side.")
    options.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "7")))
    rounds = options.parse_args().rounds
    folder = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    folder.chmod(0o755)
    try:
        with homeward(folder) as ours, mosquitto(folder) as memory, nats_always(folder) as always:
            raw = raw_copy(ours[0])
            arms = (*ours, memory, always, raw)
            uvloop.run(measure(arms, rounds))
            check_stored(ours[0].url, ours)
            tell(arms)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
