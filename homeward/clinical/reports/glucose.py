"""Ambulatory glucose profile: what a fortnight of continuous glucose was like, on one page.

Time in ranges, targets and how much data it takes: International Consensus on Time in Range
(Battelino et al., Diabetes Care 2019;42:1593-1603, fig. 1 and the table of standardized CGM
metrics). Glucose management indicator: Bergenstal et al., Diabetes Care 2018;41:2275-2280. The
profile by time of day, and 70 % of 14 days: Danne et al., Diabetes Care 2017;40:1631-1640.

Only what measures by itself counts: finger pricks are taken when somebody feels something, and
would weigh as much as hours of calm. Homeward's own choices: half-hours, and no percentile of fewer
than five readings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.clinical.zone import DAY_MINUTES, Zones, date_of
from homeward.model.unit import GLUCOSE_MG_PER_MMOL

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

DAYS = 14
ACTIVE_PERCENT_MIN = 70.0
CV_PERCENT_MAX = 36.0
INTERVAL_MINUTES_MAX = 16  # a sensor that says less often is not continuous
READINGS_MIN = 5
SLOT_MINUTES = 30
PERCENTILES = (5, 25, 50, 75, 95)
ROUNDING = 1e-6  # mg/dL, of a conversion
MINUTE_US = 60_000_000
DAY_US = DAY_MINUTES * MINUTE_US


class For(StrEnum):
    """Whose targets: of most people with diabetes, of older people and those at high risk of lows,
    and of pregnant ones with type 1."""

    MOST = "most"
    OLDER = "older"
    PREGNANT = "pregnant"


@dataclass(frozen=True, slots=True)
class Targets:
    """Bounds in mg/dL, shares in percent of the time. `below` is all under `low`; `high_most` and
    `very_high_most` None: not asked for."""

    low: float
    high: float
    in_range_least: float
    below_most: float
    very_low_most: float | None
    above_most: float | None
    very_high_most: float | None


VERY_LOW, VERY_HIGH = 54.0, 250.0
# As the consensus writes its bounds in mmol/L, which are not the products of a division.
MMOL = {54.0: 3.0, 63.0: 3.5, 70.0: 3.9, 140.0: 7.8, 180.0: 10.0, 250.0: 13.9}
TARGETS: Mapping[For, Targets] = MappingProxyType(
    {
        For.MOST: Targets(70, 180, 70, 4, 1, 25, 5),
        For.OLDER: Targets(70, 180, 50, 1, None, None, 10),
        For.PREGNANT: Targets(63, 140, 70, 4, 1, 25, None),
    }
)


@dataclass(frozen=True, slots=True)
class DayOfGlucose:
    """One day by the clock on the wall."""

    day: str
    readings: int
    mean: float
    in_range: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Glucose:
    """The numbers, unrounded: mg/dL and percent. Shares are of readings, as the consensus counts.

    `profile`: of each half-hour of the day (rows) the PERCENTILES (columns), NaN where there are
    too few. `gmi` is None in pregnancy, for which it was not made. What there is none of is None.
    """

    targets: For
    days: int
    readings: int
    active: float
    mean: float | None
    gmi: float | None
    cv: float | None
    very_low: float | None
    low: float | None
    in_range: float | None
    high: float | None
    very_high: float | None
    profile: Floats
    every_day: list[DayOfGlucose]

    @property
    def below(self) -> float | None:
        """All time below range."""
        return _sum(self.very_low, self.low)

    @property
    def above(self) -> float | None:
        """All time above range."""
        return _sum(self.high, self.very_high)

    @property
    def is_enough(self) -> bool:
        """Whether it is as much as the consensus asks for."""
        return self.days >= DAYS and self.active >= ACTIVE_PERCENT_MIN


def glucose(
    rows: Array, zones: Zones, end_us: int, days: int = DAYS, targets: For = For.MOST
) -> Glucose:
    """The profile of the `days` before `end_us`.

    `rows` have `at` (us since 1970), `value` (mg/dL) and `device`, oldest first.
    """
    start_us = end_us - days * DAY_US
    rows = rows[(rows["at"] >= start_us) & (rows["at"] < end_us)]
    rows, minutes = continuous(rows)
    values: Floats = rows["value"].astype(np.float64)
    if not len(values):
        empty = np.full((DAY_MINUTES // SLOT_MINUTES, len(PERCENTILES)), np.nan)
        return Glucose(
            targets, days, 0, 0.0, None, None, None, None, None, None, None, None, empty, []
        )
    mean = float(values.mean())
    bounds = TARGETS[targets]
    return Glucose(
        targets, days, len(values), min(100.0, 100 * minutes / (days * DAY_MINUTES)), mean,
        None if targets is For.PREGNANT else gmi(mean), coefficient(values),
        *shares(values, bounds.low, bounds.high),
        profile=by_time_of_day(zones.minutes(rows["at"]), values),
        every_day=_days(zones.days(rows["at"]), values, bounds),
    )  # fmt: skip


def gmi(mean: float) -> float:
    """Glucose management indicator in percent, of a mean in mg/dL (Bergenstal 2018)."""
    return 3.31 + 0.02392 * mean


def coefficient(values: Floats) -> float | None:
    """Coefficient of variation in percent: the sample's standard deviation over its mean."""
    return float(100 * values.std(ddof=1) / values.mean()) if len(values) > 1 else None


