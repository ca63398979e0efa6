"""What the routes of letters take and give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

CHARACTERS_MAX = 2_000
Side = Literal["patient", "relative", "team"]
Text = Annotated[str, Field(min_length=1, max_length=CHARACTERS_MAX)]
Number = Annotated[int, Field(ge=1, lt=2**63)]


@dataclass(frozen=True)
class NewLetter:
    """What somebody writes. `key` is made by the page: sent twice, it is there once."""

    key: UUID
    text: Text


@dataclass(frozen=True)
class ReadUntil:
    """The newest letter that stands on the screen: it and all before are read."""

    until: Number


@dataclass(frozen=True, slots=True)
class LetterKept:
    """It is in the record, by this number."""

    id: int


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Who read a letter, and since when."""

    name: str
    role: str
    at: int


@dataclass(frozen=True, slots=True)
class LetterShown:
    """One letter. `is_own`: by who asks. `text` None: it cannot be read any more. `answer_by`:
    until when it wants its answer (None: it is the team's); `settled`: since when it wants none any
    more, and by whom."""

    id: int
    at: int
    side: Side
    author: str
    role: str
    is_own: bool
    text: str | None
    read_by: list[ReadBy]
    answer_by: int | None
    settled: int | None
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class LettersShown:
    """What a patient and their team wrote, newest first. `language`: in which the patient is
    written to: as they chose, else as their plan says, else English. `has_more`: there are older
    ones. `has_account`: the patient can read them. `emergency_telephone` is the house's; empty:
    none is set."""

    now: int
    letters: list[LetterShown]
    has_more: bool
    language: str
    has_account: bool
    emergency_telephone: str


@dataclass(frozen=True, slots=True)
class WardLetters:
    """What waits on a ward: patients' letters nobody of the team has read, those without an answer,
    and of these those that are late."""

    unread: int
    open: int
    late: int
