"""What the routes of questionnaires take and give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from homeward.clinical.questions import TEXT_MAX
from homeward.model.questions import Flag, Question
from homeward.services.asking import Moment

Address = Annotated[str, Field(min_length=1, max_length=300)]
Said = bool | int | float | Annotated[str, Field(max_length=TEXT_MAX)]
Numbered = Annotated[int, Field(ge=1, lt=2**63)]


@dataclass(frozen=True)
class NewForm:
    """A questionnaire as FHIR's JSON (R4 or R5)."""

    resource: Annotated[str, Field(min_length=2, max_length=200_000)]


@dataclass(frozen=True, slots=True)
class FormShown:
    """A questionnaire that may be asked. `languages`: those in which all of it is there, its own
    first. `is_own`: the hospital brought it."""

    url: str
    version: str
    title: dict[str, str]
    languages: list[str]
    is_own: bool
    is_summed: bool
    copyright: str
    items: list[Question]


@dataclass(frozen=True)
class NewAnswers:
    """What was answered, when by the page's clock, in which language. `key` is the page's own, so
    that brought twice it is kept once; `due`: what the plan asked; `replaces`: what it corrects;
    `chain`: what was begun and what came of it have the same; `is_begun`: these are not whole."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    url: Address
    version: Address
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    answered: Moment
    answers: Annotated[dict[Annotated[str, Field(max_length=100)], Said], Field(max_length=200)]
    due: Numbered | None = None
    replaces: Numbered | None = None
    chain: Annotated[str, Field(pattern=r"^([A-Za-z0-9-]{8,64})?$")] = ""
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class AnswersKept:
    """What answers come to: the sum and what it is called (None: nothing is summed), and what must
    be acted on, the worst first."""

    id: int
    points: float | None
    points_max: float | None
    band: str
    flags: list[Flag]


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer in words; `flag`: it must be acted on."""

    question: str
    text: str
    answer: str
    flag: Flag | None


@dataclass(frozen=True, slots=True)
class AnsweredShown:
    """A questionnaire as it was answered, by whom. `is_readable`: its key is here; `replaced_by`:
    it was corrected, or (of what was begun) it went on or was sent; `is_begun`: a warning sign was
    chosen, and this is not sent; `is_taken_back`: the sign is not in what came after; `given`: the
    answers as the page sent them."""

    id: int
    url: str
    version: str
    title: str
    answered: int
    received: int
    person: str
    role: str
    language: str
    points: float | None
    points_max: float | None
    band: str
    flags: int
    replaces: int | None
    replaced_by: int | None
    is_begun: bool
    is_taken_back: bool
    is_readable: bool
    lines: list[AnswerShown]
    given: dict[str, bool | int | float | str]


@dataclass(frozen=True, slots=True)
class AskedShown:
    """What a plan asks and is open, or was missed within a day. `url`: of which questionnaire."""

    due: int
    url: str
    label: str
    at: int
    closes: int
    is_missed: bool


@dataclass(frozen=True, slots=True)
class QuestionsShown:
    """A patient's questions: what is asked now, the questionnaires that their plans name, what was
    answered lately, and the number to call (empty: none is set)."""

    now: int
    asked: list[AskedShown]
    forms: list[FormShown]
    answered: list[AnsweredShown]
    emergency_telephone: str
