"""Before saving: the record of a month judged by the limits now and by others, over real chunks."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from homeward.clinical.setting import Choice
from homeward.model.person import Role
from homeward.model.vital import BY_NAME
from homeward.services.people import admission
from homeward.services.people.admission import NewPatient
from homeward.services.watch import limits_replay
from homeward.services.watch.limits import Scope
from homeward.store.chunks import micros
from homeward.store.packed import SAMPLES, pack, pack_rollup, roll_up
from tests.services.watch.test_limits import NOW, WIDE, Desk, order, sql

ADD = (
    "insert into hour_chunk (patient_id, hour, vital, samples, low, high, mean, minutes, body) "
    "values (%(patient)s, %(hour)s, %(vital)s, %(samples)s, %(low)s, %(high)s, %(mean)s, "
    "%(minutes)s, %(body)s)"
)
START = NOW - timedelta(days=3)


def hours(patient: int, vital: str, values: np.ndarray, device: int = 9) -> Iterable[dict]:
    """A reading a second from START on, as the record keeps it."""
    index = BY_NAME[vital].index
    for first in range(0, len(values), 3600):
        mine = values[first : first + 3600]
        rows = np.zeros(len(mine), SAMPLES)
        rows["vital"], rows["device"], rows["value"] = index, device, mine
        rows["at"] = micros(START) + (first + np.arange(len(mine))) * 1_000_000
        rows["received"] = rows["at"] + 200_000
        yield {
            "patient": patient, "hour": START + timedelta(seconds=first), "vital": index,
            "samples": len(mine), "low": float(mine.min()), "high": float(mine.max()),
            "mean": float(mine.mean()), "minutes": pack_rollup(roll_up(rows)), "body": pack(rows),
        }  # fmt: skip


def quiet(days: float = 2.0, value: float = 97.0) -> np.ndarray:
    return np.full(int(days * 86400), value)


def dips(values: np.ndarray, seconds: Iterable[int], to: float, last: int = 60) -> np.ndarray:
    for second in seconds:
        values[second : second + last] = to
    return values


@pytest.fixture
async def desk(tools) -> Desk:
    return await Desk(tools).open(START - timedelta(days=1))


async def keep(desk: Desk, patient: int, vital: str, values: np.ndarray, device: int = 9) -> None:
    await desk.store.door().run_many(sql(ADD), list(hours(patient, vital, values, device)))


async def replay(desk: Desk, scope: Scope, said, now: datetime = NOW, after: int = 0):
    return await limits_replay.step(desk.store.door(), scope, said, after, now)


def two_kinds() -> np.ndarray:
    """Five dips to 88 and three to 84; one of them just over an hour's edge."""
    values = dips(quiet(), [1000, 3590, 9000, 50_000, 100_000], 88)
    return dips(values, [7199, 20_000, 150_000], 84)


async def test_how_many_alarms_the_limits_now_and_others_would_have_raised(desk: Desk) -> None:
    patient = desk.patient.patient_id
    assert patient is not None
    await keep(desk, patient, "oxygen_saturation", two_kinds())
    found = await replay(desk, desk.patient, order(**WIDE))
    assert (found.now, found.proposed) == (8, 3)
    assert (found.patients, found.patients_all, found.after) == (1, 1, None)
    assert found.readings == 2 * 86400
    assert found.hours < 20  # of 48: the quiet ones are not read
    tighter = await replay(desk, desk.patient, order(limit=98, clear_limit=98))
    assert tighter.proposed == 1
    off = await replay(desk, desk.patient, order("off", expires=NOW + timedelta(hours=1)))
    assert (off.now, off.proposed) == (8, 0)


async def test_it_changes_nothing(desk: Desk) -> None:
    await replay(desk, desk.patient, order(**WIDE))
    assert await desk.history() == []
    assert await desk.limit() == 90


