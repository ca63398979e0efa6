"""Blood pressure at home: the average that guidelines decide by.

Seven days (three at least), morning and evening, two measurements each; the first day does not
count, since people are tense when they begin. ESH practice guidelines (Stergiou et al., J Hypertens
2021;39:1293-1302); ISH (Unger et al., Hypertension 2020;75:1334-1357). At least 12 readings: AHA
and AMA (Shimbo et al., Circulation 2020;142:e42-e63). Raised from 135/85 mmHg: the same.

Homeward's own choice is what a morning and an evening are (04:00 to noon, 16:00 to midnight by the
patient's clock); what was measured between them is shown, and counts in no average.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.clinical.reports.page import Curve, Figure, Page, Plot, gaps
from homeward.clinical.words import ENGLISH, Speech
from homeward.clinical.zone import Zones, date_of

Array = npt.NDArray[Any]

DAYS = 7
DAYS_MIN = 3
READINGS_MIN = 12
SYSTOLIC_MAX, DIASTOLIC_MAX = 135.0, 85.0
MORNING, EVENING = (4 * 60, 12 * 60), (16 * 60, 24 * 60)  # minutes of the day
SOURCE = (
    "ESH, J Hypertens 2021;39:1293-1302. ISH, Hypertension 2020;75:1334-1357. "
    "AHA and AMA, Circulation 2020;142:e42-e63."
)


@dataclass(frozen=True, slots=True)
class Half:
    """The mean of some readings in mmHg, and how many they are. None: there are none."""

    systolic: float | None
    diastolic: float | None
    readings: int


@dataclass(frozen=True, slots=True)
class DayOfPressure:
    """One day by the clock on the wall. `counts`: whether it is in the average."""

    day: int
    counts: bool
    morning: Half
    evening: Half
    others: int


@dataclass(frozen=True, slots=True)
class Pressure:
    """The numbers, unrounded. `days` that have a morning or evening reading, the first of them too;
    `readings`: how many there are on them in mornings and evenings."""

    average: Half
    morning: Half
    evening: Half
    pulse: float | None
    days: int
    readings: int
    every_day: list[DayOfPressure]

    @property
    def is_enough(self) -> bool:
        """Whether it is as much as the guidelines ask for."""
        return self.days >= DAYS_MIN and self.readings >= READINGS_MIN


def pressure(
    systolic: Array, diastolic: Array, pulse: Array, zones: Zones, end_us: int
) -> Pressure:
    """The average of the last seven days on the wall's clock that end before `end_us`.

    Arrays have `at` (us since 1970), `value` and `device`. A reading is a pair: both pressures from
    one device at one moment.
    """
    device, at, upper, lower = _pairs(systolic, diastolic)
    days, minutes = zones.days(at), zones.minutes(at)
    today = int(zones.days(np.array([end_us - 1]))[0])
    is_in = (at < end_us) & (days > today - DAYS)
    device, at, days, minutes, upper, lower = (
        each[is_in] for each in (device, at, days, minutes, upper, lower)
    )
    is_morning = (minutes >= MORNING[0]) & (minutes < MORNING[1])
    is_evening = (minutes >= EVENING[0]) & (minutes < EVENING[1])
    is_either = is_morning | is_evening
    measured = np.unique(days[is_either])
    counts = is_either & (days > measured[0]) if len(measured) else is_either
    every_day = [
        DayOfPressure(
            int(day), bool(len(measured) and day > measured[0]),
            _mean(upper, lower, is_morning & (days == day)),
            _mean(upper, lower, is_evening & (days == day)),
            int((~is_either & (days == day)).sum()),
        )
        for day in np.unique(days)
    ]  # fmt: skip
    beats = _beats(pulse, set(zip(device[counts].tolist(), at[counts].tolist(), strict=True)))
    return Pressure(
        _mean(upper, lower, counts), _mean(upper, lower, counts & is_morning),
        _mean(upper, lower, counts & is_evening), beats, len(measured), int(is_either.sum()),
        every_day,
    )  # fmt: skip


def _pairs(systolic: Array, diastolic: Array) -> tuple[Array, Array, Array, Array]:
    """Devices, times, upper and lower values of those that were measured together."""
    lower = {(row["device"], row["at"]): row["value"] for row in diastolic}
    found = [
        (row["device"], row["at"], row["value"], lower[row["device"], row["at"]])
        for row in systolic
        if (row["device"], row["at"]) in lower
    ]
    columns = zip(*found, strict=True) if found else ((), (), (), ())
    device, at, upper, low = columns
    whose = np.array(device, np.int64), np.array(at, np.int64)
    return *whose, np.array(upper, float), np.array(low, float)


def _mean(upper: Array, lower: Array, which: Array) -> Half:
    count = int(which.sum())
    if not count:
        return Half(None, None, 0)
    return Half(float(upper[which].mean()), float(lower[which].mean()), count)


def _beats(pulse: Array, counted: set[tuple[int, int]]) -> float | None:
    """The mean of what was measured with the pressures that count, by their device: an oximeter
    that told a pulse each second of a night would drown the cuff's."""
    mine = [
        value
        for device, at, value in pulse[["device", "at", "value"]].tolist()
        if (device, at) in counted
    ]
    return sum(mine) / len(mine) if mine else None


