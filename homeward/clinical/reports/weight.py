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
from homeward.clinical.words import ENGLISH, Speech
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


def page(found: Weight, days: int = DAYS, say: Speech = ENGLISH) -> Page:
    """The page."""
    newest, worst = found.newest_gain, found.worst_gain
    most = say("report.at_most", value=say.measured(_rise(say, GAIN_KG_MAX, 0), "kg"))
    gains = {each.day: each for each in found.gains}
    days_newest_first = list(zip(found.days, found.kilograms, strict=True))[::-1]
    weighed = say("report.of", count=len(found.days), days=days)
    return Page(
        name="weight",
        title=say("weight"),
        span=say("weight.span", days=days),
        enough=newest is not None,
        lacking=_lacking(found, newest, say),
        figures=[
            Figure(say("weight.newest"), _newest(found, say)),
            Figure(say("weight.newest_gain"), _said(newest, say), most, _is_met(newest)),
            Figure(say("weight.worst_gain"), _said(worst, say), most, _is_met(worst)),
            Figure(say("weight.trend"), _trend(found, say)),
            Figure(say("weight.weighed"), weighed),
        ],
        plot=_plot(found, say),
        head=(say("report.day"), say("weight.kilograms"), say("weight.rise"), ""),
        rows=[
            (
                say.day(date_of(day)), say.number(kilograms, 1),
                _rise(say, gains[day].kilograms) if day in gains else "--",
                say("weight.too_much") if day in gains and gains[day].is_too_much else "",
            )
            for day, kilograms in days_newest_first[:ROWS_MAX]
        ],
        source=SOURCE,
    )  # fmt: skip


def _rise(say: Speech, kilograms: float, decimals: int = 1) -> str:
    return say.number(kilograms, decimals, has_sign=True)


def _newest(found: Weight, say: Speech) -> str:
    return say.measured(say.number(found.kilograms[-1], 1), "kg") if found.days else "--"


def _trend(found: Weight, say: Speech) -> str:
    if found.per_week is None:
        return "--"
    return say("weight.a_week", value=say.measured(_rise(say, found.per_week), "kg"))


def _said(gain: Gain | None, say: Speech) -> str:
    return "--" if gain is None else say.measured(_rise(say, gain.kilograms), "kg")


def _is_met(gain: Gain | None) -> bool | None:
    return None if gain is None else not gain.is_too_much


def _lacking(found: Weight, newest: Gain | None, say: Speech) -> str:
    if not found.days:
        return say("weight.none")
    return "" if newest else say("weight.no_other")


def _plot(found: Weight, say: Speech) -> Plot | None:
    if len(found.days) < 2:
        return None
    first = found.days[0]
    weeks = range(0, found.days[-1] - first + 1, 7)
    return Plot(
        label=say("weight.plot"),
        unit="kg",
        x=[float(day - first) for day in found.days],
        ticks=[(float(each), say.short_day(date_of(first + each))) for each in weeks],
        curves=[Curve(say("weight.curve"), gaps(found.kilograms))],
    )
