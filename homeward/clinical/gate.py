"""The gate: which readings of a frame could begin an alarm at all?

A ward sends thousands of readings a second and nearly all are quiet. Two comparisons a row, in
columns, spare the rules those. The gate only leaves out what no rule could find anything in,
whatever came before; it knows nothing of open episodes, whose patients are always judged.

Each person has a gate made of the very rules they are judged by: a newborn's limits on the ward
cost nobody else a thing, and nobody's own limit is wider than their gate.
"""

from collections.abc import Iterable, Sequence
from math import inf
from typing import Self

import numpy as np
import numpy.typing as npt

from homeward.clinical.rule import Bounds, Rule

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]


class Gate:
    """The bounds of some rules, one row a vital."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._keep(
            [(vital.index, rule.bounds_of(vital)) for rule in rules for vital in rule.vitals]
        )

    @classmethod
    def at_once(cls, rules: Iterable[Rule]) -> Self:
        """The gate to what a single reading of a limit begins."""
        made = cls(())
        made._keep([(rule.vital.index, rule.bounds_at_once) for rule in rules])
        return made

    def _keep(self, asked: Sequence[tuple[int, Bounds]]) -> None:
        size = 1 + max((index for index, _ in asked), default=0)
        self._low = np.full(size, -inf)
        self._high = np.full(size, inf)
        for index, bounds in asked:
            self._low[index] = max(self._low[index], bounds.low)
            self._high[index] = min(self._high[index], bounds.high)

    def bounds(self, vitals: Ints) -> tuple[Floats, Floats]:
        """The lowest and highest quiet value of each vital (by index)."""
        has_rules = (vitals >= 0) & (vitals < len(self._low))
        index = np.where(has_rules, vitals, 0)
        return self._low[index], self._high[index]

    def mask(self, vitals: Ints, values: Floats) -> npt.NDArray[np.bool_]:
        """True for each row (vital index, value) in which a rule could find something."""
        return beyond(values, *self.bounds(vitals))


def beyond(values: Floats, low: Floats, high: Floats) -> npt.NDArray[np.bool_]:
    """True for each value that is not quiet, given the bounds of each.

    A value that is no number passes where any rule asks: the rules must see it, not the gate
    hide it.
    """
    has_rules = (low > -inf) | (high < inf)
    return has_rules & ~((values >= low) & (values <= high))
