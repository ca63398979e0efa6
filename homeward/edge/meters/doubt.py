"""Whether the clock of a meter lets what it measures come too late to ring.

A record that the last whole sync did not find, and that is older by the meter's clock, proves it.
Of an hour's error nothing does: each record looks an hour old. Where they look equally old at one
visit after another it is the clock, or somebody who always comes an hour late. Which of the two
nobody can know, so no reading is made newer by this: people are told to look at the clock.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

VISITS = 3  # so many in a row that brought something
ALIKE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest record of a visit: `late` is how old it was, where it was too old to ring by a
    clock that could not be asked; `is_proven` that the clock is wrong."""

    late: timedelta | None
    is_proven: bool = False


@dataclass(slots=True)
class Doubt:
    """What the visits to one meter say of its clock."""

    is_wrong: bool = False
    _late: deque[timedelta] = field(default_factory=lambda: deque[timedelta](maxlen=VISITS))

    def hear(self, newest: Newest) -> None:
        """One more visit brought something new."""
        if newest.late is None:
            self._late.clear()
            self.is_wrong = newest.is_proven  # else what it measures rings
            return
        self._late.append(newest.late)
        if len(self._late) == VISITS and max(self._late) - min(self._late) <= ALIKE:
            self.is_wrong = True
