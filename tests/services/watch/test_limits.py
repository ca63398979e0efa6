"""Settings in their table and through the API: who may, what ends them, and that all is kept."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
import pytest

from homeward.clinical.setting import Choice
from homeward.model.errors import Conflict, Forbidden, Missing, Unreadable
from homeward.model.frame import HOT
from homeward.model.person import Actor, Role
from homeward.model.vital import OXYGEN_SATURATION
from homeward.services.people import admission
from homeward.services.people.admission import NewPatient
from homeward.services.watch import limits
from homeward.services.watch.ledger import Q
from homeward.services.watch.limits import Order, Scope
from homeward.services.watch.limits_seen import seen
from homeward.services.watch.limits_views import SettingShown
from homeward.services.watch.windows import as_microseconds
from homeward.services.watch.work import Watch
from homeward.store.sql import Query
from tests.services.watch.room import condition, working
from tests.services.watch.test_work import Bed

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
STRICT = {"limit": 95, "clear_limit": 96, "delay_seconds": 5, "clear_seconds": 15, "extreme": 85}
WIDE = {"limit": 86, "clear_limit": 88, "delay_seconds": 15, "clear_seconds": 15, "extreme": 80}


def sql(text: str) -> Query:
    return Query("test", text.encode(), "")


def order(choice="limit", reason="her own usual values", **more) -> Order:
    values = STRICT if choice == "limit" and "limit" not in more else {}
    return Order(
        **({"rule": "oxygen_low", "choice": Choice(choice), "reason": reason} | values | more)
    )


class Desk:
    """One ward, one patient in it, a nurse and a doctor."""

    def __init__(self, tools) -> None:
        self.tools, self.store = tools, tools.store
        self.people: dict[Role, Actor] = {}

    async def open(self, now=NOW - timedelta(hours=1)) -> "Desk":
        door = self.store.door()
        await admission.add_ward(door, "Ward 3", is_home=False)
        await admission.add_ward(door, "Ward 4", is_home=False)
        anna = NewPatient("R-1", "Anna", datetime(1950, 3, 1).date(), "female")
        await admission.admit(door, anna, "Ward 3", "3-01", now)
        for role in (Role.NURSE, Role.DOCTOR, Role.ADMINISTRATOR):
            text = "insert into person (name, role) values (%(name)s, %(role)s) returning id"
            row = await door.one(sql(text), dict, name=f"a {role}", role=role)
            self.people[role] = Actor(row["id"], f"a {role}", role)
        self.patient = Scope(patient_id=(await door.one(sql("select id from patient"), dict))["id"])
        self.ward = Scope(ward_id=await admission.ward_id(door, "Ward 3"))
        return self

    async def set(self, role: Role, scope: Scope, said: Order, now=NOW) -> int:
        door = self.store.door(self.people[role])
        return await limits.set_rule(self.store, self.tools.bus, door, scope, said, now)

    async def limit(self, now=NOW) -> float | None:
        """The SpO2 limit in force for Anna; None while it is off."""
        door = self.store.door()
        person = await limits.person_of(door, self.patient)
        every = limits.concerning(self.patient, person, await limits.settings_now(door, now))
        found = limits.one_rule(person, "oxygen_low", every, now)
        return None if found.rule is None else found.rule.limit.limit

    async def history(self) -> list[SettingShown]:
        values = {"patient": self.patient.patient_id, "ward": None, "rule": None}
        return await self.store.door().all(Q.setting_history, SettingShown, **values)


@pytest.fixture
async def desk(tools) -> Desk:
    return await Desk(tools).open()


async def test_a_nurse_tightens_and_a_doctor_widens(desk: Desk) -> None:
    await desk.set(Role.NURSE, desk.patient, order())
    assert await desk.limit() == 95
    with pytest.raises(Forbidden, match="doctor"):
        await desk.set(Role.NURSE, desk.patient, order(**WIDE))
    await desk.set(Role.DOCTOR, desk.patient, order(**WIDE))
    assert await desk.limit() == 86


async def test_nothing_is_overwritten_and_every_change_says_who_and_why(desk: Desk) -> None:
    await desk.set(Role.NURSE, desk.patient, order(reason="  pneumonia  "))
    await desk.set(Role.NURSE, desk.patient, order("default", reason="better"))
    assert await desk.limit() == 90
    lines = [(each.choice, each.by, each.role, each.reason) for each in await desk.history()]
    assert lines == [
        ("default", "a nurse", "nurse", "better"),
        ("limit", "a nurse", "nurse", "pneumonia"),
    ]
    for text in ("update rule_setting set reason = 'none'", "delete from rule_setting"):
        with pytest.raises(psycopg.errors.RaiseException, match="make a new one"):
            await desk.store.door().run(sql(text))


async def test_what_was_set_since_it_was_read_is_said_and_not_overwritten(desk: Desk) -> None:
    async def held() -> int:
        shown = await seen(desk.store.door(desk.people[Role.NURSE]), desk.patient, NOW)
        return next(each.setting for each in shown.rules if each.rule == "oxygen_low")

    assert await held() == 0
    first = await desk.set(Role.DOCTOR, desk.patient, order(instead_of=0))
    assert await held() == first
    for stale in (0, first + 1):
        with pytest.raises(Conflict, match="a doctor has changed this meanwhile"):
            await desk.set(Role.DOCTOR, desk.patient, order(**WIDE, instead_of=stale))
    assert await desk.limit() == 95
    await desk.set(Role.DOCTOR, desk.patient, order(**WIDE, instead_of=first))
    assert await desk.limit() == 86


async def test_a_reason_is_required_and_what_will_not_ring_is_confirmed(desk: Desk) -> None:
    for reason in ("", "   ", "x"):
        with pytest.raises(Unreadable, match="why"):
            await desk.set(Role.NURSE, desk.patient, order(reason=reason))
    off = order("off", expires=NOW + timedelta(hours=8))
    with pytest.raises(Forbidden):
        await desk.set(Role.NURSE, desk.patient, off)
    with pytest.raises(Conflict, match="not ring at all"):
        await desk.set(Role.DOCTOR, desk.patient, off)
    assert await desk.limit() == 90
    said = order("off", expires=NOW + timedelta(hours=8), is_said=True)
    await desk.set(Role.DOCTOR, desk.patient, said)
    assert await desk.limit() is None
    assert await desk.limit(NOW + timedelta(hours=8)) == 90


async def test_an_expiry_that_passes_is_written_down_once(desk: Desk) -> None:
    number = await desk.set(Role.NURSE, desk.patient, order(expires=NOW + timedelta(hours=2)))
    later = NOW + timedelta(hours=2)
    assert await limits.end_settings(desk.store.door(), NOW) == []
    assert await limits.end_settings(desk.store.door(), later) == [number]
    assert await limits.end_settings(desk.store.door(), later) == []
    (line,) = await desk.history()
    assert (line.because, line.ended) == ("expired", round(later.timestamp() * 1000))
    assert await desk.limit(later) == 90


async def test_a_patients_setting_ends_with_the_ward_and_not_with_the_bed(desk: Desk) -> None:
    door = desk.store.door()
    await desk.set(Role.NURSE, desk.patient, order())
    hours = [NOW + timedelta(hours=each) for each in range(6)]
    await admission.move(door, "R-1", "Ward 3", "3-02", hours[1])
    assert await desk.limit(hours[1]) == 95
    await admission.move(door, "R-1", "Ward 4", "4-01", hours[2])
    assert await desk.limit(hours[2]) == 90
    await admission.move(door, "R-1", "Ward 3", "3-01", hours[3])  # back: it does not come again
    assert await desk.limit(hours[3]) == 90
    await desk.set(Role.NURSE, desk.patient, order(), hours[3])
    await admission.discharge(door, "R-1", hours[4])
    assert await desk.limit(hours[4]) == 90
    assert len(await limits.end_settings(door, hours[4])) == 1
    assert [each.because for each in await desk.history()] == ["left", None]
    with pytest.raises(Conflict, match="no bed"):
        await desk.set(Role.NURSE, desk.patient, order(), hours[5])


async def test_the_wards_setting_is_the_floor_of_its_patients(desk: Desk) -> None:
    with pytest.raises(Forbidden, match="every patient"):
        await desk.set(Role.NURSE, desk.ward, order())
    await desk.set(Role.DOCTOR, desk.ward, order())
    assert await desk.limit() == 95
    with pytest.raises(Forbidden, match="wider than this unit"):
        await desk.set(Role.NURSE, desk.patient, order(**WIDE | {"limit": 90, "clear_limit": 92}))
    tight = {"limit": 96, "clear_limit": 97, "delay_seconds": 5, "clear_seconds": 15}
    await desk.set(Role.NURSE, desk.patient, order(extreme=85, **tight))
    assert await desk.limit() == 96
    await desk.set(Role.NURSE, desk.patient, order("default"))
    assert await desk.limit() == 95


async def test_the_sites_setting_is_the_administrators_and_holds_on_every_ward(desk: Desk) -> None:
    for role in (Role.NURSE, Role.DOCTOR):
        with pytest.raises(Forbidden):
            await desk.set(role, Scope(), order())
    for scope in (desk.ward, desk.patient):
        with pytest.raises(Forbidden):
            await desk.set(Role.ADMINISTRATOR, scope, order())
    with pytest.raises(Unreadable, match="why"):
        await desk.set(Role.ADMINISTRATOR, Scope(), order(reason=" "))
    with pytest.raises(Conflict, match="will not ring at all"):
        await desk.set(Role.ADMINISTRATOR, Scope(), order("off"))
    await desk.set(Role.ADMINISTRATOR, Scope(), order())
    assert await desk.limit() == 95
    await desk.set(Role.DOCTOR, desk.ward, order(**(STRICT | {"limit": 93, "clear_limit": 94})))
    assert await desk.limit() == 93, "the nearer level counts"
    await desk.set(Role.DOCTOR, desk.ward, order("default"))
    assert await desk.limit() == 95


async def test_each_level_says_what_it_inherits_and_whom_it_does_not_reach(desk: Desk) -> None:
    door = desk.store.door()

    async def rule(scope: Scope):
        found = await seen(door, scope, NOW)
        return next(each for each in found.rules if each.rule == "oxygen_low")

    at_first = await rule(desk.patient)
    assert [(each.name, each.by) for each in at_first.levels] == [
        ("The whole site", None), ("Ward 3", None),
    ]  # fmt: skip
    await desk.set(Role.ADMINISTRATOR, Scope(), order(reason="protocol 12"))
    await desk.set(Role.NURSE, desk.patient, order(**(STRICT | {"limit": 96, "clear_limit": 97})))
    site, of_ward = (await rule(desk.patient)).levels
    assert (site.limit.limit, site.by, site.reason) == (95, "a administrator", "protocol 12")
    assert (of_ward.limit.limit, of_ward.by) == (95, None), "it says nothing of its own"
    ward = await rule(desk.ward)
    assert (ward.scope, ward.by, ward.own_patients) == ("site", "a administrator", 1)
    await desk.set(Role.DOCTOR, desk.ward, order("off", is_said=True, reason="a test of pumps"))
    top = await rule(Scope())
    assert (top.levels, top.own_wards, top.own_patients) == ([], ["Ward 3"], 1)
    of_ward = (await rule(desk.patient)).levels[1]
    assert (of_ward.is_on, of_ward.limit, of_ward.by) == (False, None, "a doctor")
    history = (await seen(door, Scope(), NOW)).history
    assert [(each.by, each.role) for each in history] == [("a administrator", "administrator")]


async def test_rules_of_waveforms_are_switched_as_the_others_are(desk: Desk) -> None:
    name = "ventricular_tachycardia"

    async def shown(scope: Scope):
        rules = (await seen(desk.store.door(), scope, NOW)).rules
        found = next(each for each in rules if each.rule == name)
        return found.is_on, found.differs, found.scope

    said = {"rule": name, "reason": "cardiac ward"}
    assert await shown(Scope()) == (False, False, None)
    with pytest.raises(Forbidden):
        await desk.set(Role.NURSE, desk.ward, order("on", **said))
    await desk.set(Role.DOCTOR, desk.ward, order("on", **said))
    assert await shown(desk.ward) == (True, True, "ward")
    assert await shown(desk.patient) == (True, True, "ward")
    until = NOW + timedelta(hours=2)
    off = order("off", rule=name, expires=until, reason="false ones", is_said=True)
    with pytest.raises(Forbidden):  # below what the ward has
        await desk.set(Role.NURSE, desk.patient, off)
    await desk.set(Role.DOCTOR, desk.patient, off)
    assert await shown(desk.patient) == (False, False, "patient")
    with pytest.raises(Unreadable, match="no limit"):
        await desk.set(Role.DOCTOR, desk.patient, order(rule=name))
    settings = await limits.settings_now(desk.store.door(), NOW)
    assert {(each.rule, each.choice) for each in settings} == {
        (name, Choice.ON), (name, Choice.OFF),
    }  # fmt: skip


async def test_a_nurse_may_have_a_patients_waves_watched_more_closely(desk: Desk) -> None:
    name = "ventricular_tachycardia"
    await desk.set(Role.NURSE, desk.patient, order("on", rule=name, reason="runs seen on paper"))
    rules = (await seen(desk.store.door(), desk.patient, NOW)).rules
    found = next(each for each in rules if each.rule == name)
    assert (found.is_on, found.default_is_on, found.label) == (True, False, "ECG")


async def test_what_is_not_there_or_cannot_be_is_refused(desk: Desk) -> None:
    with pytest.raises(Missing):
        await desk.set(Role.DOCTOR, Scope(patient_id=999), order())
    with pytest.raises(Missing):
        await desk.set(Role.DOCTOR, desk.patient, order(rule="none_such"))
    for wrong in ({"extreme": 96}, {"delay_seconds": 61}, {"clear_limit": None}, {"limit": 101}):
        with pytest.raises(Unreadable):
            await desk.set(Role.DOCTOR, desk.patient, order(**STRICT | wrong))
    fall = order(rule="glucose_falling_fast", **STRICT)
    with pytest.raises(Unreadable, match="no limit"):
        await desk.set(Role.DOCTOR, desk.patient, fall)


async def test_two_changes_at_once_are_one_after_the_other(desk: Desk) -> None:
    """A nurse going back to the floor must not cross a doctor's order she has not seen."""
    both = await asyncio.gather(
        desk.set(Role.DOCTOR, desk.patient, order()),
        desk.set(Role.NURSE, desk.patient, order("default")),
        return_exceptions=True,
    )
    refused = [each for each in both if isinstance(each, Forbidden)]
    newest = (await desk.history())[0]
    assert newest.choice == "limit"
    assert len(refused) in (0, 1)


