"""Malformed input by the million: no parser breaks, no process ends, nobody else waits.

    make soak NAME=fuzz                          10,000,000 in process, 1,000,000 over sockets
    python -m bench.soak_fuzz 100000 10000       a hundredth of both
    python -m bench.soak_fuzz 100000 10000 7     the same with this seed
    python -m bench.soak_fuzz again FILE         one finding once more

In process every parser is given mutated samples; anything but its own refusal is a crash, and so
is an input that takes two seconds. Over sockets a whole installation and an edge are talked to by
every way in, at once, by several processes; a crash is one of theirs that ended, or an exception in
a log; a server error an answer of 500 and more, except 503, by which the platform says that it is
busy. All of it is let in, however often somebody asks or errs. Then they try for a minute once
more, with both bounded as delivered, while an honest device sends readings and an honest page
looks at its ward: how long both wait is compared with a time when the attackers burn as much CPU
and send nothing, as they stand for other machines. Findings are written to files that show them
again.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench._edge_box import Box
from bench.fuzz import in_process
from bench.fuzz.honest import Honest, p99
from bench.fuzz.in_process import Result
from bench.fuzz.sockets import EDGE_DEVICE, WAYS, Place, Tally
from bench.installation import Installation, cookie, enrol, installation, wear
from bench.report import finish, table
from homeward.api.app import every_route
from homeward.api.openapi import document
from homeward.engines.nats import free_port
from homeward.model.vital import PULSE
from homeward.services.people.routes import COOKIE
from homeward.services.people.sign_in import hash_password
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.chunks import samples

IN_PROCESS, SOCKETS = 10_000_000, 1_000_000
WORKERS = 2
QUIET_SECONDS = 20.0  # how the honest fare alone, and beside attackers who send nothing
FAIR_SECONDS = 60.0  # once more, bounded: as much as they get in
NO_END = 10**9
BOUNDS = ("requests_per_second_max", "device_errors_per_second_max")
WARM_PART = 0.15  # of the inputs; from then on memory is flat
PASSWORD = "homeward-fuzz"
ROLES = ("nurse", "doctor", "patient", "relative", "engineer", "administrator", "sentinel")
BUGS = ("Traceback", " failed: ", "exception was never retrieved", "SystemError", "panicked")
BUG_LINES = 40
# Names as long as those in the samples, whose lengths are part of them.
ENROLLED, AT_EDGE = "monitor-t", EDGE_DEVICE.decode()
HONEST = "honest-00"  # no bit of an attacker's name flipped is this one's: that would take it over
DEVICES = 10  # the honest one; the others are believed by name


@dataclass
class Scene:
    """A running installation with an edge, and the people and devices in it."""

    house: Installation
    box: Box
    place: Place
    patient: int
    nurse: dict[str, str]

    def processes(self) -> dict[int, psutil.Process]:
        """Every process of both, by pid, without the short-lived of PostgreSQL."""
        assert self.box.process is not None
        found = {each.pid: each for name, each in self.house.processes().items()
                 if "backend" not in name}  # fmt: skip
        found[self.box.process.pid] = psutil.Process(self.box.process.pid)
        return found

    def memory(self) -> dict[str, int]:
        """What each holds in bytes: of PostgreSQL's processes only what no other holds, too."""
        names = {each.pid: name for name, each in self.house.processes().items()}
        return {names.get(pid, "edge"): _own_bytes(each) for pid, each in self.processes().items()}

    def bugs(self) -> list[str]:
        """Lines of the logs that tell of a bug, with those that follow."""
        logs = [*self.house.data.path.glob("logs/*.log"), self.house.folder / "up.log"]
        logs.append(self.box.folder / "edge.log")
        texts = [log.read_text(errors="replace") for log in logs if log.exists()]
        lines = [line.rstrip() for text in texts for line in text.splitlines()]
        places = (place for place, line in enumerate(lines) if any(bug in line for bug in BUGS))
        return ["\n".join(lines[place : place + BUG_LINES]) for place in places]