async def test_a_wards_replay_counts_everybody_step_by_step(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(limits_replay, "BUDGET_SECONDS", 0.0)
    door = desk.store.door()
    for number, name in enumerate(("Bela", "Cleo"), 2):
        who = NewPatient(f"R-{number}", name, date(1960, 1, 1), "male")
        await admission.admit(door, who, "Ward 3", f"3-0{number}", START)
    rows = await door.all(sql("select id from patient order by id"), dict)
    ids = [row["id"] for row in rows]
    for each in ids:
        await keep(desk, each, "oxygen_saturation", two_kinds())
    # Cleo has limits of her own, which the ward's would not touch.
    tight = order(limit=92, clear_limit=94, clear_seconds=15, extreme=80, reason="her own")
    await desk.set(Role.NURSE, Scope(patient_id=ids[2]), tight)
    steps, after = [], 0
    while after is not None:
        found = await replay(desk, desk.ward, order(**WIDE), after=after)
        steps.append((found.patients, found.now, found.proposed))
        after = found.after
    assert steps == [(1, 8, 3), (2, 8, 3), (3, 8, 8)]


async def test_d17_two_devices_and_late_readings_count_as_they_were_judged(
    desk: Desk,
) -> None:
    patient = desk.patient.patient_id
    assert patient is not None
    values = dips(quiet(0.5), [1000], 85)
    await keep(desk, patient, "oxygen_saturation", values, device=9)
    await keep(desk, patient, "oxygen_saturation", values, device=10)
    assert (await replay(desk, desk.patient, order(**WIDE))).now == 1


async def test_pulse_is_silent_while_the_heart_rate_is_fresh(desk: Desk) -> None:
    patient = desk.patient.patient_id
    assert patient is not None
    await keep(desk, patient, "pulse", dips(quiet(0.5, 72.0), [1000, 30_000], 140))
    await keep(desk, patient, "heart_rate", quiet(0.2, 72.0))  # ends before the second
    values = {"limit": 120, "clear_limit": 110, "delay_seconds": 20, "clear_seconds": 15}
    said = order(rule="pulse_high", extreme=150, **values)
    assert (await replay(desk, desk.patient, said)).now == 1
    off = order("off", rule="heart_rate_high", expires=NOW + timedelta(hours=1), is_said=True)
    await desk.set(Role.DOCTOR, desk.patient, off)
    assert (await replay(desk, desk.patient, said)).now == 2  # it yields to nobody then


async def test_a_rule_without_a_limit_counts_what_it_raised(desk: Desk) -> None:
    patient = desk.patient.patient_id
    alarm = (
        "insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, "
        "rung) values (%(patient)s, 'glucose_falling_fast', 'physiological', 'medium', 'resolved', "
        "'', %(at)s, %(at)s, %(at)s)"
    )
    for days in (1, 2, 40):
        await desk.store.door().run(sql(alarm), patient=patient, at=NOW - timedelta(days=days))
    said = order("off", rule="glucose_falling_fast", expires=NOW + timedelta(hours=1))
    found = await replay(desk, desk.patient, said)
    assert (found.now, found.proposed) == (2, 0)
    assert said.choice is Choice.OFF


async def test_what_was_not_watched_and_has_no_limit_cannot_be_told(desk: Desk) -> None:
    on = order("on", rule="ventricular_tachycardia", reason="a test")
    assert (await replay(desk, desk.patient, on)).is_known is False
    off = order("off", rule="asystole", expires=NOW + timedelta(hours=1))
    found = await replay(desk, desk.patient, off)
    assert (found.is_known, found.readings) == (True, 0)
    assert (await replay(desk, desk.patient, order())).is_known is True


async def test_the_site_is_everybody_on_every_ward_and_who_has_their_own_keeps_it(
    desk: Desk,
) -> None:
    await admission.admit(
        desk.store.door(), NewPatient("R-2", "Bela", date(1950, 3, 1), "male"), "Ward 4", "4-01",
        START - timedelta(days=1),
    )  # fmt: skip
    row = await desk.store.door().one(sql("select max(id) as id from patient"), dict)
    assert desk.patient.patient_id is not None
    for patient in (desk.patient.patient_id, row["id"]):
        await keep(desk, patient, "oxygen_saturation", two_kinds())
    found = await replay(desk, Scope(), order(**WIDE))
    assert (found.patients, found.patients_all) == (2, 2)
    assert (found.now, found.proposed) == (16, 6)
    strict = order(limit=90, clear_limit=92, delay_seconds=15, clear_seconds=15, extreme=80)
    await desk.set(Role.NURSE, desk.patient, strict)
    found = await replay(desk, Scope(), order(**WIDE))
    assert (found.now, found.proposed) == (16, 11)
