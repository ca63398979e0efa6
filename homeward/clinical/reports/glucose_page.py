"""The page of the ambulatory glucose profile, in mg/dL or mmol/L. Pure."""

from homeward.clinical.reports.glucose import (
    ACTIVE_PERCENT_MIN,
    CV_PERCENT_MAX,
    DAYS,
    PERCENTILES,
    SLOT_MINUTES,
    TARGETS,
    VERY_HIGH,
    VERY_LOW,
    For,
    Glucose,
)
from homeward.clinical.reports.page import ROWS_MAX, Band, Curve, Figure, Page, Plot, gaps

MG_PER_MMOL = 18.0156  # of glucose, 180.156 g/mol
UNITS = ("mg/dL", "mmol/L")
SOURCE = (
    "International Consensus on Time in Range, Diabetes Care 2019;42:1593-1603. "
    "GMI: Diabetes Care 2018;41:2275-2280."
)
WHOSE = {
    For.MOST: "targets for most people",
    For.OLDER: "targets for older people and those at high risk",
    For.PREGNANT: "targets in pregnancy with type 1 diabetes",
}
# As the consensus writes them in mmol/L, which are not the products of a division.
MMOL = {54.0: "3.0", 63.0: "3.5", 70.0: "3.9", 140.0: "7.8", 180.0: "10.0", 250.0: "13.9"}


def page(found: Glucose, unit: str = "mg/dL") -> Page:
    """The page. Shares have one decimal: a target of less than 1 % is read against them."""
    bounds = TARGETS[found.targets]
    return Page(
        name="glucose",
        title="Glucose profile",
        span=f"Last {found.days} days, {WHOSE[found.targets]}",
        enough=found.is_enough,
        lacking=_lacking(found),
        figures=_figures(found, unit),
        plot=_plot(found, unit),
        head=("Day", "Readings", f"Mean ({unit})", "In range", "Lowest", "Highest"),
        rows=[
            (
                each.day, str(each.readings), said(each.mean, unit), _percent(each.in_range),
                said(each.lowest, unit), said(each.highest, unit),
            )
            for each in found.every_day[::-1][:ROWS_MAX]
        ],
        notes=(
            f"In range is {bound(bounds.low, unit)} to {bound(bounds.high, unit)} {unit}.",
            "Only readings of a continuous sensor count; where two overlap, the one that said "
            "more.",
        ),
        source=SOURCE,
    )  # fmt: skip


def said(value: float | None, unit: str) -> str:
    """A glucose as people write it in this unit."""
    if value is None:
        return "--"
    return f"{value / MG_PER_MMOL:.1f}" if unit == "mmol/L" else f"{value:.0f}"


def bound(value: float, unit: str) -> str:
    """A bound of the consensus, as it writes it."""
    return MMOL[value] if unit == "mmol/L" else f"{value:.0f}"


def _figures(found: Glucose, unit: str) -> list[Figure]:
    bounds = TARGETS[found.targets]
    low, high = bound(bounds.low, unit), bound(bounds.high, unit)
    very_low, very_high = bound(VERY_LOW, unit), bound(VERY_HIGH, unit)
    is_enough = found.is_enough

    def share(name: str, value: float | None, most: float | None) -> Figure:
        return _share(name, value, most=most, is_enough=is_enough)

    figures = [
        Figure(
            "Sensor active", _percent(found.active), f"at least {ACTIVE_PERCENT_MIN:.0f} %",
            found.active >= ACTIVE_PERCENT_MIN,
        ),
        Figure("Mean", f"{said(found.mean, unit)} {unit}"),
    ]  # fmt: skip
    if found.gmi is not None:
        figures.append(Figure("GMI", f"{found.gmi:.1f} %"))
    is_steady = None if found.cv is None or not is_enough else found.cv <= CV_PERCENT_MAX
    figures.append(
        Figure("Variation (CV)", _percent(found.cv), f"at most {CV_PERCENT_MAX:.0f} %", is_steady)
    )
    if found.targets is not For.PREGNANT:
        figures.append(share(f"Very high, above {very_high}", found.very_high,
                             bounds.very_high_most))  # fmt: skip
    is_in = None if found.in_range is None or not is_enough else (
        found.in_range > bounds.in_range_least
    )  # fmt: skip
    return [
        *figures,
        share(f"Above {high}", found.above, bounds.above_most),
        Figure(
            f"In range, {low} to {high}", _percent(found.in_range),
            f"above {bounds.in_range_least:.0f} %", is_in,
        ),
        share(f"Below {low}", found.below, bounds.below_most),
        share(f"Very low, below {very_low}", found.very_low, bounds.very_low_most),
    ]  # fmt: skip


def _share(name: str, value: float | None, *, most: float | None, is_enough: bool) -> Figure:
    if most is None:
        return Figure(name, _percent(value))
    is_met = None if value is None or not is_enough else value < most
    return Figure(name, _percent(value), f"below {most:.0f} %", is_met)


def _percent(value: float | None) -> str:
    return "--" if value is None else f"{value:.1f} %"


def _lacking(found: Glucose) -> str:
    if found.is_enough:
        return ""
    if not found.readings:
        return "No continuous sensor sent anything in this time."
    if found.days < DAYS:
        return f"{found.days} days were asked for; targets are read over at least {DAYS}."
    return (
        f"The sensor was active {found.active:.0f} % of {found.days} days; it takes "
        f"{ACTIVE_PERCENT_MIN:.0f} % to read these numbers against their targets."
    )


def _plot(found: Glucose, unit: str) -> Plot | None:
    if not found.readings:
        return None
    factor = 1 / MG_PER_MMOL if unit == "mmol/L" else 1.0
    lines = [gaps(line * factor) for line in found.profile.T]
    five, quarter, half, three, most = lines
    bounds = TARGETS[found.targets]
    return Plot(
        label="Glucose by time of day",
        unit=unit,
        x=[(place + 0.5) * SLOT_MINUTES / 60 for place in range(len(found.profile))],
        ticks=[(hour, f"{hour}:00") for hour in range(0, 25, 6)],
        curves=[Curve("Median", half)],
        bands=[
            Band(f"{PERCENTILES[0]} to {PERCENTILES[-1]} %", five, most),
            Band(f"{PERCENTILES[1]} to {PERCENTILES[3]} %", quarter, three),
        ],
        target=(float(bound(bounds.low, unit)), float(bound(bounds.high, unit))),
    )
