"""What is asked before it is filed: far from the last value, or rare."""

from datetime import UTC, datetime

import pytest

from homeward.clinical.plausible import EXPECTED, STEPS, crossed, unusual
from homeward.model.entered import PARAMETERS
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def reading(name, value):
    return Reading(BY_NAME[name], value, NOW)


@pytest.mark.parametrize(
    ("name", "value", "last"),
    [
        ("pulse", 72, None), ("pulse", 131, 72), ("temperature", 39.2, 36.9),
        ("respiratory_rate", 8, 16), ("consciousness", 4, 0), ("on_oxygen", 1, 0),
        ("oxygen_saturation", 88, 97),
    ],
)  # fmt: skip
def test_a_patient_who_turns_is_not_asked_about(name, value, last):
    assert unusual(reading(name, value), last) is None


@pytest.mark.parametrize(
    ("name", "value", "last", "words"),
    [
        ("pulse", 172, 72, "Pulse 172: it was 72 before"),
        ("temperature", 34.0, 36.9, "Temp 34.0: it was 36.9 before"),
        ("systolic", 30, None, "Systolic 30: this is rare"),
        ("oxygen_saturation", 7, None, "SpO₂ 7: this is rare"),
    ],
)
def test_a_slip_of_the_finger_is(name, value, last, words):
    assert unusual(reading(name, value), last) == words


# By parameter: how far from the last value is asked about; and below and above what, of a first
# value. Homeward's own choice, written down a second time.
ASKED = {
    "respiratory_rate": (15, 6, 50), "oxygen_saturation": (12, 70, 100), "systolic": (60, 60, 240),
    "diastolic": (40, 30, 140), "pulse": (60, 30, 190), "temperature": (2.5, 33, 41.5),
    "oxygen_flow": (10, 0, 25), "capillary_refill": (4, 0, 8),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_one_step_less_is_not_asked_about(name):
    vital, (step, low, high) = BY_NAME[name], ASKED[name]
    less = 10.0**-vital.decimals
    middle = (low + high) // 2
    for way in (1, -1):
        assert unusual(reading(name, middle + way * step), middle)
        assert unusual(reading(name, middle + way * (step - less)), middle) is None
    for value, beyond in ((low, low - less), (high, high + less)):
        assert unusual(reading(name, value), None) is None
        if vital.possible[0] <= beyond <= vital.possible[1]:
            assert unusual(reading(name, beyond), None)


def test_what_has_no_limit_is_asked_about_nowhere():
    assert unusual(reading("glucose", 1500), None) is None
    assert unusual(reading("glucose", 1500), 20) is None


def test_pressures_that_cross_are_of_no_one():
    pair = {"systolic": reading("systolic", 80), "diastolic": reading("diastolic", 80)}
    assert crossed(pair) == "Diastolic 80 is not below systolic 80"
    assert crossed(pair | {"diastolic": reading("diastolic", 79)}) is None
    assert crossed({}) is None
    for alone in pair:
        assert crossed({alone: pair[alone]}) is None


def test_every_limit_names_something_that_is_entered():
    assert set(STEPS) == set(EXPECTED) <= set(PARAMETERS)
