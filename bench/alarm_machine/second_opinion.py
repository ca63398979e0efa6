"""What every alarm should do, written a second time from its documented meaning.

From docs/reference/rules.md, docs/reference/alarms.md, docs/decisions/0008 and the rules' own
words; no line is shared with homeward.clinical or services.watch. The house judges frames of
everybody in columns, behind a gate, and asks functions of a window. Here one patient is walked
through alone, reading by reading: a limit is a machine that remembers since when its run lasts,
silence is reckoned from the gaps between receptions, an episode is a handful of ifs.

Times are microseconds; a tick is the moment at which the house is told, asked and listens.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bench.alarm_machine.second_life import Life, Line, answer, resume_before
from bench.alarm_machine.second_limits import (
    BETTER,
    COVERED,
    FORGOTTEN,
    FRESH,
    LIMITED,
    MEDIUM,
    RANK,
    SCALE_2,
    SECOND,
    YIELDS,
    Found,
    LimitMachine,
    Trace,
    band,
    months_old,
)
from bench.alarm_machine.second_rules import OTHERS, RULES, VITALS_OF, Fresh, is_for
from bench.alarm_machine.second_silence import silences
from bench.alarm_machine.stories import Person, Said, Story

Row = tuple[int, str, int, int, bool, float]
"""device, vital, at, received, late, value"""
ON_ITS_WAY = 5 * SECOND  # what came in the last of these before the end is heard again


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
        self.tick = 0  # reached
        self.is_again = False  # what is heard may have been heard before
        self.stands_for: dict[str, int] = {}  # by condition: when what it rang for was measured
        self.down = story.down  # ticks from (not heard any more) and to (back)

    def walk(self) -> list[Line]:
        """Everything, in order; the lines of the ledger by tick."""
        rows = self.story.rows_of(self.person.id)
        frames: dict[int, list[Row]] = {}
        for row in rows:
            frames.setdefault(row[0], []).append(row[1:])
        acts = self.story.acts_of(self.person.id)
        news = self.story.news_of(self.person)
        self.known_from = self._known_from(frames)
        every = {0, *frames, *acts, *news, self.known_from, *(up for _, up in self.down)}
        ticks = sorted(tick for tick in every if tick < self.story.ticks)
        missed: list[int] = []
        back = {up: down for down, up in self.down}
        for tick in ticks:
            self._time_passes(tick)
            self.tick = tick
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
                if tick in back:
                    if is_other:
                        missed[:0] = self._unsure(back[tick], frames)
                    self._still_waits(back[tick])
                self.is_again = True
                for late in missed:
                    self._frame(tick, frames[late])
                self.is_again = False
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

    def _known_from(self, frames: dict[int, list[Row]]) -> int:
        """Of whom nobody has heard, nothing is said; of others from the next look on."""
        heard = [tick for tick, rows in frames.items() if not all(row[4] for row in rows)]
        first = min(heard, default=self.story.ticks)
        after = first if self.story.is_down(first) else first + 1
        return self.story.listening_from(self.story.time(after))

    # - time

    def _time_passes(self, until: int) -> None:
        """What clocks alone do before this tick: who waited rings, pauses end, answered alarms
        are forgotten."""
        self._time_tells(until)
        for life in self.lives.values():
            if life.state == "audio-paused":
                resume_before(self.story, life, until)
        for name in [name for name in self.held if name in VITALS_OF]:
            life = self.lives[name]
            if life.state == "acknowledged":
                due = self._forgotten(name)
                if due < until:
                    del self.held[name]
                    life.over(due)

    def _time_tells(self, until: int) -> None:
        """Before this tick: who waited for a next reading, and none came in time."""
        for name, machine in self._by_vital():
            due = machine.waits_until()
            if due is not None:
                tick = max(self.story.listening_after(due), self.tick)
                if tick < until:
                    self._unfollowed(tick, name, machine)

    def _by_vital(self) -> list[tuple[str, LimitMachine]]:
        """What covers another first: a cuff says both in one message."""
        vitals = list(FRESH)
        return sorted(self.machines.items(), key=lambda pair: vitals.index(pair[1].limited.vital))

    def _unfollowed(self, tick: int, name: str, machine: LimitMachine) -> None:
        machine.waits = False
        if name in self.held or self._must_yield(name):
            return
        found = machine.unfollowed()
        if found is not None and not self._is_covered(name, machine, found):
            self.stands_for[name] = machine.trace.at[-1]
            self._change(tick, name, found)

    def _still_waits(self, down: int) -> None:
        """Whoever is back knows from the record what its reader may not have waited for."""
        mark = self.story.time(down - 1) - ON_ITS_WAY
        for name, machine in self.machines.items():
            machine.waits = False
            if machine.beyond_since is not None and name not in self.held:
                machine.waits = machine.trace.received + machine.after * SECOND >= mark

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
        waited = {each.limited.vital for each in self.machines.values() if each.waits}
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
        for name, machine in self.machines.items():
            is_beyond = machine.beyond_since is not None and name not in self.held
            machine.waits = is_beyond and machine.limited.vital in waited
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

    def _unsure(self, down: int, frames: Mapping[int, Sequence[Row]]) -> list[int]:
        """What came just before the end may not have been judged: it is heard again, under the
        orders of now. (Under the same orders as then that says nothing new.)"""
        mark = self.story.time(down - 1) - ON_ITS_WAY
        for trace in self.traces.values():
            trace.forget_after(mark)
        for receptions in self.live.values():
            while receptions and receptions[-1] > mark:
                receptions.pop()
        for machine in self.machines.values():
            machine.begin_anew()
        ago = range(down - 1 - ON_ITS_WAY // self.story.tick_us - 1, down)
        return [tick for tick in ago if any(row[3] > mark for row in frames.get(tick, ()))]

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

    def _frame(self, tick: int, rows: list[Row]) -> None:
        """Readings told at one moment: of each vital its first, then of each its second, as they
        were received; what came in one message, as it was measured."""
        told: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda row: (row[3], row[2])):
            _, vital, at, _, is_late, _ = row
            mine = told.setdefault(vital, [])
            known = [each[2] for each in mine] or self.traces[vital].at
            if not (is_late or (known and at <= known[-1])):  # a double, or out of order
                mine.append(row)
        turns = {row: turn for mine in told.values() for turn, row in enumerate(mine)}
        for turn in range(max(turns.values(), default=-1) + 1):
            fresh = [row for row in dict.fromkeys(rows) if turns.get(row) == turn]
            comes = {row[1]: row[3] for row in fresh}
            for name, machine in self._by_vital():
                due = machine.waits_until()
                if due is not None and comes.get(machine.limited.vital, 0) > due:
                    self._unfollowed(tick, name, machine)  # it would have rung before
            for row in fresh:
                self._put(row)
            for row in fresh:
                self._judge(tick, row[1])

    def _put(self, row: Row) -> None:
        device, vital, at, received, _, value = row
        self.traces[vital].hear(at, received, value)
        self.live.setdefault((device, vital), []).append(received)
        for machine in self.hearing[vital]:
            machine.hear(at, value)
            machine.waits = False

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
                machine.waits = found is None and not is_open
            else:
                found = OTHERS[name][1](self._fresh_for(name, vital), is_open)
            at = self.traces[vital].at[-1]
            if found is None and self.is_again and at < self.stands_for.get(name, at):
                continue  # it ended what was before
            if found is not None and self._is_worse(name, found):
                self.stands_for[name] = at
            self._change(tick, name, found)

    def _must_yield(self, name: str) -> bool:
        if BETTER.get(name) not in self.on or not self.traces[YIELDS[name]].at:
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
        if self._is_worse(name, found):
            self.held[name] = found.priority
            is_ours = not name.startswith("trouble_")
            life = self.lives.setdefault(name, Life(name, is_ours, self.log))
            life.found(tick, found)

    def _is_worse(self, name: str, found: Found) -> bool:
        held = self.held.get(name)
        return held is None or RANK[found.priority] < RANK[held]

    def _act(self, tick: int, act: str) -> None:
        for life in self.lives.values():
            answer(life, tick, act)


RULES_OF = {vital: [name for name in RULES if vital in VITALS_OF[name]] for vital in FRESH}


def opinion(story: Story, person: Person) -> list[Line]:
    """The ledger of one patient as it should be."""
    return Bed(story, person).walk()


def moment(us: int) -> str:
    """A time for people."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).isoformat()
