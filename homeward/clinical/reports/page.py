"""One page of a report: the same words and numbers on a screen and on paper. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Line = Sequence[float | None]
ROWS_MAX = 14  # of days, on one sheet of paper


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name, as it is read; what it should be, and whether it is.

    `is_met` is None where there is no target, or too little to judge by.
    """

    name: str
    value: str
    target: str = ""
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot; None is a gap."""

    name: str
    values: Line


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two lines of a plot."""

    name: str
    low: Line
    high: Line


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines and bands over one axis. `ticks`: where on it something is written, and what.

    `target`: between which values it should lie (None: no bound).
    """

    label: str
    unit: str
    x: Sequence[float]
    ticks: Sequence[tuple[float, str]]
    curves: Sequence[Curve] = ()
    bands: Sequence[Band] = ()
    target: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Page:
    """A report. `enough`: whether there is as much as its guideline asks for; `lacking` says what
    is not there."""

    name: str
    title: str
    span: str
    enough: bool
    lacking: str
    figures: Sequence[Figure]
    plot: Plot | None
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: Sequence[str] = field(default=())
    source: str = ""


def gaps(values: Sequence[float], decimals: int = 1) -> list[float | None]:
    """Numbers of a line with so many decimals; what is not a number is a gap."""
    return [None if each != each else round(float(each), decimals) for each in values]
