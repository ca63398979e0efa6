"""The page on which an owner lands who comes back from Withings: what became of it. Pure.

It stands alone, with nothing to load, and says nothing of whose record it is: whoever finds its
address later reads that it is used.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from homeward.clinical.words import WORDS
from homeward.clinical.words.wanted import preferred
from homeward.model.choice import Language
from homeward.model.errors import Conflict, Forbidden, Missing, Unreachable


class End(StrEnum):
    """How it ended, as the words are keyed."""

    DONE = "done"
    DECLINED = "declined"
    LATE = "late"
    OTHERS = "others"
    AGAIN = "again"


FAULT: Mapping[End, type[Exception]] = MappingProxyType(
    {
        End.DECLINED: Forbidden,
        End.LATE: Missing,
        End.OTHERS: Conflict,
        End.AGAIN: Unreachable,
    }
)
_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.35rem/1.5 system-ui, sans-serif }}
main {{ max-width: 30rem; margin: 12vh auto 0; padding: 0 1.25rem }}
h1 {{ font-size: 1.8rem; line-height: 1.25; margin: 0 0 .6em }}
</style>
<main><h1>{title}</h1><p>{said}</p></main>
</html>
"""


def page(end: End, accepted: str) -> bytes:
    """How it ended, in the language a browser wants by its Accept-Language; English else."""
    language = preferred(accepted) or Language.ENGLISH
    words = WORDS[language]
    return _PAGE.format(
        language=language, direction="rtl" if language is Language.ARABIC else "ltr",
        title=words[f"withings.{end}.title"], said=words[f"withings.{end}.said"],
    ).encode()  # fmt: skip
