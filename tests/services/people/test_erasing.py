"""A patient who is erased is nowhere: not in the files of the database, its log, or its index."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from homeward.cli._found import Grade
from homeward.cli._key_checks import keys
from homeward.guard.sealing import Wrapping, new_key, of_patient, of_person
from homeward.model.errors import Conflict, Missing
from homeward.model.shown import PatientShown
from homeward.services.contract import Tools
from homeward.services.people import admission, erasing
from homeward.services.people.sessions import Q
from homeward.services.record import holding
from homeward.store.wrapping import wrap_anew
from tests.conftest import WRAPPING
from tests.planted import CANARIES, NOW, NURSE, plant, sql

WAITING = sql("select from pg_locks where not granted")


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
    rows = await door.all(sql("select owner from data_key"), dict)
    owners = {row["owner"] for row in rows}
    assert of_patient(anna) not in owners
    with psycopg.connect(url) as connection:
        left = connection.execute(
            "select count(*) from patient where name like 'sealed:%'"
            " or number_sealed is not null or person_id is not null"
        ).fetchone()
    assert left == (0,)
    (link,) = await door.all(
        sql("select account, tokens, account_found_by, shown_by, due, ended is not null as is_over"
            " from cloud_link"), dict,
    )  # fmt: skip
    assert set(link.values()) == {"", None, True}
    with pytest.raises(Conflict, match="before"):
        await erasing.carry_out(tools, door, anna, None)


async def test_a_hold_or_a_refusal_that_comes_at_the_same_time_is_waited_for(tools: Tools) -> None:
    """Whoever erases must see what somebody else is just about to commit."""
    anna, door = await plant(tools), tools.store.door()
    await admission.discharge(door, CANARIES[1], NOW + timedelta(hours=1))
    ada = await admission.person_id(door, "ada")
    await erasing.ask(door, anna, ada, NOW)
    (wish,) = await erasing.wishes(door)
    for act, why in (
        (lambda inside: holding.hold(inside, anna, "sued again", None, ada, NOW), "legal hold"),
        (lambda inside: erasing.refuse(inside, wish.id, ada, "A court", NOW), "no such request"),
    ):
        async with door.transaction() as first:
            await act(first)
            task = asyncio.create_task(erasing.carry_out(tools, door, anna, ada, wish.id))
            async with asyncio.timeout(10):
                while not task.done() and not await door.all(WAITING, dict):
                    await asyncio.sleep(0.01)
        with pytest.raises((Conflict, Missing), match=why):
            await task
        await door.run(sql("update legal_hold set ends = now(), ends_by = %(ada)s"), ada=ada)
    (shown,) = await door.all(Q.patient, PatientShown, patient=anna)
    assert shown.name == CANARIES[0]


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


async def test_until_the_wrapping_key_is_changed_the_screen_and_the_doctor_say_who_is_in_backups(
    tools: Tools,
) -> None:
    anna, door = await plant(tools), tools.store.door()
    ada = await admission.person_id(door, "ada")
    await erasing.ask(door, anna, ada, NOW)
    (wish,) = await erasing.wishes(door)
    assert not wish.is_in_backups
    await admission.discharge(door, CANARIES[1], NOW + timedelta(hours=1))
    report = await erasing.carry_out(tools, door, anna, ada)
    assert "homeward keys rotate" in report.elsewhere[1]
    (wish,) = await erasing.wishes(door)
    assert wish.is_in_backups

    async def told() -> list[Grade]:
        found = await asyncio.to_thread(lambda: list(keys(tools.settings)))
        return [each.grade for each in found if "backups open" in each.what]

    assert await told() == [Grade.WORRY]
    month_ago = {"then": datetime.now(UTC) - timedelta(days=31)}
    await door.run(sql("update erasure set decided = %(then)s"), **month_ago)
    assert await told() == [Grade.WRONG]
    (first,) = WRAPPING.keys
    known = Wrapping([new_key(), first])
    assert await wrap_anew(door, known, known.first) > 0
    (wish,) = await erasing.wishes(door)
    assert not wish.is_in_backups
    assert await door.all(Q.open_in_backups, dict) == []
