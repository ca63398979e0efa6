"""The window over a wave: whatever pieces it comes in, it is the same window, and never larger."""

import numpy as np
import pytest

from homeward.clinical.signal import RATE_HZ, WINDOW_SECONDS, Kind, at_rate, trace
from homeward.clinical.signals.ring import Ring

SECOND_US = 1_000_000


def filled(values: np.ndarray, rate: float, step: int) -> Ring:
    ring = Ring("ecg_ii", Kind.ECG)
    for first in range(0, len(values), step):
        ring.put(round(first / rate * SECOND_US), rate, values[first : first + step])
    return ring


@pytest.mark.parametrize("step", [1, 7, 125, 250, 1000, 9000])
def test_any_pieces_make_the_same_window(step: int) -> None:
    values = np.cumsum(np.random.default_rng(1).standard_normal(9000))
    window = filled(values, 250, step).trace().values
    assert np.array_equal(window, at_rate(values[-WINDOW_SECONDS * 250 :], 250))


@pytest.mark.parametrize("rate", [100.0, 125.0, 250.0, 360.0, 500.0, 1000.0, 62.5])
def test_a_curve_is_the_same_curve_at_any_rate(rate: float) -> None:
    """A sine of 5 Hz, within what averaging over a new sample may take from it."""
    time = np.arange(round(20 * rate)) / rate
    values = filled(np.sin(2 * np.pi * 5 * time), rate, round(rate)).trace().values
    assert len(values) == pytest.approx(WINDOW_SECONDS * RATE_HZ, abs=2)
    there = np.arange(len(values)) / RATE_HZ
    fit = np.stack([np.sin(2 * np.pi * 5 * there), np.cos(2 * np.pi * 5 * there)], axis=1)
    height = np.hypot(*np.linalg.lstsq(fit, values, rcond=None)[0])
    assert height == pytest.approx(1, abs=0.03)


def test_one_lost_frame_is_bridged_and_a_long_hole_begins_anew() -> None:
    ring = filled(np.ones(2000), 250, 250)
    ring.put(9 * SECOND_US, 250, np.full(250, 2.0))  # the frame of the ninth second never came
    assert ring.seconds == pytest.approx(10)
    ring.put(12 * SECOND_US, 250, np.full(250, 3.0))  # two seconds are missing
    assert ring.seconds == pytest.approx(1)
    assert set(ring.trace().values) == {3.0}


def test_what_was_heard_before_is_not_heard_again() -> None:
    ring = filled(np.arange(1000.0), 250, 250)
    ring.put(2 * SECOND_US, 250, np.full(250, -1.0))
    assert ring.seconds == pytest.approx(4)
    assert ring.trace().values.min() >= 0


def test_it_holds_no_more_than_twice_its_window() -> None:
    ring = filled(np.zeros(400_000), 4000, 4000)
    assert ring._room.nbytes <= 2 * (WINDOW_SECONDS * 500 + 1) * 8
    ring.put(10**12, 4000, np.zeros(20_000))
    assert ring.seconds <= WINDOW_SECONDS


def test_a_rate_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError):
        trace("ecg_ii", Kind.ECG, [0.0], 0)
