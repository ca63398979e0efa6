"""A device's own JSON, read by the mapping templates it was given (the IoMT FHIR connector's).

A template of the device mapping (JsonPathContent) finds objects by what they have, and in each the
time and the values; one of the FHIR mapping (CodeValueFhir) says which code and unit those have.
Of JSONPath what templates use is read: members, places in lists, and a filter that asks for members
or compares them. A pair that is not sound by `mapping_templates.check` makes no mapping.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, Vital
from homeward.standards.mapping_templates import Level, check
from homeward.standards.meaning import meaning_of_code, ucum_of
from homeward.standards.telling_readings import (
    THINGS_MAX,
    Told,
    is_list,
    is_number,
    is_object,
    json_of,
    reading,
    zoned,
)

OBJECTS_MAX = 20_000  # looked at in one body
_TAKEN = "JsonPathContent"
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\['([^'\]]{1,100})'\]|\[(\d{1,4})\]")
_FILTER = re.compile(r"\$(?:\.\.|\.\*)?\[\?\((.{1,500})\)\]")
_ASKED = re.compile(r"@\.?(?P<path>[^\s=!<>]+)(?:\s*==\s*(?P<is>'[^']{0,100}'|-?\d{1,15}))?")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?")
_NOT_NUMBERS = frozenset({"consciousness", "on_oxygen", "respiratory_effort"})

Path = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class _Value:
    """A value: its name, where it is, whether its object is none without it, and what it is."""

    name: str
    path: Path
    is_required: bool
    vital: Vital | None
    unit: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which objects are of a kind: those that have all of these, each with what it must be."""

    name: str
    has: Sequence[tuple[Path, str | int | None]]
    at: Path
    values: Sequence[_Value]


@dataclass(frozen=True, slots=True)
class DeviceMapping:
    """Both templates of a device, ready to read its JSON."""

    kinds: Sequence[_Kind]


@lru_cache(maxsize=256)
def mapping_of(content: str, codes: str) -> DeviceMapping:
    """The mapping that a device mapping and a FHIR mapping make.

    Raises Unreadable where either is none, something in them is wrong, or a template says what is
    not read here: all of it is understood, or none.
    """
    files = content.encode(), codes.encode()
    checked = check(*files)
    wrong = [each for each in checked.findings if each.level is Level.WRONG]
    if wrong:
        raise Unreadable(f"{wrong[0].where}: {wrong[0].text}")
    first, second = (json_of(each)["template"] for each in files)
    if not checked.mapped or json_of(files[0])["templateType"] != "CollectionContent":
        raise Unreadable("first the device mapping, then the FHIR mapping")
    coded = {(kind, name): part for kind, name, part in _coded(second)}
    kinds = [_kind(each, coded) for each in first]
    if not any(value.vital for kind in kinds for value in kind.values):
        raise Unreadable("nothing of it is a vital sign that is kept")
    return DeviceMapping(kinds)


def understand(mapping: DeviceMapping, body: bytes, received: datetime) -> Told:
    """Read a body of such a device, received at `received` (UTC).

    Raises Unreadable where it is no JSON or nothing in it is of a kind that the mapping knows. An
    object that cannot be read is put aside whole; values that are no vital sign count as absent.
    """
    told, found = Told(), 0
    for one in _objects(json_of(body)):
        for kind in mapping.kinds:
            if not all(_fits(_at(one, path), wanted) for path, wanted in kind.has):
                continue
            found += 1
            if found > THINGS_MAX:
                raise Unreadable(f"more than {THINGS_MAX:,} things in one body")
            try:
                readings, absent = _read(kind, one, received)
            except Unreadable as error:
                told.spoil(f"{kind.name}: {error}", one)
                continue
            told.readings += readings
            told.absent += absent
    if not found:
        raise Unreadable("no template of this device's mapping fits")
    return told


def _read(kind: _Kind, one: dict[str, Any], received: datetime) -> tuple[list[Reading], int]:
    at = zoned(_at(one, kind.at), "its time")
    readings: list[Reading] = []
    absent = 0
    for value in kind.values:
        said = _at(one, value.path)
        if said is None:
            if value.is_required:
                raise Unreadable(f"{value.name} is missing")
        elif value.vital is None:
            absent += 1
        else:
            readings.append(reading(value.vital, _number(value, said), value.unit, at, received))
    return readings, absent


