"""A patient who is erased is nowhere: not in the files of the database, its log, or its index."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from homeward.guard.sealing import of_patient, of_person
from homeward.model.alarm import Priority
from homeward.model.errors import Conflict, Missing
from homeward.model.message import Way
from homeward.model.person import Actor, Role
from homeward.model.shown import PatientShown
from homeward.services.call.reach import contacts
from homeward.services.call.telling import choosing
from homeward.services.contract import Tools
from homeward.services.people import admission, amending, emergency, erasing, resting
from homeward.services.people.sessions import Q
from homeward.services.record import holding
from homeward.services.release import accounting
from homeward.services.watch import ledger
from homeward.settings import Settings
from homeward.store.sql import Query

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
NURSE = "Norabelle Inclear"  # staff are not sealed: what is looked for so can be found
# Nothing else says these: what is found of them is theirs.
CANARIES = (
    "Zyxwvuta Quaggamire", "ZQ-4711-0815", "+447700900999", "Quaggamire telephone",
    "Sister Okapisson", "because of okapis", "the patient said zebrafish",
    "opened for narwhals", "reviewed axolotls", "asked for by pangolins", "Uncle Aardvarkson",
    "Zyxwvuta Corrected", "misspelt by tapirs", "rests for manatees", "sued about quokkas",
    "Dr. Dugong", "sent for kakapos",
)  # fmt: skip


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


async def plant(tools: Tools) -> int:
    """A patient with something unmistakable wherever anything can be written of one."""
    door = tools.store.door()
    name, number, telephone, label, sister, why, said, opened, reviewed, quiet, uncle = CANARIES[
        :11
    ]
    await admission.add_ward(door, "Ward 3", is_home=False)
    await admission.add_person(door, Settings(), "nora", NURSE, Role.NURSE, PASSWORD)
    await admission.add_person(door, Settings(), "ada", "Ada", Role.ADMINISTRATOR, PASSWORD)
    await admission.add_person(door, Settings(), "zq", name, Role.PATIENT, PASSWORD)
    born = date(1950, 3, 1)
    who = admission.NewPatient(number, name, born, "female", "zq")
    await admission.admit(door, who, "Ward 3", "3-01", NOW)
    anna = await admission.patient_id(door, number)
    own = await admission.person_id(door, "zq")
    nora = await admission.person_id(door, "nora")
    wish = contacts.Wish(Way.SMS, telephone, label)
    await contacts.add(door, contacts.Change(own, own, NOW, "added"), wish)
    choice = choosing.Choice(anna, own, NOW, why)
    await choosing.invite(door, choice, sister, [Priority.HIGH])
    await choosing.invite(door, choice, uncle, [Priority.HIGH])
    hours = choosing.Quiet(None, None, "Europe/London")
    await choosing.set_quiet(door, own, hours, own, NOW, quiet)
    actor = Actor(nora, "Nora", Role.NURSE)
    nurse = tools.store.door(actor)
    await emergency.open_glass(nurse, anna, opened, NOW)
    ada = Actor(await admission.person_id(door, "ada"), "Ada", Role.ADMINISTRATOR)
    row = await door.one(sql("select id from emergency_access"), dict)
    await emergency.review(tools.store.door(ada), row["id"], "justified", reviewed, NOW)
    alarm = await door.one(
        sql(
            "insert into alarm"
            " (patient_id, condition, kind, priority, state, text, since, raised, rung)"
            " values (%(anna)s, 'x', 'physiological', 'high', 'active', 'low', now(), now(), now())"
            " returning id"
        ),
        dict, anna=anna,
    )  # fmt: skip
    await ledger.acknowledge(tools.store, tools.bus, nurse, alarm["id"], said, NOW)
    wanted, misspelt, rests, sued, recipient, purpose = CANARIES[11:]
    patient = tools.store.door(Actor(own, name, Role.PATIENT, anna))
    await amending.ask(patient, anna, "name", wanted, misspelt, NOW)
    await resting.ask(patient, anna, "objection", rests, NOW)
    await holding.hold(door, anna, sued, None, ada.person_id, NOW)
    await holding.release(door, anna, sued, ada.person_id, NOW + timedelta(minutes=1))
    await accounting.disclose(patient, anna, recipient, purpose, purpose, "by hand", NOW)
    return anna


def found_in(folder: Path, url: str) -> set[str]:
    """Which of these words are in any file of the database, after what is in memory was written."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("checkpoint")
        connection.execute("select pg_switch_wal()")
        connection.execute("checkpoint")
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            found |= {word for word in (*CANARIES, NURSE) if word.encode() in body}
    return found


