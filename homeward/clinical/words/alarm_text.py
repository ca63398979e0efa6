"""What an alarm said in a monitor's words, said again in the reader's language. Pure.

Alarms are written down in English, as staff read them. Here a sentence is found in the table of
what the rules say; one that is not there, such as of a hospital's own score, stays as it was.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter

from homeward.clinical.words import DECIMAL_COMMA, END, ISOLATE, WORDS, Speech
from homeward.clinical.words.monitor import SENTENCES, THINGS
from homeward.model.choice import Language
from homeward.model.vital import VITALS

_NUMBER = r"-?\d+(?:\.\d+)?"
_UNIT = r"(?: [^\s,;:]+)?"
_TIME = r"\d+ (?:s|h \d+ min|min|h|days)"
# As scores call what they judge, and as monitors do.
_PARTS = {
    "Respirations": "respiratory_rate", "Temperature": "temperature", "Heart rate": "heart_rate",
    "Consciousness": "consciousness", "Capillary refill": "capillary_refill",
    "Oxygen therapy": "on_oxygen", "Respiratory effort": "respiratory_effort",
}  # fmt: skip
_LABELS: Mapping[str, str] = _PARTS | {each.label: each.name for each in VITALS}
_LABEL = "|".join(map(re.escape, sorted(_LABELS, key=len, reverse=True)))
_THINGS: Mapping[str, str] = {texts[0]: name for name, texts in THINGS.items()}
_SHAPES: Mapping[str, str] = {
    "what": _LABEL,
    "thing": "|".join(map(re.escape, _THINGS)),
    "against": f"{_NUMBER} [<>] {_NUMBER}{_UNIT}",
    "limit": f"[<>] {_NUMBER}{_UNIT}",
    "value": f"{_NUMBER}{_UNIT}",
    "before": _NUMBER,
    "pace": f"{_NUMBER}{_UNIT}",
    "count": r"\d+",
    "at": r"\d\d:\d\d",
    "time": _TIME,
    "name": r".{1,80}?",
    "score": r".{1,60}?",
    "each": f"(?:{_LABEL}) {_NUMBER}",
    "other": f"(?:{_LABEL}) {_NUMBER}",
    "list": r".{1,200}?",
}
_NUMBERS = frozenset({"against", "limit", "value", "before", "pace"})
_APART = frozenset({"time", "name", "score"})  # what is read from left to right amid Arabic
_MISSING = re.compile(r"(?P<said>.+) \((?P<list>.+) missing\)")
_VALUED = re.compile(rf"(?P<said>\D+) (?P<value>{_NUMBER} \S+)")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


def alarm_text(text: str, say: Speech) -> str:
    """An alarm's words, in the reader's language; glucose is in their unit already."""
    if say.language is Language.ENGLISH:
        return text
    missing = _MISSING.fullmatch(text)
    if missing:
        said, parts = alarm_text(missing["said"], say), _listed(missing["list"], say)
        return say("summary.missing", said=said, list=parts)
    for name, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            filled = {key: _filled(key, value, say) for key, value in found.groupdict().items()}
            return say(f"monitor.{name}", **filled)
    valued = _VALUED.fullmatch(text)
    said = alarm_text(valued["said"], say) if valued else ""
    if valued is None or said == valued["said"]:
        return text
    return f"{said} {number_in(valued['value'], say)}"


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile("".join(_parts(texts[0])))) for name, texts in SENTENCES.items())


def _parts(text: str) -> Iterator[str]:
    for before, name, _, _ in Formatter().parse(text):
        yield re.escape(before)
        if name:
            yield f"(?P<{name}>{_SHAPES[name]})"


def _filled(key: str, value: str, say: Speech) -> str:
    if key in _NUMBERS:
        return number_in(value, say)
    if key in _APART and say.is_right_to_left:
        return f"{ISOLATE}{value}{END}"
    if key == "thing":
        return say(f"thing.{_THINGS[value]}")
    if key == "list":
        return _listed(value, say)
    return _named(value, say) if key in ("what", "each", "other") else value


def _listed(text: str, say: Speech) -> str:
    return ", ".join(_named(each, say) for each in re.split(r", | and ", text))


def _named(text: str, say: Speech) -> str:
    """A vital sign with or without its number, or another word of the table; else as it is."""
    if text in _THINGS:
        return say(f"thing.{_THINGS[text]}")
    label, space, rest = text.rpartition(" ")
    for name, number in ((text, ""), (label, rest)):
        vital = _LABELS.get(name, name)
        key = f"summary.vital.{vital}"
        if key in WORDS[say.language]:
            return say(key) + (f"{space}{number_in(number, say)}" if number else "")
    return text


def number_in(text: str, say: Speech) -> str:
    """A number, or two that are compared, with their unit, as they are written in this language."""
    if say.language in DECIMAL_COMMA:
        return _DECIMAL.sub(",", text)
    return f"{ISOLATE}{text}{END}" if say.is_right_to_left else text
