"""Stories: made-up bodies, their devices, what goes wrong on the way, and the people around them.

A body is quiet most of the time and is then measured once a minute. Something happens to it now
and then, for minutes, and then each tick tells, or each few. What it says then is drawn from the
very values at which a rule could change its mind: the limit, its extreme, its end, and just beside
them. Everything is drawn from one seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

import numpy as np

from homeward.model.frame import HOT
from homeward.model.vital import BY_INDEX, BY_NAME

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 2, 28, 20, 0, tzinfo=UTC)  # a month ends four hours later
CHECK_SECONDS = 30
GRACE_SECONDS = 15
LATE_SECONDS = 60  # or as long as the vital is fresh: older when received is charted, not judged
ROW = np.dtype([*HOT.descr, ("tick", "<i4"), ("is_stored", "?")])
Rows = np.ndarray


@dataclass(frozen=True)
class Device:
    """One device on one person; `expects` as it states, in seconds."""

    id: int
    expects: dict[str, float]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody in a bed."""

    id: int
    born: date | None
    oxygen_scale: int
    ward: int
    devices: tuple[Device, ...]


@dataclass(frozen=True)
class Said:
    """A setting, in force from one tick to another. `nearness`: 2 patient, 1 ward, 0 site.

    `numbers`: limit, extreme, clear, after, ends after.
    """

    id: int
    rule: str
    choice: str  # limit, off, on, unfit
    begins: int
    ends: int
    nearness: int
    whose: int = 0
    numbers: tuple[float, ...] | None = None

    def concerns(self, person: Person) -> bool:
        """Is it about this person?"""
        return self.nearness == 0 or self.whose == (person.ward, person.id)[self.nearness - 1]


