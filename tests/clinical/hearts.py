"""Drawn hearts: an ECG and a pulse wave whose every beat is known, for tests of wave rules."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
RATE = 250


def steady(
    begin: float, end: float, rate: float, spread: float = 0.01, seed: int = 1
) -> list[float]:
    """Beats from `begin` to `end` (s) at `rate` a minute."""
    draw = np.random.default_rng(seed)
    beats = [begin]
    while beats[-1] + 60 / rate < end:
        beats.append(beats[-1] + 60 / rate * (1 + spread * float(draw.standard_normal())))
    return beats


def _bump(seconds: Floats, at: float, height: float, width: float) -> Floats:
    return height * np.exp(-0.5 * ((seconds - at) / width) ** 2)


def ecg(
    seconds: float,
    beats: Sequence[float],
    wide: Sequence[float] = (),
    *,
    height: float = 1.0,
    noise: float = 0.01,
    p_waves: Sequence[float] = (),
    seed: int = 2,
) -> Floats:
    """In mV: P, QRS, T at each of `beats`; a ventricle's broad beat at each of `wide`."""
    time = np.arange(round(seconds * RATE)) / RATE
    drawn = 0.05 * np.sin(2 * np.pi * 0.2 * time)
    drawn += noise * np.random.default_rng(seed).standard_normal(len(time))
    for at in beats:
        drawn += _bump(time, at - 0.16, 0.1 * height, 0.025) + _bump(time, at, height, 0.012)
        drawn -= _bump(time, at + 0.03, 0.25 * height, 0.012)
        drawn += _bump(time, at + 0.28, 0.2 * height, 0.05)
    for at in wide:
        drawn += _bump(time, at, 1.5 * height, 0.03) - _bump(time, at + 0.12, 1.2 * height, 0.05)
    for at in p_waves:
        drawn += _bump(time, at, 0.1, 0.025)
    return drawn


def pulse(
    seconds: float, beats: Sequence[float], *, height: float = 0.5, rest: float = 0.3, seed: int = 3
) -> Floats:
    """A pulse wave a quarter of a second behind each beat, in any unit."""
    time = np.arange(round(seconds * RATE)) / RATE
    drawn = np.full(len(time), float(rest))
    drawn += 0.004 * height * np.random.default_rng(seed).standard_normal(len(time))
    for at in beats:
        drawn += _bump(time, at + 0.33, height, 0.07) + _bump(time, at + 0.55, 0.4 * height, 0.08)
    return drawn
