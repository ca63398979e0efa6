"""A questionnaire: the part of HL7 FHIR's Questionnaire (R4 4.0.1, R5) that is asked here.

Texts stand by language (BCP 47, two letters), the questionnaire's own first. An answer is a yes, a
number, a text, a date as ISO 8601 writes it, or the code of what was chosen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Texts = Mapping[str, str]
Value = bool | int | float | str
Answers = Mapping[str, Value]


class Asks(StrEnum):
    """What one line of a questionnaire is."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    CHOICE = "choice"  # R5 says coding
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    STRING = "string"
    TEXT = "text"

    @property
    def is_asked(self) -> bool:
        """Whether it takes an answer."""
        return self not in {Asks.GROUP, Asks.DISPLAY}


class Flag(StrEnum):
    """What an answer asks to be done, the worst first: call the emergency number, be looked after
    since somebody may hurt themselves, or call the care team."""

    NOW = "now"
    SELF_HARM = "self-harm"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `points`: what it counts in the sum (ordinalValue)."""

    code: str
    text: Texts
    points: float | None = None
    flag: Flag | None = None
    system: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """When a line is shown: what was answered before it (enableWhen)."""

    question: str
    operator: str
    answer: Value


@dataclass(frozen=True, slots=True)
class Question:
    """One line: a question, words between them, or a group of lines. `flag` of a yes."""

    link_id: str
    asks: Asks
    text: Texts
    is_required: bool = False
    options: tuple[Option, ...] = ()
    when: tuple[When, ...] = ()
    is_any: bool = False  # of `when` one is enough
    low: float | None = None
    high: float | None = None
    length_max: int | None = None
    flag: Flag | None = None
    items: tuple["Question", ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """What a sum of at least so many points is called."""

    points_min: float
    text: str


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of a questionnaire. With bands its points are summed."""

    url: str
    version: str
    title: Texts
    items: tuple[Question, ...]
    bands: tuple[Band, ...] = ()
    copyright: str = ""
    languages: tuple[str, ...] = field(default=("en",))

    @property
    def every(self) -> Iterator[Question]:
        """Each line, in the order of reading."""
        yield from _each(self.items)


def _each(items: tuple[Question, ...]) -> Iterator[Question]:
    for item in items:
        yield item
        yield from _each(item.items)


def said(texts: Texts, language: str) -> str:
    """A text in a language, or in the questionnaire's own."""
    return texts.get(language) or next(iter(texts.values()), "")
