"""Beats of an ECG lead: found where they are, and none made of what is too small to be one."""

import numpy as np
import pytest

from homeward.clinical.signal import RATE_HZ, Kind, trace
from homeward.clinical.signals.lead import Lead, read_lead
from tests.clinical.hearts import RATE, ecg, steady


def read(values: np.ndarray, rate: float = RATE) -> Lead:
    return read_lead(trace("ecg_ii", Kind.ECG, values, rate))


def triangles(height: float, width: float) -> np.ndarray:
    """The shape by which monitors are tested: one triangle a second, at RATE_HZ."""
    time = np.arange(16 * RATE_HZ) / RATE_HZ
    drawn = np.zeros(len(time))
    for at in np.arange(0.5, 16, 1.0):
        drawn += height * np.maximum(1 - np.abs(time - at) / (width / 2), 0)
    return drawn


@pytest.mark.parametrize("rate", [35, 60, 90, 140, 180, 210])
def test_every_beat_is_found_once_and_where_it_is(rate: float) -> None:
    beats = np.array(steady(0.4, 15.7, rate))
    found = read(ecg(16, list(beats))).beats + 16
    assert len(found) == len(beats)
    assert np.abs(found - beats).max() < 0.06


@pytest.mark.parametrize("width", [0.07, 0.1, 0.12])
def test_small_ones_are_none_and_those_of_half_a_millivolt_are(width: float) -> None:
    """IEC 60601-2-27, 201.12.1.101.15: none of at most 0.15 mV [M], in our case of 0.1 mV;
    each of 0.5 mV."""
    assert not len(read(triangles(0.10, width), RATE_HZ).beats)
    assert len(read(triangles(0.5, width), RATE_HZ).beats) == 16


def test_a_tall_t_wave_is_no_beat() -> None:
    beats = steady(0.4, 15.7, 70)
    tall = ecg(16, beats) + sum(
        0.5 * np.exp(-0.5 * ((np.arange(16 * RATE) / RATE - at - 0.3) / 0.04) ** 2) for at in beats
    )
    assert len(read(tall).beats) == len(beats)


def test_a_ventricular_beat_is_odd_and_the_others_are_not() -> None:
    beats = [at for at in steady(0.5, 15.5, 60, spread=0) if at != 8.5]
    lead = read(ecg(16, beats, wide=[8.2]))
    odd = lead.oddness[np.argmin(np.abs(lead.formed + 16 - 8.2))]
    assert odd > 0
    assert np.sort(lead.oddness)[-2] < -1


def test_quality_falls_with_noise_and_clipping() -> None:
    beats = steady(0.4, 15.7, 75)
    clean, noisy = read(ecg(16, beats)), read(ecg(16, beats, noise=0.3))
    clip = read(np.clip(ecg(16, beats), -0.02, 0.02))
    assert clean.is_good
    assert clean.is_usable
    assert not noisy.is_good
    assert not clip.is_good
    assert not read(np.zeros(16 * RATE)).is_usable


def test_a_lead_of_nothing_can_be_read() -> None:
    assert not len(read(np.zeros(16 * RATE)).beats)
    assert not len(read(np.full(6 * RATE, 3.2)).beats)
