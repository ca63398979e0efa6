"""Pulses: found where they are, believed only where they can be."""

import numpy as np
import pytest

from homeward.clinical.signal import Kind, trace
from homeward.clinical.signals.pulse import Pulses, read_pulses
from homeward.clinical.signals.sight import pulse_intervals
from tests.clinical.hearts import RATE, pulse, steady


def read(values: np.ndarray, kind: Kind = Kind.PLETH) -> Pulses:
    return read_pulses(trace("pleth", kind, values, RATE))


@pytest.mark.parametrize("rate", [40, 60, 90, 130, 170])
def test_every_pulse_is_found_once(rate: float) -> None:
    beats = np.array(steady(0.3, 15.2, rate))
    found = read(pulse(16, list(beats))).beats + 16
    assert len(found) == len(beats)
    assert np.ptp(found - beats) < 0.06  # the same delay behind each


def test_steady_pulses_go_on_and_give_their_intervals() -> None:
    intervals = pulse_intervals(read(pulse(16, steady(0.3, 15.6, 80))), 5)
    assert intervals is not None
    assert 60 / intervals.mean() == pytest.approx(80, rel=0.03)


@pytest.mark.parametrize("stops", [9.0, 11.0, 13.0])
def test_pulses_that_stop_do_not_go_on(stops: float) -> None:
    assert pulse_intervals(read(pulse(16, steady(0.3, stops, 80))), 5) is None


def test_a_plug_without_a_finger_has_no_pulse() -> None:
    """It flickers between a few values, as regularly as a heart."""
    time = np.arange(16 * RATE) / RATE
    flicker = 2.537 + 0.0012 * np.sign(np.sin(2 * np.pi * 1.25 * time))
    assert not read(flicker).is_good


def test_compressions_that_begin_with_the_trouble_are_not_the_hearts_pulse() -> None:
    heart = pulse(16, steady(0.3, 9.0, 75))
    pressed = pulse(16, steady(10.0, 15.6, 110), height=1.4, rest=0)
    assert pulse_intervals(read(heart + pressed), 5) is None


def test_a_pressure_must_be_one_of_a_living_artery() -> None:
    beats = steady(0.3, 15.6, 80)
    assert read(pulse(16, beats, height=50, rest=70), Kind.PRESSURE).is_good
    assert not read(pulse(16, beats, height=8, rest=70), Kind.PRESSURE).is_good
    assert not read(pulse(16, beats, height=20, rest=5), Kind.PRESSURE).is_good


def test_a_flat_wave_has_none() -> None:
    assert not len(read(np.zeros(16 * RATE)).beats)
    assert pulse_intervals(read(np.zeros(16 * RATE)), 5) is None
