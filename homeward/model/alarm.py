"""Alarms in the vocabulary of IEC 60601-1-8:2006+A2:2020: conditions, priorities, states.

Two enums are ordered worst first, so that sorting by their place ranks a ward.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """A physiological alarm is about the patient, a technical one about the monitoring."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


class Priority(StrEnum):
    """How soon harm comes if nobody answers (IEC 60601-1-8, 6.1.2)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class State(StrEnum):
    """Where one episode stands. An episode is one condition of one patient (or one device).

    There is no row of a condition that is normal or pending (inside its delay): those two live in
    the rule's own window.
    """

    NORMAL = "normal"
    PENDING = "pending"
    ACTIVE = "active"
    AUDIO_PAUSED = "audio-paused"
    ACKNOWLEDGED = "acknowledged"
    LATCHED = "latched"
    RESOLVED = "resolved"


class Event(StrEnum):
    """What can happen to an episode."""

    BREACHED = "breached"
    RECOVERED = "recovered"
    RAISED = "raised"
    WORSENED = "worsened"
    PAUSED = "audio paused"
    RESUMED = "resumed"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the condition holds, how bad it is, and since when.

    `text` is for the carer, in a monitor's terse words; `patient_text` for the patient, in
    plain words with what to do, or None where the patient need not act.
    """

    priority: Priority
    text: str
    since: datetime
    value: float | None = None
    limit: float | None = None
    patient_text: str | None = None
