"""Who is on call: turns and shifts by the clock on the wall, with stand-ins. Pure.

Turns are counted on the ward's own clock, so that the handover stays at 07:00 when summer time
begins or ends: that night's turn is an hour shorter or longer, and nobody is skipped or doubled.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from homeward.clinical.zone import DAY, instant, zone_of
from homeward.model.errors import Unreadable

PEOPLE_MAX = 50
SHIFTS_MAX = 20
# A clock goes forward by an hour at most: a turn of one hour could fall into it and be nobody's.
TURN_HOURS_MIN, TURN_HOURS_MAX = 2, 24 * 7 * 8
NAME_CHARACTERS_MAX = 60
WEEKDAYS = frozenset(range(7))  # Monday is 0


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift on some weekdays, by local time; one that ends before it starts ends next day.

    Everybody in it is on call together.
    """

    name: str
    starts: time
    ends: time
    weekdays: tuple[int, ...]
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Turns of `turn_hours` from `begins` at `handover`, each person in order; or fixed shifts.

    24 hours is a daily turn, 168 a weekly one. Raises Unreadable for what could not work.
    """

    zone: str
    turn_hours: int = 0  # 0: shifts
    handover: time = time(7)
    begins: date = date(2026, 1, 1)
    people: tuple[int, ...] = ()
    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        zone_of(self.zone)
        if self.turn_hours and not TURN_HOURS_MIN <= self.turn_hours <= TURN_HOURS_MAX:
            raise Unreadable(f"A turn is {TURN_HOURS_MIN} to {TURN_HOURS_MAX} hours long.")
        if bool(self.turn_hours) == bool(self.shifts):
            raise Unreadable("A rota has turns or shifts: one of them.")
        if self.turn_hours and not 1 <= len(self.people) <= PEOPLE_MAX:
            raise Unreadable(f"1 to {PEOPLE_MAX} people take turns.")
        if len(self.shifts) > SHIFTS_MAX:
            raise Unreadable(f"A rota has at most {SHIFTS_MAX} shifts.")
        for shift in self.shifts:
            _check(shift)

    def everybody(self) -> frozenset[int]:
        """Everybody it names."""
        return frozenset(self.people).union(*(shift.people for shift in self.shifts))


def _check(shift: Shift) -> None:
    if not shift.weekdays or not WEEKDAYS.issuperset(shift.weekdays):
        raise Unreadable(f"{shift.name}: a shift needs weekdays, 0 (Monday) to 6.")
    if not 1 <= len(shift.people) <= PEOPLE_MAX:
        raise Unreadable(f"{shift.name}: a shift needs 1 to {PEOPLE_MAX} people.")
    if not 1 <= len(shift.name) <= NAME_CHARACTERS_MAX:
        raise Unreadable(f"A shift's name has 1 to {NAME_CHARACTERS_MAX} characters.")


class OverrideKind(StrEnum):
    """What an override does while it lasts."""

    REPLACE = "replace"  # the stand-in instead of this person, or of whoever is on call
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Override:
    """A change of who is on call, from `starts` to `ends`. `person_id` None: whoever is."""

    kind: OverrideKind
    starts: datetime
    ends: datetime
    person_id: int | None = None
    stand_in_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rota:
    """A plan, those that follow it with when each begins, and its overrides, oldest first."""

    plan: Plan
    overrides: tuple[Override, ...] = ()
    later: tuple[tuple[datetime, Plan], ...] = ()

    def plan_at(self, at: datetime) -> Plan:
        """The plan in force at a time."""
        begun = [plan for starts, plan in self.later if starts <= at]
        return begun[-1] if begun else self.plan

    def planned(self) -> frozenset[int]:
        """Everybody its plans name."""
        return self.plan.everybody().union(*(plan.everybody() for _, plan in self.later))

    def everybody(self) -> frozenset[int]:
        """Everybody its plans and its overrides name."""
        stand_ins = {each.stand_in_id for each in self.overrides}
        return self.planned() | {each for each in stand_ins if each is not None}


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when the same people are on call; nobody: a gap."""

    starts: datetime
    ends: datetime
    people: tuple[int, ...]


def on_call(rota: Rota, at: datetime) -> tuple[int, ...]:
    """Who is on call, those of the plan first."""
    at = at.astimezone(UTC)
    people = list(_planned(rota.plan_at(at), at))
    for override in rota.overrides:
        if override.starts <= at < override.ends:
            people = _changed(people, override)
    return tuple(dict.fromkeys(people))


