"""A plan for somebody at home: what is due when on their own wall, and when it was missed. Pure.

Expected is what the clock on the wall came to, whatever summer time and travel did to the day; what
came is a reading within its window. Nobody is told at night: a nudge waits for the morning where
the patient is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from homeward.clinical.words import WHAT, WORDS, Speech
from homeward.clinical.zone import DAY, Zones, instant
from homeward.model.alarm import Finding, Priority
from homeward.model.choice import Language
from homeward.model.errors import Unreadable
from homeward.model.vital import BY_NAME

MISSED = "missed_at_home"
EVERY_DAY = tuple(range(7))  # Monday is 0
# Homeward's own choices, each to be changed in a plan but the hours in which nobody is told.
BEFORE_MINUTES, AFTER_MINUTES = 120, 180
CARER_AFTER_MINUTES = 240
HUMANE = (time(8), time(21))
TOLD_FOR = timedelta(hours=24)
CARER_AFTER_MINUTES_MAX = 48 * 60
# No miss is told any more whose patient was to be told so long ago: 48 hours, a night, and a day.
OLDEST_TOLD = timedelta(minutes=CARER_AFTER_MINUTES_MAX) + timedelta(hours=24) + TOLD_FOR
ITEMS_MAX, TIMES_MAX = 30, 12


class Kind(StrEnum):
    """What is to be done."""

    MEASURE = "measure"
    MEDICINE = "medicine"
    QUESTIONNAIRE = "questionnaire"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a plan: what, at which times of which weekdays.

    `vitals` of a measure; `reference` of a questionnaire: the canonical address of its FHIR
    Questionnaire. It may be done from `before_minutes` to `after_minutes` around its time.
    Raises Unreadable for what cannot be.
    """

    key: str
    kind: Kind
    label: str
    at: tuple[time, ...]
    weekdays: tuple[int, ...] = EVERY_DAY
    vitals: tuple[str, ...] = ()
    reference: str = ""
    before_minutes: int = BEFORE_MINUTES
    after_minutes: int = AFTER_MINUTES

    def __post_init__(self) -> None:
        if not self.at or len(self.at) > TIMES_MAX or len(set(self.at)) < len(self.at):
            raise Unreadable(f"{self.label}: say 1 to {TIMES_MAX} times of day, each once.")
        if not self.weekdays or not set(self.weekdays) <= set(EVERY_DAY):
            raise Unreadable(f"{self.label}: say at least one day of the week.")
        if (self.kind is Kind.MEASURE) != bool(self.vitals):
            raise Unreadable(f"{self.label}: a measurement says what is measured.")
        if not set(self.vitals) <= BY_NAME.keys():
            raise Unreadable(f"{self.label}: that is not measured.")
        if (self.kind is Kind.QUESTIONNAIRE) != bool(self.reference):
            raise Unreadable(f"{self.label}: a questionnaire says which it is.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody does at home, in which language they are told, and after how long a carer is
    (None: never). Raises Unreadable for what cannot be."""

    condition: str
    items: tuple[Item, ...]
    language: Language = Language.ENGLISH
    carer_after_minutes: int | None = CARER_AFTER_MINUTES

    def __post_init__(self) -> None:
        keys = {item.key for item in self.items}
        if not self.items or len(self.items) > ITEMS_MAX or len(keys) < len(self.items):
            raise Unreadable(f"A plan has 1 to {ITEMS_MAX} lines, each with a key of its own.")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: at a moment, on a day of the wall's, from when to when it counts, and
    when patient and carer are told that it was missed."""

    item: str
    at: datetime
    day: date
    opens: datetime
    closes: datetime
    nudge: datetime
    escalate: datetime | None


def due(plan: Plan, zones: Zones, start: datetime, end: datetime) -> list[Due]:
    """Everything whose time falls within a span, in order."""
    found = [
        _due(plan, item, moment, zones)
        for item in plan.items
        for at in item.at
        for moment in zones.instants(at, start, end)
        if zones.local(moment).weekday() in item.weekdays
    ]
    return sorted(found, key=lambda each: (each.at, each.item))


def _due(plan: Plan, item: Item, at: datetime, zones: Zones) -> Due:
    closes = at + timedelta(minutes=item.after_minutes)
    nudge = humane(zones, closes)
    escalate = None
    if plan.carer_after_minutes is not None:
        escalate = humane(zones, nudge + timedelta(minutes=plan.carer_after_minutes))
    opens = at - timedelta(minutes=item.before_minutes)
    return Due(item.key, at, zones.local(at).date(), opens, closes, nudge, escalate)


def humane(zones: Zones, at: datetime) -> datetime:
    """The first moment from this one on that is day where the patient is."""
    first, last = HUMANE
    local = zones.local(at)
    if first <= local.time() < last:
        return at
    day = local.date() if local.time() < first else local.date() + DAY
    morning = instant(datetime.combine(day, first), zones.at(at))
    # Who flies meanwhile may wake up elsewhere.
    zone = zones.at(morning)
    return morning if zone == zones.at(at) else humane(zones, max(at, morning))


@dataclass(frozen=True, slots=True)
class Kept:
    """How many things were due, and how many were done."""

    expected: int
    done: int

    @property
    def percent(self) -> float | None:
        """None where nothing was due."""
        return 100 * self.done / self.expected if self.expected else None


def kept(states: Iterable[str]) -> Kept:
    """Adherence of what is over: `done` or `missed`. What is open, or was excused, counts not."""
    counted = [state for state in states if state in {"done", "missed"}]
    return Kept(len(counted), sum(state == "done" for state in counted))


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that was due and did not come. `zone`: by which clock."""

    patient_id: int
    kind: Kind
    vitals: tuple[str, ...]
    at: datetime
    nudge: datetime
    escalate: datetime | None
    language: Language
    zone: str

    @property
    def told_until(self) -> datetime:
        """Until when it is told: a day, from when its last hearer is."""
        return max(self.nudge, self.escalate or self.nudge) + TOLD_FOR


@dataclass(frozen=True, slots=True)
class LastTold:
    """The newest alarm of what one patient missed: when it last rang, and when a carer answered it
    (None: nobody did since)."""

    patient_id: int
    priority: Priority
    is_open: bool
    rung: datetime
    acknowledged: datetime | None


def to_tell(missed: Sequence[Missed], last: LastTold | None, now: datetime) -> Finding | None:
    """What to tell of one patient by now, after what was told before.

    Who misses day after day is told day after day: an alarm that has said its last ends as soon as
    there is more to say, and the next pass rings anew. Not so one that carers are being called for:
    it goes on up their chain.
    """
    told = [each for each in missed if each.nudge <= now < each.told_until]
    if last is None:
        return finding(told, now)
    heard = last.acknowledged
    if last.is_open and _has_more(told, last, now):
        return None
    if not last.is_open and heard is not None:
        told = [each for each in told if (each.escalate or each.nudge) > heard]
    return finding(told, now)


def _has_more(told: Sequence[Missed], last: LastTold, now: datetime) -> bool:
    if last.acknowledged is not None:
        moments = [moment for each in told for moment in (each.nudge, each.escalate) if moment]
        return any(last.acknowledged < moment <= now for moment in moments)
    return last.priority is Priority.LOW and any(each.nudge > last.rung for each in told)


def finding(told: Sequence[Missed], now: datetime) -> Finding | None:
    """One alarm of what a patient is told: low while it is theirs to do, medium once a carer is.

    Carers hear what has been missing longest, the patient what they can still do best: the newest.
    """
    if not told:
        return None
    first = min(told, key=lambda each: each.at)
    newest = max(told, key=lambda each: each.at)
    is_for_carer = any(each.escalate is not None and each.escalate <= now for each in told)
    more = f", and {len(told) - 1} more" if len(told) > 1 else ""
    say = Speech(newest.language)
    what = say(f"{WHAT}{what_of(newest.vitals)}") if newest.vitals else ""
    return Finding(
        Priority.MEDIUM if is_for_carer else Priority.LOW,
        f"Missed at home: {_name(first)}, due {_wall(first)}{more}",
        first.at.astimezone(UTC),
        patient_text=say(f"plan.{newest.kind}", what=what, at=_wall(newest)),
    )


def _wall(missed: Missed) -> str:
    return f"{Zones.always(missed.zone).local(missed.at):%H:%M}"


def _name(missed: Missed) -> str:
    if missed.kind == Kind.MEASURE:
        return " and ".join(BY_NAME[each].label for each in missed.vitals)
    return {"medicine": "a medicine", "questionnaire": "questions", "task": "a task"}[missed.kind]


def what_of(vitals: Sequence[str]) -> str:
    """The word a patient knows what is measured by."""
    if {"systolic", "diastolic"} & set(vitals):
        return "pressure"
    name = "pulse" if vitals[0] == "heart_rate" else vitals[0]
    return name if f"{WHAT}{name}" in WORDS[Language.ENGLISH] else "other"
