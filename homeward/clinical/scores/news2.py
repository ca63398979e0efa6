"""NEWS2: how sick is an adult, from seven bedside observations.

Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017: charts 1 to 4
and the tables of thresholds and responses. For people of 16 and over; not in pregnancy, and
not to be compared with a chronic spinal injury's own baseline. SpO2 scale 2 (target 88-92 %)
is used only where a clinician has recorded that decision.

Values are rounded first (temperature to 0.1 °C, others to whole numbers, halves up) and then
scored, so that no value falls between two bands. A missing parameter, or one older than its
vital's `score_seconds`, may be anything in its table: the score is then a range.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import product
from types import MappingProxyType

from homeward.clinical.score import Part, Score, Scorer
from homeward.clinical.window import Window, settled
from homeward.model.alarm import Finding, Priority
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, CONSCIOUSNESS_LETTERS, HOUR

VERSION = 1
RED = 3  # so many points in a single parameter are a warning of their own
URGENT = 5
EMERGENCY = 7

# The measurements of a monitor, each second: these are settled over a minute before scoring.
STREAMED = ("respiratory_rate", "oxygen_saturation", "pulse", "heart_rate")


@dataclass(frozen=True, slots=True)
class Band:
    """One cell of the published table: rounded values from `low` to `high` give `points`.

    `scale` and `on_oxygen` say when the cell is in use; None is always.
    """

    parameter: str
    label: str
    text: str
    points: int
    low: Decimal | None = None
    high: Decimal | None = None
    scale: int | None = None
    on_oxygen: bool | None = None


def _bands(
    parameter: str,
    label: str,
    *cells: tuple[str, int, str | None, str | None],
    scale: int | None = None,
    on_oxygen: bool | None = None,
) -> tuple[Band, ...]:
    def bound(written: str | None) -> Decimal | None:
        return None if written is None else Decimal(written)

    return tuple(
        Band(parameter, label, text, points, bound(low), bound(high), scale, on_oxygen)
        for text, points, low, high in cells
    )


# The chart, top to bottom: text on the chart, points, lowest and highest rounded value.
# fmt: off
BANDS: tuple[Band, ...] = (
    *_bands("respiratory_rate", "Respirations /min",
        ("≥25", 3, "25", None), ("21–24", 2, "21", "24"), ("12–20", 0, "12", "20"),
        ("9–11", 1, "9", "11"), ("≤8", 3, None, "8")),
    *_bands("oxygen_saturation", "SpO₂ %",
        ("≥96", 0, "96", None), ("94–95", 1, "94", "95"), ("92–93", 2, "92", "93"),
        ("≤91", 3, None, "91"), scale=1),
    *_bands("oxygen_saturation", "SpO₂ % (scale 2)",
        ("≥97 on O₂", 3, "97", None), ("95–96 on O₂", 2, "95", "96"),
        ("93–94 on O₂", 1, "93", "94"), scale=2, on_oxygen=True),
    *_bands("oxygen_saturation", "SpO₂ % (scale 2)",
        ("≥93 on air", 0, "93", None), scale=2, on_oxygen=False),
    *_bands("oxygen_saturation", "SpO₂ % (scale 2)",
        ("88–92", 0, "88", "92"), ("86–87", 1, "86", "87"), ("84–85", 2, "84", "85"),
        ("≤83", 3, None, "83"), scale=2),
    *_bands("on_oxygen", "Air or oxygen", ("Air", 0, "0", "0"), ("Oxygen", 2, "1", "1")),
    *_bands("systolic", "Systolic mmHg",
        ("≥220", 3, "220", None), ("111–219", 0, "111", "219"), ("101–110", 1, "101", "110"),
        ("91–100", 2, "91", "100"), ("≤90", 3, None, "90")),
    *_bands("pulse", "Pulse /min",
        ("≥131", 3, "131", None), ("111–130", 2, "111", "130"), ("91–110", 1, "91", "110"),
        ("51–90", 0, "51", "90"), ("41–50", 1, "41", "50"), ("≤40", 3, None, "40")),
    *_bands("consciousness", "Consciousness",
        ("Alert", 0, "0", "0"), ("CVPU", 3, "1", "4")),
    *_bands("temperature", "Temperature °C",
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


@lru_cache(maxsize=4096)  # a ward says the same few numbers all day
def rounded(value: float, decimals: int) -> Decimal:
    """The value as it is scored: by its shortest decimal text, halves up; 36.05 is 36.1."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def points_of(parameter: str, value: Decimal, scale: int, on_oxygen: bool) -> int:
    """The points of one rounded value. Raises LookupError if the table had a hole."""
    for band in _cells(parameter, scale, on_oxygen):
        is_above = band.low is None or value >= band.low
        if is_above and (band.high is None or value <= band.high):
            return band.points
    raise LookupError(f"no band of {parameter} holds {value}")