def page(found: Pressure, say: Speech = ENGLISH) -> Page:
    """The page."""
    average, is_enough = found.average, found.is_enough
    is_met = None
    if is_enough and average.systolic is not None and average.diastolic is not None:
        is_met = average.systolic < SYSTOLIC_MAX and average.diastolic < DIASTOLIC_MAX
    target = say("report.below", value=f"{SYSTOLIC_MAX:.0f}/{DIASTOLIC_MAX:.0f}")
    pulse = "--" if found.pulse is None else say.measured(say.number(found.pulse), "/min")
    return Page(
        name="pressure",
        title=say("pressure"),
        span=say("pressure.span"),
        enough=is_enough,
        lacking=_lacking(found, say),
        figures=[
            Figure(say("report.average"), say.measured(_said(average), "mmHg"), target, is_met),
            Figure(say("pressure.mornings"), say.measured(_said(found.morning), "mmHg")),
            Figure(say("pressure.evenings"), say.measured(_said(found.evening), "mmHg")),
            Figure(say("pressure.pulse"), pulse),
            Figure(say("pressure.measured"), say("report.of", count=found.days, days=DAYS),
                   say("report.at_least", value=DAYS_MIN), found.days >= DAYS_MIN),
            Figure(say("report.readings"), str(found.readings),
                   say("report.at_least", value=READINGS_MIN), found.readings >= READINGS_MIN),
        ],
        plot=_plot(found, say),
        head=(say("report.day"), say("pressure.morning"), say("pressure.evening"),
              say("report.readings"), ""),
        rows=[
            (
                say.day(date_of(each.day)), _said(each.morning), _said(each.evening),
                str(each.morning.readings + each.evening.readings), _remark(each, say),
            )
            for each in reversed(found.every_day)
        ],
        notes=(say("pressure.note"),),
        source=SOURCE,
    )  # fmt: skip


def _said(half: Half) -> str:
    if half.systolic is None or half.diastolic is None:
        return "--"
    return f"{half.systolic:.0f}/{half.diastolic:.0f}"


def _remark(day: DayOfPressure, say: Speech) -> str:
    words = [] if day.counts else [say("pressure.first_day")]
    if day.others:
        words.append(say("pressure.others", count=day.others))
    return ", ".join(words)


def _lacking(found: Pressure, say: Speech) -> str:
    if found.is_enough:
        return ""
    if not found.readings:
        return say("pressure.none")
    return say(
        "pressure.few", readings=found.readings, days=found.days, readings_min=READINGS_MIN,
        days_min=DAYS_MIN,
    )  # fmt: skip


def _plot(found: Pressure, say: Speech) -> Plot | None:
    halves = [
        (day.day - found.every_day[0].day + place, half)
        for day in found.every_day
        for place, half in ((0.3, day.morning), (0.8, day.evening))
        if half.systolic is not None and half.diastolic is not None
    ]
    if not halves:
        return None
    first = found.every_day[0].day
    return Plot(
        label=say("pressure.plot"),
        unit="mmHg",
        x=[at for at, _ in halves],
        ticks=[
            (day.day - first + 0.5, say.short_day(date_of(day.day))) for day in found.every_day
        ],
        curves=[
            Curve(say("pressure.systolic"), gaps([half.systolic or 0 for _, half in halves])),
            Curve(say("pressure.diastolic"), gaps([half.diastolic or 0 for _, half in halves])),
        ],
        target=(DIASTOLIC_MAX, SYSTOLIC_MAX),
    )  # fmt: skip
