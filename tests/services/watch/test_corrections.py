"""Entered, mistaken, struck, in any order: what stands decides what rings, and nothing else."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.alarm_machine.mirror import Mirror
from homeward.clinical.episode import Key
from homeward.clinical.rules import RULES
from homeward.model.alarm import State
from homeward.model.frame import HOT
from homeward.services.watch.watcher import Watcher
from homeward.store.entered import as_hot
from tests.services.watch.conftest import START, us

# So bad that nobody waits, or well: of what a person entered one value decides, then.
VALUES = {
    "oxygen_saturation": (70, 97),
    "respiratory_rate": (6, 16),
    "temperature": (41.5, 37.0),
}
CONDITIONS = {
    "oxygen_saturation": "oxygen_low",
    "respiratory_rate": "respiration_low",
    "temperature": "temperature_high",
}
STANDS = (State.PENDING, State.ACTIVE, State.ACKNOWLEDGED)


@dataclass
class Chart:
    """What was entered for one patient, a watcher and its ledger."""

    watcher: Watcher = field(default_factory=lambda: Watcher(RULES, ()))
    ledger: Mirror = field(default_factory=Mirror)
    standing: dict[int, tuple[str, float, int, int]] = field(default_factory=dict)
    now: int = 0  # seconds since START
    number: int = 0
    died: int | None = None  # when the watcher did, and no other has taken over yet
    is_corrected: bool = False  # since then

    def enter(self, vital: str, is_well: bool, ago: int) -> None:
        """One value, measured some seconds ago; no two of one vital at once."""
        at = self.now - ago
        while any(row[0] == vital and row[2] == at for row in self.standing.values()):
            at -= 1
        row = (vital, VALUES[vital][is_well], at, self.now)
        self.number += 1
        self.standing[self.number] = row
        if self.died is None:
            self._keep(self.watcher.take(self._rows([row]), self._at))

    def correct(self, number: int, is_struck: bool, is_well: bool) -> None:
        """Another value in place of one that stands, or none.

        Of a vital of which nothing stands any more a watcher that takes over knows nothing: its
        alarm stays until it is answered. That is not asked here.
        """
        vital, _, at, _ = self.standing.pop(number)
        is_last = all(row[0] != vital for row in self.standing.values())
        if not is_struck or (self.died is not None and is_last):
            self.number += 1
            self.standing[self.number] = (vital, VALUES[vital][is_well], at, self.now)
        self.is_corrected = True
        if self.died is None:
            self._keep(self.watcher.enter_anew(1, self._all(), self._at))

    def _all(self, since: int = -1, until: int = 2**31) -> np.ndarray:
        """What stands of what was entered then, as it was measured."""
        rows = [row for row in self.standing.values() if since < row[3] <= until]
        return self._rows(sorted(rows, key=lambda row: row[2]))

    def newest(self, vital: str) -> float | None:
        """What was measured last of what stands."""
        found = [(at, entered, value) for each, value, at, entered in self.standing.values()
                 if each == vital]  # fmt: skip
        return max(found)[2] if found else None

    def stands(self, vital: str) -> bool:
        """Whether there is an alarm about it that is not over, answered or not."""
        return any(
            each.key == Key(CONDITIONS[vital], 1) and each.state in STANDS
            for each in self.ledger.open()
        )

    def answer(self) -> None:
        """Somebody takes what rings, and what is over."""
        for each in self.ledger.open():
            if each.state is not State.ACKNOWLEDGED:
                self.ledger.acknowledge(each.key, self._at)

    def die(self) -> None:
        """Nobody judges any more."""
        if self.died is None:
            self.died, self.is_corrected = self.now, False

    def take_over(self) -> None:
        """The watcher dies, if it lived; the next begins with what stands, as Watch does."""
        self.die()
        mark, self.died = self.died or 0, None
        self.watcher = Watcher(RULES, ())
        self.watcher.restore(self.ledger.open(), ())
        self.watcher.remember(self._all(until=mark), self._at)
        self._keep(self.watcher.take_again(self._all(since=mark), self._at))
        self._keep(self.watcher.judge_again(self._at))
        if self.is_corrected:
            self._keep(self.watcher.enter_anew(1, self._all(), self._at))

    def agree(self) -> None:
        """As each minute."""
        if self.died is None:
            self.watcher.agree(self.ledger.open())

    @property
    def _at(self):
        return START + timedelta(seconds=self.now)

    def _rows(self, rows) -> np.ndarray:
        told = [
            {"patient": 1, "vital": vital, "value": value, "is_here": True,
             "at": us(START) + at * 1_000_000, "entered": us(START) + entered * 1_000_000}
            for vital, value, at, entered in rows
        ]  # fmt: skip
        return as_hot(told) if told else np.zeros(0, HOT)

    def _keep(self, verdict) -> None:
        self.ledger.write(verdict.changes)


OTHERS = ("die", "take over", "agree", "answer")
STEP = st.tuples(
    st.sampled_from([0, 0, 1, 2]), st.booleans(), st.booleans(), st.integers(1, 400),
    st.sampled_from([0, 0, 0, 30, 200]),
    st.sampled_from(["enter"] * 4 + ["correct"] * 5 + [*OTHERS]),
)  # fmt: skip


def go_on(chart: Chart, step: tuple[int, bool, bool, int, int, str]) -> None:
    """Time passes, and something happens."""
    place, is_well, is_struck, later, ago, what = step
    chart.now += later
    if what == "take over":
        chart.take_over()
    elif what == "die":
        chart.die()
    elif what == "agree":
        chart.agree()
    elif what == "answer":
        chart.answer()
    elif what == "correct" and chart.standing:
        chart.correct([*chart.standing][place % len(chart.standing)], is_struck, is_well)
    else:
        chart.enter([*VALUES][place], is_well, ago)


@settings(max_examples=300)
@given(st.lists(STEP, min_size=5, max_size=14))
def test_whatever_is_entered_and_corrected_the_newest_that_stands_decides(steps) -> None:
    chart = Chart()
    for step in steps:
        go_on(chart, step)
        for vital in VALUES if chart.died is None else ():
            value = chart.newest(vital)
            is_bad = value is not None and value == VALUES[vital][0]
            assert chart.stands(vital) == is_bad, (vital, value, chart.standing)