def score(inputs: Mapping[str, Reading], now: datetime, scale: int = 1) -> Score:
    """NEWS2 at `now`, from the newest reading of each vital by name.

    Pulse is taken from `pulse`, or from `heart_rate` where that is missing or too old.
    Raises ValueError for a scale other than 1 and 2.
    """
    if scale not in (1, 2):
        raise ValueError(f"SpO2 scale {scale}: there are scales 1 and 2")
    known = {name: _input(name, inputs, now) for name in PARAMETERS}
    worlds = tuple(_possible(known, scale))
    low, certain_red = _lowest(worlds)
    high = max(sum(max(choice) for choice in world.values()) for world in worlds)
    possible_red = any(RED in map(max, world.values()) for world in worlds)
    remembered, remembered_red = low, certain_red
    if any(is_old for _, is_old in known.values()):
        with_old = {name: (reading, False) for name, (reading, _) in known.items()}
        remembered, remembered_red = _lowest(tuple(_possible(with_old, scale)))
    risk = risk_of(low, certain_red)
    is_whole = all(reading is not None and not is_old for reading, is_old in known.values())
    return Score(
        name="news2",
        at=now,
        total=low if is_whole else None,
        low=low,
        high=high,
        risk=risk,
        interval=_interval(low, risk, is_whole),
        interval_seconds=_interval_seconds(low, risk),
        parts=tuple(_part(name, *known[name], worlds, now) for name in PARAMETERS),
        scale=scale,
        risk_at_worst=risk_of(high, possible_red),
        remembered=remembered,
        remembered_red=remembered_red,
    )


def risk_of(total: int, has_red: bool) -> str:
    """The clinical risk: low, low-medium, medium or high (RCP 2017, thresholds and triggers)."""
    if total >= EMERGENCY:
        return "high"
    if total >= URGENT:
        return "medium"
    return "low-medium" if has_red else "low"


def _interval(low: int, risk: str, is_whole: bool) -> str:
    """How often to observe; of a partial score it is only sure that it is no longer than this."""
    if risk == "high":
        return "continuous"
    text = "1 h" if risk != "low" else "4–6 h" if low else "12 h"
    return text if is_whole else f"at most {text}"


def _interval_seconds(low: int, risk: str) -> int:
    """The longest time until the next observation that is certain; 0 is continuous."""
    if risk == "high":
        return 0
    return HOUR if risk != "low" else 6 * HOUR if low else 12 * HOUR


_Known = tuple[Reading | None, bool]  # the reading, and whether it is too old to count
_World = Mapping[str, tuple[int, ...]]  # the points each parameter may have


def _input(name: str, inputs: Mapping[str, Reading], now: datetime) -> _Known:
    sources = ("pulse", "heart_rate") if name == "pulse" else (name,)
    present = [inputs[source] for source in sources if source in inputs]
    for reading in present:
        if not _is_old(reading, now):
            return reading, False
    return (present[0], True) if present else (None, False)


def _is_old(reading: Reading, now: datetime) -> bool:
    return (now - reading.at).total_seconds() > reading.vital.score_seconds


def _possible(known: Mapping[str, _Known], scale: int) -> Iterable[_World]:
    """What may be: one world on air, one on oxygen, or both where nobody knows."""
    for on_oxygen in _oxygen_choices(known["on_oxygen"]):
        world = {
            name: _choices(name, known[name], scale, on_oxygen)
            for name in PARAMETERS
            if name != "on_oxygen"
        }
        world["on_oxygen"] = (points_of("on_oxygen", Decimal(on_oxygen), scale, on_oxygen),)
        yield world


def _lowest(worlds: Sequence[_World]) -> tuple[int, bool]:
    """The lowest total, and whether some single parameter scores three whatever is missing."""
    low = min(sum(min(choice) for choice in world.values()) for world in worlds)
    return low, all(RED in map(min, world.values()) for world in worlds)


def _oxygen_choices(known: _Known) -> tuple[bool, ...]:
    reading, is_old = known
    if reading is None or is_old:
        return False, True
    return (rounded(reading.value, 0) > 0,)


