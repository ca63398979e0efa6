"""The admission desk, at the function and at the terminal."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from homeward.cli import commands
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.model.person import Role
from homeward.model.shown import PatientShown
from homeward.services.contract import Tools
from homeward.services.people import admission, second_factor
from homeward.services.people.admission import NewPatient
from homeward.services.people.sessions import Q, begin, who
from homeward.services.people.sign_in import prove_password
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.sql import Query
from tests.conftest import PATIENTS_KEY

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"
ANNA = NewPatient("R-1", "Anna", date(1950, 3, 1), "female")
Homeward = Callable[..., Result]


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


async def test_an_account_signs_in_and_a_short_password_makes_none(store: Store) -> None:
    door = store.door()
    with pytest.raises(Unreadable, match="12 characters"):
        await admission.add_person(door, Settings(), "nora", "Nora", Role.NURSE, "short")
    await admission.add_person(door, Settings(), "nora", "Nora", Role.NURSE, PASSWORD)
    known = await prove_password(door, "nora", PASSWORD)
    token = await begin(door, known.person_id, "password", "", NOW, known.password_hash)
    actor = await who(door, token, NOW)
    assert actor is not None
    assert actor.role is Role.NURSE
    with pytest.raises(Conflict, match="taken"):
        await admission.add_person(door, Settings(), "nora", "Another", Role.DOCTOR, PASSWORD)


async def test_what_ends_every_session(tools: Tools) -> None:
    tools = replace(tools, now=lambda: NOW)
    door = tools.store.door()
    await admission.add_person(door, Settings(), "nora", "Nora", Role.NURSE, PASSWORD)

    async def signed_in(password: str) -> str:
        known = await prove_password(door, "nora", password)
        return await begin(door, known.person_id, "password", "", NOW, known.password_hash)

    tokens = [await signed_in(PASSWORD), await signed_in(PASSWORD)]
    await admission.set_password(tools, "nora", PASSWORD + "!")
    assert [await who(door, token, NOW) for token in tokens] == [None, None]
    token = await signed_in(PASSWORD + "!")
    await admission.set_role(tools, "nora", Role.DOCTOR)
    assert await who(door, token, NOW) is None
    token = await signed_in(PASSWORD + "!")
    await admission.disable(tools, "nora")
    assert await who(door, token, NOW) is None
    with pytest.raises(Missing):
        await admission.disable(tools, "nora")


async def test_nobody_becomes_what_a_record_or_an_invitation_makes_them(tools: Tools) -> None:
    door = tools.store.door()
    await admission.add_person(door, Settings(), "nora", "Nora", Role.NURSE, PASSWORD)
    await admission.add_person(door, Settings(), "paul", "Paul", Role.PATIENT, PASSWORD)
    with pytest.raises(Forbidden, match="account of their own"):
        await admission.set_role(tools, "nora", Role.PATIENT)
    with pytest.raises(Forbidden, match="is a patient"):
        await admission.set_role(tools, "paul", Role.DOCTOR)
    with pytest.raises(Missing, match="already"):
        await admission.set_role(tools, "nora", Role.NURSE)


async def test_a_patient_is_in_one_bed_and_a_bed_holds_one_patient(store: Store) -> None:
    door = store.door()
    await admission.add_ward(door, "Ward 3", is_home=False)
    await admission.admit(door, ANNA, "Ward 3", "3-01", NOW)
    bela = NewPatient("R-2", "Bela", date(1960, 1, 1), "male")
    with pytest.raises(Conflict, match="3-01"):
        await admission.admit(door, bela, "Ward 3", "3-01", NOW)
    assert len(await door.all(Q.patients, PatientShown, search="")) == 1  # nothing half done
    await admission.admit(door, bela, "Ward 3", "3-02", NOW)
    await admission.move(door, "R-1", "Ward 3", "3-03", NOW + timedelta(hours=1))
    beds = {each.name: each.bed for each in await door.all(Q.patients, PatientShown, search="")}
    assert beds == {"Anna": "3-03", "Bela": "3-02"}
    stays = await door.all(sql("select ends from stay order by id"), dict)
    assert [row["ends"] for row in stays] == [NOW + timedelta(hours=1), None, None]
    await admission.discharge(door, "R-2", NOW + timedelta(hours=2))
    with pytest.raises(Missing):
        await admission.discharge(door, "R-2", NOW + timedelta(hours=3))
    with pytest.raises(Missing, match="ward"):
        await admission.move(door, "R-1", "Ward 9", "1", NOW + timedelta(hours=4))


async def test_scale_2_is_a_doctors_order(store: Store) -> None:
    door = store.door()
    await admission.add_ward(door, "Ward 3", is_home=False)
    await admission.admit(door, ANNA, "Ward 3", "3-01", NOW)
    await admission.add_person(door, Settings(), "nora", "Nora", Role.NURSE, PASSWORD)
    await admission.add_person(door, Settings(), "dan", "Dan", Role.DOCTOR, PASSWORD)
    with pytest.raises(Forbidden, match="doctor"):
        await admission.order_scale(door, "R-1", 2, "nora")
    await admission.order_scale(door, "R-1", 2, "dan")
    (anna,) = await door.all(Q.patients, PatientShown, search="R-1")
    assert anna.oxygen_scale == 2


@pytest.fixture
def homeward(database_url: str, engines: Any, monkeypatch: pytest.MonkeyPatch) -> Homeward:
    """Run a command as an administrator would."""
    monkeypatch.setenv("HOMEWARD_POSTGRES_URL", database_url)
    monkeypatch.setenv("HOMEWARD_NATS_URL", engines.nats_url)
    monkeypatch.setenv("HOMEWARD_PATIENTS_KEY", PATIENTS_KEY)

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(commands, words, input=typed, catch_exceptions=True)

    return run


async def test_a_ward_is_set_up_at_the_terminal(homeward: Homeward, store: Store) -> None:
    asks = f"{PASSWORD}\n{PASSWORD}\n"
    nora = ("person", "add", "nora", "--name", "Nora", "--role", "nurse")
    anna = ("patient", "add", "R-1", "--name", "Anna", "--born", "1950-03-01")
    for words, typed in (
        (nora, asks),
        (("ward", "add", "Ward 3"), ""),
        (("ward", "chain", "Ward 3", "nora=60"), ""),
        ((*anna, "--ward", "Ward 3", "--bed", "3-01"), ""),
        (("patient", "move", "R-1", "--ward", "Ward 3", "--bed", "3-02"), ""),
        (("person", "list"), ""),
        (("ward", "list"), ""),
    ):
        done = await asyncio.to_thread(lambda w=words, t=typed: homeward(*w, typed=t))
        assert done.exit_code == 0, (words, done.output, done.exception)
        assert PASSWORD not in done.output
    chain = await store.door().all(sql("select step, wait_seconds from chain_step"), dict)
    assert chain == [{"step": 1, "wait_seconds": 60}]
    refused = await asyncio.to_thread(homeward, "ward", "chain", "Ward 3", "nobody")
    assert isinstance(refused.exception, Missing)


async def test_what_an_administrator_changes_at_the_terminal_is_told(
    homeward: Homeward, tools: Tools
) -> None:
    door = tools.store.door()
    await admission.add_person(door, Settings(), "nora", "Nora", Role.NURSE, PASSWORD)
    person = await admission.person_id(door, "nora")
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        heard.put_nowait(body)

    stop = await tools.bus.listen("told.session", hear)
    done = await asyncio.to_thread(homeward, "person", "codes", "nora")
    code = done.output.split()[-1]
    assert await second_factor.prove(tools, person, Role.NURSE, code) == "recovery code"
    again = f"{PASSWORD}!\n{PASSWORD}!\n"
    for words, typed in (
        (("person", "password", "nora"), again),
        (("person", "role", "nora", "doctor"), ""),
        (("person", "disable", "nora"), ""),
    ):
        done = await asyncio.to_thread(lambda w=words, t=typed: homeward(*w, typed=t))
        assert done.exit_code == 0, (words, done.output, done.exception)
        told = json.loads(await asyncio.wait_for(heard.get(), 10))
        assert told["person_id"] == person
    await stop()


async def test_a_pregnancy_is_a_recorded_fact_that_ends_by_itself(store: Store) -> None:
    door = store.door()
    await admission.add_ward(door, "Ward 3", is_home=False)
    await admission.admit(door, ANNA, "Ward 3", "3-01", NOW)
    await admission.add_person(door, Settings(), "nora", "Nora", Role.NURSE, PASSWORD)
    await admission.add_person(door, Settings(), "eve", "Eve", Role.ENGINEER, PASSWORD)

    async def note(said: admission.Pregnancy, by: str = "nora", now: datetime = NOW) -> None:
        await admission.note_pregnancy(door, "R-1", said, by, now)

    with pytest.raises(Forbidden, match="nurse or doctor"):
        await note(admission.Pregnancy(True, "test"), by="eve")
    with pytest.raises(Unreadable, match="once the child is born"):
        await note(admission.Pregnancy(True, "due", date(2026, 5, 2)))
    known = admission.Pregnancy(True, "test")
    with pytest.raises(Missing):
        await admission.note_pregnancy(door, "R-9", known, "nora", NOW)
    await note(admission.Pregnancy(True, "24 weeks, by ultrasound"))
    await note(admission.Pregnancy(True, "gave birth", NOW.date()), now=NOW + timedelta(hours=1))
    await note(admission.Pregnancy(True, "long ago", date(2026, 1, 1)), now=NOW + timedelta(days=1))
    rows = await door.all(sql("select is_pregnant, until, reason from pregnancy order by id"), dict)
    assert [(row["is_pregnant"], row["until"]) for row in rows] == [
        (True, None),
        (True, datetime(2026, 6, 13, tzinfo=UTC)),  # 12 June is the 42nd day, whole
        (False, None),
    ]
    assert rows[0]["reason"] == "24 weeks, by ultrasound"
