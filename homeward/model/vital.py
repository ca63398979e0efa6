"""Vital signs, one a line: parsers, charts, rules and screens read them from here.

Codes: IEEE 11073-10101 (MDC) and LOINC. Units are UCUM; a value is held in its vital's own
unit and nothing else. `possible` is what a working sensor can say of a living or dying body;
clinical limits live in rules. Ages are Homeward's own choice: `stale_seconds` blanks a value
on a screen, `score_seconds` is how long it may still enter a score.
"""

from dataclasses import dataclass
from types import MappingProxyType

MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Vital:
    """One kind of measurement. `index` is its stable number in stored and live frames."""

    index: int
    name: str
    label: str
    mdc: int | None
    loinc: str | None
    unit: str
    possible: tuple[float, float]
    decimals: int
    stale_seconds: int
    score_seconds: int

    @property
    def late_seconds(self) -> int:
        """A reading older than this when it is received is late: it charts, and rings nothing."""
        return max(MINUTE, self.stale_seconds)


# fmt: off
VITALS: tuple[Vital, ...] = (
    Vital(1, "heart_rate", "HR", 147842, "8867-4", "/min", (0, 350), 0, 10, 10 * MINUTE),
    Vital(2, "pulse", "Pulse", 149530, "8889-8", "/min", (0, 350), 0, 10, 10 * MINUTE),
    Vital(3, "oxygen_saturation", "SpO₂", 150456, "59408-5", "%", (0, 100), 0, 10, 10 * MINUTE),
    Vital(4, "respiratory_rate", "Resp", 151562, "9279-1", "/min", (0, 150), 0, 15, 10 * MINUTE),
    Vital(5, "systolic", "Systolic", 150021, "8480-6", "mm[Hg]", (0, 350), 0, HOUR, 6 * HOUR),
    Vital(6, "diastolic", "Diastolic", 150022, "8462-4", "mm[Hg]", (0, 300), 0, HOUR, 6 * HOUR),
    Vital(7, "mean_pressure", "MAP", 150023, "8478-0", "mm[Hg]", (0, 320), 0, HOUR, 6 * HOUR),
    Vital(8, "temperature", "Temp", 150364, "8310-5", "Cel", (10, 50), 1, 6 * HOUR, 6 * HOUR),
    Vital(9, "consciousness", "ACVPU", None, "80288-4", "1", (0, 4), 0, 6 * HOUR, 6 * HOUR),
    Vital(10, "on_oxygen", "Oxygen", None, None, "1", (0, 1), 0, 6 * HOUR, 6 * HOUR),
    Vital(11, "glucose", "Glucose", 160212, "99504-3", "mg/dL", (10, 1500), 0, 15 * MINUTE, HOUR),
    Vital(12, "capillary_refill", "CRT", None, "44971-0", "s", (0, 20), 1, 6 * HOUR, 6 * HOUR),
    Vital(13, "respiratory_effort", "Effort", None, None, "1", (0, 3), 0, 6 * HOUR, 6 * HOUR),
    Vital(14, "oxygen_flow", "O₂ flow", None, "3151-8", "L/min", (0, 100), 2, 6 * HOUR, 6 * HOUR),
    Vital(15, "inspired_oxygen", "FiO₂", 152196, "3150-0", "%", (15, 100), 0, 6 * HOUR, 6 * HOUR),
    Vital(16, "perfusion_index", "PI", 150488, "61006-3", "%", (0, 100), 1, 10, 10 * MINUTE),
    Vital(17, "weight", "Weight", 188736, "29463-7", "kg", (0.2, 650), 1, 6 * HOUR, 6 * HOUR),
)
# fmt: on

BY_NAME = MappingProxyType({vital.name: vital for vital in VITALS})
BY_INDEX = MappingProxyType({vital.index: vital for vital in VITALS})

HEART_RATE = BY_NAME["heart_rate"]
PULSE = BY_NAME["pulse"]
OXYGEN_SATURATION = BY_NAME["oxygen_saturation"]
RESPIRATORY_RATE = BY_NAME["respiratory_rate"]
SYSTOLIC = BY_NAME["systolic"]
DIASTOLIC = BY_NAME["diastolic"]
MEAN_PRESSURE = BY_NAME["mean_pressure"]
TEMPERATURE = BY_NAME["temperature"]
CONSCIOUSNESS = BY_NAME["consciousness"]
ON_OXYGEN = BY_NAME["on_oxygen"]
GLUCOSE = BY_NAME["glucose"]
CAPILLARY_REFILL = BY_NAME["capillary_refill"]
RESPIRATORY_EFFORT = BY_NAME["respiratory_effort"]
OXYGEN_FLOW = BY_NAME["oxygen_flow"]
INSPIRED_OXYGEN = BY_NAME["inspired_oxygen"]
PERFUSION_INDEX = BY_NAME["perfusion_index"]
WEIGHT = BY_NAME["weight"]

# ACVPU: alert, new confusion, voice, pain, unresponsive (RCP NEWS2, 2017). Stored as its place.
CONSCIOUSNESS_LETTERS = "ACVPU"

# How hard somebody works to breathe, as a carer sees it; severe includes apnoea (Parshuram 2009).
# Stored as its place.
EFFORT_WORDS = ("normal", "mild", "moderate", "severe")
