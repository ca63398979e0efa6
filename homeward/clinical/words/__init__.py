"""What patients and relatives are told, in their language and in their unit of glucose. Pure.

One catalogue a language, each with the same keys; English is what the rules themselves say. What
was written down in one language is said again in another by finding it in the catalogue, so that
a row is right for whoever reads it, whenever they choose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from string import Formatter

from homeward.clinical.words import arabic, beside, english, german, monitor, orders, spanish
from homeward.clinical.words.former import FORMER
from homeward.model.choice import GlucoseUnit, Language
from homeward.model.unit import GLUCOSE_MG_PER_MMOL

_WRITTEN: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: english.WORDS,
    Language.GERMAN: german.WORDS,
    Language.SPANISH: spanish.WORDS,
    Language.ARABIC: arabic.WORDS,
}
WORDS: Mapping[Language, Mapping[str, str]] = {
    language: {
        **words,
        **beside.spoken(language),
        **monitor.spoken(language),
        **orders.spoken(language),
    }
    for language, words in _WRITTEN.items()
}
DATES = {
    Language.ENGLISH: ("%Y-%m-%d", "%d.%m."),
    Language.GERMAN: ("%d.%m.%Y", "%d.%m."),
    Language.SPANISH: ("%d/%m/%Y", "%d/%m"),
    Language.ARABIC: ("%d/%m/%Y", "%d/%m"),
}
DECIMAL_COMMA = (Language.GERMAN, Language.SPANISH)
# Marks of Unicode that are not seen: amid Arabic a number with its sign or unit is read from left
# to right (UAX #9, 2.1 and 2.5).
LEFT_TO_RIGHT, ISOLATE, END = "\u200e", "\u2066", "\u2069"
SAID_AGAIN = ("alarm.", "template.")
FILLED = ("plan.measure", "plan.medicine", "plan.questionnaire", "plan.task")
WHAT = "plan.what."


@dataclass(frozen=True, slots=True)
class Speech:
    """How somebody is spoken to."""

    language: Language = Language.ENGLISH
    glucose_unit: GlucoseUnit = GlucoseUnit.MG_DL

    @property
    def is_right_to_left(self) -> bool:
        """Whether it is read from right to left."""
        return self.language is Language.ARABIC

    def __call__(self, key: str, **filled: object) -> str:
        """The words of a key. Raises KeyError for one there is not."""
        return WORDS[self.language][key].format(**filled)

    def number(
        self, value: float, decimals: int = 0, *, has_sign: bool = False, in_groups: bool = False
    ) -> str:
        """A number as it is written: western digits in every language."""
        kind = ("+" if has_sign else "") + ("," if in_groups else "") + f".{decimals}f"
        text = format(value, kind)
        if self.language in DECIMAL_COMMA:
            text = text.translate(str.maketrans(",.", ".,"))
        return self._signed(text) if has_sign else text

    def measured(self, number: str, unit: str) -> str:
        """A number and its unit, which stay together."""
        text = f"{number} {unit}"
        return f"{ISOLATE}{text}{END}" if self.language is Language.ARABIC else text

    def percent(self, value: float | None, decimals: int = 1) -> str:
        """A share; two dashes where there is none."""
        return "--" if value is None else self.measured(self.number(value, decimals), "%")

    def day(self, day: date) -> str:
        """A day, with its year."""
        return f"{day:{DATES[self.language][0]}}"

    def short_day(self, day: date) -> str:
        """A day of a year that is known."""
        return f"{day:{DATES[self.language][1]}}"

    def minute(self, at: datetime) -> str:
        """A day and a time of it."""
        return f"{self.day(at)} {at:%H:%M}"

    def _signed(self, text: str) -> str:
        return LEFT_TO_RIGHT + text if self.language is Language.ARABIC else text


ENGLISH = Speech()


def glucose_in(milligrams: float, unit: GlucoseUnit) -> float:
    """A glucose, in mg/dL, in this unit."""
    return milligrams / GLUCOSE_MG_PER_MMOL if unit is GlucoseUnit.MMOL_L else milligrams


def glucose_decimals(unit: GlucoseUnit) -> int:
    """With how many decimals people write a glucose in this unit."""
    return 1 if unit is GlucoseUnit.MMOL_L else 0


def said_again(text: str, language: Language | None) -> str:
    """What a patient was told, in another language; as it was where it is none of ours, or for
    whom no language is known."""
    if language is None:
        return text
    key = _keys().get(text)
    if key is not None:
        return WORDS[language][key]
    for key, whats, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        filled = dict(found.groupdict())
        if "what" in filled:
            what = whats.get(filled["what"])
            if what is None:
                continue
            filled["what"] = WORDS[language][what]
        return WORDS[language][key].format(**filled)
    return text


@cache
def _keys() -> Mapping[str, str]:
    now = {
        text: key
        for words in WORDS.values()
        for key, text in words.items()
        if key.startswith(SAID_AGAIN)
    }
    return {**FORMER, **now}


@cache
def _patterns() -> list[tuple[str, Mapping[str, str], re.Pattern[str]]]:
    """Of each language how it says what was missed, and by which of its words what is."""
    return [
        (key, {text: what for what, text in words.items() if what.startswith(WHAT)},
         _pattern(words[key]))
        for words in WORDS.values()
        for key in FILLED
    ]  # fmt: skip


def _pattern(text: str) -> re.Pattern[str]:
    parts = [
        re.escape(before) + (f"(?P<{name}>.{{1,60}})" if name else "")
        for before, name, _, _ in Formatter().parse(text)
    ]
    return re.compile("".join(parts))


_AGAINST = re.compile(r"Glucose (\d+(?:\.\d+)?)(, was)? ([<>]) (\d+(?:\.\d+)?) mg/dL")
_ALONE = re.compile(r"(\d+(?:\.\d+)?) mg/dL(/min)?")
_LIMIT = re.compile(r"(Watched for glucose (?:low|high): from) (\d+(?:\.\d+)?)$")


def glucose_said_in(text: str, unit: GlucoseUnit) -> str:
    """A monitor's words (`Glucose 50 < 54 mg/dL`), or those of a limit, in this unit."""
    if unit is GlucoseUnit.MG_DL:
        return _LIMIT.sub(r"\1 \2 mg/dL", text)

    def against(found: re.Match[str]) -> str:
        value, limit = (glucose_in(float(found[place]), unit) for place in (1, 4))
        decimals = 1 if f"{value:.1f}" != f"{limit:.1f}" or value == limit else 2
        of = f"Glucose {value:.{decimals}f}{found[2] or ''} {found[3]} {limit:.{decimals}f}"
        return f"{of} {unit}"

    def alone(found: re.Match[str]) -> str:
        pace = found[2] or ""
        return f"{glucose_in(float(found[1]), unit):.{2 if pace else 1}f} {unit}{pace}"

    def limit(found: re.Match[str]) -> str:
        return f"{found[1]} {glucose_in(float(found[2]), unit):.1f} {unit}"

    return _LIMIT.sub(limit, _ALONE.sub(alone, _AGAINST.sub(against, text)))
