"""What limits would have done: the record of the last month judged by those now and by others.

Asked in steps that each take a second or two, patient by patient, so that a page can show how far
it is and whoever changes their mind just stops asking. Hours in which nothing was beyond either
limit are not even read: their lowest and highest values are known. Judging is a thread's work.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from homeward.clinical.replayed import episodes, merged
from homeward.clinical.rule import Rule
from homeward.clinical.setting import InForce, Setting
from homeward.model.vital import Vital
from homeward.services.limits_in_force import subject_of
from homeward.services.watch import limits
from homeward.services.watch.ledger import Q
from homeward.services.watch.limits import Order, Person, Scope
from homeward.services.watch.pending import UNHEARD_SECONDS
from homeward.services.watch.wave_settings import AS_RULES
from homeward.store import Door
from homeward.store.chunks import micros, samples
from homeward.store.hours import counted, hours_beyond

DAYS = 30
BUDGET_SECONDS = 1.5  # of one step, though every step does one patient at least
HOUR_US = 3_600_000_000
WAITING_HOURS = 3  # the newest hours are read anyway: not all of them is rolled up
HOURS_AT_ONCE = 96  # read and judged together; an episode may go on over the edge
NO_ID = 0

Rows = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a replay came. `after` is where to go on, None once it is done.

    `now` and `proposed` are the alarms this step found, `readings` how many the record has of the
    vital, `hours` how many of its hours had to be read. Not `is_known`: somebody was not watched
    by this rule, and it has no limit to judge their past by.
    """

    patients: int
    patients_all: int
    now: int
    proposed: int
    readings: int
    hours: int
    days: int
    after: int | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """One patient to judge twice: by the rule as it is, and as it would be (None: off)."""

    patient: int
    now: Rule | None
    proposed: Rule | None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those that have a limit to replay."""
        both = (self.now, self.proposed)
        return tuple(rule for rule in both if rule is not None and rule.limit is not None)

    @property
    def is_known(self) -> bool:
        """Whether what would have rung can be told."""
        new = self.proposed
        return new is None or new.limit is not None or self.now is not None


async def step(door: Door, scope: Scope, order: Order, after: int, now: datetime) -> Step:
    """Replay the next patients of a scope, those with higher numbers than `after`."""
    cases = await _cases(door, scope, order, now)
    todo = [case for case in cases if case.patient > after]
    began = time.monotonic()
    end_us = micros(now)
    span = (end_us - DAYS * 24 * HOUR_US, end_us)
    found = [0, 0]
    hours = readings = 0
    done: list[int] = []
    for case in todo:
        if done and time.monotonic() - began > BUDGET_SECONDS:
            break
        counts, read = await _replay(door, case, span, now)
        found = [a + b for a, b in zip(found, counts, strict=True)]
        hours += read
        done.append(case.patient)
    if done and order.rule not in AS_RULES:
        readings = await counted(door, done, limits.BY_NAME[order.rule].vital.index, span)
    is_done = len(done) == len(todo)
    return Step(
        len(cases) - len(todo) + len(done), len(cases), found[0], found[1], readings, hours, DAYS,
        None if is_done else done[-1], all(case.is_known for case in cases),
    )  # fmt: skip


async def _cases(door: Door, scope: Scope, order: Order, now: datetime) -> list[_Case]:
    settings = await limits.settings_now(door, now)  # what is off decides what a rule yields to
    if scope.patient_id is not None:
        people = {scope.patient_id: await limits.person_of(door, scope)}
    else:
        rows = await door.all(Q.patients_on_ward, dict, ward=scope.ward_id)
        people = {row["id"]: Person(subject_of(row), row["ward_id"], row["ward"]) for row in rows}
    found: list[_Case] = []
    for patient, person in sorted(people.items()):
        mine = limits.concerning(Scope(patient_id=patient), person, settings)
        every = person.rules(mine, now.date(), {order.rule})
        if every:
            changed = _with(mine, scope, order, every[0])
            found.append(
                _Case(
                    patient, every[0].rule, person.rules(changed, now.date(), {order.rule})[0].rule
                )
            )
    return found


def _with(
    settings: Sequence[Setting], scope: Scope, order: Order, before: InForce
) -> list[Setting]:
    """The settings as they would be: what the same scope said of this rule is replaced."""
    kept = [
        each
        for each in settings
        if each.rule != order.rule
        or (each.patient_id, each.ward_id) != (scope.patient_id, scope.ward_id)
    ]
    if order.choice is limits.Choice.DEFAULT:
        return kept
    rule = limits.proposed(before, order, is_unit=scope.patient_id is None)
    has_limit = order.choice is limits.Choice.LIMIT and rule is not None
    limit = rule.limit if has_limit and rule is not None else None
    new = Setting(NO_ID, order.rule, order.choice, limit, scope.patient_id, scope.ward_id)
    return [*kept, new]


async def _replay(
    door: Door, case: _Case, span: tuple[int, int], now: datetime
) -> tuple[tuple[int, int], int]:
    """How many alarms one patient had by the rule now and as proposed; hours that were read."""
    limited = case.rules
    if not limited:
        return await _as_it_was(door, case, now), 0
    vital = limited[0].vital
    low = max(rule.bounds.low for rule in limited)
    high = min(rule.bounds.high for rule in limited)
    hours = await hours_beyond(door, case.patient, vital.index, span, low, high)
    waiting = span[1] - WAITING_HOURS * HOUR_US
    hours = sorted({*hours, *range(waiting - waiting % HOUR_US, span[1], HOUR_US)})
    spans: dict[int, list[list[tuple[int, int]]]] = {}
    for start, end in _stretches(hours):
        rows, better = await _read(door, case.patient, limited[0], start, end)
        for place, rule in enumerate(limited):
            judged = await asyncio.to_thread(_judge, rule, rows, better)
            spans.setdefault(place, []).append([each for each in judged if each[0] >= start])
    by_rule = [len(merged([e for part in spans.get(n, []) for e in part])) for n in range(2)]
    counts = iter(by_rule)
    has = [rule is not None and rule.limit is not None for rule in (case.now, case.proposed)]
    both = [next(counts) if each else 0 for each in has]
    return (both[0], both[1]), len(hours)


async def _as_it_was(door: Door, case: _Case, now: datetime) -> tuple[int, int]:
    """A rule without a limit is on or off: what it raised is what it would raise."""
    rule = case.now or case.proposed
    if rule is None:
        return 0, 0
    since = now - timedelta(days=DAYS)
    values = {"patient": case.patient, "condition": rule.name, "since": since}
    raised = (await door.one(Q.raised_since, dict, **values))["alarms"]
    return (raised if case.now else 0), (raised if case.proposed else 0)


def _stretches(hours: Sequence[int]) -> list[tuple[int, int]]:
    """Hours that follow each other, as spans of at most so many; an episode that begins in one is
    followed over the hour after it."""
    found: list[tuple[int, int]] = []
    for hour in hours:
        if found and found[-1][1] == hour and hour - found[-1][0] < HOURS_AT_ONCE * HOUR_US:
            found[-1] = (found[-1][0], hour + HOUR_US)
        else:
            found.append((hour, hour + HOUR_US))
    return found


async def _read(
    door: Door, patient: int, rule: Rule, start: int, end: int
) -> tuple[Rows | None, Rows | None]:
    """A vital's readings of a span with a window before and an hour after, and those of the vital
    that this rule yields to."""
    before = round(rule.window_seconds * 1e6)
    vitals = [rule.vital.index] + ([rule.yields_to.index] if rule.yields_to else [])
    found = await samples(door, patient, vitals, start - before, end + HOUR_US)
    better = None if rule.yields_to is None else found.get(rule.yields_to.index)
    return found.get(rule.vital.index), better


def _judge(rule: Rule, rows: Rows | None, better: Rows | None) -> list[tuple[int, int]]:
    """The episodes of one rule over readings: their times, of all devices together."""
    if rows is None or rule.limit is None:
        return []
    late = rule.vital.late_seconds * 1_000_000
    rows = rows[rows["received"] - rows["at"] <= late]
    is_by_time = rule.limit.delay_seconds <= max(UNHEARD_SECONDS, rule.vital.score_seconds)
    found: list[tuple[int, int]] = []
    for device in np.unique(rows["device"]).tolist():
        mine = rows[rows["device"] == device]
        at = mine["at"]
        may = None if rule.yields_to is None else _may_begin(mine, better, rule.yields_to)
        values, came = mine["value"], mine["received"] if is_by_time else None
        for start, end in episodes(at, values, rule.limit, rule.window_seconds, may, came):
            found.append((int(at[start]), int(at[min(end, len(at) - 1)])))
    return merged(found)


def _may_begin(rows: Rows, better: Rows | None, other: Vital) -> npt.NDArray[np.bool_]:
    """Where the better measurement is not fresh, as `rule.may_speak` has it."""
    if better is None or not len(better):
        return np.ones(len(rows), bool)
    received = np.sort(better["received"])
    place = np.searchsorted(received, rows["received"], "right") - 1
    age = np.where(place >= 0, rows["received"] - received[np.maximum(place, 0)], 2**62)
    return age > other.stale_seconds * 1_000_000