def _choices(name: str, known: _Known, scale: int, on_oxygen: bool) -> tuple[int, ...]:
    reading, is_old = known
    if reading is None or is_old:
        return tuple(band.points for band in _cells(name, scale, on_oxygen))
    value = rounded(reading.value, BY_NAME[name].decimals)
    return (points_of(name, value, scale, on_oxygen),)


def _part(
    name: str, reading: Reading | None, is_old: bool, worlds: Sequence[_World], now: datetime
) -> Part:
    if reading is None:
        return Part(name, _LABELS[name], None, None, None, None, is_missing=True)
    label = _LABELS[name] + (" (heart rate)" if reading.vital.name == "heart_rate" else "")
    age = max(0, int((now - reading.at).total_seconds()))
    points = {choice for world in worlds for choice in world[name]}
    certain = points.pop() if len(points) == 1 and not is_old else None
    return Part(name, label, _said(name, reading), certain, reading.at, age, is_old)


def _said(name: str, reading: Reading) -> str:
    value = rounded(reading.value, reading.vital.decimals)
    if name == "consciousness":
        return CONSCIOUSNESS_LETTERS[int(value)]
    if name == "on_oxygen":
        return "oxygen" if value else "air"
    return str(value)


def _cells(parameter: str, scale: int, on_oxygen: bool) -> tuple[Band, ...]:
    return _CELLS[parameter, scale, on_oxygen]


_CELLS: Mapping[tuple[str, int, bool], tuple[Band, ...]] = MappingProxyType(
    {
        (name, scale, on_oxygen): tuple(
            band
            for band in BANDS
            if band.parameter == name
            and band.scale in (None, scale)
            and band.on_oxygen in (None, on_oxygen)
        )
        for name, scale, on_oxygen in product(PARAMETERS, (1, 2), (False, True))
    }
)


def settled_inputs(windows: Mapping[str, Window]) -> Mapping[str, Reading]:
    """What to score, from each vital's window: a minute's middle value of what streams.

    A score from single seconds would ring for every slipped probe. Spot checks, and what a
    person judged (consciousness, oxygen), are taken as they came.
    """
    return {
        name: settled(window) if name in STREAMED else window[-1]
        for name, window in windows.items()
        if window
    }


def findings(score: Score, open: Collection[str] = ()) -> Mapping[str, Finding]:
    """The one alarm condition a score holds, the worst, if any; `open` names those open now.

    A condition begins by `low`: what is certain though inputs are missing. It ends two points
    below its threshold, so that a score stepping to and fro is one episode, and only by values
    somebody measured: inputs that grow too old end nothing.
    """
    for name, threshold, priority in _SUMS:
        is_open = name in open
        if score.low >= threshold or (is_open and score.remembered >= threshold - 1):
            return {name: _finding(score, priority, _sum_text(score, threshold), threshold)}
    red = next((part for part in score.parts if part.points == RED), None)
    if red is not None:
        text = f"NEWS2 {_range(score)}: {red.label} {red.value} scores {RED}"
        return {"news2_red": _finding(score, Priority.MEDIUM, text, RED)}
    if "news2_red" in open and score.remembered_red:
        text = f"NEWS2 {_range(score)}: the value that scored {RED} is old, measure again"
        return {"news2_red": _finding(score, Priority.MEDIUM, text, RED)}
    return {}


_SUMS = (
    ("news2_emergency", EMERGENCY, Priority.HIGH),
    ("news2_urgent", URGENT, Priority.MEDIUM),
)
CONDITIONS = (*(name for name, _, _ in _SUMS), "news2_red")


def _finding(score: Score, priority: Priority, text: str, limit: int) -> Finding:
    return Finding(priority, text, score.at, float(score.low), float(limit))


def _sum_text(score: Score, threshold: int) -> str:
    """In a monitor's words: `NEWS2 ≥ 7: emergency (temperature missing)`."""
    missing = ", ".join(part.label for part in score.parts if part.is_missing)
    word = "emergency" if threshold == EMERGENCY else "urgent"
    if score.low < threshold:
        word = f"was {word}"
    return f"NEWS2 {_range(score)}: {word}" + (f" ({missing} missing)" if missing else "")


def _range(score: Score) -> str:
    return str(score.total) if score.total is not None else f"≥ {score.low}"


SCORER = Scorer("news2", VERSION, score, findings, CONDITIONS, (__doc__ or "").strip())
