"""Apple Health's export: `export.xml`, read as it streams by, whatever its size.

One element `Record` a measurement: type, source, unit, start and end, value. The export's own
document type is in the file and declares no entities; one that does is refused. Apple writes
percentages as fractions of one (HKUnit.percent), and times with their zone.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple
from xml.parsers import expat  # expat 2.4.1 and later bound what entities grow to; we take none

from homeward.model.errors import Unreadable
from homeward.model.total import METRIC, Total
from homeward.model.unit import ACCEPTED
from homeward.model.vital import BY_NAME, Vital

_PREFIX = "HKQuantityTypeIdentifier"
# By Apple's type: our vital, and Apple's units in UCUM with what a value is times.
_TYPES: Mapping[str, tuple[str, Mapping[str, tuple[str, float]]]] = MappingProxyType(
    {
        "HeartRate": ("heart_rate", {"count/min": ("/min", 1.0)}),
        "OxygenSaturation": ("oxygen_saturation", {"%": ("%", 100.0)}),
        "RespiratoryRate": ("respiratory_rate", {"count/min": ("/min", 1.0)}),
        "BloodPressureSystolic": ("systolic", {"mmHg": ("mm[Hg]", 1.0)}),
        "BloodPressureDiastolic": ("diastolic", {"mmHg": ("mm[Hg]", 1.0)}),
        "BodyTemperature": ("temperature", {"degC": ("Cel", 1.0), "degF": ("[degF]", 1.0)}),
        "BloodGlucose": ("glucose", {"mg/dL": ("mg/dL", 1.0), "mmol/L": ("mmol/L", 1.0)}),
        "BodyMass": (
            "weight",
            {"kg": ("kg", 1.0), "lb": ("kg", 0.45359237), "g": ("kg", 0.001)},
        ),
    }
)
# What is counted from a start to an end: our metric, and Apple's units in UCUM.
_COUNTED: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "StepCount": ("steps", {"count": "1"}),
        "DistanceWalkingRunning": ("distance", {"km": "km", "m": "m", "mi": "[mi_i]"}),
        "ActiveEnergyBurned": ("active_energy", {"kcal": "kcal", "Cal": "kcal", "kJ": "kJ"}),
        "FlightsClimbed": ("flights", {"count": "1"}),
    }
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_2000_US = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
SOURCE_CHARACTERS_MAX = 200
KINDS_TOLD_MAX = 500
WHY_NOT_MAX = 20


class Entry(NamedTuple):
    """One measurement: the number of its element, its source, `at` in us since 1970 UTC."""

    number: int
    source: str
    vital: Vital
    at: int
    value: float


class Counted(NamedTuple):
    """Something that was counted over a time: the number of its element, its source."""

    number: int
    source: str
    total: Total


class Reader:
    """Takes the file's bytes as they come and gives what is measured in them.

    `number` counts the elements `Record` so far; `other` those that are not kept, by type;
    `unreadable` those that could not be, with reasons, the first few of each.
    """

    def __init__(self, latest_us: int, after: int = 0) -> None:
        """`latest_us`: nothing was measured later than then. Elements up to `after` are known."""
        self.number = 0
        self.after = after
        self.other: Counter[str] = Counter()
        self.unreadable: Counter[str] = Counter()
        self._latest = latest_us
        self._found: list[Entry | Counted] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begins
        self._parser.EntityDeclHandler = self._declares
        self._known = _converters()

    def feed(self, data: bytes, *, ends: bool = False) -> list[Entry | Counted]:
        """What is complete by now. Raises Unreadable for what is no XML, or declares entities."""
        try:
            self._parser.Parse(data, ends)
        except expat.ExpatError as error:
            raise Unreadable(f"the export is no XML, or is cut: {error}") from None
        found, self._found = self._found, []
        return found

    def _declares(self, *_: object) -> None:
        raise Unreadable("the export declares entities: it is not Apple's")

    def _begins(self, name: str, said: Mapping[str, str]) -> None:
        if name != "Record":
            return
        self.number += 1
        if self.number <= self.after:
            return
        kind = said.get("type", "")
        known, counted = self._known.get(kind), _COUNTED.get(kind.removeprefix(_PREFIX))
        if known is None and counted is None:
            if len(self.other) < KINDS_TOLD_MAX:
                self.other[kind] += 1
            return
        try:
            if known is not None:
                self._found.append(self._entry(known, said))
            elif counted is not None:
                self._found.append(self._counted(counted, said))
        except (ValueError, KeyError, OverflowError, Unreadable) as error:
            if len(self.unreadable) < WHY_NOT_MAX:
                self.unreadable[f"{kind.removeprefix(_PREFIX)}: {error}"[:100]] += 1

    def _entry(
        self, known: tuple[Vital, Mapping[str, Callable[[float], float]]], said: Mapping[str, str]
    ) -> Entry:
        vital, converters = known
        unit = said.get("unit", "")
        # Apple writes the molar mass into it: mmol<180.1558800000541>/L.
        unit = "mmol/L" if unit.startswith("mmol<180.1") else unit
        if unit not in converters:
            raise ValueError("another unit")
        value = converters[unit](float(said["value"]))
        low, high = vital.possible
        if not low <= value <= high:
            raise ValueError("an impossible value")
        return Entry(self.number, _source(said), vital, self._moment(said["endDate"]), value)

    def _counted(self, counted: tuple[str, Mapping[str, str]], said: Mapping[str, str]) -> Counted:
        name, units = counted
        unit = said.get("unit", "")
        if unit not in units:
            raise ValueError("another unit")
        starts, ends = (
            _EPOCH + self._moment(said[key]) * _MICROSECOND for key in ("startDate", "endDate")
        )
        metric = METRIC[name]
        value = metric.in_own_unit(float(said["value"]), units[unit])
        return Counted(self.number, _source(said), Total(metric, starts, ends, value))

    def _moment(self, text: str) -> int:
        at = moment_us(text)
        if not _2000_US <= at <= self._latest:
            raise ValueError("an impossible time")
        return at


def _source(said: Mapping[str, str]) -> str:
    return said.get("sourceName", "")[:SOURCE_CHARACTERS_MAX]


def _converters() -> Mapping[str, tuple[Vital, Mapping[str, Callable[[float], float]]]]:
    """By Apple's type what makes a value one of ours; of vitals there are."""
    found: dict[str, tuple[Vital, Mapping[str, Callable[[float], float]]]] = {}
    for kind, (name, units) in _TYPES.items():
        if name not in BY_NAME:
            continue
        accepted = ACCEPTED[name]
        found[_PREFIX + kind] = (
            BY_NAME[name],
            {
                unit: (lambda value, f=factor, c=accepted[ucum]: c(value * f))
                for unit, (ucum, factor) in units.items()
            },
        )
    return found


def moment_us(text: str) -> int:
    """A time as Apple writes it (2026-11-22 13:00:04 +0100), in us since 1970 UTC. Raises
    ValueError."""
    if len(text) != 25 or text[19] != " " or text[20] not in "+-":
        raise ValueError("no time with a zone")
    sign = -1 if text[20] == "-" else 1
    offset = sign * (int(text[21:23]) * 3_600 + int(text[23:25]) * 60)
    local = (datetime.fromisoformat(text[:19]).replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
    return local - offset * 1_000_000
