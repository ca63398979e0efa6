"""Waveforms with no more points than can be seen."""

import numpy as np
import pytest

from homeward.services.chart.thin import thinned
from homeward.store.packed import WaveStretch

SECOND = 1_000_000
START = 1_795_000_000 * SECOND


def stretch(begins: float, samples: np.ndarray, rate: float = 500.0) -> WaveStretch:
    return WaveStretch(1, 7, START + round(begins * SECOND), rate, 0.5, samples.astype(np.int16))


def test_what_has_room_is_left_as_it_is() -> None:
    (line,) = thinned([stretch(0, np.arange(100))], START, START + SECOND, 100)
    assert (line.start, line.rate) == (START, 500.0)
    assert line.values.tolist() == (np.arange(100) * 0.5).tolist()


@pytest.mark.parametrize("points", [2, 3, 200, 1999])
def test_never_more_points_than_asked_and_every_extreme_is_kept(points: int) -> None:
    samples = np.zeros(30_000)
    samples[12_345], samples[20_000] = 900, -700
    lines = thinned([stretch(0, samples)], START, START + 60 * SECOND, points)
    values = np.concatenate([line.values for line in lines])
    assert len(values) <= points
    assert (values.max(), values.min()) == (450.0, -350.0)


def test_a_spike_stays_where_it_was() -> None:
    samples = np.zeros(30_000)
    samples[15_000] = 900  # at thirty seconds
    (line,) = thinned([stretch(0, samples)], START, START + 60 * SECOND, 1200)
    at = line.start + np.argmax(line.values) / line.rate * SECOND
    assert abs(at - START - 30 * SECOND) <= SECOND / 10  # a slot


def test_a_gap_stays_a_gap() -> None:
    samples = np.ones(5_000)
    lines = thinned([stretch(0, samples), stretch(20, samples)], START, START + 30 * SECOND, 300)
    assert [(line.start - START) / SECOND for line in lines] == [0, 20]
    assert [len(line.values) / line.rate for line in lines] == pytest.approx([10, 10], abs=0.2)


def test_a_thousand_gaps_are_no_more_points() -> None:
    pieces = [stretch(number * 0.06, np.full(25, number % 9)) for number in range(1000)]
    lines = thinned(pieces, START, START + 60 * SECOND, 400)
    assert sum(len(line.values) for line in lines) <= 400


def test_a_line_that_falls_falls() -> None:
    (line,) = thinned([stretch(0, -np.arange(10_000))], START, START + 20 * SECOND, 100)
    assert np.all(np.diff(line.values) <= 0)