def shares(values: Floats, low: float, high: float) -> tuple[float, float, float, float, float]:
    """Percent very low (< 54), low, in range (both bounds within), high, and very high (> 250)."""
    above, far_above = _is_above(values, high), _is_above(values, VERY_HIGH)
    edges = [
        values < VERY_LOW,
        (values >= VERY_LOW) & (values < low),
        (values >= low) & ~above,
        above & ~far_above,
        far_above,
    ]
    first, second, third, fourth, fifth = (float(100 * each.mean()) for each in edges)
    return first, second, third, fourth, fifth


def _is_above(values: Floats, bound: float) -> npt.NDArray[np.bool_]:
    """Above a bound, in whichever unit: 10.0 mmol/L is in range, though it is 180.156 in mg/dL."""
    above = values > bound
    if bound in MMOL:
        above &= np.abs(values - MMOL[bound] * GLUCOSE_MG_PER_MMOL) > ROUNDING
    return above


def by_time_of_day(minutes: npt.NDArray[np.int64], values: Floats) -> Floats:
    """PERCENTILES of each half-hour of the day, by linear interpolation."""
    slot = minutes // SLOT_MINUTES
    order = np.argsort(slot, kind="stable")
    slot, values = slot[order], values[order]
    count = DAY_MINUTES // SLOT_MINUTES
    edges = np.searchsorted(slot, np.arange(count + 1))
    found = np.full((count, len(PERCENTILES)), np.nan)
    for place in range(count):
        mine = values[edges[place] : edges[place + 1]]
        if len(mine) >= READINGS_MIN:
            found[place] = np.percentile(mine, PERCENTILES)
    return found


def continuous(rows: Array) -> tuple[Array, float]:
    """The readings of sensors that measure by themselves, and for how many minutes they stand.

    Where two overlap, the one that said more is heard; the other fills its gaps.
    """
    kept, minutes = rows[:0], 0.0
    devices, counts = np.unique(rows["device"], return_counts=True)
    for device in devices[np.argsort(-counts, kind="stable")].tolist():
        mine = _last_words(rows[rows["device"] == device])
        if len(mine) < 2:
            continue
        interval = max(1.0, round(float(np.median(np.diff(mine["at"]))) / MINUTE_US))
        if interval > INTERVAL_MINUTES_MAX:
            continue
        mine = mine[_far_from(mine["at"], kept["at"], round(interval * MINUTE_US * 3 / 4))]
        minutes += interval * len(mine)
        kept = np.concatenate([kept, mine])
    return kept[np.argsort(kept["at"], kind="stable")], minutes


def _last_words(rows: Array) -> Array:
    """Of one device's readings of one moment the last that came: an app that calibrates anew sends
    what it sent before with other values."""
    rows = rows[np.lexsort((rows["received"], rows["at"]))]
    return rows[np.append(rows["at"][1:] != rows["at"][:-1], [True] * min(1, len(rows)))]


def _far_from(at: Array, others: Array, least_us: int) -> Array:
    """Which of these times lie so far from all others."""
    if not len(others):
        return np.ones(len(at), bool)
    others = np.sort(others)
    place = np.searchsorted(others, at)
    before = at - others[np.maximum(place - 1, 0)]
    after = others[np.minimum(place, len(others) - 1)] - at
    return (np.abs(before) >= least_us) & (np.abs(after) >= least_us)


def _days(days: npt.NDArray[np.int64], values: Floats, bounds: Targets) -> list[DayOfGlucose]:
    found: list[DayOfGlucose] = []
    for day in np.unique(days).tolist():
        mine = values[days == day]
        in_range = shares(mine, bounds.low, bounds.high)[2]
        lowest, highest = float(mine.min()), float(mine.max())
        found.append(
            DayOfGlucose(
                f"{date_of(day):%Y-%m-%d}", len(mine), float(mine.mean()), in_range, lowest, highest
            )
        )
    return found


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
