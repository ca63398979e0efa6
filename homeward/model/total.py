"""Totals: what was counted over a time, such as steps. Never a reading of one moment.

Two of them that overlap are not two: which counts says `clinical.totals`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec

from homeward.model.errors import Unreadable

LENGTH_MAX = timedelta(days=7)  # longer says nothing of a day


@dataclass(frozen=True, slots=True)
class Metric:
    """What is counted, its unit (UCUM), the units it may be told in with their factors, and the
    most of it somebody may do in a day."""

    name: str
    label: str
    unit: str
    accepted: Mapping[str, float]
    day_max: float

    def in_own_unit(self, value: float, unit: str) -> float:
        """The value in its own unit. Raises Unreadable for a unit that is none of it."""
        factor = self.accepted.get(unit)
        if factor is None:
            raise Unreadable(f"unit {unit!r} is not one of {', '.join(self.accepted)}")
        return value * factor


_M = {"m": 1.0, "km": 1_000.0, "[mi_i]": 1_609.344}
METRICS = (
    # 200,000 steps, 300 km and 30,000 kcal are beyond what was ever done in 24 hours on foot.
    Metric("steps", "Steps", "1", MappingProxyType({"1": 1.0}), 400_000),
    Metric("distance", "Walked distance", "m", MappingProxyType(_M), 400_000),
    Metric(
        "active_energy", "Active energy", "kcal",
        MappingProxyType({"kcal": 1.0, "kJ": 1 / 4.184}), 50_000,
    ),
    Metric("flights", "Flights climbed", "1", MappingProxyType({"1": 1.0}), 20_000),
)  # fmt: skip
METRIC = MappingProxyType({each.name: each for each in METRICS})


class Total(msgspec.Struct, frozen=True, gc=False):
    """So much of a metric, in its own unit, from a moment to a moment.

    Raises Unreadable for a time without a zone, one that ends before it starts or takes longer than
    a week, and for more than anybody can do.
    """

    metric: Metric
    starts: datetime
    ends: datetime
    value: float

    def __post_init__(self) -> None:
        if self.starts.tzinfo is None or self.ends.tzinfo is None:
            raise Unreadable("a total's time has no zone")
        length = self.ends - self.starts
        if not timedelta() <= length <= LENGTH_MAX:
            raise Unreadable(f"{self.metric.name} are counted over a time of up to a week")
        days = max(1.0, length / timedelta(days=1))
        if not 0 <= self.value <= self.metric.day_max * days:  # nor is NaN
            raise Unreadable(f"{self.value:g} {self.metric.name} is impossible")
