"""Two devices measure the same of one patient: while either finds it bad, the alarm stands."""

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
from homeward.model.vital import OXYGEN_SATURATION
from homeward.services.watch.plan import Orders
from homeward.services.watch.watcher import Watcher
from tests.services.watch.conftest import START, us

BAD, WELL = 70.0, 97.0  # so bad that nobody waits
SETTLED_SECONDS = 27  # 15 s of good values, 10 s until a silent device counts no more, and some
REMEMBERED_SECONDS = 130
STANDS = (State.PENDING, State.ACTIVE, State.ACKNOWLEDGED)


@dataclass
class Bed:
    """One patient, devices by number with what each says (None: it is silent)."""

    says: dict[int, float | None] = field(default_factory=lambda: {8: None, 9: None})
    watcher: Watcher = field(default_factory=lambda: Watcher(RULES, ()))
    ledger: Mirror = field(default_factory=Mirror)
    told: list[np.ndarray] = field(default_factory=list)
    now: int = 0

    def passes(self, seconds: int) -> None:
        """Each device says what it says, each second, one a little later than the other."""
        for _ in range(seconds):
            self.now += 1
            for device, value in self.says.items():
                if value is None:
                    continue
                row = np.zeros(1, HOT)
                at = us(START + timedelta(seconds=self.now, milliseconds=100 * device))
                row[0] = (1, device, OXYGEN_SATURATION.index, 0, at, at + 50_000, value)
                self.told.append(row)
                self._keep(self.watcher.take(row, self._at))
        del self.told[: -2 * REMEMBERED_SECONDS]

    def take_over(self) -> None:
        """The watcher dies, another takes over: what was told lately is in the record."""
        self.watcher = Watcher(RULES, ())
        self.watcher.restore(self.ledger.open(), {})
        self._keep(self.watcher.order(Orders(), self._at))
        self.watcher.remember(np.concatenate([np.zeros(0, HOT), *self.told]), self._at)
        self._keep(self.watcher.judge_again(self._at))

    def answer(self) -> None:
        for each in self.ledger.open():
            if each.state is not State.ACKNOWLEDGED:
                self.ledger.acknowledge(each.key, self._at)

    def agree(self) -> None:
        self.watcher.agree(self.ledger.open())
        self._keep(self.watcher.order(Orders(), self._at))

    @property
    def stands(self) -> bool:
        """Whether there is an alarm that is not over, answered or not."""
        key = Key("oxygen_low", 1)
        return any(each.key == key and each.state in STANDS for each in self.ledger.open())

    @property
    def _at(self):
        return START + timedelta(seconds=self.now + 1)

    def _keep(self, verdict) -> None:
        self.ledger.write(verdict.changes)


STEP = st.tuples(
    st.sampled_from([8, 9]),
    st.sampled_from([BAD, WELL, WELL, None]),
    st.sampled_from(["", "", "take over", "agree", "answer"]),
    st.sampled_from([1, 3, SETTLED_SECONDS, 60]),
)


@settings(max_examples=100)
@given(st.lists(STEP, min_size=2, max_size=10))
def test_while_either_finds_it_bad_the_alarm_stands_and_once_both_are_well_it_is_over(steps):
    bed = Bed()
    for device, value, what, seconds in steps:
        bed.says[device] = value
        if what == "take over":
            bed.take_over()
        elif what == "agree":
            bed.agree()
        elif what == "answer":
            bed.answer()
        bed.passes(seconds)
        heard = [each for each in bed.says.values() if each is not None]
        if BAD in heard:
            assert bed.stands
        elif heard and seconds >= SETTLED_SECONDS:
            assert not bed.stands
