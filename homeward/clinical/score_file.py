"""A hospital's own table of points, read from TOML and checked to the last value.

    format = 1
    name = "own_ward_pews"             # own_ and small letters; its alarms are named after it
    label = "Ward PEWS"
    version = 3
    source = "Children's guideline 12, approved 2026-03-01"
    for = "children"                   # adults, children, pregnant or everybody
    from_years = 0                     # and of these by age, where that is not all
    below_years = 16

    [[levels]]
    points = 0
    risk = "low"                       # low, low-medium, medium or high
    interval_minutes = 240             # until the next observation; 0 is continuous

    [[levels]]
    points = 5
    risk = "high"
    interval_minutes = 30
    alarm = "high"                     # high, medium or low priority
    word = "call the registrar"

    [single]                           # a warning by one parameter alone, if there is one
    points = 3
    risk = "medium"
    interval_minutes = 60
    alarm = "medium"

    [[charts]]                         # one, or one for each age band
    name = "0 to 11 months"
    from_months = 0
    below_months = 12

    [[charts.parameters]]
    label = "Heart rate"
    from = ["heart_rate", "pulse"]     # the first that is fresh
    bands = [
      { to = 89, points = 3 }, { from = 90, to = 159, points = 0 }, { from = 160, points = 3 },
    ]

Words stand for the values of `consciousness`, `respiratory_effort` and `on_oxygen`:
`{ is = ["V", "P", "U"], points = 3 }`. `on_oxygen = true` in a band: only while on oxygen. Such a
score is off until it is switched on for the site, a ward or a patient.
"""

import tomllib
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from homeward.clinical.score import Scorer
from homeward.clinical.score_table import (
    Band,
    Chart,
    Level,
    Parameter,
    Source,
    Table,
    rounded,
    said_band,
    said_value,
)
from homeward.clinical.scoring import scorer
from homeward.clinical.subject import Subject
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured
from homeward.model.vital import BY_NAME, Vital

BYTES_MAX = 200_000
YEARS_MAX = 200
BOUND_MAX = 1e9  # of a band, in any unit
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]
_Risk = Literal["low", "low-medium", "medium", "high"]


class _Band(msgspec.Struct, forbid_unknown_fields=True, rename={"low": "from", "high": "to"}):
    points: _Count
    low: int | float | None = None
    high: int | float | None = None
    is_: list[str] | None = msgspec.field(default=None, name="is")
    on_oxygen: bool | None = None


class _Parameter(msgspec.Struct, forbid_unknown_fields=True, rename={"vitals": "from"}):
    label: _Text
    vitals: Annotated[list[str], msgspec.Meta(min_length=1, max_length=4)]
    bands: Annotated[list[_Band], msgspec.Meta(min_length=1, max_length=60)]


class _Chart(msgspec.Struct, forbid_unknown_fields=True):
    parameters: Annotated[list[_Parameter], msgspec.Meta(min_length=1, max_length=20)]
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    from_months: _Count = 0
    below_months: _Count | None = None


class _Level(msgspec.Struct, forbid_unknown_fields=True):
    points: _Count
    risk: _Risk
    interval_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    alarm: Priority | None = None
    word: Annotated[str, msgspec.Meta(max_length=60)] = "alarm"


class _File(msgspec.Struct, forbid_unknown_fields=True, rename={"whom": "for"}):
    format: Literal[1]
    name: Annotated[str, msgspec.Meta(pattern=r"^own_[a-z0-9]+(_[a-z0-9]+)*$", max_length=40)]
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    source: _Text
    whom: Literal["adults", "children", "pregnant", "everybody"]
    levels: Annotated[list[_Level], msgspec.Meta(min_length=1, max_length=10)]
    charts: Annotated[list[_Chart], msgspec.Meta(min_length=1, max_length=20)]
    from_years: _Count | None = None
    below_years: _Count | None = None
    single: _Level | None = None
    leads: bool = True


