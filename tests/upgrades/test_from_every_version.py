"""Whatever version an installation was, it comes to this one with everything it had.

Every migration runs over rows of every version before it. A few versions are upgraded in one go
here; `make soak NAME=upgrades` does all of them, and kills each in the middle.
"""

from datetime import UTC, datetime

import psycopg
import pytest

from homeward.model.vital import PULSE
from homeward.model.wave import WAVES
from homeward.services.contract import Tools
from homeward.services.record.work import converge
from homeward.store import Store
from homeward.store.chunks import micros, samples, trend, waves
from homeward.store.migrate import migrate
from homeward.store.sql import Query
from tests.upgrades.conftest import FROM, at
from tests.upgrades.filled import EVERY, contents, lost_in, schema, tables

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
# Of patient 1: when, and which version wrote what; the value says which.
PULSES = [
    ("2026-02-01T07:30:03", 63), ("2026-02-01T07:31:03", 67), ("2026-02-01T09:58:03", 63),
    ("2026-02-01T09:58:04", 64), ("2026-02-01T10:00:03", 63), ("2026-02-10T10:00:10", 70),
    ("2026-02-25T07:30:25", 85), ("2026-02-25T07:45:25", 86), ("2026-02-25T09:58:25", 85),
]  # fmt: skip


def test_there_are_rows_of_every_table(engines, lived):
    with psycopg.connect(engines.postgres.database_url(lived)) as connection:
        empty = [
            name
            for name in tables(connection)
            if not connection.execute(f'select 1 from "{name}" limit 1').fetchall()
        ]
    assert not empty, f"add rows of {empty} to tests/upgrades/rows/{EVERY[-1].number:04}.sql"


def test_it_has_the_schema_of_a_fresh_one(engines, lived, fresh):
    assert schema(engines.postgres, lived) == schema(engines.postgres, fresh)


@pytest.mark.parametrize("number", FROM)
def test_in_one_go_from(engines, lived, fresh, copy, number):
    name = copy(at(number))
    url = engines.postgres.database_url(name)
    before = contents(url)
    assert sum(map(len, before.values())) > 10
    migrate(url)
    assert lost_in(before, contents(url)) == []
    assert schema(engines.postgres, name) == schema(engines.postgres, fresh)


async def test_the_record_of_every_version_is_read_before_and_after_it_is_packed_anew(
    engines, lived, copy, bus, settings
):
    async with Store.open(engines.postgres.database_url(copy(lived))) as store:
        tools = Tools(store, bus, settings, lambda: NOW)
        for _ in range(2):
            door = store.door()
            found = await samples(door, 1, [PULSE.index], 0, 2**60)
            rows = found[PULSE.index]
            assert list(zip(rows["at"].tolist(), rows["value"].tolist(), strict=True)) == [
                (_us(when), value) for when, value in PULSES
            ]
            lengths = [len(each.samples) for each in await waves(door, 1, WAVES[0].index, 0, 2**60)]
            assert lengths == [50, 25, 25]
            year = await trend(door, 2, [PULSE.index], _us("2025-11-01"), _us("2026-03-01"), 100)
            assert year[PULSE.index].mean.tolist() == [88]
            await converge(tools)
        (left,) = await store.door().all(
            Query("test", b"select count(*) as n from inbox", ""), dict
        )
        assert left["n"] == 0


def _us(text: str) -> int:
    return micros(datetime.fromisoformat(f"{text}+00:00" if "T" in text else f"{text}T00:00:00Z"))
