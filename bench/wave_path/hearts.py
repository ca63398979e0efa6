"""What the monitors of the bench draw: hearts of each bed's own rate, twenty seconds that repeat.

Shapes by eye, no patient's: enough that a screen has the work it has on a ward.
"""

import numpy as np
import numpy.typing as npt

from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME as VITALS

RATE_HZ = 500
SECONDS = 20
# Height (mV), place and width (part of a beat).
ECG = (
    (0.12, 0.18, 0.025),
    (-0.1, 0.285, 0.012),
    (1.1, 0.31, 0.011),
    (-0.22, 0.345, 0.013),
    (0.28, 0.55, 0.05),
)
SCALES = {"ecg_ii": 0.0025, "ecg_v": 0.0025, "arterial_pressure": 0.25, "pleth": 0.001}
Samples = npt.NDArray[np.int16]


def heart_rate(bed: int) -> int:
    """Beats a minute; a whole number of beats in twenty seconds."""
    return 60 + 3 * (bed % 16)


def loop(bed: int) -> dict[str, Samples]:
    """Each lead's samples of twenty seconds."""
    at = np.arange(RATE_HZ * SECONDS) / RATE_HZ
    beat = (at * heart_rate(bed) / 60 + bed * 0.137) % 1.0
    ecg = sum(height * np.exp(-(((beat - place) / width) ** 2) / 2) for height, place, width in ECG)
    breath = np.sin(2 * np.pi * at * 0.25)
    pulse = np.exp(-(((beat - 0.55) / 0.09) ** 2)) + 0.35 * np.exp(-(((beat - 0.78) / 0.1) ** 2))
    noise = np.random.default_rng(bed).normal(0, 0.008, len(at))
    drawn = {
        "ecg_ii": ecg + 0.05 * breath + noise,
        "ecg_v": 0.8 * ecg - 0.05 * breath + noise[::-1],
        "arterial_pressure": 78 + 42 * pulse + 2 * breath,
        "pleth": 0.2 + 0.55 * pulse + 0.03 * breath,
    }
    return {name: np.rint(drawn[name] / scale).astype("<i2") for name, scale in SCALES.items()}


def numbers(patients: list[int], now: float) -> bytes:
    """A second's vitals of every bed, as the hot lane tells them."""
    rows = np.zeros(len(patients) * 5, HOT)
    for bed, patient in enumerate(patients):
        values = {
            "heart_rate": heart_rate(bed),
            "oxygen_saturation": 95 + bed % 5,
            "respiratory_rate": 12 + bed % 7,
            "systolic": 112 + bed,
            "diastolic": 68 + bed % 9,
        }
        for place, (name, value) in enumerate(values.items()):
            us = round(now * 1e6)
            rows[bed * 5 + place] = (patient, patient, VITALS[name].index, 0, us, us, value)
    return rows.tobytes()
