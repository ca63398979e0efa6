"""What is possible and yet unlikely: worth one question before it is filed.

A number far from the one before it is a slip of a finger as often as a patient who turned. The
steps are Homeward's own choice: wider than a patient usually moves within a round, narrower than
a digit too many. Nothing is refused here; `Vital.possible` does that.
"""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.model.reading import Reading

# How far from the last value, in the vital's own unit, before we ask.
STEPS: Mapping[str, float] = MappingProxyType(
    {
        "respiratory_rate": 15,
        "oxygen_saturation": 12,
        "systolic": 60,
        "diastolic": 40,
        "pulse": 60,
        "temperature": 2.5,
        "oxygen_flow": 10,
        "capillary_refill": 4,
    }
)
# Where nothing was measured before: outside this we ask.
EXPECTED: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "respiratory_rate": (6, 50),
        "oxygen_saturation": (70, 100),
        "systolic": (60, 240),
        "diastolic": (30, 140),
        "pulse": (30, 190),
        "temperature": (33, 41.5),
        "oxygen_flow": (0, 25),
        "capillary_refill": (0, 8),
    }
)


def unusual(reading: Reading, last: float | None) -> str | None:
    """Why this value deserves a second look, in a few words; None where it does not."""
    vital = reading.vital
    value = f"{vital.label} {reading.value:.{vital.decimals}f}"
    if last is not None:
        step = STEPS.get(vital.name)
        if step is None or abs(reading.value - last) < step:
            return None
        return f"{value}: it was {last:.{vital.decimals}f} before"
    low, high = EXPECTED.get(vital.name, vital.possible)
    return None if low <= reading.value <= high else f"{value}: this is rare"


def crossed(readings: Mapping[str, Reading]) -> str | None:
    """Why a pair of pressures cannot be of one measurement; None where it can."""
    systolic, diastolic = readings.get("systolic"), readings.get("diastolic")
    if systolic is None or diastolic is None or systolic.value > diastolic.value:
        return None
    return f"Diastolic {diastolic.value:.0f} is not below systolic {systolic.value:.0f}"
