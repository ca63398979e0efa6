"""Implausible steadiness: exactly the same heart rate for so long that no living body does it.

A monitor that repeats its last number looks like a calm patient. A technical alarm, which ends
nothing: whatever rings goes on ringing. The longest run of one number in 3.6 hours of intensive
care, second by second, was 122 s of the heart rate and 135 s of the pulse, while a ventilator's
breathing rate and a saturation did not move at all (BIDMC, 27 people); so only hearts are watched,
and thirteen times as long. That factor is Homeward's own choice: a paced heart at rest may be
steady too, and the alarm says so.
"""

from datetime import datetime

from homeward.model.alarm import Finding, Priority
from homeward.model.vital import HEART_RATE, MINUTE, PULSE, Vital

VITALS = (HEART_RATE, PULSE)
STEADY_SECONDS = 30 * MINUTE
STEADY = "steady_"


def condition(vital: Vital) -> str:
    """The name of this vital's steadiness, as an alarm condition."""
    return f"{STEADY}{vital.name}"


def steady(vital: Vital, value: float, since: datetime, now: datetime) -> Finding | None:
    """Whether one value, without a pause since then, is too steady to be true."""
    if (now - since).total_seconds() < STEADY_SECONDS:
        return None
    minutes = int((now - since).total_seconds()) // MINUTE
    text = f"{vital.label} exactly {value:g} for {minutes} min: check the sensor (or a paced heart)"
    return Finding(Priority.LOW, text, since, value)
