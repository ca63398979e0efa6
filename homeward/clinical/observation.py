"""When somebody is to be observed next, and what is overdue.

A score says how long its inputs may stand (RCP NEWS2 2017, chart 4: 12 h at 0, at least every
4-6 h at 1-4, each hour from a red score or 5, continuous from 7). Each parameter is due that long
after it was last observed, by whomever: what a device streams is never due. Of a score that asks
for continuous monitoring, what no device measures is due each half hour: NEWS2 gives no number
there, and open-eObs, which ran on wards, used 30 minutes.

Who was never observed is due from the moment they came. What could not be observed (refused,
asleep, off the ward) is asked for again after an hour, or sooner where the score asks sooner: put
off in plain sight, never dropped. A doctor may order another interval; a longer one holds only
while the score asks for no more than it did then.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.clinical.silence import said
from homeward.model.alarm import Finding, Priority
from homeward.model.entered import Absent
from homeward.model.vital import HOUR, MINUTE

OVERDUE = "observation_overdue"
CONTINUOUS_SECONDS = 30 * MINUTE
FIRST_SECONDS = HOUR  # of whom nothing is known: a first set within the hour
PUT_OFF_SECONDS_MAX = HOUR
ORDER_SECONDS_MIN, ORDER_SECONDS_MAX = 15 * MINUTE, 24 * HOUR


@dataclass(frozen=True, slots=True)
class Order:
    """Somebody's order. `score_seconds` is what the score asked for when it was given."""

    interval_seconds: int | None
    score_seconds: int | None
    until: datetime


@dataclass(frozen=True, slots=True)
class NotDone:
    """Something could not be observed, and when that was."""

    reason: Absent
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one patient: all that decides what is due.

    `seen` is when each parameter that their score asks for was last observed; None is never.
    `interval_seconds` is what the score asks for (0: continuous), None where there is no score.
    """

    begun: datetime
    seen: Mapping[str, datetime | None]
    interval_seconds: int | None = None
    order: Order | None = None
    not_done: Mapping[str, NotDone] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One parameter: when it was seen, when it is due, and why it was put off, if it was."""

    parameter: str
    seen: datetime | None
    due: datetime
    put_off: Absent | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The next observation of one patient; `parts` soonest first."""

    interval_seconds: int
    is_ordered: bool
    parts: tuple[Due, ...]

    @property
    def due(self) -> datetime:
        """When the first of them is due."""
        return self.parts[0].due

    def overdue(self, now: datetime) -> timedelta:
        """How far past its time the first of them is; less than nothing while it is not."""
        return now - self.due

    def what_is_due(self, now: datetime) -> tuple[str, ...]:
        """What to observe now."""
        return tuple(each.parameter for each in self.parts if each.due <= now)


def plan(known: Known, now: datetime) -> Plan:
    """What is due when. Raises ValueError where no parameter is asked for."""
    interval, is_ordered = _interval(known, now)
    step = timedelta(seconds=interval)
    parts = [_due(name, at, known, step) for name, at in known.seen.items()]
    if not parts:
        raise ValueError("a plan needs something to observe")
    return Plan(interval, is_ordered, tuple(sorted(parts, key=lambda each: each.due)))


def may_order(
    interval_seconds: int | None, score_seconds: int | None, *, is_doctor: bool
) -> str | None:
    """Why this person may not order this interval; None where they may.

    Anybody may ask for more observations than the score does, a doctor also for fewer.
    """
    if interval_seconds is None:
        return None
    if not ORDER_SECONDS_MIN <= interval_seconds <= ORDER_SECONDS_MAX:
        low, high = (said(timedelta(seconds=s)) for s in (ORDER_SECONDS_MIN, ORDER_SECONDS_MAX))
        return f"An interval is between {low} and {high}."
    if not is_doctor and interval_seconds > _asked(score_seconds):
        return "Only a doctor orders a longer interval than the score asks for."
    return None


def overdue(
    planned: Plan, known: Known, now: datetime, percent: int, seconds_min: int,
    labels: Mapping[str, str],
) -> Finding | None:  # fmt: skip
    """The alarm for an observation that nobody made: far beyond its time.

    Far is `percent` of the interval and at least `seconds_min`: a round takes a while, and an
    alarm at the very minute would ring for each. Medium where the score asks for observation
    each hour or more often, for then somebody is ill; else low.
    """
    allowed = timedelta(seconds=max(seconds_min, planned.interval_seconds * percent / 100))
    late = planned.overdue(now)
    if late <= allowed:
        return None
    is_ill = known.interval_seconds is not None and planned.interval_seconds <= HOUR
    due = planned.what_is_due(now)
    what = "all" if len(due) == len(planned.parts) else _listed(due, labels)
    return Finding(
        Priority.MEDIUM if is_ill else Priority.LOW,
        f"Observations overdue by {said(late)}: {what}",
        planned.due,
        value=float(round(late.total_seconds() / MINUTE)),
        limit=float(round(allowed.total_seconds() / MINUTE)),
    )


def _listed(names: Collection[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(name, name) for name in names)


def _asked(score_seconds: int | None) -> int:
    if score_seconds is None:
        return FIRST_SECONDS
    return score_seconds or CONTINUOUS_SECONDS


def _interval(known: Known, now: datetime) -> tuple[int, bool]:
    """How often, in seconds, and whether that is by an order."""
    asked, order = _asked(known.interval_seconds), known.order
    if order is None or order.interval_seconds is None or order.until <= now:
        return asked, False
    is_as_then = asked >= _asked(order.score_seconds)
    if order.interval_seconds <= asked or is_as_then:
        return order.interval_seconds, True
    return asked, False


def _due(name: str, at: datetime | None, known: Known, step: timedelta) -> Due:
    due = known.begun if at is None else max(known.begun, at + step)
    not_done = (known.not_done or {}).get(name)
    if not_done is None or (at is not None and at >= not_done.at):
        return Due(name, at, due, None)
    again = not_done.at + min(step, timedelta(seconds=PUT_OFF_SECONDS_MAX))
    return Due(name, at, max(due, again), not_done.reason)
