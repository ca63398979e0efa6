"""What the routes of the audit give. Times are ms since 1970 UTC."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. `patients`: whose data it touched, so many; `person` is empty where nobody was
    signed in, or the operator did it at the terminal."""

    id: int
    at: int
    person_id: int | None
    person: str
    role: str
    action: str
    subtype: str
    kind: str
    object: str
    patients: int
    purpose: str
    outcome: int
    route: str
    times: int
    address: str


@dataclass(frozen=True, slots=True)
class AuditFound:
    """Acts, newest first. `before` asks on from here; None: there are no more."""

    entries: list[AuditEntry]
    before: int | None


@dataclass(frozen=True, slots=True)
class PatientFound:
    """Somebody to ask about."""

    id: int
    name: str
    record_number: str
    place: str

    def has(self, words: str) -> bool:
        """Whether these words, in small letters, are in what they are known by."""
        return words in f"{self.name} {self.record_number} {self.place}".casefold()


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody who saw or changed a record on one day: in how many quarters of an hour, and when
    last.

    `purpose` is a code of HL7's PurposeOfUse; `emergency`: they broke the glass; `asked`: they saw
    no data, but who had.
    """

    person: str
    role: str
    purpose: str
    day: str
    times: int
    at: int
    changed: bool
    emergency: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class AuditEvents:
    """One act as FHIR AuditEvents (IHE BALP)."""

    events: list[dict[str, Any]]