def _number(value: _Value, said: object) -> float:
    if is_number(said):
        return float(said)
    if isinstance(said, str) and _NUMBER.fullmatch(said):
        return float(said)
    raise Unreadable(f"{value.name} is no number")


def _objects(said: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, itself first: `$..` of JSONPath, as the connector's wrapping has it."""
    waiting: list[Any] = [said]
    looked = 0
    while waiting:
        one = waiting.pop()
        looked += 1
        if looked > OBJECTS_MAX:
            raise Unreadable(f"more than {OBJECTS_MAX:,} things in one body")
        if is_object(one):
            yield one
            waiting += [
                each for each in reversed([*one.values()]) if is_object(each) or is_list(each)
            ]
        elif is_list(one):
            waiting += [each for each in reversed(one) if is_object(each) or is_list(each)]


def _at(one: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, str) and is_object(one):
            one = one.get(step)
        elif isinstance(step, int) and is_list(one) and step < len(one):
            one = one[step]
        else:
            return None
    return one


def _fits(said: Any, wanted: str | int | None) -> bool:
    return said is not None if wanted is None else said == wanted and said is not True


def _kind(one: Mapping[str, Any], coded: Mapping[tuple[str, str], Mapping[str, Any]]) -> _Kind:
    inner = one["template"]
    name = str(inner.get("typeName", ""))
    if one.get("templateType") != _TAKEN:
        raise Unreadable(f"{name}: of the kinds of templates {_TAKEN} is read here")
    values = [_value(name, each, coded) for each in inner["values"] if is_object(each)]
    return _Kind(
        name, _wanted(name, _text(inner.get("typeMatchExpression"))),
        _path(name, _text(inner.get("timestampExpression")), "$"), values,
    )  # fmt: skip


def _value(
    kind: str, said: Mapping[str, Any], coded: Mapping[tuple[str, str], Mapping[str, Any]]
) -> _Value:
    name = str(said.get("valueName", ""))
    path = _path(kind, _text(said.get("valueExpression")), "$")
    part = coded.get((kind, name), {})
    codes: Any = part.get("codes")
    meanings = [
        meaning_of_code(str(each.get("system", "")), str(each.get("code", "")))
        for each in (codes if is_list(codes) else [])
        if is_object(each)
    ]
    vital = BY_NAME.get(next(filter(None, meanings), ""))
    value: Any = part.get("value", {})
    unit = ucum_of(str(value.get("code") or value.get("unit") or ""))
    is_kept = value.get("valueType") in ("SampledData", "Quantity") and unit
    if vital is None or vital.name in _NOT_NUMBERS or not is_kept:
        vital = None
    is_required = str(said.get("required", "")).lower() == "true"
    return _Value(name, path, is_required, vital, unit)


def _coded(templates: Sequence[Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each value of the FHIR templates, a component's with its own codes."""
    for one in templates:
        inner = one["template"]
        components = inner.get("components")
        for part in (inner, *(components if is_list(components) else [])):
            value = part.get("value") if is_object(part) else None
            if is_object(value):
                yield str(inner.get("typeName", "")), str(value.get("valueName", "")), part


def _text(said: object) -> str:
    value = said.get("value") if is_object(said) else said
    return value.strip() if isinstance(value, str) else ""


def _wanted(kind: str, expression: str) -> list[tuple[Path, str | int | None]]:
    found = _FILTER.fullmatch(expression)
    asked = [_ASKED.fullmatch(each.strip()) for each in found[1].split("&&")] if found else []
    wanted: list[tuple[Path, str | int | None]] = []
    for each in asked:
        if each is None:
            raise Unreadable(f"{kind}: typeMatchExpression {expression[:100]!r} is not read here")
        said = each["is"]
        value = None if said is None else said[1:-1] if said.startswith("'") else int(said)
        wanted.append((_path(kind, f"@.{each['path']}", "@"), value))
    if not wanted:
        raise Unreadable(f"{kind}: typeMatchExpression {expression[:100]!r} is not read here")
    return wanted


def _path(kind: str, expression: str, root: str) -> Path:
    steps: list[str | int] = []
    place = len(root)
    while expression.startswith(root) and place < len(expression):
        found = _STEP.match(expression, place)
        if found is None:
            break
        steps.append(int(found[3]) if found[3] is not None else found[1] or found[2])
        place = found.end()
    if not steps or place != len(expression):
        raise Unreadable(f"{kind}: {expression[:100]!r} is not read here")
    return tuple(steps)
