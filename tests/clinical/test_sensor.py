"""A sensor that is off by the device's own word."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.clinical.sensor import OFF_SECONDS, PRIORITIES, condition, sensor_off
from homeward.clinical.silence import INTERVAL_SECONDS_MIN, allowed_seconds
from homeward.model.alarm import Priority
from homeward.model.sensor import SENSOR_BY_NAME, SENSORS
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROBE = SENSOR_BY_NAME["probe"]


def test_it_is_said_after_five_seconds_and_not_before():
    assert sensor_off("monitor-1", PROBE, NOW - timedelta(seconds=4.9), NOW) is None
    found = sensor_off("monitor-1", PROBE, NOW - timedelta(seconds=OFF_SECONDS), NOW)
    assert found is not None
    assert (found.text, found.priority) == ("monitor-1: SpO₂ probe off for 5 s", Priority.MEDIUM)
    assert found.since == NOW - timedelta(seconds=OFF_SECONDS)
    assert found.patient_text is not None
    assert "finger" in found.patient_text


def test_it_is_never_later_than_the_silence_it_is_said_instead_of():
    assert allowed_seconds(INTERVAL_SECONDS_MIN) > OFF_SECONDS


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda each: each.name)
def test_every_sensor_measures_vitals_there_are_and_has_a_priority(sensor):
    assert sensor.vitals
    assert set(sensor.vitals) <= BY_NAME.keys()
    assert PRIORITIES[sensor.name] in (Priority.MEDIUM, Priority.LOW)
    assert condition(sensor) == f"sensor_off_{sensor.name}"


def test_no_vital_is_of_two_sensors():
    vitals = [vital for sensor in SENSORS for vital in sensor.vitals]
    assert len(set(vitals)) == len(vitals)