@dataclass(frozen=True)
class Story:
    """Everything that happens. `down`: ticks from (the watcher is killed before it) and to."""

    seed: int
    tick_us: int
    ticks: int
    people: tuple[Person, ...]
    rows: Rows = field(repr=False)  # ROW, by tick
    acts: tuple[tuple[int, int, str], ...] = ()  # tick, patient, acknowledge or pause
    said: tuple[Said, ...] = ()
    down: tuple[tuple[int, int], ...] = ()

    start = (START - EPOCH) // timedelta(microseconds=1)

    @property
    def patient_hours(self) -> float:
        """People times hours."""
        return len(self.people) * self.ticks * self.tick_us / SECOND / 3600

    def time(self, tick: int) -> int:
        """When a tick is (us)."""
        return self.start + tick * self.tick_us

    def at(self, tick: int) -> datetime:
        """The same, as a time."""
        return EPOCH + timedelta(microseconds=self.time(tick))

    def day(self, tick: int) -> date:
        """The date of a tick."""
        return self.at(tick).date()

    def is_down(self, tick: int) -> bool:
        """Nobody watches at this tick."""
        return any(down <= tick < up for down, up in self.down)

    def is_in_grace(self, tick: int) -> bool:
        """Nobody says at this tick who is silent: not watching, or just begun to."""
        begun = [0, *(up for _, up in self.down)]
        return self.is_down(tick) or any(
            0 <= self.time(tick) - self.time(each) < GRACE_SECONDS * SECOND for each in begun
        )

    def listening_from(self, us: int) -> int:
        """The first tick at or after a time at which somebody watches."""
        tick = max(0, -(-(us - self.start) // self.tick_us))
        for down, up in self.down:
            if down <= tick < up:
                tick = up
        return tick

    def listening_after(self, us: int) -> int:
        """The first tick after a time at which somebody watches."""
        return self.listening_from(us + 1)

    def checks(self, tick: int) -> bool:
        """Are answered episodes looked at in this tick?"""
        return tick * self.tick_us % (CHECK_SECONDS * SECOND) < self.tick_us

    def check_after(self, us: int, changed: int) -> int:
        """The first such tick after a time, and after a tick."""
        tick = max(self.listening_after(us), changed + 1)
        while self.is_down(tick) or not self.checks(tick):
            tick += 1
        return tick

    def rows_of(self, patient: int) -> Iterator[tuple[int, int, str, int, int, bool, float]]:
        """tick, device, vital, at, received, late, value."""
        first, last = self._spans.get(patient, (0, 0))
        rows = self._by_patient[first:last]
        columns = [rows[name].tolist() for name in ("tick", "device", "vital", "at", "received",
                                                    "late", "value")]  # fmt: skip
        for tick, device, vital, at, received, late, value in zip(*columns, strict=True):
            yield tick, device, BY_INDEX[vital].name, at, received, bool(late), value

    @cached_property
    def _by_patient(self) -> Rows:
        return self.rows[np.argsort(self.rows["patient"], kind="stable")]

    @cached_property
    def _spans(self) -> dict[int, tuple[int, int]]:
        patients, starts = np.unique(self._by_patient["patient"], return_index=True)
        return dict(
            zip(patients.tolist(), pairwise([*starts.tolist(), len(self.rows)]), strict=True)
        )

    @cached_property
    def _acts(self) -> dict[int, dict[int, list[str]]]:
        found: dict[int, dict[int, list[str]]] = {}
        for tick, patient, act in self.acts:
            found.setdefault(patient, {}).setdefault(tick, []).append(act)
        return found

    def acts_of(self, patient: int) -> dict[int, list[str]]:
        """What people do about a patient's alarms, by tick."""
        return self._acts.get(patient, {})

    @cached_property
    def days(self) -> frozenset[int]:
        """The first ticks of days."""
        return frozenset(t for t in range(1, self.ticks) if self.day(t) != self.day(t - 1))

    def news_of(self, person: Person) -> set[int]:
        """Ticks at which this person's rules may become others."""
        mine = [each for each in self.said if each.concerns(person)]
        return {tick for each in mine for tick in (each.begins, each.ends)} | self.days

    def in_force(self, person: Person, tick: int) -> tuple[Said, ...]:
        """The settings that concern somebody at a tick."""
        return tuple(e for e in self.said if e.begins <= tick < e.ends and e.concerns(person))

    def only(self, patient: int) -> "Story":
        """The same story, told of one patient."""
        person = next(each for each in self.people if each.id == patient)
        return replace(
            self, people=(person,), rows=self.rows[self.rows["patient"] == patient],
            acts=tuple(each for each in self.acts if each[1] == patient),
            said=tuple(each for each in self.said if each.concerns(person)),
        )  # fmt: skip


# --- making one up --------------------------------------------------------------------------------

QUIET = {
    "heart_rate": 75.0, "pulse": 75.0, "oxygen_saturation": 97.0, "respiratory_rate": 15.0,
    "systolic": 125.0, "diastolic": 80.0, "temperature": 36.8, "glucose": 120.0,
}  # fmt: skip
CHILD = {"heart_rate": (140, 130, 115, 95, 80), "respiratory_rate": (40, 40, 30, 22, 16),
         "systolic": (75, 90, 100, 108, 112)}  # fmt: skip
# The values at which some rule of a vital changes its mind, for grown-ups.
EDGES = {
    "heart_rate": (29, 30, 39, 40, 45, 44, 90, 91, 96, 120, 121, 130, 131, 150, 151, 100, 110),
    "pulse": (29, 30, 39, 40, 44, 45, 120, 121, 130, 131, 150, 151),
    "oxygen_saturation": (79, 80, 85, 86, 88, 89, 90, 91, 92, 93, 94, 95, 97),
    "respiratory_rate": (4, 5, 8, 9, 10, 11, 22, 23, 24, 25, 40, 41),
    "systolic": (79, 80, 89, 90, 94, 95, 105, 110, 111, 120, 130, 131, 150, 170, 171, 180, 181,
                 220, 221),
    "diastolic": (90, 104, 105, 109, 110, 111, 119, 120, 121, 130),
    "temperature": (31.9, 32, 34.9, 35, 35.5, 38.5, 38.6, 39, 39.1, 41, 41.1),
    "glucose": (53, 54, 69, 70, 79, 80, 100, 149, 150, 170, 171, 180, 181, 250, 251),
}  # fmt: skip
CHILD_EDGES = {
    "heart_rate": (80, 81, 90, 91, 95, 96, 70, 71, 60, 61, 66, 149, 150, 139, 140, 169, 170, 179,
                   180, 189, 190, 129, 119, 120),
    "respiratory_rate": (15, 16, 19, 20, 22, 80, 81, 90, 91, 78, 70, 71, 60, 61, 40, 41, 50, 51),
    "systolic": (45, 46, 50, 51, 56, 70, 71, 99, 100, 119, 120, 129, 130, 149, 150, 89, 109),
}  # fmt: skip
CHILD_EDGES["pulse"] = CHILD_EDGES["heart_rate"]
PRESSURES = ("systolic", "diastolic")
SLOW = (*PRESSURES, "temperature", "glucose")
AGAIN_SECONDS = {"temperature": 55, "systolic": 40, "diastolic": 40}  # at most, measured anew
EVENTS_PER_HOUR = 0.1
GAPS_PER_HOUR = 0.02
LOSSES_PER_HOUR = 0.02
OUTAGES_PER_HOUR = 0.3  # of the watcher


def _kinds(rng: np.random.Generator) -> list[tuple[tuple[str, ...], float | None]]:
    """The devices of one person: what each measures, and how often it says it does (None: it
    says nothing)."""
    pace = float(rng.choice([60.0, 60.0, 60.0, 90.0, 30.0]))
    monitor = ("heart_rate", "respiratory_rate", "oxygen_saturation")
    choice = rng.random()
    if choice < 0.45:
        return [(monitor, pace), (("pulse",), pace), (PRESSURES, None)]
    if choice < 0.65:
        return [(("pulse", "oxygen_saturation"), pace), (("temperature",), None)]
    if choice < 0.7:
        return [(("glucose",), 300.0)]
    if choice < 0.78:  # all by hand: nobody says how often
        return [(("pulse", "oxygen_saturation"), None), (("temperature",), None)]
    if choice < 0.9:
        return [(monitor, pace), ((*PRESSURES, "temperature"), None)]
    return [(("oxygen_saturation",), pace), (("temperature",), pace)]


def _born(rng: np.random.Generator) -> date | None:
    choice = rng.random()
    if choice < 0.1:
        return None
    if choice < 0.65:
        return START.date() - timedelta(days=int(rng.integers(16 * 366, 95 * 365)))
    # Children, many of whom grow out of their table at midnight.
    if choice < 0.85:
        months = int(rng.choice([3, 12, 48, 144, 192]))
        year, month = divmod(2026 * 12 + 2 - months, 12)
        return date(year, month + 1, 1)
    return START.date() - timedelta(days=int(rng.integers(1, 16 * 365)))


def _person(number: int, rng: np.random.Generator, wards: int) -> Person:
    devices: list[Device] = []
    for measures, pace in _kinds(rng):
        expects = {} if pace is None else dict.fromkeys(measures, pace)
        devices.append(Device(number * 10 + len(devices), expects, measures))
    scale = 2 if rng.random() < 0.1 else 1
    return Person(number, _born(rng), scale, 1 + number % wards, tuple(devices))


class _Body:
    """One person's readings."""

    def __init__(
        self, person: Person, rng: np.random.Generator, tick_us: int, ticks: int, eventful: float
    ) -> None:
        self.person, self.rng, self.tick_us, self.ticks = person, rng, tick_us, ticks
        self.per_second = SECOND / tick_us
        days = None if person.born is None else (START.date() - person.born).days
        self.band = None
        if days is not None and days < 16 * 365:
            self.band = int(np.searchsorted([90, 365, 1461, 4383], days, "right"))
        self.events = self._spans(EVENTS_PER_HOUR * eventful, (60, 400))
        self.gaps = self._spans(
            GAPS_PER_HOUR * eventful, (30, 900)
        )  # a gateway is away: kept, and sent later
        self.losses = self._spans(
            LOSSES_PER_HOUR * eventful, (20, 500)
        )  # a sensor is off: never measured

    def _spans(self, per_hour: float, seconds: tuple[int, int]) -> list[tuple[int, int]]:
        hours = self.ticks / self.per_second / 3600
        count = int(self.rng.poisson(per_hour * hours))
        starts = np.sort(self.rng.integers(0, self.ticks, count))
        lengths = self.rng.integers(*seconds, count) * self.per_second
        return [(int(s), int(s + max(3, each))) for s, each in zip(starts, lengths, strict=True)]

    def rows(self) -> Rows:
        parts: list[Rows] = []
        for device in self.person.devices:
            lag = int(self.rng.integers(0, 2 * SECOND))
            back = int(self.rng.integers(0, 900_000))
            for vital in device.measures:
                parts.append(self._of(device, vital, lag, back))
        return np.concatenate(parts)

    def _of(self, device: Device, vital: str, lag: int, back: int) -> Rows:
        rng = self.rng
        ticks = self._ticks(device, vital)
        values = self._values(vital, ticks)
        if not device.expects:
            ticks, values = self._repeated(device, vital, ticks, values)
        rows = np.zeros(len(ticks), ROW)
        rows["patient"], rows["device"] = self.person.id, device.id
        rows["vital"], rows["value"] = BY_NAME[vital].index, values
        start = Story.start
        rows["received"] = start + ticks * self.tick_us - back
        jitter = rng.integers(0, 300_000, len(ticks))
        if vital in PRESSURES:
            jitter[:] = 0  # a cuff says both of one moment, and which comes first decides a cover
        rows["at"] = rows["received"] - lag - jitter
        rows["tick"], rows["is_stored"] = ticks, True
        return self._spoil(rows, BY_NAME[vital].stale_seconds)

    def _ticks(self, device: Device, vital: str) -> np.ndarray:
        pace = device.expects.get(vital) or (900.0 if vital in PRESSURES else 1800.0)
        step = max(1, round(pace * self.per_second))
        # A device that keeps its time sends all it measures at once.
        quiet = np.arange(int(device.id * 7919 % step), self.ticks, step)
        least = 20 if vital in PRESSURES else 60 if vital in SLOW else 1
        if vital == "temperature" and device.expects:
            least = 10
        dense = [quiet]
        for number, (start, end) in enumerate(self.events):
            longer = (end - start) * (3 if vital in SLOW and least > 10 else 1)
            every = max(1, round(least * self.per_second))
            if least == 1:
                every = max(1, round([1, 1, 2, 5, 7, 12][number % 6] * self.per_second))
            dense.append(np.arange(start, min(start + longer, self.ticks), every))
        ticks = np.unique(np.concatenate(dense))
        for start, end in self.losses:
            ticks = ticks[(ticks < start) | (ticks >= end)]
        if least > 1:  # what is thinned is another test's business
            kept, last = [], -(10**9)
            for tick in ticks.tolist():
                if tick - last >= least * self.per_second:
                    kept.append(tick)
                    last = tick
            ticks = np.array(kept, np.int64)
        return ticks

    def _repeated(
        self, device: Device, vital: str, ticks: np.ndarray, values: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """It looked odd: they measure once more, and perhaps again, and then no more."""
        longest = max(1, round(AGAIN_SECONDS.get(vital, 14) * self.per_second))
        is_alone = np.diff(ticks, append=2 * self.ticks) > 4 * longest
        more = [ticks]
        for turn in (1, 2):  # a cuff says both of its numbers again
            dice = (more[-1] * 2654435761 + device.id * turn) >> 16
            keep = is_alone & (dice % 10 < 4)
            more.append(more[-1][keep] + 1 + dice[keep] % longest)
            is_alone = np.ones(keep.sum(), bool)
        edges = self._edges(vital)[1]
        found = np.concatenate([values, *(self.rng.choice(edges, len(each)) for each in more[1:])])
        ticks, places = np.unique(np.concatenate(more), return_index=True)
        return ticks, found[places]

    def _edges(self, vital: str) -> tuple[float, Sequence[float]]:
        """What is quiet, and where rules change their mind."""
        child = {"pulse": "heart_rate"}.get(vital, vital)
        if self.band is not None and child in CHILD:
            return CHILD[child][self.band], CHILD_EDGES[vital]
        return QUIET[vital], EDGES[vital]

    def _values(self, vital: str, ticks: np.ndarray) -> np.ndarray:
        rng = self.rng
        quiet, edges = self._edges(vital)
        spread = 0.1 if vital == "temperature" else 1.0
        values = np.round(quiet + rng.integers(-1, 2, len(ticks)) * spread, 1)
        for start, end in self.events:
            longer = (end - start) * (3 if vital in SLOW else 1)
            is_in = np.flatnonzero((ticks >= start) & (ticks < start + longer))
            if not len(is_in) or (vital not in SLOW and rng.random() < 0.35):
                continue
            values[is_in] = self._event(vital, edges, ticks[is_in], quiet)
        low, high = BY_NAME[vital].possible
        return np.clip(values, low, high)

    def _event(
        self, vital: str, edges: Sequence[float], ticks: np.ndarray, quiet: float
    ) -> np.ndarray:
        """Levels that last for a while, a slow slope, or single readings from the edges."""
        rng, count = self.rng, len(ticks)
        how = rng.random()
        if how < 0.2:
            return rng.choice(edges, count).astype(float)
        if how < 0.4:
            slope = np.linspace(quiet, float(rng.choice(edges)), count)
            return np.round(slope, int(rng.integers(0, 2)))
        few = rng.choice(edges, int(rng.integers(2, 5)))
        change = np.cumsum(rng.random(count) < rng.choice([0.03, 0.1, 0.3]))
        levels = rng.choice(few, int(change[-1]) + 1).astype(float)
        levels[rng.random(len(levels)) < 0.15] = quiet
        return levels[change]

    def _spoil(self, rows: Rows, fresh_seconds: int) -> Rows:
        """What a network does: keeps some and sends it later, swaps some, doubles some."""
        rng = self.rng
        allowed = max(LATE_SECONDS, fresh_seconds) * SECOND
        for start, end in self.gaps:
            held = (rows["tick"] >= start) & (rows["tick"] < end)
            rows["received"][held] += (end - rows["tick"][held]) * self.tick_us
            rows["tick"][held] = end
        swapped = rng.random(len(rows)) < 0.004
        later = rng.integers(1, 4, len(rows)) * swapped
        rows["tick"] += later
        rows["received"] += later * self.tick_us
        rows["late"] = rows["received"] - rows["at"] > allowed
        double = rows[rng.random(len(rows)) < 0.003].copy()
        more = rng.integers(0, 4, len(double))
        double["tick"] += more
        double["received"] += more * self.tick_us
        double["is_stored"] = False
        return np.concatenate([rows, double])


NUMBERS = {
    "heart_rate_high": (1, (100, 110, 120, 125, 140), 20), "heart_rate_low": (-1, (50, 60, 65), 15),
    "oxygen_low": (-1, (85, 88, 92, 94), 5), "respiration_high": (1, (18, 20, 30), 10),
    "pulse_high": (1, (100, 110, 140), 20), "systolic_low": (-1, (95, 100, 110), 10),
    "glucose_low": (-1, (60, 80, 90), 20), "diastolic_high": (1, (90, 100, 105), 20),
    "temperature_high": (1, (37.5, 38, 38.5), 1),
}  # fmt: skip


def _said(
    number: int, rng: np.random.Generator, ticks: int, scope: tuple[int, int], rule: str
) -> Said:
    sign, limits, far = NUMBERS.get(rule, (1, (0,), 1))
    limit = float(rng.choice(limits))
    clear = limit - sign * float(rng.choice([0, 2, 5]) if far > 1 else rng.choice([0, 0.5]))
    extreme = None if rng.random() < 0.3 else limit + sign * far
    after, ends_after = (int(rng.choice([0, 5, 15, 40, 60])) for _ in range(2))
    choices = ["limit", "limit", "limit", "off", "on", "unfit"]
    choice = str(rng.choice(choices if rule in NUMBERS else ["off", "on"]))
    step = max(1, ticks // 40)  # people set things in rounds
    begins = step * int(rng.integers(0, 40))
    ends = begins + step * int(rng.integers(1, 20))
    numbers = (limit, extreme, clear, after, ends_after) if choice == "limit" else None
    return Said(number, rule, choice, begins, ends, *scope, numbers)


def _settings(
    rng: np.random.Generator, ticks: int, people: Sequence[Person], wards: int, share: float
) -> list[Said]:
    rules = [*NUMBERS, "pulse_low", "oxygen_falling", "bradycardia_with_desaturation",
             "shock_index_high"]  # fmt: skip
    scopes: list[tuple[int, int]] = [(0, 0)] if rng.random() < 0.3 else []
    scopes += [(1, 1 + int(rng.integers(wards))) for _ in range(2)]
    chosen = rng.choice(len(people), round(len(people) * share), replace=False)
    scopes += [(2, people[each].id) for each in chosen.tolist()]
    found: list[Said] = []
    for scope in scopes:
        for rule in rng.choice(rules, int(rng.integers(1, 4)), replace=False).tolist():
            found.append(_said(len(found) + 1, rng, ticks, scope, rule))
    return found


def _acts(
    rng: np.random.Generator, bodies: Sequence[_Body], ticks: int
) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for body in bodies:
        for start, _ in [*body.events, *body.losses]:
            for _ in range(int(rng.integers(0, 4))):
                wait = float(rng.choice([15, 60, 200, 600]) * rng.random()) * body.per_second
                act = "acknowledge" if rng.random() < 0.5 else "pause"
                tick = start + max(1, round(wait))
                if tick < ticks:
                    found.append((tick, body.person.id, act))
    return sorted(found)


def _outages(
    rng: np.random.Generator, ticks: int, tick_us: int, per_hour: float
) -> list[tuple[int, int]]:
    hours = ticks * tick_us / SECOND / 3600
    found: list[tuple[int, int]] = []
    for start in np.sort(rng.integers(2, ticks, int(rng.poisson(per_hour * hours)))).tolist():
        seconds = float(rng.choice([1, 5, 20, 120, 900]))
        end = start + max(1, round(seconds * SECOND / tick_us))
        if end < ticks and (not found or start > found[-1][1] + 1):
            found.append((start, end))
    return found


def story(
    seed: int, people: int, hours: float, tick_seconds: float, eventful: float = 1.0
) -> Story:
    """Make one up; `eventful` times as much happens in it as usual."""
    rng = np.random.default_rng(seed)
    tick_us = round(tick_seconds * SECOND)
    ticks = round(hours * 3600 / tick_seconds)
    wards = max(2, people // 50)
    beds = [_person(number, rng, wards) for number in range(1, people + 1)]
    bodies = [_Body(person, rng, tick_us, ticks, eventful) for person in beds]
    rows = np.concatenate([body.rows() for body in bodies])
    rows = rows[(rows["tick"] < ticks) & (rows["tick"] > 0)]
    rows = rows[np.argsort(rows["tick"], kind="stable")]
    return Story(
        seed, tick_us, ticks, tuple(beds), rows, tuple(_acts(rng, bodies, ticks)),
        tuple(_settings(rng, ticks, beds, wards, min(0.5, 0.02 * eventful))),
        tuple(_outages(rng, ticks, tick_us, OUTAGES_PER_HOUR * eventful)),
    )  # fmt: skip