def spans(
    rota: Rota, start: datetime, end: datetime, away: Collection[int] = frozenset()
) -> list[Span]:
    """Who is on call from `start` to `end`, span by span. Those `away` count for nobody."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    begins = sorted({start, *(at.astimezone(UTC) for at, _ in rota.later if start < at < end)})
    moments = set(begins)
    for since, until in pairwise([*begins, end]):
        moments.update(_boundaries(rota.plan_at(since), since, until))
    for each in rota.overrides:
        moments |= {each.starts.astimezone(UTC), each.ends.astimezone(UTC)}
    cuts = [*sorted(moment for moment in moments if start <= moment < end), end]
    found: list[Span] = []
    for starts, ends in pairwise(cuts):
        people = tuple(each for each in on_call(rota, starts) if each not in away)
        if found and found[-1].people == people:
            found[-1] = Span(found[-1].starts, ends, people)
        else:
            found.append(Span(starts, ends, people))
    return found


def gaps(
    rota: Rota, start: datetime, end: datetime, away: Collection[int] = frozenset()
) -> list[Span]:
    """When nobody is on call."""
    return [span for span in spans(rota, start, end, away) if not span.people]


def next_handover(rota: Rota, at: datetime, within: timedelta) -> Span | None:
    """The next span of other people than now, if it begins within this time."""
    later = spans(rota, at, at + within)[1:]
    return later[0] if later else None


def on_call_until(rota: Rota, person: int, at: datetime, within: timedelta) -> datetime | None:
    """When somebody who is on call is so no more; None where that is not within this time."""
    after = [span.starts for span in spans(rota, at, at + within) if person not in span.people]
    return after[0] if after else None


def _changed(people: Sequence[int], override: Override) -> list[int]:
    joins = [override.stand_in_id] if override.stand_in_id is not None else []
    if override.kind is OverrideKind.ADD:
        return [*people, *joins]
    who = override.person_id
    if who is None:
        return joins
    if who not in people:
        return list(people)
    place = people.index(who)
    return [*people[:place], *joins, *people[place + 1 :]]


def _planned(plan: Plan, at: datetime) -> tuple[int, ...]:
    if plan.turn_hours:
        number = _turn(plan, at)
        return () if number < 0 else (plan.people[number % len(plan.people)],)
    day = at.astimezone(zone_of(plan.zone)).date()
    return tuple(
        person
        for shift, starts, ends in _shifts(plan, day - DAY, day)
        if starts <= at < ends
        for person in shift.people
    )


def _turn(plan: Plan, at: datetime) -> int:
    """Which turn it is, from 0. Asked of instants: an hour that repeats is one turn's or two's."""
    local = at.astimezone(zone_of(plan.zone)).replace(tzinfo=None)
    first = datetime.combine(plan.begins, plan.handover)
    number = (local - first) // timedelta(hours=plan.turn_hours)
    while _turn_starts(plan, number) > at:
        number -= 1
    while _turn_starts(plan, number + 1) <= at:
        number += 1
    return number


def _turn_starts(plan: Plan, number: int) -> datetime:
    first = datetime.combine(plan.begins, plan.handover)
    return instant(first + number * timedelta(hours=plan.turn_hours), plan.zone)


def _shifts(plan: Plan, first: date, last: date) -> Iterator[tuple[Shift, datetime, datetime]]:
    """Each shift that starts on these local days."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for shift in plan.shifts:
            if day.weekday() in shift.weekdays:
                until = day if shift.starts < shift.ends else day + DAY
                starts = instant(datetime.combine(day, shift.starts), plan.zone)
                yield shift, starts, instant(datetime.combine(until, shift.ends), plan.zone)


def _boundaries(plan: Plan, start: datetime, end: datetime) -> Iterator[datetime]:
    if plan.turn_hours:
        number = max(_turn(plan, start), 0)
        while (starts := _turn_starts(plan, number)) < end:
            yield starts
            number += 1
        return
    zone = zone_of(plan.zone)
    days = start.astimezone(zone).date() - DAY, end.astimezone(zone).date()
    for _, starts, ends in _shifts(plan, *days):
        yield from (starts, ends)
