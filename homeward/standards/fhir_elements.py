"""The elements of an HL7 FHIR Questionnaire (R4 4.0.1, R5) that are understood here.

A Questionnaire with any other element is refused, and the refusal names it: a question that is
left out unsaid, or a rule that does not hold, would be an answer that nobody gets. Elements of type
`Any` say who made it and what it is about; they stay as they came and change nothing of what is
asked.
"""

from typing import Any, Literal

from msgspec import Struct, field

CODE, ITEMS_MAX, OPTIONS_MAX, WHENS_MAX = 100, 200, 60, 40
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"  # what R5 calls it
LOW = "http://hl7.org/fhir/StructureDefinition/minValue"
HIGH = "http://hl7.org/fhir/StructureDefinition/maxValue"
FLAG = "urn:homeward:red-flag"
BANDS = "urn:homeward:points"

Operator = Literal["exists", "=", "!=", ">", "<", ">=", "<="]


class Extension(Struct, forbid_unknown_fields=True):
    """An extension: one of those above."""

    url: str
    extension: list["Extension"] = []
    valueCode: str | None = None
    valueString: str | None = None
    valueMarkdown: str | None = None
    valueInteger: int | None = None
    valueDecimal: float | None = None


class Primitive(Struct, forbid_unknown_fields=True):
    """What goes with a text: its translations."""

    id: str | None = None
    extension: list[Extension] = []


class Coding(Struct, forbid_unknown_fields=True):
    """A code with what is shown for it."""

    code: str
    system: str = ""
    version: Any = None
    display: str = ""
    display_more: Primitive | None = field(default=None, name="_display")
    extension: list[Extension] = []


class AnswerOption(Struct, forbid_unknown_fields=True):
    """An answer to choose."""

    valueCoding: Coding | None = None
    valueString: str | None = None
    value_more: Primitive | None = field(default=None, name="_valueString")
    extension: list[Extension] = []


class EnableWhen(Struct, forbid_unknown_fields=True):
    """When an item is asked."""

    question: str
    operator: Operator
    answerBoolean: bool | None = None
    answerDecimal: float | None = None
    answerInteger: int | None = None
    answerDate: str | None = None
    answerString: str | None = None
    answerCoding: Coding | None = None


class Item(Struct, forbid_unknown_fields=True):
    """A line."""

    linkId: str
    type: str
    id: Any = None
    definition: Any = None
    code: Any = None
    prefix: str = ""
    text: str = ""
    text_more: Primitive | None = field(default=None, name="_text")
    enableWhen: list[EnableWhen] = []
    enableBehavior: Literal["all", "any"] | None = None
    required: bool = False
    repeats: Literal[False] = False
    readOnly: Literal[False] = False
    maxLength: int | None = None
    answerConstraint: Literal["optionsOnly"] | None = None
    answerOption: list[AnswerOption] = []
    item: list["Item"] = []
    extension: list[Extension] = []


class Resource(Struct, forbid_unknown_fields=True):
    """A Questionnaire."""

    resourceType: Literal["Questionnaire"]
    url: str
    version: str
    status: Literal["draft", "active"]
    item: list[Item]
    title: str = ""
    title_more: Primitive | None = field(default=None, name="_title")
    language: str = "en"
    copyright: str = ""
    extension: list[Extension] = []
    id: Any = None
    meta: Any = None
    text: Any = None
    identifier: Any = None
    versionAlgorithmString: Any = None
    name: Any = None
    experimental: Any = None
    subjectType: Any = None
    date: Any = None
    publisher: Any = None
    contact: Any = None
    description: Any = None
    useContext: Any = None
    jurisdiction: Any = None
    purpose: Any = None
    copyrightLabel: Any = None
    approvalDate: Any = None
    lastReviewDate: Any = None
    effectivePeriod: Any = None
    code: Any = None
