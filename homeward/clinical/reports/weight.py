"""Body weight in heart failure: water shows on the scale days before it is felt.

A gain of more than 2 kg in three days asks for help (ESC guidelines, McDonagh et al., Eur Heart J
2021;42:3599-3726; practical self-care, Jaarsma et al., Eur J Heart Fail 2021;23:157-174). Weighed
once a day, in the morning: of each day the first reading counts.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.clinical.reports.page import ROWS_MAX, Curve, Figure, Page, Plot, gaps
from homeward.clinical.zone import Zones, date_of

Array = npt.NDArray[Any]

DAYS = 30
GAIN_KG_MAX = 2.0
GAIN_DAYS = 3
SLOPE_DAYS_MIN = 7
SOURCE = "ESC, Eur Heart J 2021;42:3599-3726. HFA, Eur J Heart Fail 2021;23:157-174."


@dataclass(frozen=True, slots=True)
class Gain:
    """The largest rise to one day from one of the three before it, in kg."""

    day: int
    since: int
    kilograms: float

    @property
    def is_too_much(self) -> bool:
        """Whether the guideline asks for help."""
        return self.kilograms > GAIN_KG_MAX


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight a day in kg, and what it does. `days` as days since 1970; `gains` of those days
    that have another within the three before."""

    days: list[int]
    kilograms: list[float]
    gains: list[Gain]
    per_week: float | None

    @property
    def newest_gain(self) -> Gain | None:
        """That of the newest day."""
        return self.gains[-1] if self.gains and self.gains[-1].day == self.days[-1] else None

    @property
    def worst_gain(self) -> Gain | None:
        """The largest of all."""
        return max(self.gains, key=lambda each: each.kilograms, default=None)


def weight(rows: Array, zones: Zones, end_us: int, days: int = DAYS) -> Weight:
    """The trend of so many days by the wall's clock before `end_us`; rows oldest first, in kg."""
    rows = rows[rows["at"] < end_us]
    day = zones.days(rows["at"])
    today = int(zones.days(np.array([end_us - 1]))[0])
    rows, day = rows[day > today - days], day[day > today - days]
    each_day, first = np.unique(day, return_index=True)
    values = rows["value"][first].astype(float)
    return Weight(each_day.tolist(), values.tolist(), _gains(each_day, values),
                  _slope(each_day, values))  # fmt: skip


def _gains(days: Array, values: Array) -> list[Gain]:
    found: list[Gain] = []
    for place, day in enumerate(days.tolist()):
        before = [at for at in range(place) if day - days[at] <= GAIN_DAYS]
        if before:
            least = min(before, key=lambda at: values[at])
            # In grams: 82.1 - 80.1 is more than 2 for a computer.
            kilograms = round(float(values[place] - values[least]), 3)
            found.append(Gain(day, int(days[least]), kilograms))
    return found


def _slope(days: Array, values: Array) -> float | None:
    """Kilograms a week by least squares; None where the days span less than a week."""
    if len(days) < 2 or days[-1] - days[0] < SLOPE_DAYS_MIN:
        return None
    x, y = days - days.mean(), values - values.mean()
    return float((x * y).sum() / (x * x).sum() * 7)


def page(found: Weight, days: int = DAYS) -> Page:
    """The page."""
    newest, worst = found.newest_gain, found.worst_gain
    most = f"at most +{GAIN_KG_MAX:.0f} kg"
    gains = {each.day: each for each in found.gains}
    days_newest_first = list(zip(found.days, found.kilograms, strict=True))[::-1]
    return Page(
        name="weight",
        title="Body weight",
        span=f"Last {days} days, the first weight of each",
        enough=newest is not None,
        lacking=_lacking(found, newest),
        figures=[
            Figure("Newest", f"{found.kilograms[-1]:.1f} kg" if found.days else "--"),
            Figure("In 3 days, to the newest", _said(newest), most, _is_met(newest)),
            Figure("Largest rise in 3 days", _said(worst), most, _is_met(worst)),
            Figure("Trend", "--" if found.per_week is None else f"{found.per_week:+.1f} kg a week"),
            Figure("Days weighed", f"{len(found.days)} of {days}"),
        ],
        plot=_plot(found),
        head=("Day", "Weight (kg)", "Rise in 3 days (kg)", ""),
        rows=[
            (
                f"{date_of(day):%Y-%m-%d}", f"{kilograms:.1f}",
                f"{gains[day].kilograms:+.1f}" if day in gains else "--",
                "more than 2 kg" if day in gains and gains[day].is_too_much else "",
            )
            for day, kilograms in days_newest_first[:ROWS_MAX]
        ],
        source=SOURCE,
    )  # fmt: skip


def _said(gain: Gain | None) -> str:
    return "--" if gain is None else f"{gain.kilograms:+.1f} kg"


def _is_met(gain: Gain | None) -> bool | None:
    return None if gain is None else not gain.is_too_much


def _lacking(found: Weight, newest: Gain | None) -> str:
    if not found.days:
        return "No weight came in this time."
    return "" if newest else "There is no other weight within the three days before the newest."


def _plot(found: Weight) -> Plot | None:
    if len(found.days) < 2:
        return None
    first = found.days[0]
    weeks = range(0, found.days[-1] - first + 1, 7)
    return Plot(
        label="Weight, day by day",
        unit="kg",
        x=[float(day - first) for day in found.days],
        ticks=[(float(each), f"{date_of(first + each):%d.%m.}") for each in weeks],
        curves=[Curve("Weight", gaps(found.kilograms))],
    )
