"""What other systems did wrong and ours never must (docs/how/never-ours.md), on real engines.

Each of these defects was seen in a system in use. The tests nearer to the code are named the same.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from homeward.clinical.rules import RULES, oxygen_low
from homeward.model.frame import HOT
from homeward.model.person import Actor, Role
from homeward.model.vital import BY_NAME
from homeward.services.watch import ledger
from homeward.services.watch.acts import pause
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.work import Watch
from homeward.standards.payload import decode

STATES = (
    "select patient.name, condition, state from alarm join patient on patient.id = patient_id"
    " where condition not like 'news2%%' order by alarm.id"
)
WELL = {
    "respiratory_rate": 14, "oxygen_saturation": 97, "systolic": 120, "pulse": 72,
    "temperature": 37.0,
}  # fmt: skip


async def said_by_a_device(ward, **values: float) -> None:
    """A device's own bytes, decoded as at the door, kept and told."""
    at = ward.now.isoformat()
    one = [
        {"vital": name, "value": value, "unit": BY_NAME[name].unit, "at": at}
        for name, value in values.items()
    ]
    seen = [{"vital": "consciousness", "value": "A", "at": at}]
    seen += [{"vital": "on_oxygen", "value": False, "at": at}]
    readings = decode(json.dumps({"readings": one + seen}).encode(), ward.now).readings
    rows = [(reading.vital.name, reading.value, reading.at) for reading in readings]
    await ward.tells(await ward.sends("ada", rows))
    await ward.passes(2)


async def scored(ward) -> tuple[int | None, str, dict[str, int]]:
    """The newest NEWS2 of ada: total, risk, points by parameter."""
    ((total, risk, detail),) = await ward.sql(
        "select total, risk, detail from score where patient_id = %(ada)s and name = 'news2'"
        " order by at desc, id desc limit 1",
        ada=ward.patients["ada"],
    )
    return total, risk, {part["parameter"]: part["points"] for part in detail["parts"]}


async def test_d1_an_acknowledged_high_glucose_leaves_the_low_one_ringing(ward):
    """The very case: high and low of one vital, of one patient, one after the other."""
    await ward.admit("bo", "Ward 3", {})
    await ward.tells(await ward.sends("bo", [("glucose", 50.0, ward.now)]))
    await ward.reads(glucose=260)
    await ward.acknowledges("nurse", "glucose_high")
    called = len(await ward.called())
    await ward.reads(glucose=50)
    assert await ward.sql(STATES) == [
        ("bo", "glucose_low", "active"),
        ("ada", "glucose_high", "resolved"),
        ("ada", "glucose_low", "active"),
    ]
    assert len(await ward.called()) == called + 1
    (mine,) = await ward.sql(
        "select id from alarm where condition = 'glucose_low' and patient_id = %(ada)s",
        ada=ward.patients["ada"],
    )
    door = ward.store.door(Actor(ward.people["nurse"], "nurse", Role.NURSE))
    await ledger.acknowledge(ward.store, ward.bus, door, mine[0], "", ward.now)
    await ward.reads(glucose=262)  # answered low, and high again: that rings anew
    assert [row[2] for row in await ward.sql(STATES)] == [
        "active", "resolved", "resolved", "active",
    ]  # fmt: skip
    await ward.passes(121)  # and bo's, which nobody answered, goes on to the next person
    rows = await ward.sql(
        "select person.name from call join person on person.id = person_id"
        " join alarm on alarm.id = alarm_id where patient_id = %(bo)s order by call.id",
        bo=ward.patients["bo"],
    )
    assert [name for (name,) in rows] == ["nurse", "charge nurse"]


async def test_d1_a_pause_of_one_condition_leaves_every_other_sounding(ward):
    await ward.reads(seconds=21, heart_rate=140, oxygen_saturation=97, systolic=85)
    rows = await ward.sql("select id, condition from alarm where condition like 'heart%%'")
    door = ward.store.door(Actor(ward.people["nurse"], "nurse", Role.NURSE))
    await pause(ward.store, ward.bus, door, rows[0][0], 120, ward.now)
    assert {(condition, state) for _, condition, state in await ward.sql(STATES)} == {
        ("heart_rate_high", "audio-paused"), ("systolic_low", "active"),
    }  # fmt: skip


async def test_d2_what_was_answered_and_what_was_paused_stay_so_when_the_watcher_dies(ward):
    sick = {"heart_rate": 140, "oxygen_saturation": 86}
    await ward.reads(seconds=25, **sick)
    await ward.acknowledges("nurse", "oxygen_low")
    ((heart,),) = await ward.sql("select id from alarm where condition = 'heart_rate_high'")
    door = ward.store.door(Actor(ward.people["nurse"], "nurse", Role.NURSE))
    await pause(ward.store, ward.bus, door, heart, 120, ward.now)
    before = {"oxygen_low": "acknowledged", "heart_rate_high": "audio-paused"}
    assert await ward.alarms() == before
    called = await ward.called()
    for _ in range(3):
        await ward.killed()
        await ward.reads(seconds=3, **sick)
    assert await ward.alarms() == before
    assert await ward.called() == called
    await ward.reads(seconds=120, **sick)  # the pause was a row's, and so was its end
    assert await ward.alarms() == before | {"heart_rate_high": "active"}


