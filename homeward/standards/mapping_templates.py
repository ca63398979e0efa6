"""Mapping templates of the IoMT FHIR connector: what they map, in plain words, and what is wrong.

A device mapping (CollectionContent) says which value of a device's JSON is called what; a FHIR
mapping (CollectionFhir) says which code and unit that name has (the connector's published
Configuration page). Nothing in either keeps a heart rate's code from a diastolic pressure: a code
is compared here with every name beside it, and with its unit.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from homeward.model.errors import Unreadable
from homeward.standards.fhir_observation import LOINC, MDC
from homeward.standards.meaning import (
    UNITS,
    fits,
    is_loinc,
    meaning_of_code,
    meaning_of_name,
    ucum_of,
)
from homeward.standards.telling_readings import is_list, is_object, json_of

TEMPLATES_MAX = 1_000  # of one file
_CONTENT, _FHIR = "CollectionContent", "CollectionFhir"
# What is sent through these brings only the time at which the sender's hub took it.
_HUB_TIME = frozenset({"IotJsonPathContent", "IotCentralJsonPathContent"})
_LAST = re.compile(r"[A-Za-z0-9_-]+(?=[^A-Za-z0-9_-]*$)")
_NUMBERS = frozenset({"SampledData", "Quantity"})
# Names of one rate: a monitor's and an oximeter's.
_ALIKE: Mapping[str, str] = MappingProxyType({"pulse": "heart_rate"})


class Level(StrEnum):
    """How bad a finding is. WRONG: values would be lost, or be taken for others."""

    WRONG = "wrong"
    UNSURE = "not sure"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at: in which mapping, and what it is."""

    level: Level
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """One value: its kind and name in the templates, where it is in the device's JSON (empty: in
    none of these), what its codes mean (empty: we do not know), and its unit in UCUM or as said."""

    kind: str
    name: str
    path: str
    codes: tuple[str, ...]
    meaning: str
    unit: str

    @property
    def words(self) -> str:
        """What is mapped, as a sentence."""
        meaning = self.meaning.replace("_", " ") or "something we do not know"
        unit = f" in {self.unit}" if self.unit else ", without a unit"
        codes = ", ".join(self.codes) or "no code"
        return f"{self.kind}: {self.path or self.name} is {meaning}{unit} ({codes})"


@dataclass(slots=True)
class Checked:
    """What templates say, and what of it a person should look at, the worst first."""

    mapped: list[Mapped] = field(default_factory=list[Mapped])
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def is_sound(self) -> bool:
        """Nothing is wrong."""
        return all(each.level is not Level.WRONG for each in self.findings)


def check(*files: bytes) -> Checked:
    """Read a device mapping, a FHIR mapping or both. Raises Unreadable for what is neither."""
    content: list[_Content] = []
    coded: list[_Coded] = []
    kinds: list[str] = []
    for each in files:
        kind, templates = _templates(each)
        if kind in kinds:
            raise Unreadable(f"two files are a {kind}: give one of each")
        kinds.append(kind)
        for template in templates:
            content += [_content(template)] if kind == _CONTENT else []
            coded += _coded(template) if kind == _FHIR else []
    checked = Checked()
    paths = {(one.kind, name): path for one in content for name, path in one.values.items()}
    for one in content:
        checked.findings += _timing(one)
    for one in coded:
        path = paths.get((one.kind, one.name), "")
        checked.mapped.append(_mapped(one, path))
        checked.findings += _judged(one, path)
    if not coded:
        checked.mapped += [Mapped(k, n, path, (), "", "") for (k, n), path in paths.items()]
    if len(kinds) == 2:
        checked.findings += _unpaired(paths, {(one.kind, one.name) for one in coded})
    checked.findings.sort(key=lambda finding: finding.level is not Level.WRONG)
    return checked


@dataclass(frozen=True, slots=True)
class _Content:
    template: str
    kind: str
    has_time: bool
    values: Mapping[str, str]  # path by name


@dataclass(frozen=True, slots=True)
class _Coded:
    kind: str
    name: str
    codes: tuple[tuple[str, str, str], ...]  # system, code, display
    unit: str
    is_number: bool


def _templates(body: bytes) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    said = json_of(body)
    kind = said.get("templateType") if is_object(said) else None
    listed = said.get("template") if is_object(said) else None
    if kind not in (_CONTENT, _FHIR) or not is_list(listed):
        raise Unreadable(f"no mapping template: its templateType is neither {_CONTENT} nor {_FHIR}")
    if len(listed) > TEMPLATES_MAX:
        raise Unreadable(f"more than {TEMPLATES_MAX:,} templates")
    found: list[tuple[str, dict[str, Any]]] = []
    for each in listed:
        inner = each.get("template") if is_object(each) else None
        if not is_object(each) or not is_object(inner):
            raise Unreadable("a template has a templateType and a template")
        found.append((str(each.get("templateType", "")), inner))
    return str(kind), found


def _content(said: tuple[str, dict[str, Any]]) -> _Content:
    template, inner = said
    values = {
        str(each.get("valueName", "")): _expression(each.get("valueExpression"))
        for each in _objects(inner.get("values"))
    }
    has_time = bool(_expression(inner.get("timestampExpression")))
    return _Content(template, str(inner.get("typeName", "")), has_time, values)


