"""Ten thousand tampers with the audit, each found by the verifier with one checkpoint from outside.

    make soak NAME=audit_tamper
    python -m bench.soak_audit_tamper 10000

A real database takes rows of the audit as the pages write them, the code that does so seals and
signs them, and they are exported. Then the file is tampered with, by chance: any byte; rows
changed, removed, put in another order or inserted; the end cut off; and all of it sealed and signed
anew with the real key (bench/_tampers.py). The verifier has the public key and the checkpoint held
outside. Half of the tries are with a log whose oldest rows have gone, as retention takes them away.
"""

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import psycopg

from bench._tampers import TAMPERS, Log, lines_of
from bench.report import finish, table
from homeward.engines.child import running
from homeward.engines.postgres import Postgres
from homeward.guard.audit import Action
from homeward.guard.signed import make_key, written
from homeward.model.person import Actor, Role
from homeward.services.trail.ageing import age
from homeward.services.trail.exporting import export
from homeward.services.trail.noting import Act, By, note
from homeward.services.trail.sealing import seal
from homeward.store import Store, migrate
from homeward.verifier.check import check, read_checkpoint, read_key

TRIES = 10_000
ROWS, SEALED_AT_ONCE_MAX = 200, 25
SEVEN_YEARS = timedelta(days=7 * 366)
SEED = 20_261_127


async def real_log(
    store: Store,
    private_pem: bytes,
    chance: Random,
    rows: int = ROWS,
    now: datetime = datetime(2026, 3, 1, 8, tzinfo=UTC),
) -> list[bytes]:
    """Rows as routes write them, sealed a few at a time; the lines of their export."""
    door = store.door()
    for number in range(rows):
        now += timedelta(seconds=chance.random())
        actor = Actor(chance.randrange(1, 50), "", chance.choice([Role.NURSE, Role.DOCTOR]))
        patients = tuple(sorted(chance.sample(range(1, 500), chance.choice([1, 1, 1, 30]))))
        act = Act(chance.choice(list(Action)), "read", "patient", patients=patients)
        await note(door, act, By(actor, "GET /api/patients/{patient_id}", now, "00ff", "10.0.0.9"))
        if chance.random() < 2 / SEALED_AT_ONCE_MAX or number == rows - 1:
            await seal(store, private_pem, now)
    return lines_of(b"".join([piece async for piece in export(door)]))


async def aged_log(
    store: Store, private_pem: bytes, chance: Random, rows: int = ROWS
) -> list[bytes]:
    """The same of today, on top of one whose rows have gone after seven years."""
    now = datetime.now(UTC)
    for then in (now - SEVEN_YEARS, now - timedelta(days=20)):
        await real_log(store, private_pem, chance, rows // 2, then)
    if not await age(store, private_pem, 6, now):
        raise SystemExit("no row has gone")
    return lines_of(b"".join([piece async for piece in export(store.door())]))


def try_all(lines: list[bytes], private_pem: bytes, public: bytes, tries: int) -> Counter[str]:
    """Tamper so often; how many of each way were not found."""
    key = read_key(written(public))
    log, chance = Log.of(lines, private_pem), Random(SEED)
    held = [read_checkpoint(lines[-1].rstrip(b"\n"), [key])]
    sound = check(lines, [key], held)
    if sound.faults or log.written() != lines:
        raise SystemExit(f"the log itself is not in order: {sound.faults}")
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for number in range(tries):
        tamper = TAMPERS[number % len(TAMPERS)]
        changed = tamper(chance, lines, log)
        while changed == lines:
            changed = tamper(chance, lines, log)
        tried[tamper.__name__] += 1
        missed[tamper.__name__] += not check(changed, [key], held).faults
    rows = [(name.replace("_", " "), tried[name], missed[name]) for name in tried]
    table(("tampered", "tries", "not found"), rows)
    return missed


def main(tries: int = TRIES) -> None:
    """Run it and print the table."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-tamper-"))
    folder.chmod(0o711)
    try:
        postgres = Postgres(folder, durable=False)
        with running(postgres):
            whole_url = postgres.database_url("whole")
            with psycopg.connect(postgres.url, autocommit=True) as admin:
                admin.execute("create database whole")
            for url in (postgres.url, whole_url):
                migrate(url)
            private_pem, public = make_key()

            async def made() -> list[list[bytes]]:
                async with Store.open(postgres.url) as store:
                    # The older one first: the log is one, and time goes on in it.
                    aged = await aged_log(store, private_pem, Random(SEED))
                async with Store.open(whole_url) as store:
                    return [await real_log(store, private_pem, Random(SEED)), aged]

            logs = asyncio.run(made())
        missed = Counter[str]()
        for lines in logs:
            missed += try_all(lines, private_pem, public, tries // len(logs))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    finish("audit_tamper", {"tampers": tries, "undetected": missed.total()})
    sys.exit(1 if missed.total() else 0)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