@asynccontextmanager
async def room_of(desk: Desk):
    bed = Bed(desk.tools)
    await bed.furnish("told.alarm", "told.limits", patient=desk.patient.patient_id)
    yield bed


async def test_the_watcher_takes_a_change_at_once_over_the_bus(desk: Desk) -> None:
    async with room_of(desk) as room, working(desk.tools):
        await room.is_watched()
        await room.reads("oxygen_saturation", 93)
        await desk.set(Role.NURSE, desk.patient, order(), datetime.now(UTC))
        alarm = await room.next("told.alarm", condition("oxygen_low", "active"))
        assert (alarm["limit"], alarm["value"]) == (95, 93)


async def test_a_change_nobody_told_is_found_by_the_poll_and_an_end_is_told(desk: Desk) -> None:
    async with room_of(desk) as room:
        clock = [datetime.now(UTC)]
        # Nobody was ever observed here: another alarm's story.
        settings = replace(desk.tools.settings, observation_overdue_percent=0)
        watch = Watch(replace(desk.tools, now=lambda: clock[0], settings=settings))
        await watch.take_over()
        expires = clock[0] + timedelta(seconds=60)
        await desk.set(Role.NURSE, desk.patient, order(expires=expires), clock[0])
        await watch.tick(0)
        for value, expected in ((84, ["oxygen_low"]), (97, ["oxygen_low"])):
            watch.hear(heard(room, value, clock[0]))
            await watch.judge()
            await watch.writer.flush_changes()
            assert await conditions(room) == expected
            clock[0] += timedelta(seconds=20)
        clock[0] = expires
        await watch.tick(0)
        told = await room.next("told.limits", lambda told: "ended" in told)
        assert told["ended"] == (await desk.history())[0].id
        watch.hear(heard(room, 94, clock[0]))
        await watch.judge()
        await watch.writer.flush_changes()
        states = await room.sql("select state from alarm where condition = 'oxygen_low'")
        assert states == [("latched",)]  # 94 is beyond no limit any more


def heard(room: Bed, value: float, at: datetime) -> bytes:
    us = as_microseconds(at)
    row = (room.patient, room.device, OXYGEN_SATURATION.index, 0, us, us, value)
    return np.array([row], HOT).tobytes()


async def conditions(room: Bed) -> list[str]:
    rows = await room.sql("select condition from alarm where condition not like 'news2%%'")
    return [row[0] for row in rows]
