"""What the observation routes take and give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass, field
from uuid import UUID

from homeward.model.entered import Absent
from homeward.model.shown import PatientShown, ScoreShown
from homeward.services.asking import Moment


@dataclass(frozen=True, slots=True)
class EnteredValue:
    """One value as somebody entered it. `device` where they read it there and confirmed it.

    Consciousness is a letter of ACVPU, effort a word, oxygen true or false; all else a number
    with its unit (UCUM).
    """

    vital: str
    value: float | bool | str
    unit: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class NotPossible:
    """Something that could not be observed, and why."""

    vital: str
    reason: Absent


@dataclass(frozen=True, slots=True)
class Entry:
    """One observation. `key` is made by the page: sent twice, it is one entry.

    `at` is when it was measured; None is now. `corrects` names an entry that this one replaces,
    with the reason; without values it takes it back. `confirmed`: unusual values are meant so.
    """

    key: UUID
    at: Moment | None = None
    values: list[EnteredValue] = field(default_factory=list)
    absent: list[NotPossible] = field(default_factory=list)
    corrects: int | None = None
    reason: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ValueShown:
    """One value of an entry: in the vital's own unit, and as it was said; or why it is absent."""

    vital: str
    value: float | None
    said: str | None
    unit: str | None
    device: str | None
    absent: Absent | None


@dataclass(frozen=True, slots=True)
class ObservationShown:
    """One entry. `corrected_by` names the entry that stands instead of this one."""

    id: int
    at: int
    entered: int
    person_id: int
    person: str
    corrects: int | None
    corrected_by: int | None
    reason: str | None
    values: list[ValueShown]


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """The entry as it was filed; or nothing was filed, and what to ask first."""

    observation: ObservationShown | None
    unusual: list[str]


@dataclass(frozen=True, slots=True)
class DueShown:
    """One parameter: when it was seen last, when it is due, and why it was put off, if it was."""

    parameter: str
    label: str
    seen: int | None
    due: int
    put_off: Absent | None


@dataclass(frozen=True, slots=True)
class OrderShown:
    """Somebody's order: how often (None: as the score says), why, and until when."""

    id: int
    interval_seconds: int | None
    reason: str
    at: int
    until: int
    person: str
    role: str


@dataclass(frozen=True, slots=True)
class BedRound:
    """One bed of a round. In an empty one there is no patient and nothing to do.

    `due` is when the first parameter is due, `overdue_seconds` how long ago that was (0 while it
    is not). `order` is the one in force; `is_ordered`, whether it decides the interval.
    `asked_seconds` is what `asked_by` (a score with its result) asks for: without a score, a first
    set within the hour.
    """

    bed: str
    patient: PatientShown | None
    score: ScoreShown | None
    interval_seconds: int | None
    is_ordered: bool
    order: OrderShown | None
    due: int | None
    overdue_seconds: int
    parts: list[DueShown]
    asked_seconds: int | None = None
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class RoundShown:
    """A ward's round, whom to see first on top; empty beds last."""

    ward_id: int
    ward: str
    now: int
    beds: list[BedRound]


@dataclass(frozen=True, slots=True)
class OrdersShown:
    """How often one patient is observed now (None: on no ward, there is no round), what a nurse
    may order at most, and all that was ever ordered, the newest first."""

    bed: BedRound | None
    nurse_seconds_max: int | None
    lasts_seconds_max: int
    history: list[OrderShown]


@dataclass(frozen=True, slots=True)
class NewOrder:
    """How often to observe from now on (None: as the score says), why, and until when. `over`: the
    newest order that stood on the screen, 0 where there was none; None: whatever was ordered."""

    interval_seconds: int | None
    reason: str
    until: int
    over: int | None = None


@dataclass(frozen=True, slots=True)
class LastValue:
    """The newest value of one vital, and where it is from: a device's name, or `by hand`."""

    vital: str
    value: float
    at: int
    device: str | None


@dataclass(frozen=True, slots=True)
class ToEnter:
    """How one vital is entered: units, the range that is possible, decimals."""

    vital: str
    label: str
    units: list[str]
    low: float
    high: float
    decimals: int
    stale_seconds: int


@dataclass(frozen=True, slots=True)
class Bedside:
    """What stands beside an entry: the patient, the last values, what is due."""

    patient: PatientShown
    now: int
    last: list[LastValue]
    bed: BedRound | None
    vitals: list[ToEnter]


@dataclass(frozen=True, slots=True)
class Preview:
    """The score these values would make, and what is unlikely or impossible about them."""

    score: ScoreShown | None
    unusual: list[str]
