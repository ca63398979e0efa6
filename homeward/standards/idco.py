"""Reports of implanted cardiac devices: HL7 v2 ORU^R01 as IHE PCD-09 (IDCO) and vendors send it.

IHE PCD TF-2, 3.9; terms of ISO/IEEE 11073-10103 (MDC_IDC_...), and the plain names and LOINC codes
found in vendors' exports. Everything is kept as it was said: codes, texts, units, ranges, flags.
Sorting into battery, leads, therapies and settings is for reading, and loses nothing. A time
without a zone stays a text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from homeward.model.errors import Unreadable

MESSAGE_BYTES_MAX = 16 * 1024 * 1024  # a report may carry its own pages as PDF
SEGMENTS_MAX = 20_000
TEXT_CHARACTERS_MAX = 4_000
# HL7 table 0078: what somebody should look at.
_ABNORMAL = frozenset({"A", "AA", "H", "HH", "L", "LL", ">", "<", "U", "D", "W"})
_WRONG = frozenset({"W", "D", "X"})  # OBX-11: posted as wrong, deleted, cannot be obtained
_CHARSETS = MappingProxyType(
    {"": "utf-8", "ASCII": "utf-8", "UNICODE UTF-8": "utf-8", "8859/1": "latin-1",
     "UNICODE": "utf-8"}
)  # fmt: skip
# The first that fits a code or its text says where it is shown.
_SECTIONS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("alerts", r"ALERT|NOTIFICATION"),
        ("settings", r"_IDC_SET_|_RATE_|\bMODE|_MODE|DELAY|BASE_RATE|LOWRATE"),
        ("battery", r"BATT|LONGEVITY|CHARGE"),
        ("leads", r"LEAD|IMPEDANCE|THRESHOLD|SENSING"),
        ("therapies", r"THERAP|EPISODE|SHOCK|ATP|ARRHYTHM|BURDEN|PACED|PACING|PCT_|_STAT_|AF_"),
        ("device", r"_IDC_DEV|DEVICE_|_IDC_SESS|IMPLANT"),
    )
)
# A battery near its end, as devices say it (11073-10103: elective replacement, end of service).
_ENDING = frozenset({"ERI", "EOS", "EOL", "RRT", "MDC_IDC_ENUM_BATTERY_STATUS_EOS",
                     "MDC_IDC_ENUM_BATTERY_STATUS_RRT"})  # fmt: skip
_SERIAL = re.compile(r"DEV(?:ICE)?_SERIAL", re.IGNORECASE)
_MODEL = re.compile(r"DEV(?:ICE)?_MODEL", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One observation. `number` where the value is one; `said` is the value as text, of an
    embedded document only its kind and size. `counts` False: it says of itself that it is wrong.
    """

    section: str
    code: str
    system: str
    text: str
    said: str
    number: float | None
    unit: str
    range: str
    is_alert: bool
    counts: bool
    at: str
    group: str


@dataclass(frozen=True, slots=True)
class ImplantReport:
    """One report. `sent` and `at` are times as it says them; `patient` is whom it names, by the
    first of its `numbers`: makers put their own before the hospital's."""

    message_id: str
    sent: str
    sender: str
    patient: str
    model: str
    serial: str
    at: str
    items: tuple[Item, ...]
    numbers: tuple[str, ...] = ()


def parse(message: bytes) -> ImplantReport:
    """Read one report. Raises Unreadable for what is none, or is cut short or too much."""
    if len(message) > MESSAGE_BYTES_MAX:
        raise Unreadable(f"larger than {MESSAGE_BYTES_MAX:,} bytes")
    segments = _segments(message)
    head = _fields(segments[0])
    if len(segments[0]) < 9 or segments[0][:4] != "MSH|":
        raise Unreadable("it does not begin with MSH")
    separators = _Separators(segments[0][4:8])
    kind = separators.parts(_at(head, 8))
    if _at(kind, 0) != "ORU" or _at(kind, 1) not in ("R01", ""):
        raise Unreadable(f"{_at(head, 8)[:20]!r} is no ORU^R01")
    items, numbers, at = _items(segments[1:], separators)
    if not items:
        raise Unreadable("there is no observation in it")
    return ImplantReport(
        _at(head, 9), _at(head, 6), " ".join(filter(None, (_at(head, 2), _at(head, 3)))),
        next(iter(numbers), ""), _value_of(items, _MODEL), _value_of(items, _SERIAL), at,
        tuple(items), numbers,
    )  # fmt: skip


