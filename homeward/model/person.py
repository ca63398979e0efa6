"""People and what they are here for."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for. Nobody has a right by default."""

    NURSE = "nurse"
    DOCTOR = "doctor"
    PATIENT = "patient"
    RELATIVE = "relative"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"
    SENTINEL = "sentinel"  # no person: it sees its own pretend patient and nothing else


AT_HOME = frozenset({Role.PATIENT, Role.RELATIVE})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `patient_id` is set for a patient: the one record that is theirs. `session` is the
    secret by which they came in: PostgreSQL itself asks whose it is; empty for our own code."""

    person_id: int
    name: str
    role: Role
    patient_id: int | None = None
    session: str = field(default="", repr=False, compare=False)