def read(text: str) -> Scorer:
    """The score of a table file. Raises Misconfigured, saying what is wrong where."""
    if len(text.encode("utf-8", "surrogatepass")) > BYTES_MAX:
        raise Misconfigured(f"a table of points has at most {BYTES_MAX} bytes")
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise Misconfigured(f"not a table of points: {error}") from None
    levels = tuple(_level(file.name, each) for each in file.levels)
    single = None if file.single is None else _level(f"{file.name}_single", file.single)
    table = Table(file.name, file.label, levels, single)
    charts = [_chart(each) for each in file.charts]
    ages = _ages(file)
    months = [(each.from_months, each.below_months) for each in file.charts]

    def chart_of(subject: Subject, on: date) -> Chart | None:
        if file.whom != "everybody" and subject.is_pregnant != (file.whom == "pregnant"):
            return None
        age = subject.age_months(on)
        if age is None:  # unknown is an adult, as for all scores; and has no age band
            is_for = file.whom in ("adults", "everybody", "pregnant") and len(charts) == 1
            return charts[0] if is_for else None
        if not ages[0] <= age < ages[1]:
            return None
        found = (c for c, (low, high) in zip(charts, months, strict=True)
                 if low <= age and (high is None or age < high))  # fmt: skip
        return next(found, None)

    _check_ages(file, ages)
    about = f"{file.label}, version {file.version}.\n\n{file.source}"
    leads, version = file.leads, file.version
    return scorer(table, charts, chart_of, about, version=version, leads=leads, is_on=False)


def _level(name: str, level: _Level) -> Level:
    minutes = level.interval_minutes
    seconds = None if minutes is None else minutes * 60
    condition = None if level.alarm is None else f"{name}_{level.points}"
    priority = level.alarm or Priority.LOW
    return Level(
        level.points, level.risk, _interval(minutes), seconds, condition, level.word, priority
    )


def _interval(minutes: int | None) -> str:
    if minutes is None:
        return "by local policy"
    if minutes == 0:
        return "continuous"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _ages(file: _File) -> tuple[int, int]:
    """From which month on, below which."""
    adults, children = (16, YEARS_MAX), (0, 16)
    low, high = {"adults": adults, "children": children}.get(file.whom, (0, YEARS_MAX))
    low = low if file.from_years is None else file.from_years
    high = high if file.below_years is None else file.below_years
    return low * 12, high * 12


def _check_ages(file: _File, ages: tuple[int, int]) -> None:
    """Every month of the ages it is for has exactly one chart."""
    if ages[0] >= ages[1]:
        raise Misconfigured(f"{file.name}: from_years is not below below_years")
    for month in range(*ages):
        holding = [
            each.name or "the chart"
            for each in file.charts
            if each.from_months <= month
            and (each.below_months is None or month < each.below_months)
        ]
        if len(holding) != 1:
            how = " and ".join(holding) + " are both" if holding else "no chart is"
            raise Misconfigured(f"{file.name}: {how} for the age of {month} months")


def _chart(chart: _Chart) -> Chart:
    return Chart(chart.name, tuple(_parameter(each) for each in chart.parameters))


def _parameter(parameter: _Parameter) -> Parameter:
    vitals: list[Vital] = []
    for name in parameter.vitals:
        if name not in BY_NAME:
            raise Misconfigured(f"{parameter.label}: there is no vital sign {name!r}")
        vitals.append(BY_NAME[name])
    if len({vital.decimals for vital in vitals}) > 1 or len({vital.unit for vital in vitals}) > 1:
        raise Misconfigured(f"{parameter.label}: {', '.join(parameter.vitals)} differ in unit")
    bands = tuple(band for each in parameter.bands for band in _bands(vitals[0], each))
    sources = tuple(Source(vital, bands) for vital in vitals)
    return Parameter(parameter.vitals[0], parameter.label, sources)


def _bands(vital: Vital, band: _Band) -> list[Band]:
    if band.is_ is not None:
        if band.low is not None or band.high is not None:
            raise Misconfigured(f"{vital.name}: a band is words, or from and to, not both")
        places = [_place(vital, word) for word in band.is_]
        return [Band(said_value(vital, p), band.points, Decimal(p), Decimal(p), band.on_oxygen)
                for p in places]  # fmt: skip
    low, high = _bound(vital, band.low), _bound(vital, band.high)
    return [Band(said_band(low, high), band.points, low, high, band.on_oxygen)]


def _place(vital: Vital, word: str) -> int:
    if vital.unit == "1":
        for place in range(int(vital.possible[0]), int(vital.possible[1]) + 1):
            if said_value(vital, place) == word:
                return place
    raise Misconfigured(f"{vital.name}: {word!r} is no word for it")


def _bound(vital: Vital, bound: float | None) -> Decimal | None:
    if bound is None:
        return None
    if not -BOUND_MAX <= bound <= BOUND_MAX:  # which NaN is not, either
        raise Misconfigured(f"{vital.name}: {bound} is no bound for it")
    as_scored = rounded(bound, vital.decimals)
    if as_scored != Decimal(repr(bound)):
        raise Misconfigured(
            f"{vital.name}: {bound} is finer than it is scored, with {vital.decimals} decimals"
        )
    return as_scored
