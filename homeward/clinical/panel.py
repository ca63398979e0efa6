"""Who of many at home needs a call, and why. Pure.

Six reasons, each with points that say what to look at first, never what to do. Out of range is
what the patient's own limits said: their alarms of a week. The others are Homeward's own choice:
a week's mean against the week before, 80 % of the plan kept, two days without a word, questions
that were not answered, or whose answers must be acted on. Weight is the guideline's
(reports.weight), and what a sum of points is called is its questionnaire's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from homeward.clinical.plan import Kept
from homeward.clinical.reports.weight import Gain
from homeward.model.vital import BY_NAME

WEEK = timedelta(days=7)
SILENT_AFTER = timedelta(hours=48)
KEPT_PERCENT_MIN = 80.0
EXPECTED_MIN = 4  # of fewer nobody can say how well a plan is kept
POINTS_MAX = 40  # of one reason
_OF_PRIORITY = {"high": 10, "medium": 5, "low": 1}
# By how much a week's mean may differ from that of the week before, and in which direction.
STEPS: Mapping[str, float] = {
    "systolic": 10, "diastolic": 6, "glucose": 30, "oxygen_saturation": -2, "heart_rate": 12,
}  # fmt: skip


class Why(StrEnum):
    """The reasons, in the order in which they stand where points are equal."""

    RANGE = "range"
    TREND = "trend"
    SILENCE = "silence"
    ADHERENCE = "adherence"
    QUESTIONS = "questions"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody stands in the panel."""

    kind: Why
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What a questionnaire came to last, and what that is called."""

    title: str
    points: float
    points_max: float
    band: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a patient now: alarms of a week by priority, means of the last week and the
    one before by vital, the newest rise of weight, adherence of a week, questionnaires not answered
    in two weeks, when anything was measured last (None: never), questionnaires with a warning sign
    in a week, and what was summed in two weeks. `is_readable`: what was measured could be read."""

    alarms: Mapping[str, int]
    means: Mapping[str, tuple[float, float]]
    gain: Gain | None
    adherence: Kept
    unanswered: int
    last_reading: datetime | None
    has_plan: bool
    flagged: int = 0
    sums: tuple[Sum, ...] = ()
    is_readable: bool = True


def reasons(known: Known, now: datetime) -> list[Reason]:
    """Why to call them, the most points first; empty: nothing asks for it."""
    found = [_range(known), *_trends(known), _silence(known, now), _adherence(known)]
    found.append(_questions(known))
    order = list(Why)
    return sorted(
        (each for each in found if each is not None),
        key=lambda each: (-each.points, order.index(each.kind)),
    )


@dataclass(frozen=True, slots=True)
class Letters:
    """What a patient wrote that nobody answered: how many, of these not read by anybody of the
    team, since when the first waits, and until when it wanted its answer."""

    open: int
    unread: int
    since: datetime
    answer_by: datetime


def letter_reason(letters: Letters, now: datetime) -> Reason:
    """Somebody who wrote stands in the panel until they are answered; on top once that is late."""
    what = "Wrote" if letters.open == 1 else f"Wrote {letters.open} messages"
    how = ", not read" if letters.unread else ""
    waited = now - letters.since
    hours = int(waited.total_seconds() // 3600)
    ago = f"{waited.days} days" if waited.days >= 2 else f"{max(hours, 1)} h"
    if now >= letters.answer_by:
        return Reason(Why.LETTER, POINTS_MAX, f"{what}{how}: no answer for {ago}")
    return Reason(
        Why.LETTER, 10, f"{what} within {ago}{how}" if hours < 1 else f"{what} {ago} ago{how}"
    )


def total(found: Sequence[Reason]) -> int:
    """The points of all."""
    return sum(each.points for each in found)


def _range(known: Known) -> Reason | None:
    points = sum(_OF_PRIORITY.get(name, 0) * count for name, count in known.alarms.items())
    if not points:
        return None
    said = ", ".join(
        f"{known.alarms[name]} {name}" for name in _OF_PRIORITY if known.alarms.get(name)
    )
    return Reason(Why.RANGE, min(POINTS_MAX, points), f"Beyond limits in 7 days: {said}")


def _trends(known: Known) -> list[Reason]:
    found: list[Reason] = []
    if known.gain is not None and known.gain.is_too_much:
        words = f"Weight {known.gain.kilograms:+.1f} kg in 3 days"
        found.append(Reason(Why.TREND, 20, words))
    for name, step in STEPS.items():
        last, before = known.means.get(name, (0.0, 0.0))
        change = last - before
        if name in known.means and abs(change) >= abs(step) and (change > 0) == (step > 0):
            vital = BY_NAME[name]
            words = f"{vital.label} {change:+.{vital.decimals}f} in a week, to {last:.0f}"
            found.append(Reason(Why.TREND, min(POINTS_MAX, round(8 * change / step)), words))
    return found


def _silence(known: Known, now: datetime) -> Reason | None:
    if not known.is_readable:
        return Reason(Why.SILENCE, 6, "What was measured cannot be read")
    if known.last_reading is None:
        words = "Nothing measured yet"
        return Reason(Why.SILENCE, 6, words) if known.has_plan else None
    quiet = now - known.last_reading
    if quiet < SILENT_AFTER:
        return None
    points = min(POINTS_MAX, 6 + 2 * (quiet - SILENT_AFTER).days)
    return Reason(Why.SILENCE, points, f"Nothing measured for {quiet.days} days")


def _questions(known: Known) -> Reason | None:
    """Warning signs count most; of a sum what share it is of its highest."""
    words: list[str] = []
    points = 20 * known.flagged + 4 * known.unanswered
    if known.flagged:
        signs = "a warning sign" if known.flagged == 1 else f"{known.flagged} warning signs"
        words.append(f"{signs} in 7 days")
    for each in known.sums:
        share = round(20 * each.points / each.points_max) if each.points_max else 0
        points += share
        if share:
            words.append(f"{each.title} {each.points:g} of {each.points_max:g}, {each.band}")
    if known.unanswered:
        words.append(f"{known.unanswered} questionnaires not answered in 14 days")
    if not words:
        return None
    whole = "; ".join(words)
    return Reason(Why.QUESTIONS, min(POINTS_MAX, points), whole[0].upper() + whole[1:])


def _adherence(known: Known) -> Reason | None:
    percent = known.adherence.percent
    if percent is None or known.adherence.expected < EXPECTED_MIN or percent >= KEPT_PERCENT_MIN:
        return None
    words = f"{known.adherence.done} of {known.adherence.expected} done in 7 days"
    return Reason(Why.ADHERENCE, round((KEPT_PERCENT_MIN - percent) / 5) + 1, words)
