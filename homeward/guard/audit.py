"""What the audit says of an act, how that is written for ever, and what is signed of it.

A row is sealed as the bytes `content` makes of it. Those bytes are a promise: a row that was sealed
by an earlier version must give the same ones, so a field that comes later has a default, and what
has its default is not written.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

import msgspec

from homeward.guard.merkle import Tree
from homeward.guard.signed import sign, written
from homeward.model.person import Role

OPERATOR = "operator"  # at the terminal of the server, where no person signs in
NOBODY = "nobody"  # nobody is signed in
EXPORT_HEAD = "homeward-audit-export 1\n"
CHECKPOINT_HEAD = "homeward-audit 1"
FIRST = "-"  # stands in a checkpoint for the hash of the one before where there is none


class Action(StrEnum):
    """FHIR R4 AuditEvent.action; a search is executed."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


class Outcome(IntEnum):
    """FHIR R4 AuditEvent.outcome."""

    DONE = 0
    REFUSED = 4
    FAILED = 8


# HL7 v3 ActReason, value set PurposeOfUse: what each role is here for.
_PURPOSES = {
    Role.NURSE: "TREAT",
    Role.DOCTOR: "TREAT",
    Role.PATIENT: "PATRQT",
    Role.RELATIVE: "FAMRQT",
    Role.ENGINEER: "HSYSADMIN",
    Role.ADMINISTRATOR: "HOPERAT",
    Role.SENTINEL: "HSYSADMIN",
}


def purpose_of(role: Role | None) -> str:
    """Why somebody of this role asks; of the operator and of nobody: to run the system."""
    return "HSYSADMIN" if role is None else _PURPOSES[role]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of the audit. `at` in microseconds since 1970 UTC."""

    id: int
    at: int
    role: str
    action: str
    subtype: str
    kind: str
    purpose: str
    route: str
    person: int | None = None
    session: str = ""
    address: str = ""
    patients: list[int] = []
    object: str = ""
    outcome: int = 0
    times: int = 1


def content(entry: Entry) -> bytes:
    """The bytes that are sealed: JSON, fields in their order, without spaces."""
    return msgspec.json.encode(entry)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log as it stood: `size` leaves whose root is `root`. `before`: the line before it."""

    size: int
    root: bytes
    before: str | None
    at: datetime

    @property
    def body(self) -> str:
        """What is signed."""
        before = FIRST if self.before is None else line_hash(self.before)
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{CHECKPOINT_HEAD} {self.size} {self.root.hex()} {before} {at}"

    def signed(self, private_pem: bytes) -> str:
        """Its line as it is kept and sent outside. Raises Unreadable for no private key."""
        return f"{self.body} {written(sign(private_pem, self.body.encode()))}"


def signed_at(line: str) -> datetime:
    """When a checkpoint was signed."""
    return datetime.strptime(line.split(" ")[5], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def line_hash(line: str) -> str:
    """By which a checkpoint names the one before it."""
    return hashlib.sha256(line.encode()).hexdigest()


def checkpoint_of(tree: Tree, before: str | None, at: datetime) -> Checkpoint:
    """What to sign of a log."""
    return Checkpoint(tree.size, tree.root, before, at)


def exported(place: int, leaf: bytes, sealed: bytes) -> bytes:
    """A row's line in an export: its place, the hash it was sealed with, and what it says now."""
    return b"%d\t%s\t%s\n" % (place, leaf.hex().encode(), sealed)


def peaks_of(joined: bytes, size: int) -> Sequence[bytes]:
    """Peaks that were joined to be kept."""
    return [joined[32 * number : 32 * number + 32] for number in range(size.bit_count())]
