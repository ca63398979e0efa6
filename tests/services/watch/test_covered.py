"""One sick parameter rings once, and no alarm is lost by that."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.clinical.limit import Limit, Side
from homeward.clinical.setting import Choice, Setting
from homeward.services.watch.plan import Orders
from tests.services.watch.conftest import Bedside
from tests.services.watch.test_watcher import FULL

RED = ("news2_red", "medium")
BOTH = ("news2_red", "oxygen_low", "systolic_low", "systolic_high")


def test_a_limit_that_rings_covers_the_red_score_of_the_same_parameter(bedside):
    bedside.reads(seconds=3, **FULL).reads(systolic=85).passes(30)
    assert bedside.of(*BOTH) == [("systolic_low", "medium")]
    assert bedside.scores[-1].score.low == 3  # the score itself is told all the same


def test_a_red_score_of_another_parameter_rings(bedside):
    bedside.reads(seconds=3, **FULL).reads(systolic=85).passes(5)
    bedside.reads(consciousness=2).passes(5)
    assert ("news2_urgent", "medium") in bedside.said or RED in bedside.said


def test_what_is_red_and_beyond_no_limit_rings(bedside):
    bedside.reads(seconds=3, **FULL).reads(systolic=90).passes(5)
    assert bedside.of(*BOTH) == [RED]


def test_a_red_score_that_rings_already_goes_on_to_its_own_end(bedside):
    bedside.reads(seconds=3, **FULL).reads(systolic=90).passes(5)
    bedside.reads(systolic=85).passes(30)
    assert bedside.of(*BOTH) == [RED, ("systolic_low", "medium")]
    bedside.reads(systolic=120).passes(5)
    assert bedside.of("news2_red") == [RED, ("news2_red", "over")]


def test_red_and_well_again_while_nobody_watched_does_not_hide_the_next_red(bedside):
    """The ledger has the first, so it takes it no second time: the last must be told as its own."""
    came, bedside.now = bedside.now, bedside.now + timedelta(seconds=50)
    for seconds, systolic in ((0, 90), (20, 120), (40, 90)):
        vitals = FULL | {"systolic": systolic}
        rows = [(name, value, seconds) for name, value in vitals.items()]
        bedside.keep(bedside.watcher.take_again(bedside.frame(rows), bedside.now))
    bedside.keep(bedside.watcher.judge_again(bedside.now))
    assert bedside.of("news2_red") == [RED]
    assert bedside.changes[-1].measured == came + timedelta(seconds=40)


def test_what_the_ledger_does_not_have_is_asked_of_the_score_again(bedside):
    """However it came to that: the values need not change for the alarm to be raised."""
    bedside.reads(seconds=3, **FULL).reads(systolic=90).passes(5)
    bedside.watcher.agree([])
    bedside.passes(1)
    assert bedside.of("news2_red") == [RED, RED]


def off(bedside: Bedside, *rules: str) -> None:
    settings_ = [Setting(n, rule, Choice.OFF, patient_id=1) for n, rule in enumerate(rules, 1)]
    bedside.keep(bedside.watcher.order(Orders(tuple(settings_)), bedside.now))


def test_a_limit_switched_off_covers_nothing(bedside):
    off(bedside, "systolic_low")
    bedside.reads(seconds=3, **FULL).reads(systolic=85).passes(5)
    assert bedside.of(*BOTH) == [RED]


def test_when_the_limit_is_switched_off_the_red_score_rings_within_a_second(bedside):
    bedside.reads(seconds=3, **FULL).reads(systolic=85).passes(30)
    off(bedside, "systolic_low")
    bedside.passes(2)
    assert bedside.of(*BOTH) == [("systolic_low", "medium"), ("systolic_low", "over"), RED]


@pytest.mark.parametrize("value", [230, 70])
def test_on_either_side(bedside, value):
    bedside.reads(seconds=3, **FULL).reads(systolic=value).passes(30)
    assert RED not in bedside.said


@settings(max_examples=60)
@given(st.lists(st.sampled_from([120, 91, 90, 89, 85, 79, 96, 221, 185]), min_size=1, max_size=12))
def test_whatever_comes_a_red_pressure_never_stands_without_an_alarm(pressures):
    """After each measurement: three points, and either the limit or the score rings."""
    bedside = Bedside()
    bedside.reads(seconds=3, **FULL)
    for pressure in pressures:
        bedside.reads(systolic=pressure).passes(3)
        bedside.reads(seconds=2, heart_rate=72, oxygen_saturation=97, respiratory_rate=14)
        held: set[str] = set()
        for name, what in bedside.said:
            held = held - {name} if what == "over" else held | {name}
        if pressure <= 90 or pressure >= 220:
            assert held & set(BOTH), (pressures, pressure)


PRESSURE = ("systolic_high", "diastolic_high")


def own_lower(bedside: Bedside, limit: Limit) -> None:
    said = Setting(1, "diastolic_high", Choice.LIMIT, limit, patient_id=1)
    bedside.keep(bedside.watcher.order(Orders((said,)), bedside.now))


def test_a_high_lower_number_rings_though_the_upper_one_is_well(bedside):
    bedside.reads(systolic=135, diastolic=120).passes(5)
    assert bedside.of(*PRESSURE) == []
    bedside.reads(systolic=135, diastolic=121).passes(5)
    assert bedside.of(*PRESSURE) == [("diastolic_high", "medium")]
    bedside.reads(systolic=130, diastolic=108).passes(5)
    assert bedside.of(*PRESSURE)[1:] == [("diastolic_high", "over")]


def test_by_the_patients_own_limit(bedside):
    own_lower(bedside, Limit(Side.ABOVE, 100, 95, extreme=110))
    bedside.reads(systolic=135, diastolic=104).passes(5)
    bedside.reads(systolic=135, diastolic=115).passes(5)
    assert bedside.of(*PRESSURE) == [("diastolic_high", "medium"), ("diastolic_high", "high")]


def test_one_pressure_rings_once_and_its_lower_number_when_the_upper_is_well_again(bedside):
    bedside.reads(systolic=190, diastolic=125).passes(5)
    assert bedside.of(*PRESSURE) == [("systolic_high", "medium")]
    bedside.reads(systolic=160, diastolic=125).passes(5)
    assert bedside.of(*PRESSURE)[1:] == [("systolic_high", "over"), ("diastolic_high", "medium")]


def test_beyond_its_own_extreme_the_lower_number_is_not_covered(bedside):
    own_lower(bedside, Limit(Side.ABOVE, 100, 95, extreme=110))
    bedside.reads(systolic=190, diastolic=115).passes(5)
    assert bedside.of(*PRESSURE) == [("systolic_high", "medium"), ("diastolic_high", "high")]
