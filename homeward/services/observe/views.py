"""What the observation routes take and give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass, field
from uuid import UUID

from homeward.model.entered import Absent


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
    at: int | None = None
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