async def test_nothing_of_them_is_in_clear_before_and_nothing_opens_after(
    tools: Tools, engines: Any
) -> None:
    anna = await plant(tools)
    door = tools.store.door()
    (shown,) = await door.all(Q.patient, PatientShown, patient=anna)
    assert (shown.name, shown.record_number) == CANARIES[:2]
    data = engines.data / "postgres"
    url = tools.store.url  # type: ignore[attr-defined]
    assert found_in(data, url) == {NURSE}

    with pytest.raises(Conflict, match="bed"):
        await erasing.carry_out(tools, door, anna, None)
    await admission.discharge(door, CANARIES[1], NOW + timedelta(hours=1))
    ada, later = await admission.person_id(door, "ada"), NOW + timedelta(hours=2)
    await holding.hold(door, anna, "sued again", None, ada, later)
    with pytest.raises(Conflict, match="legal hold"):
        await erasing.carry_out(tools, door, anna, None)
    await holding.release(door, anna, "The court has decided", ada, later + timedelta(hours=1))
    would = await erasing.look(door, anna)
    assert not would.stands_in_the_way
    did = await erasing.carry_out(tools, door, anna, None)
    assert {k: v for k, v in did.destroyed.items() if k in would.destroyed} == would.destroyed
    assert did.destroyed["keys"] == 2
    assert did.kept

    assert found_in(data, url) == {NURSE}
    (gone,) = await door.all(Q.patient, PatientShown, patient=anna)
    assert (gone.name, gone.record_number) == ("Erased", f"erased {anna}")
    assert gone.birth_date == "1950-01-01"
    with pytest.raises(Missing):
        await admission.patient_id(door, CANARIES[1])
    keys = await door.all(sql("select owner from data_key"), dict)
    owners = {row["owner"] for row in keys}
    assert of_patient(anna) not in owners
    with psycopg.connect(url) as connection:
        left = connection.execute(
            "select count(*) from patient where name like 'sealed:%'"
            " or number_sealed is not null or person_id is not null"
        ).fetchone()
    assert left == (0,)
    with pytest.raises(Conflict, match="before"):
        await erasing.carry_out(tools, door, anna, None)


async def test_their_account_is_gone_and_signs_nobody_in(tools: Tools) -> None:
    anna = await plant(tools)
    door = tools.store.door()
    own = await admission.person_id(door, "zq")
    await admission.discharge(door, CANARIES[1], NOW + timedelta(hours=1))
    await erasing.carry_out(tools, door, anna, None)
    with pytest.raises(Missing):
        await admission.person_id(door, "zq")
    account = await door.one(
        sql("select name, login, password_hash, disabled from person where id = %(id)s"),
        dict, id=own,
    )  # fmt: skip
    assert (account["name"], account["login"], account["password_hash"]) == ("Erased", None, None)
    assert account["disabled"]
    assert (
        await door.all(sql("select 1 from data_key where owner = %(o)s"), dict, o=of_person(own))
        == []
    )


async def test_a_wish_is_made_once_and_answered_with_a_reason(tools: Tools) -> None:
    anna = await plant(tools)
    door = tools.store.door()
    own = await admission.person_id(door, "zq")
    ada = await admission.person_id(door, "ada")
    await erasing.ask(door, anna, own, NOW)
    with pytest.raises(Conflict, match="before"):
        await erasing.ask(door, anna, own, NOW)
    (wish,) = await door.all(Q.erasures, erasing.Wish, patient=None)
    with pytest.raises(Conflict, match="why"):
        await erasing.refuse(door, wish.id, ada, " ", NOW)
    await erasing.refuse(door, wish.id, ada, "A court wants it kept.", NOW)
    (wish,) = await door.all(Q.erasures, erasing.Wish, patient=anna)
    assert (wish.decision, wish.why) == ("refused", "A court wants it kept.")
    with pytest.raises(Missing):
        await erasing.refuse(door, wish.id, ada, "again", NOW)


async def test_the_sentinels_patient_is_nobody_to_erase(tools: Tools) -> None:
    await tools.store.door().run(
        sql(
            "insert into patient (record_number, name, birth_date, sex, is_synthetic)"
            " values ('P', 'Pretend', '1970-01-01', 'unknown', true)"
        )
    )
    with pytest.raises(Missing):
        await erasing.look(tools.store.door(), 1)