@pytest.mark.parametrize(
    ("value", "points"),
    [(91.4, 3), (91.5, 2), (91.6, 2), (93.4, 2), (93.5, 1), (95.4, 1), (95.5, 0)],
)
async def test_d5_a_saturation_between_two_bands_scores_all_the_way(ward, value, points):
    await said_by_a_device(ward, **WELL | {"oxygen_saturation": value})
    total, _, parts = await scored(ward)
    assert parts["oxygen_saturation"] == total == points


@pytest.mark.parametrize("name", ["respiratory_rate", "pulse", "systolic", "oxygen_saturation"])
async def test_d6_a_zero_is_a_three_and_an_alarm_all_the_way(ward, name):
    await said_by_a_device(ward, **WELL | {name: 0})
    total, risk, parts = await scored(ward)
    assert (parts[name], total, risk) == (3, 3, "low-medium")
    ((priority, value),) = await ward.sql(
        "select priority, value from alarm where condition not like 'news2%%'"
    )
    assert (priority, value) == ("high", 0)
    assert await ward.called() == ["nurse"]


async def test_d7_a_bed_without_a_patient_leaves_every_later_bed_watched_and_charted(ward):
    """One message of the hot lane: nobody's device first and in the middle, the sick one last."""
    beds = [f"bed-{n}" for n in range(1, 6)]
    for bed in beds:
        await ward.admit(bed, "Ward 3", {})
    frame = np.zeros(len(beds) + 2, HOT)
    at = int(ward.now.timestamp() * 1e6)
    low = BY_NAME["glucose"].index
    frame[:] = (0, 999, low, 0, at, at, 45.0)
    for place, bed in zip((1, 2, 4, 5, 6), beds, strict=True):
        frame[place] = (ward.patients[bed], ward.devices[bed], low, 0, at, at, 45.0)
    await ward.tells(frame.tobytes())
    assert [(name, state) for name, _, state in await ward.sql(STATES)] == [
        (bed, "active") for bed in beds
    ]
    await ward.passes(1)
    assert len(await ward.called()) == len(beds)


async def test_d7_a_bed_whose_rule_raises_leaves_every_later_bed_judged(ward):
    for bed in ("bed-1", "bed-2", "bed-3"):
        await ward.admit(bed, "Ward 3", {})

    def judge(window, is_open):
        if window[-1].value == 46:
            raise KeyError
        return low.judge(window, is_open)

    low = next(rule for rule in RULES if rule.name == "glucose_low")
    others = [rule for rule in RULES if rule is not low]
    ward.watch = Watch(ward.tools, Watcher((replace(low, judge=judge), *others)))
    await ward.watch.take_over()
    frames = [
        await ward.sends(f"bed-{n}", [("glucose", value, ward.now)])
        for n, value in ((1, 46.0), (2, 45.0), (3, 44.0))
    ]
    await ward.tells(b"".join(frames))
    assert await ward.sql(STATES) == [
        ("bed-1", "trouble_rule_glucose_low", "active"),
        ("bed-2", "glucose_low", "active"),
        ("bed-3", "glucose_low", "active"),
    ]


async def test_d22_a_rule_that_raises_calls_the_nurse_and_the_others_go_on(ward):
    fails = [True]

    def judge(window, is_open):
        if fails[0]:
            raise ZeroDivisionError("value 75 of Ada")
        return  # this one works again, and finds nothing

    def watcher() -> Watcher:
        return Watcher((replace(oxygen_low.RULE, name="broken", judge=judge), *RULES))

    async def stood() -> list[tuple[str, str, str, str]]:
        return await ward.sql(
            "select condition, kind, priority, state from alarm"
            " where condition in ('trouble_rule_broken', 'oxygen_low') order by condition desc"
        )

    ward.watch = Watch(ward.tools, watcher())
    await ward.watch.take_over()
    await ward.reads(oxygen_saturation=75, heart_rate=72)
    assert await stood() == [
        ("trouble_rule_broken", "technical", "medium", "active"),
        ("oxygen_low", "physiological", "high", "active"),
    ]
    assert await ward.called() == ["nurse", "nurse"]
    assert await ward.sql("select id from alarm where text like '%%75 of Ada%%'") == []
    ward.watch = Watch(ward.tools, watcher())  # it fails in the next watcher too: no second alarm
    await ward.watch.take_over()
    await ward.reads(seconds=3, oxygen_saturation=75, heart_rate=72)
    assert len(await stood()) == 2
    fails[0] = False
    await ward.reads(oxygen_saturation=75, heart_rate=72)
    assert [row[3] for row in await stood()] == ["resolved", "active"]
