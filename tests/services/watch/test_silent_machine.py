"""A machine that dies without a word: no FIN, no RST, the cable is cut.

It has a network namespace of its own, joined to ours by a pair of virtual interfaces.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import quote

import pytest

from homeward.bus import Bus
from homeward.cli.settings import environment
from homeward.engines.child import running
from homeward.engines.nats import binary, free_port
from homeward.engines.postgres import DATABASE, SUPERUSER, Postgres
from homeward.engines.secret import remembered_secret
from homeward.services.watch.shares import divide
from homeward.store import Store, migrate
from tests.floor import Floor, each_has_one, machine

NAME = f"hw{os.getpid()}"
OURS, THEIRS = (f"10.213.{os.getpid() % 250}.{number}" for number in (1, 2))


def ip(*words: str) -> bool:
    return subprocess.run(["ip", *words], capture_output=True).returncode == 0


def _may_cut_cables() -> bool:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    is_made = ip("link", "add", f"{NAME}a", "type", "veth", "peer", "name", f"{NAME}b")
    ip("link", "del", f"{NAME}a")
    return is_made


@contextmanager
def cable():
    """A machine of its own at THEIRS; gives how to cut its cable."""
    outside, inside = f"{NAME}a", f"{NAME}b"
    assert ip("netns", "add", NAME)
    try:
        assert ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", NAME)
        assert ip("addr", "add", f"{OURS}/24", "dev", outside)
        assert ip("link", "set", outside, "up")
        for words in (
            ("addr", "add", f"{THEIRS}/24", "dev", inside),
            ("link", "set", inside, "up"),
            ("link", "set", "lo", "up"),
        ):
            assert ip("-n", NAME, *words)
        yield lambda: ip("-n", NAME, "link", "set", inside, "down")
    finally:
        ip("netns", "del", NAME)
        ip("link", "del", outside)


@contextmanager
def engines_for_others(folder):
    """PostgreSQL and NATS where another machine reaches them; gives their addresses."""
    postgres = Postgres(folder, durable=False, extra={"listen_addresses": OURS})
    postgres.prepare()
    with (postgres.cluster / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {OURS}/24 scram-sha-256\n")
    port = free_port(OURS)
    nats = subprocess.Popen([binary(), "-a", OURS, "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        with running(postgres):
            password = quote(remembered_secret(folder / "keys" / "postgres.password"), safe="")
            url = f"postgresql://{SUPERUSER}:{password}@{OURS}:5432/{DATABASE}"
            yield url, f"nats://{OURS}:{port}"
    finally:
        nats.kill()
        nats.wait()


@pytest.mark.skipif(not _may_cut_cables(), reason="needs root and network namespaces")
async def test_a_machine_that_dies_without_a_word_is_taken_over_within_seconds(tools, open_folder):
    """Six on a quiet machine; without its keepalives PostgreSQL would take two hours."""
    with cable() as cut, engines_for_others(open_folder) as (postgres_url, nats_url):
        migrate(postgres_url)
        settings = replace(tools.settings, postgres_url=postgres_url, nats_url=nats_url)
        async with Store.open(postgres_url) as store, Bus.open(nats_url) as bus:
            floor = Floor(replace(tools, store=store, bus=bus, settings=settings))
            await floor.fill()
            await divide(store, 2)
            async with machine(floor, "here"):
                there = await asyncio.create_subprocess_exec(
                    "ip", "netns", "exec", NAME, sys.executable, "-m", "homeward.cli", "run",
                    "watch", env=os.environ | environment(settings),
                )  # fmt: skip
                try:
                    holders = await floor.watched_by(lambda holders: len(set(holders)) == 2)
                    theirs = 1 - holders.index("here")
                    patients = [each for each in floor.patients if each % 2 == theirs]
                    await floor.reads(patients[0], "glucose", 50)
                    await floor.rang("glucose_low", patients[:1])
                    assert cut()
                    began = time.monotonic()
                    for patient in floor.patients:
                        await floor.reads(patient, "glucose", 50)
                    await floor.rang("glucose_low", floor.patients)
                    print(f"back {time.monotonic() - began:.1f} s after the cable was cut")
                    await floor.watched_by(each_has_one("here", "here"))
                finally:
                    with suppress(ProcessLookupError):
                        there.kill()
                    await there.wait()
