"""NEWS2: how sick is an adult, from seven bedside observations.

Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017: charts 1 to 4
and the tables of thresholds and responses. For people of 16 and over; not in pregnancy, and
not to be compared with a chronic spinal injury's own baseline. SpO2 scale 2 (target 88-92 %)
is used only where a clinician has recorded that decision.

Values are rounded first (temperature to 0.1 °C, others to whole numbers, halves up) and then
scored, so that no value falls between two bands. A missing parameter, or one older than its
vital's `score_seconds`, may be anything in its table: the score is then a range.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from homeward.clinical.score import Score
from homeward.clinical.score_table import Band, Chart, Level, Parameter, Table, rounded, source
from homeward.clinical.scoring import STREAMED, scorer, settled_inputs
from homeward.clinical.subject import Subject
from homeward.model.alarm import Finding, Priority
from homeward.model.reading import Reading
from homeward.model.vital import HOUR

__all__ = ["STREAMED", "rounded", "settled_inputs"]

YEARS_MIN = 16


@dataclass(frozen=True, slots=True)
class Cell(Band):
    """One cell of the published chart. `scale` says which SpO2 scale it is of; None is both."""

    parameter: str = ""
    scale: int | None = None


def _bands(
    parameter: str,
    *cells: tuple[str, int, str | None, str | None],
    scale: int | None = None,
    on_oxygen: bool | None = None,
) -> tuple[Cell, ...]:
    def bound(written: str | None) -> Decimal | None:
        return None if written is None else Decimal(written)

    return tuple(
        Cell(text, points, bound(low), bound(high), on_oxygen, None, parameter, scale)
        for text, points, low, high in cells
    )


# The chart, top to bottom: text on the chart, points, lowest and highest rounded value.
# fmt: off
BANDS: tuple[Cell, ...] = (
    *_bands("respiratory_rate",
        ("≥25", 3, "25", None), ("21–24", 2, "21", "24"), ("12–20", 0, "12", "20"),
        ("9–11", 1, "9", "11"), ("≤8", 3, None, "8")),
    *_bands("oxygen_saturation",
        ("≥96", 0, "96", None), ("94–95", 1, "94", "95"), ("92–93", 2, "92", "93"),
        ("≤91", 3, None, "91"), scale=1),
    *_bands("oxygen_saturation",
        ("≥97 on O₂", 3, "97", None), ("95–96 on O₂", 2, "95", "96"),
        ("93–94 on O₂", 1, "93", "94"), scale=2, on_oxygen=True),
    *_bands("oxygen_saturation",
        ("≥93 on air", 0, "93", None), scale=2, on_oxygen=False),
    *_bands("oxygen_saturation",
        ("88–92", 0, "88", "92"), ("86–87", 1, "86", "87"), ("84–85", 2, "84", "85"),
        ("≤83", 3, None, "83"), scale=2),
    *_bands("on_oxygen", ("Air", 0, "0", "0"), ("Oxygen", 2, "1", "1")),
    *_bands("systolic",
        ("≥220", 3, "220", None), ("111–219", 0, "111", "219"), ("101–110", 1, "101", "110"),
        ("91–100", 2, "91", "100"), ("≤90", 3, None, "90")),
    *_bands("pulse",
        ("≥131", 3, "131", None), ("111–130", 2, "111", "130"), ("91–110", 1, "91", "110"),
        ("51–90", 0, "51", "90"), ("41–50", 1, "41", "50"), ("≤40", 3, None, "40")),
    *_bands("consciousness",
        ("Alert", 0, "0", "0"), ("CVPU", 3, "1", "4")),
    *_bands("temperature",
        ("≥39.1", 2, "39.1", None), ("38.1–39.0", 1, "38.1", "39.0"),
        ("36.1–38.0", 0, "36.1", "38.0"), ("35.1–36.0", 1, "35.1", "36.0"),
        ("≤35.0", 3, None, "35.0")),
)
# fmt: on

PARAMETERS = tuple(dict.fromkeys(band.parameter for band in BANDS))
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "respiratory_rate": "Respirations",
        "oxygen_saturation": "SpO₂",
        "on_oxygen": "Air or oxygen",
        "systolic": "Systolic",
        "pulse": "Pulse",
        "consciousness": "Consciousness",
        "temperature": "Temperature",
    }
)
TABLE = Table(
    "news2",
    "NEWS2",
    levels=(
        Level(0, "low", "12 h", 12 * HOUR),
        Level(1, "low", "4–6 h", 6 * HOUR),
        Level(5, "medium", "1 h", HOUR, "news2_urgent", "urgent", Priority.MEDIUM),
        Level(7, "high", "continuous", 0, "news2_emergency", "emergency", Priority.HIGH),
    ),
    # Three in a single parameter is a warning of its own.
    single=Level(3, "low-medium", "1 h", HOUR, "news2_red", "", Priority.MEDIUM),
)


def _chart(scale: int) -> Chart:
    parameters: list[Parameter] = []
    for name in PARAMETERS:
        cells = [each for each in BANDS if each.parameter == name and each.scale in (None, scale)]
        vitals = ("pulse", "heart_rate") if name == "pulse" else (name,)
        sources = tuple(source(vital, cells) for vital in vitals)
        parameters.append(Parameter(name, _LABELS[name], sources))
    return Chart("SpO₂ scale 2" if scale == 2 else "", tuple(parameters), scale)


CHARTS = {scale: _chart(scale) for scale in (1, 2)}


def points_of(parameter: str, value: Decimal, scale: int, on_oxygen: bool) -> int:
    """The points of one rounded value. Raises LookupError if the table had a hole."""
    chart = CHARTS[scale]
    column = next(each for each in chart.parameters if each.name == parameter).sources[0]
    (points,) = column.choices(float(value), on_oxygen)
    return points


def score(inputs: Mapping[str, Reading], now: datetime, scale: int = 1) -> Score:
    """NEWS2 at `now`, from the newest reading of each vital by name.

    Pulse is taken from `pulse`, or from `heart_rate` where that is missing or too old.
    Raises ValueError for a scale other than 1 and 2.
    """
    if scale not in CHARTS:
        raise ValueError(f"SpO2 scale {scale}: there are scales 1 and 2")
    return SCORER.score(inputs, now, CHARTS[scale])


def findings(score: Score, open: Collection[str] = ()) -> Mapping[str, Finding]:
    """The one alarm condition a score holds, the worst, if any; `open` names those open now."""
    return SCORER.findings(score, open)


def _chart_of(subject: Subject, on: date) -> Chart | None:
    """For adults; and for whom nobody knows the age of: no age must never mean no score."""
    years = subject.age_years(on)
    if subject.is_pregnant or (years is not None and years < YEARS_MIN):
        return None
    return CHARTS[subject.oxygen_scale]


SCORER = scorer(TABLE, tuple(CHARTS.values()), _chart_of, __doc__)
