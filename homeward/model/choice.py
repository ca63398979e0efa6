"""What patients and relatives choose for themselves: language, unit of glucose, size of letters."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """In which language somebody is told (ISO 639-1)."""

    ENGLISH = "en"
    GERMAN = "de"
    SPANISH = "es"
    ARABIC = "ar"


class GlucoseUnit(StrEnum):
    """In which unit somebody is told of glucose (UCUM)."""

    MG_DL = "mg/dL"
    MMOL_L = "mmol/L"


class TextSize(StrEnum):
    """How large the letters of one's own pages are."""

    NORMAL = "normal"
    LARGE = "large"
    LARGER = "larger"


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose; None: they never did."""

    language: Language | None = None
    glucose_unit: GlucoseUnit | None = None
    text_size: TextSize | None = None