class _Separators:
    """Component, repetition, escape and subcomponent, as MSH-2 declares them."""

    def __init__(self, said: str) -> None:
        if len(set(said)) != 4 or any(each.isalnum() for each in said):
            raise Unreadable("MSH-2 declares no separators")
        self.component, self.repetition, self.escape, self.sub = said
        marks = {"F": "|", "S": said[0], "R": said[1], "E": said[2], "T": said[3]}
        self._escapes: Mapping[str, str] = MappingProxyType(marks)
        self._escaped = re.compile(f"{re.escape(said[2])}([FSRET]){re.escape(said[2])}")

    def parts(self, field: str) -> list[str]:
        """The components of a field, in plain text."""
        first = field.partition(self.repetition)[0]
        return [self.plain(each) for each in first.split(self.component)]

    def every(self, field: str) -> list[list[str]]:
        """The components of each repetition of a field, in plain text."""
        return [self.parts(each) for each in field.split(self.repetition)]

    def plain(self, text: str) -> str:
        """A text without escapes (HL7 v2.5.1, 2.7)."""
        return self._escaped.sub(lambda found: self._escapes[found[1]], text)


def _segments(message: bytes) -> list[str]:
    body = message.strip(b"\x0b\x1c\r\n \x00")
    first = re.split(rb"[\r\n]", body, maxsplit=1)[0].split(b"|")
    charset = first[17].split(b"~")[0].decode("ascii", "replace") if len(first) > 17 else ""
    encoding = _CHARSETS.get(charset.strip().upper())
    if encoding is None:
        raise Unreadable(f"character set {charset[:20]!r} is not read here")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(f"it is not {encoding}, as it says it is") from None
    found = [each for each in re.split(r"[\r\n]+", text) if each]
    if not found or len(found) > SEGMENTS_MAX:
        raise Unreadable(f"1 to {SEGMENTS_MAX:,} segments are read")
    return found


def _fields(segment: str) -> list[str]:
    return segment.split("|")


def _at(fields: Sequence[str], place: int) -> str:
    return fields[place] if place < len(fields) else ""


def _items(
    segments: Sequence[str], separators: _Separators
) -> tuple[list[Item], tuple[str, ...], str]:
    items: list[Item] = []
    numbers: list[str] = []
    group = at = ""
    for segment in segments:
        fields = _fields(segment)
        if fields[0] == "PID":
            numbers += [each[0] for each in separators.every(_at(fields, 3)) if each[0]]
        elif fields[0] == "OBR":
            named = separators.parts(_at(fields, 4))
            group = _at(named, 1) or _at(named, 0)
            at = at or _at(fields, 7)
        elif fields[0] == "OBX":
            items.append(_item(fields, separators, group))
    return items, tuple(numbers), at


def _item(fields: Sequence[str], separators: _Separators, group: str) -> Item:
    names = separators.parts(_at(fields, 3))
    code, text, system = _at(names, 0), _at(names, 1), _at(names, 2)
    if code.isdigit() and text.startswith("MDC_"):  # 11073's number first, its name beside it
        code, text = text, _at(names, 4) or text
    kind, raw = _at(fields, 2), _at(fields, 5)
    said = _said(kind, raw, separators)
    number = _number(said) if kind in ("NM", "SN") else None
    flag, status = _at(fields, 8), _at(fields, 11)
    # Some leave OBX-7 to OBX-10 short by one: the flag then stands where the status would.
    flags = {flag, status} if status in ("A", "AA", "H", "HH", "L", "LL") else {flag}
    return Item(
        _section(code, text), code, system, text, said, number,
        _at(separators.parts(_at(fields, 6)), 0), separators.plain(_at(fields, 7)),
        bool(flags & _ABNORMAL) or not _ENDING.isdisjoint(said.upper().split(", ")),
        status not in _WRONG,
        _at(fields, 14), group,
    )  # fmt: skip


def _said(kind: str, raw: str, separators: _Separators) -> str:
    if kind == "ED":
        parts = raw.split(separators.component)
        return f"{_at(parts, 1) or 'document'} of {len(_at(parts, 4) or parts[-1])} characters"
    if kind in ("CWE", "CE"):  # there may be several, such as alerts
        words = (_at(each, 1) or _at(each, 0) for each in separators.every(raw))
        return ", ".join(filter(None, words))[:TEXT_CHARACTERS_MAX]
    return separators.plain(raw)[:TEXT_CHARACTERS_MAX]


def _number(said: str) -> float | None:
    if not re.fullmatch(r"[+-]?\d{1,15}(?:\.\d{1,12})?", said):
        return None
    return float(said)


def _section(code: str, text: str) -> str:
    for name, pattern in _SECTIONS:
        if pattern.search(code) or pattern.search(text):
            return name
    return "other"


def _value_of(items: Sequence[Item], pattern: re.Pattern[str]) -> str:
    return next((each.said for each in items if pattern.search(each.code)), "")


def alerts(report: ImplantReport) -> Iterator[Item]:
    """What somebody should look at."""
    for each in report.items:
        if each.counts and (each.is_alert or each.section == "alerts"):
            yield each
