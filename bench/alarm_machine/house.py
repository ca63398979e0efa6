"""The house lives through a story: the real Watcher, killed and taken over from as the story says.

What services.watch.work does with a clock, a bus and a database is done here with a tick, the
story's rows and `Mirror`: the same calls in the same order.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from bench.alarm_machine.mirror import Mirror
from bench.alarm_machine.second_life import Line
from bench.alarm_machine.stories import SECOND, Device, Person, Rows, Said, Story
from homeward.clinical.episode import Key
from homeward.clinical.limit import Limit
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.clinical.setting import Choice, Setting
from homeward.model.errors import Conflict
from homeward.model.frame import HOT
from homeward.model.vital import MINUTE, VITALS
from homeward.services.watch.catch_up import NEAR, REMEMBERED
from homeward.services.watch.ledger import Change
from homeward.services.watch.plan import Orders
from homeward.services.watch.recalled import STREAMS, as_told, by_moment, last_of_streams, split
from homeward.services.watch.silences import Watched
from homeward.services.watch.watcher import Watcher
from homeward.services.watch.windows import as_microseconds
from homeward.services.watch.work import ON_ITS_WAY

AGREES_TICKS = 50
NAMES = {rule.name: rule for rule in RULES}
REMEMBERED_US = REMEMBERED // timedelta(microseconds=1)
SLOWEST_US = max(v.score_seconds for v in VITALS if v.stale_seconds > MINUTE) * SECOND


@dataclass(frozen=True)
class Done:
    """One thing the ledger was asked for: write, acknowledge, pause, or resume what is over."""

    what: str
    now: datetime
    key: Key | None = None
    changes: tuple[Change, ...] = ()


def is_compared(condition: str) -> bool:
    """Scores, clocks and steady hearts have second opinions of their own."""
    return condition in NAMES or condition.startswith(("silent_", "device_silent", "trouble_"))


class House:
    """One watcher after the other, one ledger."""

    def __init__(self, story: Story, rules: Sequence[Rule] = RULES) -> None:
        self.story = story
        self.done: list[Done] = []  # what the ledger was asked for, to be asked again
        self._rules = rules
        self.ledger = Mirror()
        self.disagreements: list[tuple[int, str]] = []  # memory and ledger: tick, conditions
        self.judged = 0
        self._watched = [_watched(story, person, device) for person in story.people
                         for device in person.devices]  # fmt: skip
        self._wards = {person.id: person.ward for person in story.people}
        self._settings = [(each, _setting(each)) for each in story.said]
        self._news = {tick for each in story.said for tick in (each.begins, each.ends)}
        self._orders = Orders()
        self._watcher = self._first()
        self._acts: dict[int, list[tuple[int, str]]] = {}
        for tick, patient, act in story.acts:
            self._acts.setdefault(tick, []).append((patient, act))

    def live(self) -> Mirror:
        """Through the whole story; the ledger then."""
        story = self.story
        edges = np.searchsorted(story.rows["tick"], np.arange(story.ticks + 1))
        frames = _frames(story.rows)
        down, up = dict(story.down), {to: since for since, to in story.down}
        is_down = False
        for tick in range(story.ticks):
            now = story.at(tick)
            if tick in up:
                is_down = False
                self._take_over(tick, up[tick], now)
            is_down = is_down or tick in down
            if not is_down:
                self._tick(tick, now, frames[edges[tick] : edges[tick + 1]])
            for patient, act in self._acts.get(tick, ()):
                self._people(patient, act, now)
        return self.ledger

    def _tick(self, tick: int, now: datetime, rows: Rows) -> None:
        watcher = self._watcher
        if tick in self._news:
            self._orders = self._orders_at(tick)
        self._write(watcher.order(self._orders, now).changes)
        if len(rows):
            self.judged += len(rows)
            self._write(watcher.take(rows, now).changes)
        self._write(watcher.passes(now, now).changes)
        self._write(watcher.listens(now).changes)
        self._resume(now)
        if tick * self.story.tick_us % (10 * SECOND) < self.story.tick_us:
            self._write(watcher.ages(now).changes)
        if self.story.checks(tick):
            self._write(watcher.unheard(self.ledger.answered(), now).changes)
        if tick % AGREES_TICKS == 0:
            self._agree(tick)

    def _agree(self, tick: int) -> None:
        heard = _Words()
        logger = logging.getLogger("homeward.services.watch.conditions")
        logger.addHandler(heard)
        logger.propagate = False
        try:
            self._watcher.agree(self.ledger.open())
        finally:
            logger.removeHandler(heard)
            logger.propagate = True
        self.disagreements += [(tick, words) for words in heard.words]

    def _first(self) -> Watcher:
        watcher = Watcher(self._rules)
        watcher.watch(self._watched)
        self._orders = self._orders_at(0)
        watcher.begin(self.story.at(0))
        return watcher

    def _take_over(self, tick: int, since: int, now: datetime) -> None:
        """As Watch.take_over and catch_up, from the record."""
        watcher = Watcher(self._rules)
        watcher.restore(self.ledger.open(), {})
        watcher.watch(self._watched)
        self._orders = self._orders_at(tick)
        self._write(watcher.order(self._orders, now).changes)
        mark = self.story.at(since - 1) - ON_ITS_WAY
        judged, missed = split(_record(self.story, tick, mark, now), mark)
        watcher.remember(judged, now, mark)
        for batch in by_moment(missed):
            self._write(watcher.take_again(batch, now).changes)
        self._write(watcher.judge_again(now).changes)
        self._write(watcher.ages(now).changes)
        watcher.begin(now)
        self._watcher = watcher

    def _write(self, changes: Sequence[Change]) -> None:
        if changes:
            self.done.append(Done("write", changes[0].at, changes=tuple(changes)))
            self.ledger.write(changes)

    def _people(self, patient: int, act: str, now: datetime) -> None:
        do = self.ledger.acknowledge if act == "acknowledge" else self.ledger.pause
        for key in self.ledger.open_of(patient):
            self.done.append(Done(act, now, key))
            with suppress(Conflict):
                do(key, now)

    def _resume(self, now: datetime) -> None:
        before = len(self.ledger.lines)
        self.ledger.resume(now)
        if len(self.ledger.lines) > before:
            self.done.append(Done("resume", now))

    def _orders_at(self, tick: int) -> Orders:
        settings = tuple(s for each, s in self._settings if each.begins <= tick < each.ends)
        return Orders(settings, self._wards)


def lines(house: House) -> dict[int, list[Line]]:
    """The ledger as a second opinion says it, by patient."""
    story, found = house.story, dict[int, list[Line]]()
    for entry in house.ledger.lines:
        key, finding = entry.key, entry.finding
        if key.patient_id is None or not is_compared(key.condition):
            continue
        name = key.condition if key.device_id is None else f"{key.condition} {key.device_id}"
        tick = (as_microseconds(entry.at) - story.start) // story.tick_us
        since = None if finding is None else as_microseconds(finding.since)
        limit = None if finding is None else finding.limit
        found.setdefault(key.patient_id, []).append(
            (tick, name, str(entry.event), str(entry.state), str(entry.priority), since, limit)
        )
    return {patient: sorted(each, key=lambda line: line[:2]) for patient, each in found.items()}


class _Words(logging.Handler):
    """What was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