def _expression(said: object) -> str:
    """An expression is text, or an object with its language."""
    value = said.get("value") if is_object(said) else said
    return value if isinstance(value, str) else ""


def _objects(said: object) -> Iterator[dict[str, Any]]:
    yield from (each for each in (said if is_list(said) else []) if is_object(each))


def _coded(said: tuple[str, dict[str, Any]]) -> Iterator[_Coded]:
    """The value of a template, and those of its components."""
    _, inner = said
    kind = str(inner.get("typeName", ""))
    for part in (inner, *_objects(inner.get("components"))):
        value = part.get("value")
        if not is_object(value):
            continue
        codes = tuple(
            (str(each.get("system", "")), str(each.get("code", "")), str(each.get("display", "")))
            for each in _objects(part.get("codes"))
        )
        unit = str(value.get("code") or value.get("unit") or "")
        is_number = value.get("valueType") in _NUMBERS
        yield _Coded(kind, str(value.get("valueName", "")), codes, unit, is_number)


def _mapped(one: _Coded, path: str) -> Mapped:
    meanings = [meaning_of_code(system, code) for system, code, _ in one.codes]
    meaning = next((each for each in meanings if each), "")
    codes = tuple(f"{_short(system)} {code}".strip() for system, code, _ in one.codes)
    return Mapped(one.kind, one.name, path, codes, meaning, ucum_of(one.unit) or one.unit)


def _short(system: str) -> str:
    return {LOINC: "LOINC", MDC: "MDC", "http://snomed.info/sct": "SNOMED CT"}.get(system, system)


def _judged(one: _Coded, path: str) -> Iterator[Finding]:
    where = f"{one.kind} {one.name}" if one.name != one.kind else one.kind
    known: list[tuple[str, str]] = []  # code, meaning
    for system, code, _ in one.codes:
        if system == LOINC and not is_loinc(code):
            text = f"{code} is no LOINC code: its check digit is wrong"
            yield Finding(Level.WRONG, where, text)
        elif meaning := meaning_of_code(system, code):
            known.append((code, meaning))
    for code, meaning in known:
        yield from _against_names(one, path, where, code, meaning)
    if not one.is_number:
        return
    if not known:
        text = "no code of it is one we know: it was not checked, and would not be kept"
        yield Finding(Level.UNSURE, where, text)
        return
    yield from _against_unit(one, where, known[0][1])


def _against_names(
    one: _Coded, path: str, where: str, code: str, meaning: str
) -> Iterator[Finding]:
    """What else the value is called, and whether the code means that."""
    last = _LAST.search(path)
    beside = [display for _, other, display in one.codes if other == code]
    others = [
        (f"code {other}", meaning_of_code(system, other) or meaning_of_name(other))
        for system, other, _ in one.codes
        if other != code
    ]
    names = [one.name, last.group() if last else "", *beside]
    said = [(repr(name), meaning_of_name(name)) for name in names] + others
    wrong = {name: said for name, said in said if said and not _is_alike(said, meaning)}
    if wrong:
        called = ", ".join(f"{name} ({each.replace('_', ' ')})" for name, each in wrong.items())
        text = f"code {code} means {meaning.replace('_', ' ')}, but beside it stands {called}"
        yield Finding(Level.WRONG, where, text)


def _is_alike(one: str, other: str) -> bool:
    return _ALIKE.get(one, one) == _ALIKE.get(other, other)


def _against_unit(one: _Coded, where: str, meaning: str) -> Iterator[Finding]:
    if fits(meaning, one.unit) is None:
        return
    known = ", ".join(UNITS[meaning])
    if not one.unit:
        yield Finding(Level.WRONG, where, f"it has no unit, and none is guessed: {known}")
    elif not fits(meaning, one.unit):
        text = f"{one.unit!r} is no unit of {meaning.replace('_', ' ')}: {known}"
        yield Finding(Level.WRONG, where, text)
    elif one.unit not in UNITS[meaning]:
        text = f"{one.unit!r} is no UCUM code; {ucum_of(one.unit)} is"
        yield Finding(Level.UNSURE, where, text)


def _timing(one: _Content) -> Iterator[Finding]:
    if one.has_time:
        return
    if one.template in _HUB_TIME:
        text = "no time of measurement: when a hub received it counts, however late that was"
        yield Finding(Level.UNSURE, one.kind, text)
    else:
        yield Finding(Level.WRONG, one.kind, "timestampExpression is missing: no time, no reading")


def _unpaired(
    paths: Mapping[tuple[str, str], str], coded: set[tuple[str, str]]
) -> Iterator[Finding]:
    for kind, name in paths:
        if (kind, name) not in coded:
            text = f"{name!r} is taken from the device and has no code: it would be lost"
            yield Finding(Level.WRONG, kind, text)
    for kind, name in sorted(coded - paths.keys()):
        yield Finding(Level.WRONG, kind, f"{name!r} has a code, and no device mapping fills it")
