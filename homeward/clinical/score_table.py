"""A published table of points as data: charts, parameters, bands, levels, and what alarms.

A chart is the table for one kind of person: an age band, a scale. Bands hold values as they are
scored: rounded to the vital's decimals, halves up, so that no value falls between two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache

from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured
from homeward.model.vital import BY_NAME, CONSCIOUSNESS_LETTERS, EFFORT_WORDS, Vital

RISKS = ("low", "low-medium", "medium", "high")  # least first


@dataclass(frozen=True, slots=True)
class Band:
    """One cell: rounded values from `low` to `high` (None: no bound) give `points`.

    `on_oxygen` says when the cell is in use, None is always. `points_max` is for a value that
    leaves open how much: oxygen, but nobody says how many litres.
    """

    text: str
    points: int
    low: Decimal | None = None
    high: Decimal | None = None
    on_oxygen: bool | None = None
    points_max: int | None = None
    choices: frozenset[int] = field(init=False)  # the points it may give

    def __post_init__(self) -> None:
        most = self.points if self.points_max is None else self.points_max
        object.__setattr__(self, "choices", frozenset((self.points, most)))

    def holds(self, value: Decimal) -> bool:
        """Is this rounded value one of the cell's?"""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Source:
    """One vital a parameter may be taken from, with its column of the chart."""

    vital: Vital
    bands: tuple[Band, ...]
    by_oxygen: tuple[tuple[Band, ...], tuple[Band, ...]] = field(init=False)

    def __post_init__(self) -> None:
        by_oxygen = tuple(
            tuple(band for band in self.bands if band.on_oxygen in (None, on_oxygen))
            for on_oxygen in (False, True)
        )
        object.__setattr__(self, "by_oxygen", by_oxygen)

    def cells(self, on_oxygen: bool) -> tuple[Band, ...]:
        """The cells in use on oxygen, or on air."""
        return self.by_oxygen[on_oxygen]

    def choices(self, value: float, on_oxygen: bool) -> frozenset[int]:
        """The points of one value as measured. Raises LookupError if the table had a hole."""
        as_scored = rounded(value, self.vital.decimals)
        for band in self.cells(on_oxygen):
            if band.holds(as_scored):
                return band.choices
        raise LookupError(f"no band of {self.vital.name} holds {as_scored}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the chart. Of several sources the first that is fresh counts; or, where each
    says only a part (`newest`), what was measured last, and at one moment the worst."""

    name: str
    label: str
    sources: tuple[Source, ...]
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """The table for one kind of person. `name` is what it is called on screens; may be empty."""

    name: str
    parameters: tuple[Parameter, ...]
    scale: int = 1
    hangs_on_oxygen: bool = field(init=False)  # some cell counts only on oxygen, or only on air

    def __post_init__(self) -> None:
        every = (band for each in self.parameters for s in each.sources for band in s.bands)
        hangs = any(band.on_oxygen is not None for band in every)
        object.__setattr__(self, "hangs_on_oxygen", hangs)


@dataclass(frozen=True, slots=True)
class Level:
    """What follows from `points` on: of the total, or of a single parameter.

    `seconds` is the longest time until the next observation: 0 is continuous, None is not said
    by the source. `condition` names its alarm, if it has one, which says `word`.
    """

    points: int
    risk: str
    interval: str
    seconds: int | None
    condition: str | None = None
    word: str = ""
    priority: Priority = Priority.MEDIUM


@dataclass(frozen=True, slots=True)
class Table:
    """What all charts of one score share. Levels are in rising order and begin at 0.

    `single` is a warning by one parameter alone. A table in `colours` gives 1 for yellow and 2
    for red, and is told so.
    """

    name: str
    label: str
    levels: tuple[Level, ...]
    single: Level | None = None
    colours: bool = False

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of its alarm conditions, worst first."""
        every = [*reversed(self.levels), *([self.single] if self.single else [])]
        return tuple(level.condition for level in every if level.condition is not None)


@lru_cache(maxsize=4096)  # a ward says the same few numbers all day
def rounded(value: float, decimals: int) -> Decimal:
    """The value as it is scored: by its shortest decimal text, halves up; 36.05 is 36.1."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def bands(*cells: tuple[int, str | int | None, str | int | None]) -> tuple[Band, ...]:
    """Cells from (points, lowest, highest rounded value); their text says just that."""
    return tuple(
        Band(said_band(low, high), points, _bound(low), _bound(high)) for points, low, high in cells
    )


def two_sided(points: Sequence[int], lows: Sequence[int], highs: Sequence[int]) -> tuple[Band, ...]:
    """Cells of whole numbers from limits, mildest first: `points[i]` at or below `lows[i]`, and at
    or above `highs[i]`; 0 between them."""
    cells: list[tuple[int, int | None, int | None]] = [(0, lows[0] + 1, highs[0] - 1)]
    for place, given in enumerate(points):
        is_last = place + 1 == len(points)
        cells.append((given, None if is_last else lows[place + 1] + 1, lows[place]))
        cells.append((given, highs[place], None if is_last else highs[place + 1] - 1))
    return bands(*cells)


def coded(vital: str, *points: int) -> tuple[Band, ...]:
    """Cells of a vital whose values are places in a list: so many points for each."""
    kind = BY_NAME[vital]
    return tuple(
        Band(said_value(kind, place), given, Decimal(place), Decimal(place))
        for place, given in enumerate(points)
    )


def said_band(low: object, high: object) -> str:
    """A cell's bounds as a chart writes them."""
    if low is None or high is None:
        return f"≥{low}" if low is not None else f"≤{high}"
    return str(low) if low == high else f"{low}–{high}"


def said_value(vital: Vital, value: float) -> str:
    """A value as it is scored: rounded, a letter, or a word."""
    as_scored = rounded(value, vital.decimals)
    if vital.name == "consciousness":
        return CONSCIOUSNESS_LETTERS[int(as_scored)]
    if vital.name == "on_oxygen":
        return "oxygen" if as_scored else "air"
    if vital.name == "respiratory_effort":
        return EFFORT_WORDS[int(as_scored)]
    return str(as_scored)


def source(vital: str, cells: Iterable[Band]) -> Source:
    """A source from the vital's name."""
    return Source(BY_NAME[vital], tuple(cells))


def check(table: Table, charts: Sequence[Chart]) -> None:
    """See that a table has one answer to everything.

    Every rounded value a sensor can give has exactly one cell in each chart, on air and on
    oxygen; levels begin at 0 and rise. Raises Misconfigured, naming the first that is not so.
    """
    if not charts:
        raise Misconfigured(f"{table.name} has no chart")
    points = [level.points for level in table.levels]
    if points[:1] != [0] or points != sorted(set(points)):
        raise Misconfigured(f"{table.name}: levels begin at 0 points and rise, not {points}")
    every = [*table.levels, *([table.single] if table.single else [])]
    if unknown := {level.risk for level in every} - set(RISKS):
        raise Misconfigured(f"{table.name}: {unknown.pop()!r} is not a risk of {', '.join(RISKS)}")
    if len(set(table.conditions)) < len(table.conditions):
        raise Misconfigured(f"{table.name}: two levels have the same condition")
    for chart in charts:
        _check_chart(table, chart)


def _check_chart(table: Table, chart: Chart) -> None:
    where = f"{table.name}, {chart.name}" if chart.name else table.name
    names = [parameter.name for parameter in chart.parameters]
    if not names or len(set(names)) < len(names):
        raise Misconfigured(f"{where}: parameters are at least one and each once, not {names}")
    if chart.hangs_on_oxygen and "on_oxygen" not in names:
        raise Misconfigured(f"{where}: a cell asks for oxygen, but on_oxygen is no parameter")
    for parameter in chart.parameters:
        if not parameter.sources:
            raise Misconfigured(f"{where}: {parameter.name} is taken from nothing")
        for each in parameter.sources:
            for on_oxygen in (False, True):
                _check_cells(f"{where}: {parameter.name}", each, on_oxygen)


def _check_cells(where: str, source: Source, on_oxygen: bool) -> None:
    vital = source.vital
    step = Decimal(1).scaleb(-vital.decimals)
    low, high = (rounded(bound, vital.decimals) for bound in vital.possible)
    cells = source.cells(on_oxygen)
    # Between two bounds every value has the same cells: those around each bound speak for all.
    bounds = {bound for band in cells for bound in (band.low, band.high) if bound is not None}
    on_grid = {bound.quantize(step, ROUND_FLOOR) for bound in bounds}
    around = {value + by for value in on_grid for by in (-step, Decimal(0), step)}
    for value in sorted({low, high, *(each for each in around if low < each < high)}):
        holding = [band.text for band in cells if band.holds(value)]
        if len(holding) != 1:
            how = " and ".join(holding) + " both hold" if holding else "no band holds"
            raise Misconfigured(f"{where}, by {vital.name}: {how} {value}")


def _bound(written: str | int | None) -> Decimal | None:
    return None if written is None else Decimal(written)
