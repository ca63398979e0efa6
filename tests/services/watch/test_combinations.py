"""Rules over several vitals, alarms that cover others; and steady hearts, wrong clocks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from homeward.clinical.rules import RULES
from homeward.services.watch.plan import Orders
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import START, Bedside

BY_NAME = {rule.name: rule for rule in RULES}
BOTH = ("shock_index_high",)


def worn(expects=None, *, offset=None, born=None, patient=1, device=9):
    return Watched(
        device, f"monitor-{device}", expects or {}, True, patient, START, 1,
        birth_date=born, offset_seconds=offset,
    )  # fmt: skip


def newborn(bedside: Bedside) -> Bedside:
    bedside.watcher.watch([worn(born=date(2026, 2, 1))])
    bedside.reads(seconds=10, heart_rate=140, oxygen_saturation=96)
    return bedside


def test_a_combination_is_asked_at_a_reading_of_any_of_its_vitals(bedside):
    bedside.reads(seconds=90, heart_rate=110)
    assert bedside.of(*BOTH) == []
    bedside.reads(systolic=100)
    assert bedside.of(*BOTH) == [("shock_index_high", "medium")]
    bedside.reads(seconds=90, heart_rate=80)
    assert bedside.of(*BOTH) == [("shock_index_high", "medium"), ("shock_index_high", "over")]


def test_the_other_way_round(bedside):
    bedside.reads(systolic=100).reads(seconds=90, heart_rate=110)
    assert bedside.of(*BOTH) == [("shock_index_high", "medium")]
    bedside.reads(systolic=140)
    assert bedside.of(*BOTH)[-1] == ("shock_index_high", "over")


def test_a_pressure_that_is_not_fresh_begins_and_ends_nothing(bedside):
    bedside.reads(systolic=100).passes(3700)
    bedside.reads(seconds=90, heart_rate=110)
    assert bedside.of(*BOTH) == []
    bedside.reads(systolic=100).passes(3700).reads(seconds=90, heart_rate=70)
    assert bedside.of(*BOTH) == [("shock_index_high", "medium")]


def test_a_low_pressure_of_the_second_cuff_counts_too(bedside):
    bedside.reads(systolic=140, device=9).reads(systolic=100, device=10)
    bedside.reads(seconds=90, heart_rate=110)
    assert bedside.of(*BOTH) == [("shock_index_high", "medium")]


def test_d22_a_combination_that_raises_is_an_alarm_and_the_others_go_on(bedside):
    def together(windows, is_open):
        raise ZeroDivisionError("value 75 of Rosa")

    broken = replace(BY_NAME["shock_index_high"], name="broken", together=together)
    bedside.watcher = Watcher((broken, *RULES))
    bedside.reads(heart_rate=160)
    assert bedside.of("trouble_rule_broken") == [("trouble_rule_broken", "medium")]
    assert bedside.of("heart_rate_high") == [("heart_rate_high", "high")]
    assert "75" not in bedside.changes[0].finding.text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_d22_every_shape_of_rule_that_raises_is_an_alarm(bedside, rule):
    def raises(*_):
        raise RuntimeError

    together = raises if rule.together else None
    bedside.watcher = Watcher((replace(rule, judge=raises, together=together, only=None),))
    outside = rule.bounds.low if rule.bounds.low > -1e9 else rule.bounds.high
    for value in (outside - 1, outside + 1):
        bedside.reads(**{rule.vital.name: value})
    assert bedside.of(f"trouble_rule_{rule.name}") == [(f"trouble_rule_{rule.name}", "medium")]


def test_one_sick_newborn_rings_once(bedside):
    newborn(bedside).reads(seconds=40, heart_rate=85, oxygen_saturation=84)
    assert [each for each in bedside.said if "news2" not in each[0]] == [
        ("bradycardia_with_desaturation", "high")
    ]


def test_and_what_was_covered_rings_when_the_cover_is_gone(bedside):
    newborn(bedside).reads(seconds=40, heart_rate=85, oxygen_saturation=84)
    bedside.reads(seconds=15, heart_rate=85, oxygen_saturation=97)
    assert bedside.of("bradycardia_with_desaturation", "heart_rate_low", "oxygen_low") == [
        ("bradycardia_with_desaturation", "high"),
        ("bradycardia_with_desaturation", "over"),
        ("heart_rate_low", "high"),
    ]


def test_an_extreme_is_never_covered(bedside):
    newborn(bedside).reads(seconds=10, heart_rate=85, oxygen_saturation=84)
    bedside.reads(heart_rate=60, oxygen_saturation=84)
    assert bedside.of("heart_rate_low") == [("heart_rate_low", "high")]


def test_a_cover_that_is_switched_off_covers_nothing(bedside):
    from homeward.clinical.setting import Choice, Setting

    newborn(bedside)
    off = Setting(1, "bradycardia_with_desaturation", Choice.OFF, patient_id=1)
    bedside.keep(bedside.watcher.order(Orders((off,)), bedside.now))
    bedside.reads(seconds=40, heart_rate=85, oxygen_saturation=84)
    assert bedside.of("heart_rate_low", "oxygen_low") == [
        ("heart_rate_low", "high"),
        ("oxygen_low", "high"),
    ]


def steadily(bedside, seconds, value=72, step=5):
    for _ in range(seconds // step):
        bedside.hears([("heart_rate", value, 0.0)], base=bedside.now)
        bedside.now += timedelta(seconds=step)
        bedside.keep(bedside.watcher.listens(bedside.now))


def test_a_heart_that_never_changes_for_half_an_hour_is_technical(bedside):
    steadily(bedside, 1800)
    assert bedside.said == []
    steadily(bedside, 5)  # half an hour after the first
    assert bedside.said == [("steady_heart_rate", "low")]
    assert bedside.changes[0].kind == "technical"
    steadily(bedside, 5, value=73)
    assert bedside.said[-1] == ("steady_heart_rate", "over")


def test_a_pause_or_a_beat_starts_the_half_hour_again(bedside):
    steadily(bedside, 1700)
    steadily(bedside, 5, value=73)
    steadily(bedside, 1700)
    bedside.now += timedelta(seconds=60)
    steadily(bedside, 1700)
    assert bedside.of("steady_heart_rate") == []


def test_steadiness_ends_no_physiological_alarm(bedside):
    steadily(bedside, 2000, value=160)
    assert bedside.of("heart_rate_high") == [("heart_rate_high", "high")]
    assert bedside.of("steady_heart_rate") == [("steady_heart_rate", "low")]


def clocks(bedside, offset, seconds, expects=None):
    for _ in range(seconds):
        bedside.watcher.watch([worn(expects or {"heart_rate": 1}, offset=offset)])
        bedside.reads(heart_rate=72)
        bedside.keep(bedside.watcher.listens(bedside.now))


def test_a_clock_a_minute_ahead_is_technical_until_it_is_right(bedside):
    clocks(bedside, 60.0, 5)
    assert bedside.said == []
    clocks(bedside, 150.0, 3)
    assert bedside.said == [("device_clock", "low")]
    assert bedside.changes[0].finding.text == "monitor-9: its clock is 2 min ahead"
    clocks(bedside, 0.4, 1)
    assert bedside.said[-1] == ("device_clock", "over")


def test_a_device_that_catches_up_after_an_outage_has_no_wrong_clock(bedside):
    clocks(bedside, -3000.0, 200)
    clocks(bedside, -0.5, 10)
    assert bedside.of("device_clock") == []
    clocks(bedside, -300.0, 310)
    assert bedside.of("device_clock") == [("device_clock", "low")]


def test_a_cuff_that_sends_now_and_then_has_no_clock_that_is_behind(bedside):
    clocks(bedside, -900.0, 320, {"systolic": 900})
    assert bedside.of("device_clock") == []
