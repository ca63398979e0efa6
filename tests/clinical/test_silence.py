"""Silence is a technical alarm: when, how loud, and once per cause."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.silence import (
    Expected,
    allowed_seconds,
    habit,
    said,
    silent_device,
    silent_vitals,
)
from homeward.model.alarm import Priority
from homeward.model.vital import BY_NAME, GLUCOSE, HEART_RATE, OXYGEN_SATURATION

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


SATURATION = Expected(OXYGEN_SATURATION, 1, since=ago(3600))


@pytest.mark.parametrize(("age", "is_silent"), [(0, False), (7, False), (7.1, True), (600, True)])
def test_twice_the_interval_and_five_seconds(age: float, is_silent: bool) -> None:
    found = silent_vitals([SATURATION], {"oxygen_saturation": ago(age)}, NOW)
    assert list(found) == (["silent_oxygen_saturation"] if is_silent else [])


def test_a_probe_that_fell_off_says_so_to_both() -> None:
    found = silent_vitals([SATURATION], {"oxygen_saturation": ago(12)}, NOW)
    finding = found["silent_oxygen_saturation"]
    assert finding.text == "SpO₂: nothing for 12 s"
    assert finding.priority is Priority.MEDIUM
    assert finding.since == ago(12)
    assert finding.limit == 7
    assert finding.patient_text is not None
    assert "sensor on your finger" in finding.patient_text


def test_a_glucose_sensor_has_its_own_pace() -> None:
    glucose = Expected(GLUCOSE, 300, since=ago(36_000))
    assert silent_vitals([glucose], {"glucose": ago(605)}, NOW) == {}
    found = silent_vitals([glucose], {"glucose": ago(1260)}, NOW)["silent_glucose"]
    assert (found.priority, found.text) == (Priority.LOW, "Glucose: nothing for 21 min")


def test_what_is_measured_each_minute_is_watched_closely() -> None:
    minutely = Expected(HEART_RATE, 60, since=ago(3600))
    found = silent_vitals([minutely], {"heart_rate": ago(126)}, NOW)["silent_heart_rate"]
    assert found.priority is Priority.MEDIUM


def test_what_never_came_is_silent_since_it_was_expected() -> None:
    new = Expected(HEART_RATE, 1, since=ago(6))
    assert silent_vitals([new], {}, NOW) == {}
    old = Expected(HEART_RATE, 1, since=ago(60))
    assert silent_vitals([old], {}, NOW)["silent_heart_rate"].since == ago(60)


def test_what_came_before_it_was_expected_does_not_count() -> None:
    new = Expected(HEART_RATE, 1, since=ago(3))
    assert silent_vitals([new], {"heart_rate": ago(900)}, NOW) == {}


def test_one_cause_rings_once() -> None:
    seen = {"oxygen_saturation": ago(60)}
    assert silent_vitals([SATURATION], seen, NOW, explained={"oxygen_saturation"}) == {}


def test_only_the_silent_vital_rings() -> None:
    both = [SATURATION, Expected(HEART_RATE, 1, since=ago(3600))]
    found = silent_vitals(both, {"oxygen_saturation": ago(60), "heart_rate": ago(1)}, NOW)
    assert list(found) == ["silent_oxygen_saturation"]


def test_a_whole_device_falls_silent() -> None:
    assert silent_device("monitor-1", ago(7), 1, NOW) is None
    found = silent_device("monitor-1", ago(8), 1, NOW)
    assert found is not None
    assert (found.text, found.since) == ("monitor-1: nothing for 8 s", ago(8))
    assert (found.priority, found.limit) == (Priority.MEDIUM, 7)
    assert allowed_seconds(1) == 7


@pytest.mark.parametrize(
    ("vital", "steady", "gap", "expected"),
    [
        ("heart_rate", 600, 1, 1),
        ("heart_rate", 600, 0.1, 1),  # no quicker than each second
        ("oxygen_saturation", 3600, 4.5, 4.5),
        ("oxygen_saturation", 599, 1, None),  # a spot check, however thorough
        ("glucose", 9000, 300, 300),
        ("glucose", 8999, 300, None),
        ("systolic", 86_400, 900, None),  # somebody's round
    ],
)
def test_what_comes_without_a_pause_is_a_habit(
    vital: str, steady: float, gap: float, expected: float | None
) -> None:
    assert habit(BY_NAME[vital], steady, gap) == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12.9, "12 s"), (119, "119 s"), (120, "2 min"), (3600, "1 h 0 min"), (7500, "2 h 5 min")],
)
def test_times_as_people_say_them(seconds: float, text: str) -> None:
    assert said(timedelta(seconds=seconds)) == text
