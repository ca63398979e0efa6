"""The gate: which readings of a frame could begin an alarm at all?

A ward sends thousands of readings a second and nearly all are quiet. Two comparisons a row, in
columns, spare the rules those. The gate only leaves out what no rule could find anything in,
whatever came before; it knows nothing of open episodes, whose patients are always judged.
"""

from collections.abc import Iterable
from math import inf

import numpy as np
import numpy.typing as npt

from homeward.clinical.rule import Rule


class Gate:
    """The bounds of some rules, one row a vital. Give it the personal rules as well."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._low = np.full(1, -inf)
        self._high = np.full(1, inf)
        for rule in rules:
            self._widen(rule)

    def _widen(self, rule: Rule) -> None:
        index = rule.vital.index
        more = index + 1 - len(self._low)
        if more > 0:
            self._low = np.concatenate([self._low, np.full(more, -inf)])
            self._high = np.concatenate([self._high, np.full(more, inf)])
        self._low[index] = max(self._low[index], rule.bounds.low)
        self._high[index] = min(self._high[index], rule.bounds.high)

    def mask(
        self, vitals: npt.NDArray[np.integer], values: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.bool_]:
        """True for each row (vital index, value) in which a rule could find something.

        A value that is no number passes: the rules must see it, not the gate hide it.
        """
        has_rules = (vitals >= 0) & (vitals < len(self._low))
        index = np.where(has_rules, vitals, 0)
        is_quiet = (values >= self._low[index]) & (values <= self._high[index])
        return has_rules & ~is_quiet
