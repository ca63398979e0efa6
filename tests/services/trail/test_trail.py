"""The audit is only added to, sealed in order by one process at a time, and sent outside."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from bench._tampers import lines_of
from bench.soak_audit_tamper import real_log, try_all
from homeward.guard.audit import Action
from homeward.guard.signed import make_key, written
from homeward.model.errors import Misconfigured
from homeward.model.person import Actor, Role
from homeward.services.contract import Tools
from homeward.services.trail.exporting import export
from homeward.services.trail.noting import Act, By, note
from homeward.services.trail.sealing import last_line, seal
from homeward.services.trail.witness import places_of, send
from homeward.services.trail.work import Trail
from homeward.store import Store
from homeward.store.sql import Query
from homeward.verifier.check import Report, check, read_checkpoint, read_key

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
NURSE = By(Actor(1, "Nora", Role.NURSE), "GET /api/patients/{patient_id}", NOW)
READ = Act(Action.READ, "read", "patient", patients=(7,), object="7")
KEY, PUBLIC = make_key()
ROWS, TRIES = 60, 210
VERIFIES_BY = read_key(written(PUBLIC))


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


async def rows(store: Store, text: str) -> list[Any]:
    return [tuple(row) for row in await store.door().all(sql(text), tuple)]


async def verified(store: Store, *held: str) -> Report:
    body = b"".join([piece async for piece in export(store.door())])
    outside = [read_checkpoint(each.encode(), [VERIFIES_BY]) for each in held]
    return check(lines_of(body), [VERIFIES_BY], outside)


@pytest.mark.parametrize("table", ["audit", "audit_leaf", "audit_checkpoint"])
@pytest.mark.parametrize("how", ["update {} set {}", "delete from {}", "truncate {} cascade"])
async def test_nothing_in_it_is_changed_or_removed(store: Store, table: str, how: str) -> None:
    await note(store.door(), READ, NURSE)
    await seal(store, KEY, NOW)
    column = {"audit": "times = 2", "audit_leaf": "place = 5", "audit_checkpoint": "size = 5"}
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added to"):
        await store.door().run(sql(how.format(table, column[table])))


async def test_rows_are_sealed_in_order_and_the_export_is_sound(store: Store) -> None:
    lines: list[str] = []
    for round_ in range(3):
        for _ in range(round_ + 1):
            await note(store.door(), READ, NURSE)
        line = await seal(store, KEY, NOW)
        assert line is not None
        lines.append(line)
    assert await seal(store, KEY, NOW) is None
    assert await rows(store, "select place, audit_id from audit_leaf order by place") == [
        (place, place + 1) for place in range(6)
    ]
    report = await verified(store, *lines)
    assert (report.faults, report.rows, report.checkpoints) == ([], 6, 3)
    assert [size for size, _ in report.held] == [1, 3, 6]


async def test_many_processes_seal_as_one(store: Store) -> None:
    for _ in range(30):
        await note(store.door(), READ, NURSE)
    done = await asyncio.gather(*(seal(store, KEY, NOW) for _ in range(6)))
    assert sum(each is not None for each in done) >= 1
    assert await rows(store, "select count(*), min(place), max(place) from audit_leaf") == [
        (30, 0, 29)
    ]
    assert not (await verified(store)).faults


async def test_a_row_whose_transaction_took_longer_is_sealed_later(store: Store) -> None:
    async with store.door().transaction() as slow:
        await note(slow, READ, NURSE)
        await note(store.door(), READ, NURSE)
        await seal(store, KEY, NOW)
    await seal(store, KEY, NOW)
    assert await rows(store, "select audit_id from audit_leaf order by place") == [(2,), (1,)]
    assert not (await verified(store)).faults


async def force(store: Store, text: str) -> None:
    """As an insider with all rights over the database would."""
    async with store.connection() as connection:
        for table in ("audit", "audit_leaf", "audit_checkpoint"):
            await connection.execute(f"alter table {table} disable trigger all".encode())
        await connection.execute(text.encode())


@pytest.mark.parametrize(
    ("tampered", "said"),
    [
        ("update audit set person_id = 2 where id = 2", "row 1: it is not what was sealed"),
        ("update audit set patient_ids = '{8}' where id = 3", "row 2: it is not what was sealed"),
        ("delete from audit where id = 2", "row 1: gone, and no row of this log says so"),
        ("delete from audit_leaf where place = 1", "the line says it is row 2"),
        ("update audit_leaf set hash = sha256('x') where place = 0", "row 0: it is not what was"),
        ("delete from audit_checkpoint where size = 2", "does not follow the one before it"),
        (
            "update audit_checkpoint set line = replace(line, ' 2 ', ' 3 ') where size = 2",
            "its signature is not of this key",
        ),
    ],
)
async def test_what_an_insider_changes_in_the_database_is_named(
    store: Store, tampered: str, said: str
) -> None:
    for _ in range(2):
        await note(store.door(), READ, NURSE)
        await note(store.door(), READ, NURSE)
        await seal(store, KEY, NOW)
    await force(store, tampered)
    assert any(said in each for each in (await verified(store)).faults)


async def test_every_tamper_is_found_with_one_checkpoint_from_outside(store: Store) -> None:
    lines = await real_log(store, KEY, Random(1), ROWS)
    assert try_all(lines, KEY, PUBLIC, TRIES).total() == 0


async def test_without_one_from_outside_the_holder_of_the_key_is_not_found(store: Store) -> None:
    """So the test above can fail: what finds them is the checkpoint that was held outside."""
    lines = await real_log(store, KEY, Random(1), ROWS)
    cut = [number for number, line in enumerate(lines) if line.startswith(b"homeward-audit 1")][-2]
    assert not check(lines[: cut + 1], [VERIFIES_BY], []).faults
    held = read_checkpoint(lines[-1].rstrip(b"\n"), [VERIFIES_BY])
    (fault,) = check(lines[: cut + 1], [VERIFIES_BY], [held]).faults
    assert "was cut off" in fault


class Told:
    """What the bus was told."""

    connected = True

    def __init__(self) -> None:
        self.troubles: list[tuple[str, bool]] = []

    async def tell(self, _: str, trouble: dict[str, Any]) -> None:
        self.troubles.append((trouble["what"], trouble["over"]))


@pytest.fixture
def trail(tools: Tools, tmp_path: Path) -> Trail:
    clock = replace(tools, now=lambda: NOW)
    return Trail(clock, KEY, [tmp_path / "outside"])


async def test_a_place_that_is_away_is_a_trouble_until_it_is_back(
    trail: Trail, tmp_path: Path
) -> None:
    told = Told()
    trail.tools = replace(trail.tools, bus=told)  # type: ignore[arg-type]
    await note(trail.tools.store.door(), READ, NURSE)
    await trail.step()
    await trail.step()
    assert told.troubles == [("audit_witness", False)]
    (tmp_path / "outside").mkdir()
    await trail.step()
    assert told.troubles == [("audit_witness", False), ("audit_witness", True)]
    line = await last_line(trail.tools.store.door())
    names = {"audit-checkpoint", "audit-checkpoint-2026-03-01"}
    left = {each.name: each.read_text() for each in (tmp_path / "outside").iterdir()}
    assert left == dict.fromkeys(names, f"{line}\n")


async def test_what_is_not_sealed_for_a_minute_is_a_trouble(trail: Trail) -> None:
    told = Told()
    late = NOW + timedelta(seconds=61)
    trail.tools = replace(trail.tools, bus=told, now=lambda: late)  # type: ignore[arg-type]
    trail.places = []
    door = trail.tools.store.door()
    await note(door, READ, NURSE)
    async with trail.tools.store.door().transaction() as other:  # another process seals, and hangs
        await other.all(sql("select pg_advisory_xact_lock(1751477620)"), tuple)
        await trail.step()
    await trail.step()
    assert told.troubles == [("audit_unsealed", False), ("audit_unsealed", True)]


async def test_a_checkpoint_is_posted(port: Callable[[], int]) -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        heard.append(await reader.readexactly(length))
        status = b"204 No Content" if len(heard) == 1 else b"500 Wrong"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    number = port()
    async with await asyncio.start_server(answer, "127.0.0.1", number):
        places = places_of(f"http://127.0.0.1:{number}/audit?site=7")
        assert await send(places, "a line") == []
        assert await send(places, "a line") == ["127.0.0.1: it answers 500"]
    assert heard == [b"a line\n"] * 2


@pytest.mark.parametrize("place", ["http://outside.example/audit", "ftp://outside.example", "://"])
def test_a_place_must_be_private(place: str) -> None:
    with pytest.raises(Misconfigured, match="audit_witness"):
        places_of(place)
