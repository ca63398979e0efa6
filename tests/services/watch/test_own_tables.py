"""Own tables, keys and switches: at the terminal, as rows, and in the watcher."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from homeward.cli import commands
from homeward.guard import signed
from homeward.model.errors import Forbidden, Misconfigured, Missing, Refused, Unreadable
from homeward.services.watch import own_tables
from homeward.services.watch.own_tables import OwnTables, Said, Scope
from homeward.services.watch.registry import watched_now
from homeward.services.watch.watcher import Watcher
from homeward.store import Store
from tests.conftest import PATIENTS_KEY
from tests.services.watch.conftest import START, Bedside

TEXT = (Path(__file__).parents[2] / "clinical" / "own_pews.toml").read_text()
CHILD = {"heart_rate": 125, "temperature": 38.0}


@pytest.fixture
async def who(store: Store) -> dict[str, int]:
    """Somebody of each role, a child on Ward 7, another on Ward 3."""
    found: dict[str, int] = {}

    async def number(text: str, **values: Any) -> int:
        async with store.pool.connection() as connection:
            cursor = await connection.execute(text + " returning id", values)
            return (await cursor.fetchone())[0]

    for login, role in (("ada", "administrator"), ("dora", "doctor"), ("nora", "nurse")):
        text = "insert into person (name, login, role) values (%(n)s::text, %(n)s::text, %(r)s)"
        found[login] = await number(text, n=login, r=role)
    for place, ward in enumerate(("Ward 7", "Ward 3"), 1):
        found[ward] = await number("insert into ward (name, kind) values (%(n)s, 'ward')", n=ward)
        child = found[f"R-{place}"] = await number(
            "insert into patient (record_number, name, birth_date, sex)"
            " values (%(n)s::text, %(n)s::text, '2018-01-01', 'female')", n=f"R-{place}",
        )  # fmt: skip
        await number(
            "insert into stay (patient_id, ward_id, bed, starts)"
            " values (%(p)s, %(w)s, '1', %(now)s)", p=child, w=found[ward], now=START,
        )  # fmt: skip
    return found


def said(by: int, reason: str = "guideline 12") -> Said:
    return Said(by, reason, START)


async def test_only_what_a_trusted_key_signed_is_added(store: Store, who: dict[str, int]):
    door, ada = store.door(), said(who["ada"])
    private, public = signed.make_key()
    signature = signed.sign(private, TEXT.encode())
    with pytest.raises(Refused, match="No key known here"):
        await own_tables.add(door, TEXT, signature, ada)
    await own_tables.trust(door, public, "Paediatrics", ada, is_trusted=True)
    with pytest.raises(Refused, match="No key known here"):
        await own_tables.add(door, TEXT + "\n", signature, ada)  # one letter more
    stranger, _ = signed.make_key()
    with pytest.raises(Refused, match="No key known here"):
        await own_tables.add(door, TEXT, signed.sign(stranger, TEXT.encode()), ada)
    wrong = TEXT.replace("to = 89", "to = 88", 1)
    with pytest.raises(Misconfigured, match="no band holds 89"):
        await own_tables.add(door, wrong, signed.sign(private, wrong.encode()), ada)
    assert await own_tables.tables(door) == []
    scorer = await own_tables.add(door, TEXT, signature, ada)
    (table,) = await own_tables.tables(door)
    assert (scorer.name, table.name, table.is_trusted) == ("own_ward_pews", "own_ward_pews", True)
    await own_tables.trust(door, public, "Paediatrics", ada, is_trusted=False)
    with pytest.raises(Refused, match="not trusted any more"):
        await own_tables.add(door, TEXT, signature, ada)
    with pytest.raises(Missing):
        await own_tables.trust(door, b"x" * 32, "", ada, is_trusted=False)
    with pytest.raises(Unreadable, match="Say why"):
        said(who["ada"], " ")


async def test_rows_of_what_was_decided_never_change(store: Store, who: dict[str, int]):
    door = store.door()
    await own_tables.switch(door, "qsofa", True, Scope(), said(who["dora"]))
    with pytest.raises(Exception, match="make a new one"):
        async with store.pool.connection() as connection:
            await connection.execute("update score_switch set is_on = false")


class House(Bedside):
    """A bedside whose watcher takes tables and switches from the database."""

    def __init__(self, store: Store) -> None:
        super().__init__(Watcher())
        self.door = store.door()
        self.own = OwnTables(self.watcher)

    async def looks(self) -> None:
        self.keep(await self.own.look(self.door, self.now))
        self.watcher.watch(await watched_now(self.door, self.now))

    def names(self, patient: int) -> set[str]:
        return {each.score.name for each in self.scores if each.patient_id == patient}


async def test_a_table_is_computed_where_it_is_switched_on(store: Store, who: dict[str, int]):
    house, door = House(store), store.door()
    private, public = signed.make_key()
    await own_tables.trust(door, public, "Paediatrics", said(who["ada"]), is_trusted=True)
    await own_tables.add(door, TEXT, signed.sign(private, TEXT.encode()), said(who["ada"]))
    ward = Scope(ward_id=who["Ward 7"])
    await own_tables.switch(door, "own_ward_pews", True, ward, said(who["dora"]))
    await own_tables.switch(door, "bedside_pews", False, ward, said(who["dora"]))
    await house.looks()
    for patient in ("R-1", "R-2"):
        house.reads(patient=who[patient], **CHILD)
    assert house.names(who["R-1"]) == {"own_ward_pews"}
    assert house.names(who["R-2"]) == {"bedside_pews"}
    assert house.of("own_ward_pews_5") == [("own_ward_pews_5", "high")]

    # One patient's own setting counts before the ward's; taking it back, the ward's counts again.
    alone = Scope(patient_id=who["R-1"])
    await own_tables.switch(door, "bedside_pews", True, alone, said(who["dora"]))
    house.scores.clear()
    await house.looks()
    house.passes(2)
    assert house.names(who["R-1"]) == {"bedside_pews"}  # the other has not changed
    await own_tables.switch(door, "bedside_pews", None, alone, said(who["dora"]))
    house.scores.clear()
    await house.looks()
    house.reads(patient=who["R-1"], heart_rate=90)
    assert house.names(who["R-1"]) == {"own_ward_pews"}

    # Its key is not trusted any more: an alarm about the table, none ended, and others go on.
    await own_tables.trust(door, public, "Paediatrics", said(who["ada"]), is_trusted=False)
    house.reads(patient=who["R-1"], seconds=2, **CHILD)
    house.said.clear()
    house.scores.clear()
    await house.looks()
    house.passes(2)
    trouble = "trouble_score_table_own_ward_pews"
    assert house.of(trouble) == [(trouble, "medium")]
    assert house.of("own_ward_pews_5") == []
    house.reads(patient=who["R-2"], heart_rate=160, systolic=50, seconds=65)
    assert house.names(who["R-2"]) == {"bedside_pews"}

    # Trusted again it is computed again; withdrawn, its alarm ends with it.
    await own_tables.trust(door, public, "Paediatrics", said(who["ada"]), is_trusted=True)
    await house.looks()
    house.reads(patient=who["R-1"], seconds=2, **CHILD)
    assert house.of(trouble)[-1] == (trouble, "over")
    await own_tables.withdraw(door, "own_ward_pews", said(who["ada"]))
    await house.looks()
    house.reads(patient=who["R-1"], seconds=2, **CHILD)
    assert house.of("own_ward_pews_5")[-1] == ("own_ward_pews_5", "over")


async def test_the_nearest_switch_counts(store: Store, who: dict[str, int]):
    house, door, dora = House(store), store.door(), said(who["dora"])

    async def switched() -> tuple[bool | None, bool | None]:
        """Of qSOFA: for the child of Ward 7, for the one of Ward 3."""
        found = {e.patient_id: e.scores for e in await watched_now(house.door, house.now)}
        return tuple(found[who[patient]].get("qsofa") for patient in ("R-1", "R-2"))

    ward, one = Scope(ward_id=who["Ward 7"]), Scope(patient_id=who["R-1"])
    assert await switched() == (None, None)
    for scope, is_on, expected in (
        (Scope(), True, (True, True)),
        (ward, False, (False, True)),
        (one, True, (True, True)),
        (Scope(), False, (True, False)),
        (one, None, (False, False)),
        (ward, None, (False, False)),
        (Scope(), None, (None, None)),
    ):
        await own_tables.switch(door, "qsofa", is_on, scope, dora)
        assert await switched() == expected
    async with store.pool.connection() as connection:
        count = await connection.execute("select count(*) from score_switch")
        assert await count.fetchone() == (7,)  # every decision is kept


@pytest.mark.parametrize(
    ("column", "value"),
    [("text", TEXT + "\n"), ("sha256", "0" * 64), ("signature", b"x" * 64)],
)
async def test_a_row_somebody_altered_is_an_alarm(store, who, column, value):
    house, door = House(store), store.door()
    private, public = signed.make_key()
    await own_tables.trust(door, public, "Paediatrics", said(who["ada"]), is_trusted=True)
    await own_tables.add(door, TEXT, signed.sign(private, TEXT.encode()), said(who["ada"]))
    async with store.pool.connection() as connection:
        await connection.execute("alter table score_table disable trigger all")
        await connection.execute(f"update score_table set {column} = %s", (value,))
    await house.looks()
    assert [what for name, what in house.said if name.startswith("trouble_score_table")] == [
        "medium"
    ]
    house.reads(patient=who["R-1"], **CHILD)
    assert house.names(who["R-1"]) == {"bedside_pews"}


Homeward = Callable[..., Result]


@pytest.fixture
def homeward(database_url: str, engines: Any, monkeypatch: pytest.MonkeyPatch) -> Homeward:
    """Run a command as an administrator would."""
    monkeypatch.setenv("HOMEWARD_POSTGRES_URL", database_url)
    monkeypatch.setenv("HOMEWARD_PATIENTS_KEY", PATIENTS_KEY)
    monkeypatch.setenv("HOMEWARD_NATS_URL", engines.nats_url)
    return lambda *words: CliRunner().invoke(commands, ("score", *words), catch_exceptions=True)


async def test_at_the_terminal(homeward: Homeward, store: Store, who, tmp_path: Path):
    async def run(*words: str) -> Result:
        return await asyncio.to_thread(homeward, *words)

    async def does(*words: str) -> str:
        done = await run(*words)
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output

    file, key = tmp_path / "pews.toml", tmp_path / "ward.key"
    file.write_text(TEXT)
    why = ("--reason", "guideline 12")
    unsigned = await run("add", str(file), "--by", "ada", *why)
    assert isinstance(unsigned.exception, Unreadable)
    assert "is not signed" in str(unsigned.exception)
    assert "keep it secret" in await does("keys", "make", str(key))
    assert key.stat().st_mode & 0o077 == 0
    assert (await run("keys", "make", str(key))).exit_code == 2  # never overwritten
    await does("check", str(file))
    await does("sign", str(file), "--key", str(key))
    public = ("keys", "trust", str(key.with_suffix(".pub")), "--name", "Paediatrics", *why)
    refused = await run(*public, "--by", "dora")
    assert isinstance(refused.exception, Forbidden)
    await does(*public, "--by", "ada")
    assert "Paediatrics: ada" in await does("keys", "list")
    assert "version 3, is added" in await does("add", str(file), "--by", "ada", *why)
    on = ("on", "own_ward_pews", "--ward", "Ward 7", *why)
    assert isinstance((await run(*on, "--by", "nora")).exception, Forbidden)
    await does(*on, "--by", "dora")
    assert isinstance((await run("on", "qsofa", "--by", "dora", *why)).exception, Forbidden)
    assert isinstance((await run("on", "nonsense", "--by", "ada", *why)).exception, Missing)
    listed = await does("list")
    assert "own_ward_pews on for Ward 7: dora" in listed
    assert "own table, sha256" in listed
    file.write_text(TEXT.replace("to = 89", "to = 79", 1))
    altered = await run("add", str(file), "--by", "ada", *why)
    assert isinstance(altered.exception, Misconfigured)
    await does("withdraw", "own_ward_pews", "--by", "ada", *why)
    assert "withdrawn" in await does("list")
