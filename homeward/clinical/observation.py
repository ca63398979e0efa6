"""When somebody is to be observed next, and what is overdue.

A score says how long its inputs may stand (RCP NEWS2 2017, chart 4: 12 h at 0, at least every
4-6 h at 1-4, each hour from a red score or 5, continuous from 7). Each parameter is due that long
after it was last observed, by whomever: what a device streams is never due. Of a score that asks
for continuous monitoring, what no device measures is due each half hour: NEWS2 gives no number
there, and open-eObs, which ran on wards, used 30 minutes.

Who was never observed is due from the moment they came. What could not be observed (refused,
asleep, off the ward) is asked for again after an hour, or sooner where the score asks sooner: put
off in plain sight, never dropped. A doctor may order another interval; a longer one holds only
while the score asks for no more than it did then. A nurse may ask for more than the score and the
doctor do, never for less: when a nurse's order ends, a doctor's that still holds is back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from homeward.clinical.silence import said
from homeward.model.alarm import Finding, Priority
from homeward.model.entered import Absent
from homeward.model.vital import HOUR, MINUTE

OVERDUE = "observation_overdue"
CONTINUOUS_SECONDS = 30 * MINUTE
FIRST_SECONDS = HOUR  # of whom nothing is known: a first set within the hour
PUT_OFF_SECONDS_MAX = HOUR
ORDER_SECONDS_MIN, ORDER_SECONDS_MAX = 15 * MINUTE, 24 * HOUR
ORDER_LASTS_MAX = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Order:
    """Somebody's order. `score_seconds` is what the score asked for when it was given.

    Without an interval it ends what was ordered before it.
    """

    interval_seconds: int | None
    score_seconds: int | None
    until: datetime
    is_doctors: bool = True
    id: int = 0


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


def standing(orders: Sequence[Order], now: datetime) -> Order | None:
    """Which of a patient's orders, the newest first, is in force.

    The newest one counts. A nurse's that is over, or was ended, leaves a doctor's before it as it
    was, but that a nurse's word ends what was longer than the score asked for then.
    """
    longest, is_replaced = inf, False
    for each in orders:
        interval = each.interval_seconds
        if each.is_doctors:
            holds = interval is not None and interval <= longest and each.until > now
            return each if holds else None
        if interval is None:
            longest = min(longest, asked(each.score_seconds))
        elif not is_replaced and each.until > now:
            return each
        is_replaced = True
    return None


def may_order(
    interval_seconds: int | None, score_seconds: int | None, orders: Sequence[Order],
    now: datetime, *, is_doctor: bool,
) -> str | None:  # fmt: skip
    """Why this person may not order this interval (None: as the score says); None where they may.

    Anybody may ask for more observations than the score and the doctor do, a doctor also for fewer.
    """
    if interval_seconds is not None and (
        not ORDER_SECONDS_MIN <= interval_seconds <= ORDER_SECONDS_MAX
    ):
        low, high = (said(timedelta(seconds=s)) for s in (ORDER_SECONDS_MIN, ORDER_SECONDS_MAX))
        return f"An interval is between {low} and {high}."
    if is_doctor:
        return None
    if interval_seconds is not None and interval_seconds > asked(score_seconds):
        return "Only a doctor orders a longer interval than the score asks for."
    doctors = standing([each for each in orders if each.is_doctors], now)
    if doctors is None or doctors.interval_seconds is None:
        return None
    if interval_seconds is not None:
        is_longer = interval_seconds > doctors.interval_seconds
        return "Only a doctor orders a longer interval than a doctor did." if is_longer else None
    is_ending_it = standing(orders, now) == doctors and asked(score_seconds) > (
        doctors.interval_seconds
    )
    return "Only a doctor ends what a doctor ordered." if is_ending_it else None


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


def asked(score_seconds: int | None) -> int:
    """What a score's word comes to by hand: continuous is each half hour, no score within one."""
    if score_seconds is None:
        return FIRST_SECONDS
    return score_seconds or CONTINUOUS_SECONDS


def _interval(known: Known, now: datetime) -> tuple[int, bool]:
    """How often, in seconds, and whether that is by an order."""
    by_score, order = asked(known.interval_seconds), known.order
    if order is None or order.interval_seconds is None or order.until <= now:
        return by_score, False
    is_as_then = by_score >= asked(order.score_seconds)
    if order.interval_seconds <= by_score or is_as_then:
        return order.interval_seconds, True
    return by_score, False


def _due(name: str, at: datetime | None, known: Known, step: timedelta) -> Due:
    due = known.begun if at is None else max(known.begun, at + step)
    not_done = (known.not_done or {}).get(name)
    if not_done is None or (at is not None and at >= not_done.at):
        return Due(name, at, due, None)
    again = not_done.at + min(step, timedelta(seconds=PUT_OFF_SECONDS_MAX))
    return Due(name, at, max(due, again), not_done.reason)
