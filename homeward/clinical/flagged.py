"""Answers that must be acted on: an alarm until somebody has it. Pure.

Medium: a person is looked at soon, and what cannot wait the page told them itself, at once. An
alarm stands for what had come when it rang; what comes after that rings for itself, once somebody
has the first. One that was answered without a network comes late, is told all the same, and says
so. No words of it say what was answered: a screen on a wall shows them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.clinical.words import ENGLISH, Speech
from homeward.model.alarm import Finding, Priority
from homeward.model.choice import Language

FLAGGED = "questions_flagged"
LATE_AFTER = timedelta(minutes=30)
# Of what nobody has answered in a month the chart and the panel still tell.
OLDEST_TOLD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Flagged:
    """Answers of one patient with something to be acted on, that nobody has heard of yet: when they
    were given, and when they came. `is_heard`: an older alarm of the kind is open still, and
    somebody has it."""

    patient_id: int
    answered: datetime
    received: datetime
    language: str
    is_heard: bool


def to_tell(flagged: Sequence[Flagged]) -> Finding | None:
    """What to tell of one patient. None for a moment where they have an alarm that somebody has: it
    ends, and what came after it rings anew."""
    if not flagged or any(each.is_heard for each in flagged):
        return None
    newest = max(flagged, key=lambda each: each.received)
    late = max(each.received - each.answered for each in flagged)
    more = f" ({len(flagged)} times)" if len(flagged) > 1 else ""
    came = f", answered {_long(late)} before it came" if late >= LATE_AFTER else ""
    text = f"Warning sign in answered questions{more}{came}"
    words = _speech(newest.language)("alarm.questions_flagged")
    return Finding(Priority.MEDIUM, text, newest.received, patient_text=words)


def _speech(language: str) -> Speech:
    """Answers may be in a language that the platform does not speak."""
    return Speech(Language(language)) if language in set(Language) else ENGLISH


def _long(late: timedelta) -> str:
    hours = late / timedelta(hours=1)
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
