"""Oxygen saturation over a night or a day: how long too low, and how often it fell.

Time below 90 % is of the time that was measured. The oxygen desaturation index counts falls of 3 %
(and 4 %) below the mean of the two minutes before they began that last ten seconds or more, for
each hour measured. Its hours are hours of recording, not of sleep, which makes it lower than a
laboratory's (Whenn et al., J Clin Sleep Med 2024;20:709-717: 17.4 for 22.8 an hour).

No guideline says how often a sensor must speak: Homeward's own choice is once in four seconds at
least, so that the shortest fall is seen twice, and four hours in all. What
comes less often, such as spot checks, has shares of readings instead and no index.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.clinical.reports.page import Curve, Figure, Page, Plot, gaps
from homeward.clinical.words import ENGLISH, Speech

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

LOW_PERCENT, VERY_LOW_PERCENT = 90.0, 88.0
STREAM_SECONDS_MAX = 4.0  # between two readings
GAP_SECONDS = 10.0  # after so long without a reading nothing is known
BASELINE_SECONDS = 120
BASELINE_SECONDS_MIN = 60
FALL_SECONDS_MIN = 10
FALL_SECONDS_MAX = 3600  # a longer one is a new level
FALLS_PERCENT = (3.0, 4.0)
HOURS_MIN = 4.0
DAYS_MAX = 14  # of a reading a second: more is more than a page should make a server hold at once
BUCKETS = 240
SECOND_US = 1_000_000
SOURCE = "Hours of recording and of sleep: J Clin Sleep Med 2024;20:709-717."


@dataclass(frozen=True, slots=True)
class Oximetry:
    """The numbers, unrounded, in percent. `hours` measured; None for spot checks, whose `below` and
    `far_below` are shares of readings. `falls` a hour for each of FALLS_PERCENT, None where they
    cannot be counted."""

    readings: int
    hours: float | None
    mean: float | None
    lowest: float | None
    below: float | None
    far_below: float | None
    falls: tuple[float, ...] | None

    @property
    def is_enough(self) -> bool:
        """Whether the index may be read."""
        return self.hours is not None and self.hours >= HOURS_MIN


def oximetry(at_us: npt.NDArray[np.int64], values: Floats) -> Oximetry:
    """What readings of one sensor say, oldest first."""
    if not len(values):
        return Oximetry(0, None, None, None, None, None, None)
    steps = np.diff(at_us) / SECOND_US
    lowest = float(values.min())
    if not len(steps) or float(np.median(steps)) > STREAM_SECONDS_MAX:
        return Oximetry(
            len(values), None, float(values.mean()), lowest, _share(values < LOW_PERCENT),
            _share(values < VERY_LOW_PERCENT), None,
        )  # fmt: skip
    # Each stands until the next, and before a gap for as long as readings usually stand.
    usual = float(np.median(steps))
    lasts = np.append(np.where(steps <= GAP_SECONDS, steps, usual), usual)
    total = float(lasts.sum())

    def time(which: Array) -> float:
        return float(100 * lasts[which].sum() / total)

    grid = _every_second(at_us, values)
    hours = total / 3600
    falls = tuple(falls_of(grid, percent) / hours for percent in FALLS_PERCENT)
    return Oximetry(
        len(values), hours, float((values * lasts).sum() / total), lowest,
        time(values < LOW_PERCENT), time(values < VERY_LOW_PERCENT), falls,
    )  # fmt: skip


def _share(which: Array) -> float:
    return float(100 * which.mean())


def _every_second(at_us: npt.NDArray[np.int64], values: Floats) -> Floats:
    """The newest value at each second, NaN within gaps."""
    seconds = (at_us - at_us[0]) // SECOND_US
    every = np.arange(int(seconds[-1]) + 1)
    newest = np.searchsorted(seconds, every, side="right") - 1
    return np.where(every - seconds[newest] <= GAP_SECONDS, values[newest], np.nan)


def falls_of(grid: Floats, percent: float) -> int:
    """How often a saturation (one value a second) falls by so much from the mean of the two minutes
    before it began to, for ten seconds or more. A gap ends a fall."""
    level = _baseline(grid) - percent
    count, place = 0, 0
    # What is not a number is below nothing, and so ends a fall.
    onsets = np.flatnonzero(grid <= level)
    while (first := int(np.searchsorted(onsets, place))) < len(onsets):
        start = int(onsets[first])
        after = grid[start : start + FALL_SECONDS_MAX]
        ends = np.flatnonzero(~(after <= level[start]))
        lasts = int(ends[0]) if len(ends) else len(after)
        count += lasts >= FALL_SECONDS_MIN
        place = start + lasts
    return count


def _baseline(grid: Floats) -> Floats:
    """The mean of the two minutes before each second; NaN where less than one is known."""
    is_known = ~np.isnan(grid)
    sums = np.concatenate([[0.0], np.cumsum(np.where(is_known, grid, 0.0))])
    counts = np.concatenate([[0], np.cumsum(is_known)])
    here = np.arange(len(grid))
    since = np.maximum(here - BASELINE_SECONDS, 0)
    known = counts[here] - counts[since]
    found = np.full(len(grid), np.nan)
    has = known >= BASELINE_SECONDS_MIN
    found[has] = (sums[here] - sums[since])[has] / known[has]
    return found


def page(
    found: Oximetry,
    span: str,
    at_us: npt.NDArray[np.int64],
    values: Floats,
    ticks: list[tuple[float, str]],
    say: Speech = ENGLISH,
) -> Page:
    """The page; `ticks` are hours since the first reading, and what the wall said then."""
    is_stream = found.hours is not None
    below = "oximetry.below_time" if is_stream else "oximetry.below_readings"
    hours = "--" if found.hours is None else say.measured(say.number(found.hours, 1), "h")
    for_index = say("oximetry.for_index", hours=say.measured(say.number(HOURS_MIN), "h"))
    figures = [
        Figure(say("oximetry.measured"), hours, for_index, found.is_enough)
        if is_stream
        else Figure(say("report.readings"), str(found.readings)),
        Figure(say("report.mean"), say.percent(found.mean)),
        Figure(say("report.lowest"), say.percent(found.lowest)),
        Figure(say(below, value=say.percent(LOW_PERCENT, 0)), say.percent(found.below)),
        Figure(say(below, value=say.percent(VERY_LOW_PERCENT, 0)), say.percent(found.far_below)),
    ]
    if found.falls is not None:
        figures += [
            Figure(
                say("oximetry.falls", value=say.percent(percent, 0)),
                say("oximetry.an_hour", value=say.number(each, 1)),
            )
            for percent, each in zip(FALLS_PERCENT, found.falls, strict=True)
        ]
    return Page(
        name="oximetry",
        title=say("oximetry"),
        span=span,
        enough=found.is_enough,
        lacking=_lacking(found, say),
        figures=figures,
        plot=_plot(at_us, values, ticks, say),
        head=(),
        rows=(),
        notes=(say("oximetry.note"),) if is_stream else (),
        source=SOURCE,
    )


def _lacking(found: Oximetry, say: Speech) -> str:
    if not found.readings:
        return say("oximetry.none")
    if found.hours is None:
        return say("oximetry.single")
    if not found.is_enough:
        hours = say.number(found.hours, 1)
        return say("oximetry.few", hours=hours, hours_min=say.number(HOURS_MIN))
    return ""


def _plot(
    at_us: npt.NDArray[np.int64], values: Floats, ticks: list[tuple[float, str]], say: Speech
) -> Plot | None:
    if len(values) < 2:
        return None
    start, lasts = at_us[0], int(at_us[-1] - at_us[0]) or 1
    bucket = np.minimum((at_us - start) * BUCKETS // lasts, BUCKETS - 1)
    low, mean = (np.full(BUCKETS, np.nan) for _ in range(2))
    edges = np.searchsorted(bucket, np.arange(BUCKETS + 1))
    for place in range(BUCKETS):
        mine = values[edges[place] : edges[place + 1]]
        if len(mine):
            low[place], mean[place] = mine.min(), mine.mean()
    width = lasts / 3.6e9 / BUCKETS
    return Plot(
        label=say("oximetry.plot"),
        unit="%",
        x=[round((place + 0.5) * width, 4) for place in range(BUCKETS)],
        ticks=ticks,
        curves=[
            Curve(say("report.mean"), gaps(mean.tolist())),
            Curve(say("report.lowest"), gaps(low.tolist())),
        ],
        target=(LOW_PERCENT, None),
    )
