"""What the chart routes give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass, field

from homeward.model.entered import AS_ENTERED
from homeward.model.shown import AlarmShown, CallShown, PatientShown, ScoreShown
from homeward.model.vital import VITALS
from homeward.services.chart.words import VitalInWords


@dataclass(frozen=True, slots=True)
class VitalInfo:
    """How to show a vital sign; after `stale_seconds` its value is no longer now.

    One that was entered by hand is shown as such for `entered_seconds`, while it is the newest.
    """

    vital: str
    label: str
    unit: str
    decimals: int
    stale_seconds: int
    entered_seconds: int


@dataclass(frozen=True, slots=True)
class VitalShown:
    """The newest value of one vital sign, and which device said so."""

    vital: str
    value: float
    at: int
    received: int
    device: str | None


@dataclass(frozen=True, slots=True)
class WornDevice:
    """A device a patient wears."""

    name: str
    connected: bool
    last_seen: int | None


@dataclass(frozen=True, slots=True)
class BedShown:
    """One bed of the board."""

    bed: str
    patient: PatientShown
    vitals: list[VitalShown]
    score: ScoreShown | None
    alarms: list[AlarmShown]
    calls: list[CallShown]
    waves: list[str]
    devices: list[WornDevice]
    limits_changed: int = 0  # rules whose limits are this patient's own, not the ward's ...
    limits_off: int = 0  # ... and of those, switched off


@dataclass(frozen=True, slots=True)
class WardShown:
    """A ward."""

    id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a ward board shows at first; live updates follow by the socket."""

    ward: WardShown
    now: int
    beds: list[BedShown]
    vitals: list[VitalInfo]


@dataclass(frozen=True, slots=True)
class PatientNow:
    """What is newest of one patient, in a bed or not: a board of nobody else."""

    now: int
    beds: list[BedShown]
    vitals: list[VitalInfo]


@dataclass(frozen=True, slots=True)
class People:
    """Many patients in bed order, as lists: the same place in each is the same patient.

    `closed`: the parts of their record that they closed to who asks, in words with blanks between.
    """

    id: list[int]
    name: list[str]
    record_number: list[str]
    birth_date: list[str]
    age: list[int]
    sex: list[str]
    bed: list[str]
    closed: list[str]


@dataclass(frozen=True, slots=True)
class Column:
    """The newest value of one vital sign of each of them, and when it was measured, place by place;
    None where there is none."""

    vital: str
    value: list[float | None]
    at: list[int | None]


@dataclass(frozen=True, slots=True)
class Worklist:
    """Everybody of a ward and their newest values, a column for each vital sign that any has."""

    ward: WardShown
    now: int
    people: People
    newest: list[Column]
    vitals: list[VitalInfo]


@dataclass(frozen=True, slots=True)
class Series:
    """One vital sign over a span, in at most as many buckets as asked."""

    vital: str
    label: str
    unit: str
    at: list[int]
    low: list[float]
    high: list[float]
    mean: list[float]


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """A score without its parts."""

    at: int
    total: int | None
    low: int
    high: int
    risk: str
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class BandShown:
    """One cell of a score's chart: its text, its points, its bounds; None is no bound."""

    text: str
    points: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ParameterShown:
    """One row of a score's chart, cells from the top. `by_points`: taken from several vitals, so
    that a value stands where its points are."""

    parameter: str
    label: str
    unit: str
    by_points: bool
    bands: list[BandShown]


@dataclass(frozen=True, slots=True)
class ChartShown:
    """A score's chart for one kind of person (`chart`: an age band). `about`: its source."""

    name: str
    label: str
    chart: str
    colours: bool
    about: str
    parameters: list[ParameterShown]


@dataclass(frozen=True, slots=True)
class ScoresShown:
    """The score a patient is known by as it stood and changed, the charts it was read from, and
    the newest of each further score they have."""

    scores: list[ScoreShown]
    charts: list[ChartShown]
    others: list[ScoreShown]


@dataclass(frozen=True, slots=True)
class Trend:
    """All vital signs of a patient on one time axis. `first`, `last`: the whole record."""

    start: int
    end: int
    first: int | None
    last: int | None
    series: list[Series]
    alarms: list[AlarmShown]
    scores: list[ScorePoint]
    vitals: list[VitalInfo]


@dataclass(frozen=True, slots=True)
class WaveShown:
    """A stretch of one waveform without a gap; values in `unit`."""

    wave: str
    label: str
    unit: str
    rate: float
    start: int
    values: list[float]


@dataclass(frozen=True, slots=True)
class AlarmForPatient:
    """An alarm in the patient's own words. `what_to_do`: steps by language (en, de, es, ar)."""

    id: int
    text: str
    priority: str
    state: str
    raised: int
    rung: int
    what_to_do: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next."""

    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Today:
    """The patient's own page. `unread_letters`: messages to them that they have not read."""

    patient: PatientShown
    now: int
    vitals: list[VitalInWords]
    alarms: list[AlarmForPatient]
    next: list[NextStep]
    devices: list[WornDevice]
    unread_letters: int = 0


@dataclass(frozen=True, slots=True)
class TotalPart:
    """What one source gave to a day: how far from the body it is (an index of `places`), how much
    it told of the day, and what of that counts."""

    source: str
    place: int
    told: float
    counted: float


@dataclass(frozen=True, slots=True)
class TotalDay:
    """What counts of a day (ISO 8601, by the patient's clock), and its sources, the nearest to the
    body first."""

    day: str
    counted: float
    parts: list[TotalPart]


@dataclass(frozen=True, slots=True)
class TotalShown:
    """One metric, in `unit` (UCUM), on the days it was counted."""

    metric: str
    label: str
    unit: str
    days: list[TotalDay]


@dataclass(frozen=True, slots=True)
class TotalsShown:
    """Totals by day. `places`: where sources are, from the nearest to the body; it counts first."""

    zone: str
    places: list[str]
    metrics: list[TotalShown]


VITAL_INFO = [
    VitalInfo(
        vital=each.name,
        label=each.label,
        unit=each.unit,
        decimals=each.decimals,
        stale_seconds=each.stale_seconds,
        entered_seconds=AS_ENTERED[each.name].score_seconds,
    )
    for each in VITALS
]
