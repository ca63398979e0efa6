"""Settings and the watcher without a database: taken at once, ended when off, gated by person."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.clinical.episode import Key
from homeward.clinical.limit import Limit, Side
from homeward.clinical.rules import RULES, oxygen_low
from homeward.clinical.setting import Choice, Setting, in_force
from homeward.clinical.subject import ANYBODY, Subject
from homeward.model.alarm import Kind, Priority, State
from homeward.model.frame import HOT
from homeward.model.reading import Reading
from homeward.model.vital import GLUCOSE, OXYGEN_SATURATION
from homeward.services.watch.ledger import Episode
from homeward.services.watch.plan import Orders
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import START, Bedside, us

STRICT = Limit(Side.BELOW, 95, 96, delay_seconds=5, clear_seconds=5, extreme=85)


def setting(limit=STRICT, number=1, rule="oxygen_low", **whom):
    choice = Choice.OFF if limit is None else Choice.LIMIT
    return Setting(number, rule, choice, limit, **(whom or {"patient_id": 1}))


def order(bedside: Bedside, *settings, wards=None):
    orders = Orders(settings, wards or {})
    bedside.keep(bedside.watcher.order(orders, bedside.now))
    return bedside


def born(on: date, patient=1):
    return Watched(9, "monitor-9", {}, True, patient, START, 1, birth_date=on)


def test_a_setting_is_taken_at_once_and_judges_what_is_fresh(bedside):
    bedside.reads(seconds=30, oxygen_saturation=93)
    assert bedside.of("oxygen_low") == []
    order(bedside, setting())
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
    change = next(each for each in bedside.changes if each.key.condition == "oxygen_low")
    assert change.detail["setting"] == 1
    assert change.finding.limit == 95


def test_a_pulse_yields_to_no_heart_rate_whose_alarm_is_off(bedside):
    """Else nobody would judge the rate: it rings as soon as it is off, and for nobody else."""
    bedside.reads(seconds=60, heart_rate=72, pulse=160)
    assert bedside.of("pulse_high") == []
    order(bedside, setting(None, rule="heart_rate_low"))  # of the other side
    bedside.reads(seconds=60, heart_rate=72, pulse=160)
    assert bedside.of("pulse_high") == []
    order(bedside, setting(None, rule="heart_rate_high"))
    assert bedside.of("pulse_high") == [("pulse_high", "high")]
    bedside.reads(2, seconds=60, heart_rate=72, pulse=160)
    assert bedside.of("pulse_high") == [("pulse_high", "high")]


def test_it_concerns_that_patient_and_nobody_else(bedside):
    order(bedside, setting())
    bedside.reads(2, seconds=30, oxygen_saturation=93)
    assert bedside.of("oxygen_low") == []
    bedside.reads(1, seconds=30, oxygen_saturation=93)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]


def test_a_wards_setting_comes_and_goes_with_the_ward(bedside):
    order(bedside, setting(ward_id=5), wards={1: 5, 2: 6})
    bedside.reads(2, seconds=10, oxygen_saturation=93)
    assert bedside.of("oxygen_low") == []
    order(bedside, setting(ward_id=5), wards={1: 6, 2: 5})
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]


def test_what_is_not_fresh_is_not_judged_by_a_new_limit(bedside):
    bedside.reads(oxygen_saturation=93).passes(60)
    order(bedside, setting())
    assert bedside.of("oxygen_low") == []


def test_a_rule_switched_off_ends_its_alarm_and_rings_no_more(bedside):
    bedside.reads(seconds=1, oxygen_saturation=70)
    order(bedside, setting(None))
    assert bedside.of("oxygen_low") == [("oxygen_low", "high"), ("oxygen_low", "over")]
    bedside.reads(seconds=60, oxygen_saturation=70)
    assert len(bedside.of("oxygen_low")) == 2
    order(bedside)  # its time has passed: by default again, and at once
    assert bedside.of("oxygen_low")[-1] == ("oxygen_low", "high")


def test_a_rule_off_does_not_hide_the_others(bedside):
    order(bedside, setting(None))
    bedside.reads(seconds=1, oxygen_saturation=97, glucose=50)
    assert bedside.of("glucose_low") == [("glucose_low", "high")]


def test_a_limit_widened_while_it_rings_ends_by_the_new_one(bedside):
    bedside.reads(seconds=20, oxygen_saturation=88)
    order(bedside, setting(replace(oxygen_low.LIMIT, limit=84, clear_limit=86)))
    assert bedside.of("oxygen_low")[-1] == ("oxygen_low", "over")


def test_a_watcher_that_takes_over_ends_what_is_off(bedside):
    bedside.reads(seconds=1, oxygen_saturation=70)
    from homeward.model.alarm import Kind, Priority, State
    from homeward.services.watch.ledger import Episode

    held = Episode(
        1, 1, None, "oxygen_low", Kind.PHYSIOLOGICAL, Priority.HIGH, State.ACTIVE,
        bedside.now, bedside.now,
    )  # fmt: skip
    next_one = Bedside()
    next_one.watcher.restore([held], {})
    order(next_one, setting(None))
    assert next_one.of("oxygen_low") == [("oxygen_low", "over")]


def test_d22_a_setting_that_does_not_fit_is_an_alarm_and_the_default_goes_on(bedside):
    bedside.reads(seconds=1, oxygen_saturation=97)
    order(bedside, setting(Limit(Side.ABOVE, 50, 40)))
    assert bedside.of("trouble_setting_oxygen_low") == [("trouble_setting_oxygen_low", "medium")]
    bedside.reads(seconds=20, oxygen_saturation=86)
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
    order(bedside)
    assert bedside.of("trouble_setting_oxygen_low")[-1] == ("trouble_setting_oxygen_low", "over")


def test_a_newborn_is_judged_as_a_newborn_and_the_adult_beside_as_an_adult(bedside):
    bedside.watcher.watch([born(date(2026, 2, 1)), born(date(1950, 1, 1), patient=2)])
    for patient in (1, 2):
        bedside.reads(patient, seconds=30, heart_rate=135)
    assert [each.key.patient_id for each in bedside.changes if "heart" in each.key.condition] == [2]
    bedside.reads(1, seconds=12, heart_rate=88)
    assert bedside.of("heart_rate_low") == [("heart_rate_low", "high")]


def test_a_newborn_without_a_device_is_a_newborn_all_the_same(bedside):
    orders = Orders((), {1: 5}, {1: Subject(date(2026, 2, 1))})
    bedside.keep(bedside.watcher.order(orders, bedside.now))
    bedside.reads(seconds=30, heart_rate=150)
    assert bedside.of("heart_rate_high") == []


def test_on_its_birthday_a_child_is_judged_by_its_new_age(bedside):
    bedside.watcher.watch([born(date(2025, 12, 2))])  # three months tomorrow
    bedside.reads(seconds=30, heart_rate=175)
    assert bedside.of("heart_rate_high") == []
    bedside.now = START + timedelta(days=1)
    bedside.reads(seconds=30, heart_rate=175)
    assert bedside.of("heart_rate_high") == [("heart_rate_high", "medium")]


LIMITED = [rule for rule in RULES if rule.limit is not None and rule.yields_to is None]


@st.composite
def orders(draw):
    """A setting of any kind for any of three patients, a ward or the site."""
    found = []
    for number in range(draw(st.integers(0, 4))):
        rule = draw(st.sampled_from(LIMITED))
        step = draw(st.integers(-8, 8))
        own = rule.limit
        extreme = None if own.extreme is None else own.extreme + step
        moved = replace(
            own, limit=own.limit + step, clear_limit=own.clear_limit + step, extreme=extreme
        )
        limit = moved if draw(st.booleans()) else None
        whom = draw(st.sampled_from([{"patient_id": 1}, {"patient_id": 2}, {"ward_id": 5}]))
        found.append(setting(limit, number + 1, rule.name, **whom))
    return Orders(tuple(found), {1: 5, 2: 5, 3: None})


@st.composite
def streams(draw):
    rule = draw(st.sampled_from(LIMITED))
    low, high = rule.vital.possible
    near = [rule.limit.limit + step for step in range(-12, 13)]
    values = draw(st.lists(st.sampled_from(near), min_size=1, max_size=60))
    return rule.vital, [min(max(value, low), high) for value in values]


@settings(max_examples=60)
@given(orders(), streams(), st.sampled_from([1, 2, 3]))
def test_the_watchers_gate_hides_nothing_from_anybodys_own_rules(orders, stream, patient):
    """Gate and rules decide as the rules alone, whatever was set for whom."""
    vital, values = stream
    bedside = Bedside(Watcher())
    bedside.keep(bedside.watcher.order(orders, START))
    mine = [each for each in orders.settings if each.patient_id == patient]
    mine += [each for each in orders.settings if each.ward_id and orders.wards[patient] == 5]
    alone = [each.rule for each in in_force(RULES, ANYBODY, START.date(), mine) if each.rule]
    window, open_now, lines = [], set(), []
    every = 60 if vital is GLUCOSE else 1  # its long window is thinned to that
    for second, value in enumerate(values):
        at = START + timedelta(seconds=second * every)
        frame = np.array([(patient, 9, vital.index, 0, us(at), us(at), value)], HOT)
        bedside.keep(bedside.watcher.take(frame, at))
        window.append(Reading(vital, value, at))
        for rule in alone:
            if rule.vital is not vital:
                continue
            found = rule.judge(window, rule.name in open_now)
            if found is not None and rule.name not in open_now:
                lines.append((rule.name, "begins"))
                open_now.add(rule.name)
            elif found is None and rule.name in open_now:
                lines.append((rule.name, "over"))
                open_now.remove(rule.name)
    known, said = set(), []
    for name, what in bedside.said:
        if name in BY_RULE and (what == "over" or name not in known):
            said.append((name, "over" if what == "over" else "begins"))
            known ^= {name}
    assert said == lines


BY_RULE = {rule.name for rule in RULES}


def unfit(rule="oxygen_low", patient=1) -> Setting:
    return Setting(7, rule, Choice.LIMIT, None, patient_id=patient)


def taken_over(*episodes) -> Bedside:
    """A new watcher that was ordered before it knew of any reading, as after a start."""
    bedside = Bedside()
    bedside.watcher.restore(episodes, {})
    return bedside


def test_a_setting_that_does_not_fit_is_said_after_a_start_too():
    """An update is a restart: of all moments, that is when a setting stops fitting its rule."""
    bedside = order(taken_over(), unfit())
    bedside.reads(oxygen_saturation=97)
    order(bedside, unfit())
    assert bedside.of("trouble_setting_oxygen_low") == [("trouble_setting_oxygen_low", "medium")]


def test_what_was_said_of_a_setting_ends_where_it_ended_during_a_restart():
    key = Key("trouble_setting_oxygen_low", 1)
    said = Episode(
        1, 1, None, key.condition, Kind.TECHNICAL, Priority.MEDIUM, State.ACTIVE, START, None
    )
    bedside = order(taken_over(said))
    assert bedside.of("trouble_setting_oxygen_low") == [("trouble_setting_oxygen_low", "over")]


def test_what_was_set_during_a_restart_judges_what_is_fresh():
    """Nobody was there to judge the last reading by the new limit."""
    bedside = order(taken_over(), setting())
    rows = np.zeros(8, HOT)
    for second in range(len(rows)):
        at = us(START + timedelta(seconds=second))
        rows[second] = (1, 9, OXYGEN_SATURATION.index, 0, at, at, 93)
    bedside.now = START + timedelta(seconds=8)
    bedside.watcher.remember(rows, bedside.now)
    assert bedside.of("oxygen_low") == []
    order(bedside, setting())
    assert bedside.of("oxygen_low") == [("oxygen_low", "high")]
