"""Each table is in one class of docs/safety/data.toml, and in that of what it holds."""

from collections import Counter

from homeward.cli._data_classes import classes
from homeward.store import Store
from homeward.store.sealed import PLACES
from homeward.store.sql import Query

TABLES = """
select relname as name, exists (
    select from pg_attribute where attrelid = pg_class.oid and attname = 'patient_id'
        and not attisdropped) as has_patient
from pg_class where relkind in ('r', 'p') and not relispartition
    and relnamespace = 'public'::regnamespace"""
OURS = {"migration"}  # which migrations were applied: of no person and no machine
OF_PATIENTS = ("Names and words", "Measured and judged", "Who did what")


async def test_each_table_is_in_one_class_by_what_it_holds(store: Store) -> None:
    rows = await store.door().all(Query("tables", TABLES.encode(), ""), dict)
    tables = {row["name"]: row["has_patient"] for row in rows if row["name"] not in OURS}
    assert len(tables) > 70
    count = Counter(table for kind in classes() for table in kind.tables)
    assert set(tables) - set(count) == set(), "in no class"
    assert set(count) - set(tables) == set(), "in a class, and not there"
    assert {table for table, times in count.items() if times > 1} == set()
    found = {kind.name: set(kind.tables) for kind in classes()}
    assert found["Names and words"] == {place.table for place in PLACES}
    of_patients = set().union(*(found[name] for name in OF_PATIENTS))
    assert {table for table, has_patient in tables.items() if has_patient} <= of_patients


def test_each_class_says_what_it_asks_for() -> None:
    levels = {kind.level for kind in classes()}
    assert levels == {"closest", "close", "internal"}
    for kind in classes():
        assert all(getattr(kind, field) for field in kind.__struct_fields__), kind.name
