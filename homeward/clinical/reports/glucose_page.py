"""The page of the ambulatory glucose profile, in mg/dL or mmol/L. Pure."""

from datetime import date

from homeward.clinical.reports.glucose import (
    ACTIVE_PERCENT_MIN,
    CV_PERCENT_MAX,
    DAYS,
    MMOL,
    PERCENTILES,
    SLOT_MINUTES,
    TARGETS,
    VERY_HIGH,
    VERY_LOW,
    For,
    Glucose,
)
from homeward.clinical.reports.page import ROWS_MAX, Band, Curve, Figure, Page, Plot, gaps
from homeward.clinical.words import ENGLISH, Speech, glucose_decimals, glucose_in
from homeward.model.choice import GlucoseUnit

SOURCE = (
    "International Consensus on Time in Range, Diabetes Care 2019;42:1593-1603. "
    "GMI: Diabetes Care 2018;41:2275-2280."
)


def page(found: Glucose, unit: str = "mg/dL", say: Speech = ENGLISH) -> Page:
    """The page. Shares have one decimal: a target of less than 1 % is read against them. Raises
    ValueError for a unit that is none of glucose."""
    say = Speech(say.language, GlucoseUnit(unit))
    bounds = TARGETS[found.targets]
    low, high = bound(bounds.low, say), bound(bounds.high, say)
    return Page(
        name="glucose",
        title=say("glucose"),
        span=say("report.last_days", days=found.days, what=say(f"glucose.{found.targets}")),
        enough=found.is_enough,
        lacking=_lacking(found, say),
        figures=_figures(found, say),
        plot=_plot(found, say),
        head=(
            say("report.day"), say("report.readings"), say("glucose.mean", unit=unit),
            say("glucose.share"), say("report.lowest"), say("report.highest"),
        ),
        rows=[
            (
                say.day(date.fromisoformat(each.day)), str(each.readings), said(each.mean, say),
                say.percent(each.in_range), said(each.lowest, say), said(each.highest, say),
            )
            for each in found.every_day[::-1][:ROWS_MAX]
        ],
        notes=(
            say("glucose.note_range", low=low, high=high, unit=unit), say("glucose.note_sensor"),
        ),
        source=SOURCE,
    )  # fmt: skip


def said(value: float | None, say: Speech) -> str:
    """A glucose, in mg/dL, as people write it in their unit."""
    if value is None:
        return "--"
    unit = say.glucose_unit
    return say.number(glucose_in(value, unit), glucose_decimals(unit))


def bound(value: float, say: Speech) -> str:
    """A bound of the consensus, as it writes it."""
    is_mmol = say.glucose_unit is GlucoseUnit.MMOL_L
    return say.number(MMOL[value] if is_mmol else value, glucose_decimals(say.glucose_unit))


def _figures(found: Glucose, say: Speech) -> list[Figure]:
    bounds = TARGETS[found.targets]
    low, high = bound(bounds.low, say), bound(bounds.high, say)
    very_low, very_high = bound(VERY_LOW, say), bound(VERY_HIGH, say)
    is_enough = found.is_enough

    def share(key: str, value: str, part: float | None, most: float | None) -> Figure:
        return _share(say(key, value=value), part, most, say, is_enough=is_enough)

    figures = [
        Figure(
            say("glucose.active"), say.percent(found.active),
            say("report.at_least", value=say.percent(ACTIVE_PERCENT_MIN, 0)),
            found.active >= ACTIVE_PERCENT_MIN,
        ),
        Figure(say("report.mean"), say.measured(said(found.mean, say), say.glucose_unit)),
    ]  # fmt: skip
    if found.gmi is not None:
        figures.append(Figure(say("glucose.gmi"), say.percent(found.gmi)))
    is_steady = None if found.cv is None or not is_enough else found.cv <= CV_PERCENT_MAX
    at_most = say("report.at_most", value=say.percent(CV_PERCENT_MAX, 0))
    figures.append(Figure(say("glucose.variation"), say.percent(found.cv), at_most, is_steady))
    if found.targets is not For.PREGNANT:
        most = bounds.very_high_most
        figures.append(share("glucose.very_high", very_high, found.very_high, most))
    is_in = None if found.in_range is None or not is_enough else (
        found.in_range > bounds.in_range_least
    )  # fmt: skip
    return [
        *figures,
        share("glucose.above", high, found.above, bounds.above_most),
        Figure(
            say("glucose.in_range", low=low, high=high), say.percent(found.in_range),
            say("report.above", value=say.percent(bounds.in_range_least, 0)), is_in,
        ),
        share("glucose.below", low, found.below, bounds.below_most),
        share("glucose.very_low", very_low, found.very_low, bounds.very_low_most),
    ]  # fmt: skip


def _share(
    name: str, value: float | None, most: float | None, say: Speech, *, is_enough: bool
) -> Figure:
    if most is None:
        return Figure(name, say.percent(value))
    is_met = None if value is None or not is_enough else value < most
    return Figure(name, say.percent(value), say("report.below", value=say.percent(most, 0)), is_met)


def _lacking(found: Glucose, say: Speech) -> str:
    if found.is_enough:
        return ""
    if not found.readings:
        return say("glucose.none")
    if found.days < DAYS:
        return say("glucose.few_days", days=found.days, days_min=DAYS)
    return say(
        "glucose.few", active=say.percent(found.active, 0), days=found.days,
        active_min=say.percent(ACTIVE_PERCENT_MIN, 0),
    )  # fmt: skip


def _plot(found: Glucose, say: Speech) -> Plot | None:
    if not found.readings:
        return None
    unit = say.glucose_unit
    factor = glucose_in(1.0, unit)
    lines = [gaps(line * factor) for line in found.profile.T]
    five, quarter, half, three, most = lines
    bounds = TARGETS[found.targets]
    is_mmol = unit is GlucoseUnit.MMOL_L
    low, high = (MMOL[each] if is_mmol else each for each in (bounds.low, bounds.high))
    whole = say("glucose.band", low=PERCENTILES[0], high=PERCENTILES[-1])
    middle = say("glucose.band", low=PERCENTILES[1], high=PERCENTILES[3])
    return Plot(
        label=say("glucose.plot"),
        unit=unit,
        x=[(place + 0.5) * SLOT_MINUTES / 60 for place in range(len(found.profile))],
        ticks=[(hour, f"{hour}:00") for hour in range(0, 25, 6)],
        curves=[Curve(say("glucose.median"), half)],
        bands=[Band(whole, five, most), Band(middle, quarter, three)],
        target=(low, high),
    )