def _own_bytes(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return process.memory_full_info().uss
    return 0


@contextlib.contextmanager
def scene(*, is_bounded: bool) -> Any:
    """Start it all. `is_bounded`: how often somebody may ask, as delivered."""
    bounds = {each: getattr(Settings(), each) if is_bounded else 0 for each in BOUNDS}
    settings = {f"HOMEWARD_{name.upper()}": str(most) for name, most in bounds.items()} | {
        "HOMEWARD_MQTT_OPEN_PORT": str(free_port()),
        "HOMEWARD_HTTP_INGEST_PORT": str(free_port()),
    }
    with installation(**settings) as house:
        box = Box(house, house.folder / "edge", ("localhost", int(settings[
            "HOMEWARD_HTTP_INGEST_PORT"])))  # fmt: skip
        try:
            (_, patient), *_ = box.enrol(2)
            people = _people(house, patient)
            enrol(house, ENROLLED, "B-002")
            monitors = [HONEST, *(f"monitor-{number}" for number in range(1, DEVICES))]
            _monitors(house, monitors, patient)
            with house.connect() as sql:
                sql.execute("update device set name = %s where name = 'dev-0'", (AT_EDGE,))
            box.start()
            place = Place(
                0, house.web_port, int(settings["HOMEWARD_MQTT_OPEN_PORT"]), house.mqtt_port,
                int(settings["HOMEWARD_HTTP_INGEST_PORT"]), box.page, box.open_port,
                house.folder / "devices" / ENROLLED, box.folder, people,
                json.loads(json.dumps(document(every_route()))), _known(patient, monitors[1:]),
            )  # fmt: skip
            yield Scene(house, box, place, patient, cookie(house))
        finally:
            box.stop()


def _people(house: Installation, patient: int) -> list[str]:
    """Somebody of each role, signed in; and nobody."""
    hashed = hash_password(PASSWORD)
    with house.connect() as sql:
        for role in ROLES:
            sql.execute(
                "insert into person (name, login, password_hash, role) values (%s, %s, %s, %s)",
                (f"Fuzz {role}", f"fuzz-{role}", hashed, role),
            )
        sql.execute(
            "update patient set person_id = (select id from person where login = 'fuzz-patient')"
            " where id = %s", (patient,),
        )  # fmt: skip
    found = ["x=y"]
    for role in ROLES:
        said = {"login": f"fuzz-{role}", "password": PASSWORD}
        answer = httpx.post(f"{house.url}/api/session", json=said)
        answer.raise_for_status()
        found.append(f"{COOKIE}={answer.cookies[COOKIE]}")
    return found


def _monitors(house: Installation, names: Sequence[str], patient: int) -> None:
    (first,) = wear(house, [patient], datetime.now(UTC) - timedelta(days=1))
    with house.connect() as sql:
        sql.execute("update device set name = %s where id = %s", (names[0], first))
        for name in names[1:]:
            sql.execute("insert into device (name, kind) values (%s, 'monitor')", (name,))


def _known(patient: int, monitors: Sequence[str]) -> Mapping[str, Sequence[Any]]:
    """Values that exist: a request of nothing but strangers gets no further than a 404."""
    return {
        "patient_id": [patient, patient + 1], "ward_id": [1], "ward": [1], "name": list(monitors),
        "alarm_id": [1, 2], "vital": ["pulse", "oxygen_saturation"], "unit": ["/min", "%"],
        "rule": ["oxygen_low", "pulse_high"], "person_id": [1, 2], "rota_id": [1],
        "start": [0, 1, 1_700_000_000_000], "end": [0, 2, 1_900_000_000_000],
        "login": ["fuzz-nurse"], "points": [2, 100], "way": ["sms", "voice"],
    }  # fmt: skip


# -- the attack ----------------------------------------------------------------------------------


def _attack(place: Place, seed: int, count: int, seconds: float, answer: Connection) -> None:
    """One attacker: every way in at once. Gives way to the platform, as another machine would."""
    os.nice(19)

    async def attack() -> Tally:
        tallies = [Tally(until=time.monotonic() + seconds) for _ in WAYS]
        shares = [(way, max(1, round(count * share))) for way, share in WAYS.items()]
        async with asyncio.TaskGroup() as tasks:
            for (way, share), tally in zip(shares, tallies, strict=True):
                tasks.create_task(_all(way, f"{seed}:{place.number}", share, tally))
        whole = Tally()
        for each in tallies:
            whole.add(each)
        return whole

    async def _all(way: Any, seed_of: str, share: int, tally: Tally) -> None:
        await way(place, f"{seed_of}:{way.__name__}", share, tally)

    answer.send(asyncio.run(attack()))


def _burn() -> None:
    """What an attacker costs a machine it is not on, and nothing else."""
    os.nice(19)
    while True:
        pass


@contextlib.contextmanager
def _burning() -> Iterator[None]:
    """As many processes as attack, that send nothing."""
    context = multiprocessing.get_context("spawn")
    burners = [context.Process(target=_burn, daemon=True) for _ in range(WORKERS)]
    for each in burners:
        each.start()
    try:
        yield
    finally:
        for each in burners:
            each.kill()
            each.join()


async def _attacked(scene: Scene, inputs: int, seed: int, seconds: float) -> tuple[Tally, float]:
    """All attackers until they are done or out of time; and how memory grew meanwhile."""
    whole, warm = Tally(), dict[str, int]()
    for part in (WARM_PART, 1 - WARM_PART):
        tellers: list[Connection] = []
        context = multiprocessing.get_context("spawn")
        for number in range(1, WORKERS + 1):
            hear, tell = context.Pipe(duplex=False)
            place = replace(scene.place, number=number)
            share = round(inputs * part / WORKERS)
            args = (place, seed + round(part * 100), share, seconds * part, tell)
            context.Process(target=_attack, args=args).start()
            tell.close()
            tellers.append(hear)
        for hear in tellers:
            whole.add(await asyncio.to_thread(hear.recv))
        warm = warm or scene.memory()
    held = scene.memory()
    table(("memory in MB", "early", "at the end"), [
        (name, f"{warm.get(name, 0) / 1e6:.1f}", f"{size / 1e6:.1f}")
        for name, size in sorted(held.items(), key=lambda each: warm.get(each[0], 0) - each[1])
    ][:6])  # fmt: skip
    return whole, sum(held.values()) / sum(warm.values()) - 1


async def _under_fire(
    opened: Scene, inputs: int, seed: int, quiet_seconds: float, seconds: float
) -> dict[str, object]:
    """Attack it; the figures."""
    honest = Honest(opened.place.open_port, HONEST, opened.house.url, opened.nurse)
    task = asyncio.create_task(honest.run())
    await asyncio.sleep(quiet_seconds)
    alone = _waited(honest)
    with _burning():
        await asyncio.sleep(quiet_seconds)
        before = _waited(honest)
    began, pids = time.perf_counter(), set(opened.processes())
    tally, growth = await _attacked(opened, inputs, seed, seconds)
    seconds = time.perf_counter() - began
    under_fire = _waited(honest)
    honest.is_over = True
    await task
    gone = pids - set(opened.processes())
    table(("honest traffic, p99 in ms", "alone", "nothing sent", "under fire"), [
        (name, *(f"{each[place] * 1000:.1f}" for each in (alone, before, under_fire)))
        for place, name in enumerate(("a reading acknowledged", "a ward's board"))
    ])  # fmt: skip
    print(f"answers: {dict(tally.said.most_common(12))}; {tally.lost} connections came to nothing")
    return {
        "socket_inputs": tally.inputs, "socket_seconds": seconds, "crashes": len(gone),
        "server_errors": tally.server_errors, "memory_growth_ratio": growth,
        "honest_p99_ratio": max(u / b for u, b in zip(under_fire, before, strict=True)),
        "honest_p99_of_alone": max(u / a for u, a in zip(under_fire, alone, strict=True)),
        "honest_lost": await _lost(opened, honest.acknowledged), "honest_cuts": honest.cuts,
    }  # fmt: skip


def _waited(honest: Honest) -> tuple[float, float]:
    """How long a reading and a page waited since this was asked last, at the 99th percentile."""
    found = p99(honest.readings), p99(honest.pages)
    honest.readings, honest.pages = [], []
    return found


def over_sockets(
    inputs: int, seed: int, quiet_seconds: float, bounded_seconds: float | None = None
) -> dict[str, object]:
    """A whole installation under fire; the figures. Bounded: so long, or until all is sent."""
    is_bounded = bounded_seconds is not None
    print("over sockets, " + ("bounded as delivered" if is_bounded else "all let in"), flush=True)
    seconds = bounded_seconds if bounded_seconds is not None else NO_END
    with scene(is_bounded=is_bounded) as opened:
        figures = asyncio.run(_under_fire(opened, inputs, seed, quiet_seconds, seconds))
        bugs = opened.bugs()
    for line in bugs[:20]:
        print(f"in a log: {line}")
    return figures | {"crashes": int(str(figures["crashes"])) + len(bugs)}


async def _lost(scene: Scene, acknowledged: Sequence[int]) -> int:
    """How many of the honest device's acknowledged readings the record does not hold."""
    with scene.house.connect() as sql:
        url = f"{sql.info.dsn} password={sql.info.password}"
    async with Store.open(url) as store:
        found = await samples(store.door(), scene.patient, [PULSE.index], 0, 2**60)
    held = set(found[PULSE.index]["at"].tolist()) if PULSE.index in found else set[int]()
    return len(set(acknowledged) - held)


def within(inputs: int, seed: int) -> Result:
    """Every parser in worker processes, with a table of them."""
    result = in_process.run(inputs, seed, WORKERS)
    table(("parser", "inputs", "refused", "us each"), [
        (name, f"{count:,}", f"{refused / count:.0%}", f"{seconds / count * 1e6:.0f}")
        for name, (count, refused, seconds) in sorted(result.by_target.items()) if count
    ])  # fmt: skip
    for file in result.files[:20]:
        print(f"found: {file}: {json.loads(file.read_text())['what'][:160]}")
    return result


def measure(
    inputs: int,
    socket_inputs: int,
    seed: int,
    quiet_seconds: float = QUIET_SECONDS,
    fair_seconds: float = FAIR_SECONDS,
) -> dict[str, object]:
    """Both, and their figures."""
    print(f"seed {seed}", flush=True)
    result = within(inputs, seed)
    deep, fair = (
        (over_sockets(socket_inputs, seed, quiet_seconds),
         over_sockets(NO_END, seed + 1, quiet_seconds, fair_seconds))
        if socket_inputs else ({}, {})
    )  # fmt: skip

    def of(name: str) -> int:
        """Of both."""
        return sum(int(str(each.get(name, 0))) for each in (deep, fair))

    growth = deep.get("memory_growth_ratio", 0.0)
    assert isinstance(growth, float)
    return fair | {
        "seed": seed,
        "inputs": result.inputs + of("socket_inputs"),
        "socket_inputs": of("socket_inputs"),
        "socket_seconds": deep.get("socket_seconds", 0.0),
        "in_process_inputs": result.inputs,
        "in_process_seconds": result.seconds,
        "crashes": result.crashes + of("crashes"),
        "server_errors": of("server_errors"),
        "honest_lost": of("honest_lost"),
        "memory_growth_ratio": max(growth, result.memory_growth_ratio),
    }


def main(words: Sequence[str]) -> None:
    """Fail where anything was found."""
    if words and words[0] == "again":
        print(in_process.again(Path(words[1])))
        return
    given = [int(word) for word in words] + [IN_PROCESS, SOCKETS, time.time_ns() % 10**6][
        len(words) :
    ]
    figures = measure(*given)
    finish("fuzz", figures)
    if figures["crashes"] or figures["server_errors"] or figures.get("honest_lost"):
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
