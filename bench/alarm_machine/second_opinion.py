"""What every alarm should do, written a second time from its documented meaning.

From docs/reference/rules.md, docs/reference/alarms.md, docs/decisions/0008 and the rules' own
words; no line is shared with homeward.clinical or services.watch. The house judges frames of
everybody in columns, behind a gate, and asks functions of a window. Here one patient is walked
through alone, reading by reading: a limit is a machine that remembers since when its run lasts,
silence is reckoned from the gaps between receptions, an episode is a handful of ifs.

Times are microseconds; a tick is the moment at which the house is told, asked and listens.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from bench.alarm_machine.stories import Person, Said, Story

SECOND = 1_000_000
HIGH, MEDIUM, LOW = "high", "medium", "low"
RANK = {HIGH: 0, MEDIUM: 1, LOW: 2}
PAUSE_SECONDS = 120
GRACE_SECONDS = 15  # after a start nothing is said to be silent, nor heard again
CHECK_SECONDS = 30  # how often answered episodes are looked at for being measured no more

# vital: how long it is fresh, and how long unmeasured before an answered alarm of it is over (s)
FRESH = {
    "heart_rate": 10, "pulse": 10, "oxygen_saturation": 10, "respiratory_rate": 15,
    "systolic": 3600, "temperature": 21600, "glucose": 900,
}  # fmt: skip
FORGOTTEN = {
    "heart_rate": 3600, "pulse": 3600, "oxygen_saturation": 3600, "respiratory_rate": 3600,
    "systolic": 21600, "temperature": 21600, "glucose": 3600,
}  # fmt: skip

ADULT_MONTHS = 16 * 12
BANDS = ((0, 3), (3, 12), (12, 48), (48, 144), (144, ADULT_MONTHS))  # months, from and under

# The page's tables: limit, at once beyond, ends at; by band of age, then everybody else.
_HEART_HIGH = ((179, 189, 169), (169, 179, 159), (149, 169, 139), (129, 149, 119), (119, 139, 109))
_HEART_LOW = ((91, 81, 96), (81, 71, 86), (71, 61, 76), (61, 51, 66), (51, 41, 56))
_BREATH_HIGH = ((80, 90, 78), (70, 80, 68), (60, 70, 58), (40, 50, 38), (22, 29, 20))
_BREATH_LOW = ((20, 16, 22), (20, 16, 22), (16, 13, 18), (15, 11, 17), (11, 10, 13))
_PRESSURE_HIGH = ((99, 129, 89), (119, 149, 109), (124, 159, 114), (139, 169, 129), (149, 189, 139))
_PRESSURE_LOW = ((51, 46, 56), (71, 61, 76), (76, 66, 81), (81, 71, 86), (86, 76, 91))


@dataclass(frozen=True)
class Limited:
    """One row of the page, for one person: ABOVE is +1, BELOW is -1."""

    vital: str
    sign: int
    everybody: tuple[float, float | None, float]
    after: int = 0
    ends_after: int = 0
    usual: str = MEDIUM
    extreme: str = HIGH
    window: int = 120
    bands: tuple[tuple[float, float, float], ...] = ()


LIMITED = {
    "glucose_high": Limited(
        "glucose", 1, (180, 250, 170), 7200, usual=LOW, extreme=MEDIUM, window=9000
    ),
    "glucose_low": Limited("glucose", -1, (70, 54, 80)),
    "heart_rate_high": Limited("heart_rate", 1, (130, 150, 120), 20, 15, bands=_HEART_HIGH),
    "heart_rate_low": Limited("heart_rate", -1, (40, 30, 45), 10, 15, usual=HIGH, bands=_HEART_LOW),
    "oxygen_low": Limited("oxygen_saturation", -1, (90, 80, 92), 15, 15, usual=HIGH),
    "pulse_high": Limited("pulse", 1, (130, 150, 120), 20, 15, bands=_HEART_HIGH),
    "pulse_low": Limited("pulse", -1, (40, 30, 45), 10, 15, usual=HIGH, bands=_HEART_LOW),
    "respiration_high": Limited("respiratory_rate", 1, (24, 40, 22), 30, 30, bands=_BREATH_HIGH),
    "respiration_low": Limited(
        "respiratory_rate", -1, (9, 5, 11), 15, 30, usual=HIGH, bands=_BREATH_LOW
    ),
    "systolic_high": Limited("systolic", 1, (180, 220, 170), bands=_PRESSURE_HIGH),
    "systolic_low": Limited("systolic", -1, (90, 80, 95), bands=_PRESSURE_LOW),
    "temperature_high": Limited("temperature", 1, (39.0, 41, 38.5), 60, 60),
    "temperature_low": Limited("temperature", -1, (35.0, 32, 35.5), 60, 60),
}
SCALE_2 = {"oxygen_low": (86, 80, 88)}
YIELDS = {"pulse_high": "heart_rate", "pulse_low": "heart_rate"}
COVERED = {"heart_rate_low": "bradycardia_with_desaturation",
           "oxygen_low": "bradycardia_with_desaturation"}  # fmt: skip


# --- who somebody is ---------------------------------------------------------------------------


def months_old(born: date | None, on: date) -> int | None:
    """How many monthly birthdays somebody has had: on their day, or on the first of the next month
    where a month has no such day."""
    if born is None:
        return None
    months = 0
    while months < 2400 and _after_months(born, months + 1) <= on:
        months += 1
    return months


def _after_months(born: date, months: int) -> date:
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    try:
        return date(year, month + 1, born.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def band(months: int | None) -> int | None:
    """Which row of the tables somebody of this age has; None for everybody else."""
    if months is None:
        return None
    return next((place for place, (least, under) in enumerate(BANDS) if least <= months < under),
                None)  # fmt: skip


# --- what is known of one vital ----------------------------------------------------------------


class Trace:
    """The readings of one vital of one person that counted, oldest first."""

    def __init__(self) -> None:
        self.at: list[int] = []
        self.value: list[float] = []
        self.received = 0

    def since(self, seconds: float) -> int:
        """The place of the first reading of the last so many seconds."""
        return bisect_left(self.at, self.at[-1] - round(seconds * SECOND))

    def middle(self, seconds: float, least: int = 5) -> float:
        """The lower middle of the last seconds' values; of fewer than that, the newest."""
        values = sorted(self.value[self.since(seconds) :])
        return values[(len(values) - 1) // 2] if len(values) >= least else self.value[-1]


@dataclass(frozen=True)
class Found:
    """A condition holds: how bad, since when, and beyond what."""

    priority: str
    since: int
    limit: float | None


class LimitMachine:
    """A limit with delay, hysteresis and extreme; it remembers since when each run lasts."""

    def __init__(self, name: str, limited: Limited, numbers: tuple[float, ...], trace: Trace):
        self.name, self.limited, self.trace = name, limited, trace
        self.limit, self.extreme, self.clear, self.after, self.ends_after = numbers
        self.beyond_since: int | None = None
        self.clear_since: int | None = None
        for at, value in zip(trace.at, trace.value, strict=True):  # as if it had been here
            self.hear(at, value)

    def hear(self, at: int, value: float) -> None:
        """Each reading, whether anybody asks or not."""
        sign = self.limited.sign
        if value * sign > self.limit * sign:
            if self.beyond_since is None:
                self.beyond_since = at
            self.clear_since = None
            return
        self.beyond_since = None
        if value * sign > self.clear * sign:
            self.clear_since = None
        elif self.clear_since is None:
            self.clear_since = at

    def judge(self, is_open: bool) -> Found | None:
        """By the newest reading."""
        if not is_open and self.beyond_since is None:
            return None
        at, value, sign = self.trace.at[-1], self.trace.value[-1], self.limited.sign
        if self.extreme is not None and value * sign > self.extreme * sign:
            return Found(self.limited.extreme, self._begun(at), self.extreme)
        if is_open:
            is_over = self._lasted(self.clear_since, at, self.ends_after)
            return None if is_over else Found(self.limited.usual, self._begun(at), self.limit)
        if self._lasted(self.beyond_since, at, self.after):
            return Found(self.limited.usual, self._begun(at), self.limit)
        return None

    def _begun(self, at: int) -> int:
        return at if self.beyond_since is None else self._within(self.beyond_since)

    def _within(self, since: int) -> int:
        """Nobody looks back further than the window."""
        return max(since, self.trace.at[self.trace.since(self.limited.window)])

    def _lasted(self, since: int | None, at: int, seconds: int) -> bool:
        if since is None:
            return False
        is_alone = self.trace.since(self.limited.window) == len(self.trace.at) - 1
        return is_alone or at - self._within(since) >= seconds * SECOND


# --- rules that are no single limit ------------------------------------------------------------


def _lasts(trace: Trace, seconds: float, good: Callable[[float], bool], window: float) -> bool:
    first, place = trace.since(window), len(trace.at)
    while place > first and good(trace.value[place - 1]):
        place -= 1
    if place == len(trace.at):
        return False
    return first == len(trace.at) - 1 or trace.at[-1] - trace.at[place] >= seconds * SECOND


Fresh = dict[str, Trace]


def glucose_falling_fast(fresh: Fresh, is_open: bool) -> Found | None:
    """2 mg/dL a minute for ten minutes of 20, headed below 70 in 20 more; below 150."""
    trace = fresh["glucose"]
    first = trace.since(1200)
    values, seconds = trace.value[first:], (trace.at[-1] - trace.at[first]) / SECOND
    now = values[-1]
    if now < 70:
        return None
    fall = (values[0] - now) * 60 / seconds if seconds else 0.0
    found = Found(MEDIUM, trace.at[first], 70)
    if is_open:
        return None if now > 150 or (len(values) > 1 and fall < 1) else found
    steady = seconds >= 600 and all(before > after for before, after in pairwise(values))
    return found if now < 150 and fall >= 2 and steady and now - 20 * fall < 70 else None


def oxygen_falling(fresh: Fresh, is_open: bool) -> Found | None:
    """3 % lower than in the minute before the last one, and below 94; not below 90."""
    trace = fresh["oxygen_saturation"]
    if not is_open and trace.value[-1] >= 94:
        return None
    now = trace.middle(30)
    if now < 90:
        return None
    found = Found(LOW, trace.at[-1], 94)
    until = bisect_left(trace.at, trace.at[-1] - 60 * SECOND + 1)
    before = sorted(trace.value[trace.since(120) : until])
    if len(before) < 5:
        return found if is_open and now < 94 else None
    fall = before[(len(before) - 1) // 2] - now
    if is_open:
        return found if fall >= 1 and now < 94 else None
    return found if fall >= 3 and now < 94 else None


def systolic_falling(fresh: Fresh, is_open: bool) -> Found | None:
    """40 mmHg lower than the last hour's earlier ones, two at least; from 90 to 110."""
    trace = fresh["systolic"]
    now = trace.value[-1]
    earlier = sorted(trace.value[trace.since(3600) : -1])
    if not 90 <= now < 111:
        return None
    found = Found(MEDIUM, trace.at[-1], 110)
    if len(earlier) < 2:
        return found if is_open else None
    fall = earlier[(len(earlier) - 1) // 2] - now
    return found if fall >= (30 if is_open else 40) else None


def bradycardia_with_desaturation(fresh: Fresh, is_open: bool) -> Found | None:
    """A rate and a saturation of 90 or less for five seconds; until either is well for ten."""
    if not is_open and (len(fresh) < 2 or any(each.value[-1] >= 91 for each in fresh.values())):
        return None
    found = Found(HIGH, min(trace.at[-1] for trace in fresh.values()), None)
    if len(fresh) < 2:
        return found if is_open else None
    rate, oxygen = fresh["heart_rate"], fresh["oxygen_saturation"]
    if is_open:
        is_over = _lasts(rate, 10, lambda value: value >= 96, 120) or _lasts(
            oxygen, 10, lambda value: value >= 92, 120
        )
        return None if is_over else found
    is_both = _lasts(rate, 5, lambda value: value < 91, 120) and _lasts(
        oxygen, 5, lambda value: value < 91, 120
    )
    return found if is_both else None


def shock_index_high(fresh: Fresh, is_open: bool) -> Found | None:
    """Rate over pressure is 1 or more, while neither rings; until it is below 0.9."""
    if not is_open and not all(map(_may_be_shock, fresh, fresh.values())):
        return None
    found = Found(MEDIUM, max(trace.at[-1] for trace in fresh.values()), 1.0)
    if len(fresh) < 2 or fresh["systolic"].value[-1] <= 0:
        return found if is_open else None
    rate, pressure = fresh["heart_rate"].middle(60), fresh["systolic"].value[-1]
    if is_open:
        return found if rate / pressure >= 0.9 else None
    return found if rate / pressure >= 1 and rate <= 130 else None


def _may_be_shock(vital: str, trace: Trace) -> bool:
    """From 90 mmHg, up to 130 beats: what is beyond rings already, or is no shock."""
    now = trace.value[-1]
    return now >= 90 if vital == "heart_rate" else 90 <= now <= 130


OTHERS: dict[str, tuple[tuple[str, ...], Callable[[Fresh, bool], Found | None]]] = {
    "bradycardia_with_desaturation": (
        ("heart_rate", "oxygen_saturation"), bradycardia_with_desaturation),
    "glucose_falling_fast": (("glucose",), glucose_falling_fast),
    "oxygen_falling": (("oxygen_saturation",), oxygen_falling),
    "shock_index_high": (("heart_rate", "systolic"), shock_index_high),
    "systolic_falling": (("systolic",), systolic_falling),
}  # fmt: skip
RULES = sorted([*LIMITED, *OTHERS])
VITALS_OF = {name: (each.vital,) for name, each in LIMITED.items()} | {
    name: vitals for name, (vitals, _) in OTHERS.items()
}


def is_for(rule: str, person: Person, months: int | None) -> bool:
    """Whom a rule is for."""
    is_adult = months is None or months >= ADULT_MONTHS
    if rule == "bradycardia_with_desaturation":
        return months is not None and months < 3
    if rule == "oxygen_falling":
        return is_adult and person.oxygen_scale != 2
    return is_adult if rule in ("shock_index_high", "systolic_falling") else True


# --- the life of an episode --------------------------------------------------------------------

Line = tuple[int, str, str, str, str, int | None, float | None]
"""tick, condition, what happened, how it stands then, priority, since, limit"""


@dataclass
class Life:
    """One condition's episodes, one after the other."""

    condition: str
    is_physiological: bool
    log: list[Line]
    state: str = "none"
    priority: str = LOW
    changed: int = 0  # tick

    def found(self, tick: int, found: Found) -> None:
        """It holds, or is worse than it was."""
        if self.state == "none":
            self._become(tick, "raised", "active", found)
        elif self.state == "latched":
            self._become(tick, "returned", "active", found)
        elif RANK[found.priority] < RANK[self.priority]:
            self._become(tick, "worsened", "active", found)

    def over(self, tick: int) -> None:
        """It does not hold any more."""
        if self.state in ("active", "audio-paused"):
            is_kept = self.is_physiological and self.priority == HIGH
            self._become(tick, "cleared", "latched" if is_kept else "resolved")
        elif self.state == "acknowledged":
            self._become(tick, "cleared", "resolved")

    def acknowledge(self, tick: int) -> None:
        """Somebody takes it."""
        if self.state in ("active", "audio-paused"):
            self._become(tick, "acknowledged", "acknowledged")
        elif self.state == "latched":
            self._become(tick, "acknowledged", "resolved")

    def pause(self, tick: int) -> None:
        """Somebody wants quiet. A high alarm cannot be paused."""
        if self.state == "active" and self.priority != HIGH:
            self._become(tick, "audio paused", "audio-paused")

    def resume(self, tick: int) -> None:
        """The pause is over."""
        self._become(tick, "resumed", "active")

    def _become(self, tick: int, event: str, state: str, found: Found | None = None) -> None:
        if found is not None:
            self.priority = found.priority
        self.state, self.changed = "none" if state == "resolved" else state, tick
        since, limit = (None, None) if found is None else (found.since, found.limit)
        self.log.append((tick, self.condition, event, state, self.priority, since, limit))


# --- one patient -------------------------------------------------------------------------------


class Bed:
    """One patient, walked through alone."""

    def __init__(self, story: Story, person: Person) -> None:
        self.story, self.person = story, person
        self.log: list[Line] = []
        self.lives: dict[str, Life] = {}
        self.held: dict[str, str] = {}  # conditions that hold, with the worst priority so far
        self.traces = {vital: Trace() for vital in FRESH}
        self.machines: dict[str, LimitMachine] = {}
        self.hearing: dict[str, list[LimitMachine]] = {}
        self.on: set[str] = set()
        self.concerning: tuple[Said, ...] = ()
        self.band: tuple[int | None, bool] | None = None
        self.live: dict[tuple[int, str], list[int]] = {}  # by device and vital: receptions
        self.known_from = 0  # tick
        self.down = story.down  # ticks from (not heard any more) and to (back)

    def walk(self) -> list[Line]:
        """Everything, in order; the lines of the ledger by tick."""
        rows = self.story.rows_of(self.person.id)
        frames: dict[int, list[tuple[int, str, int, int, bool, float]]] = {}
        for row in rows:
            frames.setdefault(row[0], []).append(row[1:])
        acts = self.story.acts_of(self.person.id)
        news = self.story.news_of(self.person)
        self.known_from = self._known_from(frames)
        every = {0, *frames, *acts, *news, self.known_from, *(up for _, up in self.down)}
        ticks = sorted(tick for tick in every if tick < self.story.ticks)
        missed: list[int] = []
        back = {up for _, up in self.down}
        for tick in ticks:
            self._time_passes(tick)
            is_down = any(down <= tick < up for down, up in self.down)
            if is_down:
                if tick in frames:
                    missed.append(tick)
            else:
                if tick == self.known_from:
                    self.band = None  # ordered for as somebody new
                is_other = (
                    tick in news or tick == self.known_from or tick in back or tick == 0
                ) and self._orders(tick)
                for late in missed:
                    self._frame(tick, frames[late])
                missed.clear()
                if is_other:
                    self._ask_again(tick)
                if tick in frames:
                    self._frame(tick, frames[tick])
            self._time_passes(tick + 1)
            for act in acts.get(tick, ()):
                self._act(tick, act)
        self._time_passes(self.story.ticks)
        self.log += silences(self.story, self.person, self.live, acts)
        return sorted(self.log, key=lambda line: (line[0], line[1]))

    def _known_from(self, frames: dict[int, list[tuple[int, str, int, int, bool, float]]]) -> int:
        """Of whom nobody has heard, nothing is said; of others from the next look on."""
        heard = [tick for tick, rows in frames.items() if not all(row[4] for row in rows)]
        first = min(heard, default=self.story.ticks)
        after = first if self.story.is_down(first) else first + 1
        return self.story.listening_from(self.story.time(after))

    # - time

    def _time_passes(self, until: int) -> None:
        """What clocks alone do before this tick: pauses end, answered alarms are forgotten."""
        for life in self.lives.values():
            if life.state == "audio-paused":
                _resume_before(self.story, life, until)
        for name in [name for name in self.held if name in VITALS_OF]:
            life = self.lives[name]
            if life.state == "acknowledged":
                due = self._forgotten(name)
                if due < until:
                    del self.held[name]
                    life.over(due)

    def _forgotten(self, name: str) -> int:
        """When an answered alarm of what nobody measures any more ends."""
        dues = [
            self.traces[vital].received + FORGOTTEN[vital] * SECOND for vital in VITALS_OF[name]
        ]
        return self.story.check_after(min(dues), self.lives[name].changed)

    # - orders

    def _orders(self, tick: int) -> bool:
        """Whom each rule watches now and how; whether that is any different."""
        on = self.story.day(tick)
        months = months_old(self.person.born, on)
        concerning = self.story.in_force(self.person, tick)
        who = (band(months), is_for("bradycardia_with_desaturation", self.person, months))
        if (concerning, who) == (self.concerning, self.band):
            return False
        self.concerning, self.band = concerning, who
        unfit: set[str] = set()
        on_now: set[str] = set()
        for name in RULES:
            if not is_for(name, self.person, months):
                continue
            numbers, is_unfit = self._chosen(name, who[0])
            if is_unfit and tick >= self.known_from:
                unfit.add(name)
            if numbers is None:
                continue
            on_now.add(name)
            if name in LIMITED:
                trace = self.traces[LIMITED[name].vital]
                self.machines[name] = LimitMachine(name, LIMITED[name], numbers, trace)
        self.on = on_now
        self.machines = {name: each for name, each in self.machines.items() if name in on_now}
        self.hearing = {
            vital: [each for each in self.machines.values() if each.limited.vital == vital]
            for vital in FRESH
        }
        for name in RULES:
            if name not in on_now:
                self._change(tick, name, None)
        for name in RULES:
            found = Found(MEDIUM, self.story.time(tick), None) if name in unfit else None
            self._change(tick, "trouble_setting_" + name, found)
        return True

    def _ask_again(self, tick: int) -> None:
        """What is fresh is judged as it stands."""
        now = self.story.time(tick)
        for vital, trace in self.traces.items():
            if trace.at and now - trace.received <= FRESH[vital] * SECOND:
                self._judge(tick, vital)

    def _chosen(self, name: str, place: int | None) -> tuple[tuple[float, ...] | None, bool]:
        """limit, extreme, clear, after, ends after; None while it is off. And: is one unfit?"""
        default: tuple[float, ...] = ()
        has_own = False
        if name in LIMITED:
            row = LIMITED[name]
            three = row.everybody
            if row.bands and place is not None:
                three, has_own = row.bands[place], True
            if self.person.oxygen_scale == 2 and name in SCALE_2:
                three, has_own = SCALE_2[name], True
            default = (*three, row.after, row.ends_after)
        now: tuple[float, ...] | None = default
        is_unfit = False
        for said in sorted(self.concerning, key=lambda said: said.nearness):
            if said.rule != name:
                continue
            if said.choice == "unfit":
                is_unfit = True  # what lies below it is used, and somebody must set it anew
            elif said.choice == "limit":
                if said.nearness == 2 or not has_own:  # a unit's number is meant for its adults
                    now = said.numbers
            else:
                now = None if said.choice == "off" else default
        return now, is_unfit

    # - readings

    def _frame(self, tick: int, rows: list[tuple[int, str, int, int, bool, float]]) -> None:
        """Readings told at one moment: of each vital its first, then of each its second."""
        rounds: list[list[tuple[int, str, int, int, bool, float]]] = []
        seen: dict[str, int] = {}
        for row in rows:
            if row[4]:  # too late to be live
                continue
            turn = seen[row[1]] = seen.get(row[1], -1) + 1
            if turn == len(rounds):
                rounds.append([])
            rounds[turn].append(row)
        for turn in rounds:
            fresh = [row for row in turn if self._put(row)]
            for row in fresh:
                self._judge(tick, row[1])

    def _put(self, row: tuple[int, str, int, int, bool, float]) -> bool:
        device, vital, at, received, _, value = row
        trace = self.traces[vital]
        if trace.at and at <= trace.at[-1]:  # a double, or out of order
            return False
        trace.at.append(at)
        trace.value.append(value)
        trace.received = received
        self.live.setdefault((device, vital), []).append(received)
        for machine in self.hearing[vital]:
            machine.hear(at, value)
        return True

    def _judge(self, tick: int, vital: str) -> None:
        for name in RULES_OF[vital]:
            if name not in self.on:
                continue
            is_open = name in self.held
            machine = self.machines.get(name)
            if machine is not None:
                if not is_open and (machine.beyond_since is None or self._must_yield(name)):
                    continue
                found = machine.judge(is_open)
                if found is not None and not is_open and self._is_covered(name, machine, found):
                    found = None
            else:
                found = OTHERS[name][1](self._fresh_for(name, vital), is_open)
            self._change(tick, name, found)

    def _must_yield(self, name: str) -> bool:
        if name not in YIELDS or not self.traces[YIELDS[name]].at:
            return False
        better = self.traces[YIELDS[name]]
        own = self.traces[LIMITED[name].vital]
        return own.received - better.received <= FRESH[YIELDS[name]] * SECOND

    def _is_covered(self, name: str, machine: LimitMachine, found: Found) -> bool:
        cover = self.held.get(COVERED.get(name, ""))
        if cover is None or found.limit == machine.extreme:
            return False
        return RANK[found.priority] >= RANK[cover]

    def _fresh_for(self, name: str, vital: str) -> Fresh:
        fresh = {vital: self.traces[vital]}
        for other in VITALS_OF[name]:
            trace = self.traces[other]
            if other == vital or not trace.at:
                continue
            if trace.received >= self.traces[vital].received - FRESH[other] * SECOND:
                fresh[other] = trace
        return fresh

    # - conditions and people

    def _change(self, tick: int, name: str, found: Found | None) -> None:
        held = self.held.get(name)
        if found is None:
            if held is not None:
                del self.held[name]
                self.lives[name].over(tick)
            return
        if held is None or RANK[found.priority] < RANK[held]:
            self.held[name] = found.priority
            is_ours = not name.startswith("trouble_")
            life = self.lives.setdefault(name, Life(name, is_ours, self.log))
            life.found(tick, found)

    def _act(self, tick: int, act: str) -> None:
        for life in self.lives.values():
            _answer(life, tick, act)


def _answer(life: Life, tick: int, act: str) -> None:
    if act == "acknowledge":
        life.acknowledge(tick)
    else:
        life.pause(tick)


def _resume_before(story: Story, life: Life, until: int) -> None:
    """A pause ends with the first look after its time."""
    due = story.listening_after(story.time(life.changed) + PAUSE_SECONDS * SECOND)
    if due < until:
        life.resume(due)


RULES_OF = {vital: [name for name in RULES if vital in VITALS_OF[name]] for vital in FRESH}


# --- silence -----------------------------------------------------------------------------------


def silences(
    story: Story,
    person: Person,
    live: dict[tuple[int, str], list[int]],
    acts: dict[int, list[str]],
) -> list[Line]:
    """What should have come and did not, reckoned from the gaps between receptions.

    A vital is silent when nothing came for twice its interval and five seconds; where all of a
    device is, the device is, and nothing else is said. Vitals are MEDIUM up to an interval of a
    minute, else LOW; a device is MEDIUM.
    """
    lives: dict[str, Life] = {}
    log: list[Line] = []
    changes: list[tuple[int, str, Found | None]] = []
    for device in person.devices:
        if device.expects:
            changes += _of_device(story, device.id, device.expects, live)
    changes.sort(key=lambda change: change[0])
    steps: Iterable[tuple[int, int, object]] = sorted(
        [(tick, 0, (name, found)) for tick, name, found in changes]
        + [(tick, 1, act) for tick, each in acts.items() for act in each],
        key=lambda step: step[:2],
    )
    for tick, kind, what in steps:
        for life in lives.values():
            if life.state == "audio-paused":
                _resume_before(story, life, tick + kind)
        if kind == 1:
            for life in lives.values():
                _answer(life, tick, str(what))
            continue
        assert isinstance(what, tuple)
        name, found = what
        life = lives.setdefault(name, Life(name, False, log))
        if found is None:
            life.over(tick)
        else:
            life.found(tick, found)
    for life in lives.values():
        if life.state == "audio-paused":
            _resume_before(story, life, story.ticks)
    return log


def _of_device(
    story: Story, device: int, expects: dict[str, float], live: dict[tuple[int, str], list[int]]
) -> list[tuple[int, str, Found | None]]:
    allowed = {vital: round((2 * seconds + 5) * SECOND) for vital, seconds in expects.items()}
    heard = {vital: [story.start, *live.get((device, vital), ())] for vital in expects}
    moments: set[int] = {up for _, up in story.down}
    moments |= {tick for _, up in story.down for tick in [story.listening_from(
        story.time(up) + GRACE_SECONDS * SECOND)]}  # fmt: skip
    for vital, times in heard.items():
        for last, following in pairwise([*times, None]):
            if following is None or following - last > allowed[vital]:
                moments.add(story.listening_after(last + allowed[vital]))
                moments.add(story.listening_from(following or last))
    held: dict[str, Found] = {}
    changes: list[tuple[int, str, Found | None]] = []
    for tick in sorted(moments):
        if tick >= story.ticks or story.is_in_grace(tick):
            continue
        found = _silent_at(story, device, tick, expects, allowed, heard)
        changes += [(tick, name, each) for name, each in found.items() if name not in held]
        changes += [(tick, name, None) for name in held if name not in found]
        held = {name: held.get(name, each) for name, each in found.items()}
    return changes


def _silent_at(
    story: Story,
    device: int,
    tick: int,
    expects: dict[str, float],
    allowed: dict[str, int],
    heard: dict[str, list[int]],
) -> dict[str, Found]:
    now = story.time(tick)
    last = {vital: times[bisect_left(times, now + 1) - 1] for vital, times in heard.items()}
    silent = [vital for vital in expects if now - last[vital] > allowed[vital]]
    if len(silent) == len(expects):
        quickest = min(allowed.values()) / SECOND
        return {f"device_silent {device}": Found(MEDIUM, max(last.values()), quickest)}
    return {
        f"silent_{vital}": Found(
            MEDIUM if expects[vital] <= 60 else LOW, last[vital], allowed[vital] / SECOND
        )
        for vital in silent
    }


def opinion(story: Story, person: Person) -> list[Line]:
    """The ledger of one patient as it should be."""
    return Bed(story, person).walk()


def moment(us: int) -> str:
    """A time for people."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).isoformat()
