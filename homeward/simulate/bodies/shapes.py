"""The shapes of one beat and one breath, tabulated once.

The ECG is a sum of Gaussian waves around the R peak (the idea of McSharry et al., IEEE Trans
Biomed Eng 2003); the QT interval follows the interval before the beat by Fridericia's cube
root. Millivolts for the ECG, 0 to 1 for pleth and respiration.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from homeward.simulate.bodies.heart import Kind

Samples = npt.NDArray[np.float32]

ECG_HZ, PLETH_HZ, BREATH_HZ = 250, 100, 50
ECG_BEFORE = 70  # samples before the R peak: 0.28 s holds the P wave
ECG_AFTER = 150
PLETH_SAMPLES = 140
INTERVAL_STEP_SECONDS = 0.05

# Lead II: (centre s, width s, height mV); the T wave is placed by the interval.
_P = (-0.16, 0.022, 0.13)
_QRS = ((-0.028, 0.009, -0.10), (0.0, 0.011, 1.15), (0.030, 0.010, -0.24))
_VENTRICULAR = ((-0.045, 0.030, 0.35), (0.012, 0.036, 1.35), (0.085, 0.034, -0.45))


def ecg(kind: Kind, interval: float) -> Samples:
    """One beat, its R peak at sample ECG_BEFORE."""
    return _ecg(kind, round(interval / INTERVAL_STEP_SECONDS))


@cache
def _ecg(kind: Kind, step: int) -> Samples:
    interval = max(step, 5) * INTERVAL_STEP_SECONDS
    stretch = interval ** (1 / 3)
    time = np.arange(-ECG_BEFORE, ECG_AFTER) / ECG_HZ
    if kind is Kind.VENTRICULAR:
        waves = (*_VENTRICULAR, (0.30 * stretch, 0.060, -0.38))
    else:
        end = (0.27 * stretch, 0.045 * stretch, 0.28)
        waves = (*_QRS, end) if kind is Kind.NO_P_WAVE else (_P, *_QRS, end)
    shape = sum(height * np.exp(-0.5 * ((time - at) / width) ** 2) for at, width, height in waves)
    return np.asarray(shape, np.float32)


def pleth(interval: float) -> Samples:
    """One pulse wave from its foot: upstroke, dicrotic notch, run-off."""
    return _pleth(round(interval / INTERVAL_STEP_SECONDS))


@cache
def _pleth(step: int) -> Samples:
    interval = max(step, 5) * INTERVAL_STEP_SECONDS
    time = np.arange(PLETH_SAMPLES) / PLETH_HZ
    stretch = min(1.3, max(0.6, interval**0.5))
    main = np.exp(-0.5 * ((time - 0.17 * stretch) / (0.075 * stretch)) ** 2)
    echo = 0.42 * np.exp(-0.5 * ((time - 0.42 * stretch) / (0.11 * stretch)) ** 2)
    return np.asarray(main + echo, np.float32)


@cache
def unrest(seed: int) -> Samples:
    """A minute of muscle and mains noise around zero, standard deviation 1."""
    noise = np.random.default_rng(seed).standard_normal(60 * ECG_HZ + 2)
    return np.asarray(np.convolve(noise, (0.5, 0.7, 0.5), "valid"), np.float32)


@cache
def fibrillation() -> Samples:
    """A minute of the restless baseline between beats in atrial fibrillation, millivolts."""
    time = np.arange(60 * ECG_HZ) / ECG_HZ
    swell = 0.045 + 0.02 * np.sin(2 * np.pi * 0.35 * time)
    wobble = 1.2 * np.sin(2 * np.pi * 0.25 * time)
    return np.asarray(swell * np.sin(2 * np.pi * 6.2 * time + wobble), np.float32)
