"""What a check of `homeward doctor` finds."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How it stands."""

    WELL = "ok"
    WORRY = "worry"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at. `fix` says what to do where it is not well."""

    grade: Grade
    what: str
    fix: str = ""