def _frames(rows: Rows) -> Rows:
    """As the hot lane has them."""
    frame = np.zeros(len(rows), HOT)
    for name in HOT.names or ():
        frame[name] = rows[name]
    return frame


def _record(story: Story, tick: int, mark: datetime, now: datetime) -> Rows:
    """As store.recall: what the record holds that could still matter."""
    every = story.rows[(story.rows["tick"] < tick) & story.rows["is_stored"]]
    back = np.where(np.isin(every["vital"], sorted(STREAMS)), REMEMBERED_US, SLOWEST_US)
    rows = _frames(every[every["at"] >= as_microseconds(now) - back])
    return last_of_streams(as_told(rows), mark - NEAR)


def _watched(story: Story, person: Person, device: Device) -> Watched:
    return Watched(
        device.id, f"device {device.id}", device.expects, True, person.id, story.at(0),
        person.oxygen_scale, birth_date=person.born,
    )  # fmt: skip


def _setting(said: Said) -> Setting:
    patient = said.whose if said.nearness == 2 else None
    ward = said.whose if said.nearness == 1 else None
    choice = Choice.LIMIT if said.choice == "unfit" else Choice(said.choice)
    limit = None
    if said.numbers is not None:
        value, extreme, clear, after, ends_after = said.numbers
        side = NAMES[said.rule].limit.side
        limit = Limit(side, value, clear, int(after), int(ends_after), extreme)
    return Setting(said.id, said.rule, choice, limit, patient, ward)
