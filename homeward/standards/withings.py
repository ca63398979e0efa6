"""Withings: measures as `measure`, action `getmeas`, answers them, and notifications of new ones.

Written from the published API reference (Measure - Getmeas, Notify, OAuth 2.0) as of November
2026. A measure is value * 10^unit of a type; a group of them has a moment, and says how sure it is
whose they are. A notification tells that there is something, and nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from homeward.model.errors import Refused, Unreachable, Unreadable
from homeward.model.vital import BY_NAME
from homeward.standards.payload import AHEAD_MAX
from homeward.standards.telling_readings import (
    THINGS_MAX,
    Told,
    is_list,
    is_number,
    is_object,
    json_of,
    reading,
)

# Of their types those that are vital signs here, with the unit they are told in. 12 is a
# temperature of they do not say what, 73 the skin's; muscle, water and bone are none of ours.
TYPES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        1: ("weight", "kg"),
        4: ("height", "m"),
        6: ("body_fat", "%"),
        9: ("diastolic", "mm[Hg]"),
        10: ("systolic", "mm[Hg]"),
        11: ("pulse", "/min"),
        54: ("oxygen_saturation", "%"),
        71: ("temperature", "Cel"),
    }
)
_MEASURED, _OBJECTIVE = 1, 2  # category
# How a group was given to this person (attrib).
_CERTAIN = frozenset({0, 2, 5, 7, 8, 15})
_MAYBE_ANOTHERS = 1
_TYPED_AT_SIGN_UP = 4
EXPONENT_MAX = 9
_SECONDS_MAX = 253_402_300_799  # s since 1970: the last that a calendar of four digits has
NOTIFICATION_BYTES_MAX = 4_096
MEASURED = frozenset({1, 2, 4})  # weight; temperature; pressure, pulse and SpO2
USER_CHANGED = 46
OK, TOO_MANY = 0, 601
_UNAUTHORIZED = frozenset({100, 101, 102, 200, 401})
# What is shown for tokens and is worth nothing is not 401, but a parameter that is wrong
# (home-assistant/home-assistant.io, issue 34285). Others may be wrong by our own settings.
_SPENT = ("Invalid Params: invalid code", "Invalid Params: invalid refresh_token")


@dataclass(slots=True)
class Measures:
    """One page of an answer: what it told, as of when, and where the next page begins."""

    told: Told = field(default_factory=Told)
    updated: int = 0  # s since 1970: ask for what changed since then, the next time
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """Of whom there is something new, and of which category. `ended`: they took our leave back."""

    user: str
    category: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an answer to a request for tokens gave: whose they are, and for how many seconds."""

    user: str
    access: str
    refresh: str
    seconds: int


def body_of(answer: bytes) -> Mapping[str, Any]:
    """The body of an answer, whose status is its own: HTTP says 200 to all.

    Raises Refused where we may no more, Unreachable for all else that is no success.
    """
    try:
        said = json_of(answer)
    except Unreadable as error:
        raise Unreachable(f"Withings answered no JSON: {error}") from None
    status = said.get("status") if is_object(said) else None
    status = status if isinstance(status, int) else -1
    if status in _UNAUTHORIZED:
        raise Refused(f"Withings refuses: status {status}")
    if is_object(said) and str(said.get("error")).startswith(_SPENT):
        raise Refused("Withings refuses: leave was taken back, or is too old")
    body = said.get("body") if is_object(said) else None
    if status != OK or not is_object(body):
        raise Unreachable(f"Withings answered status {str(status)[:10]}")
    return body


def measures(answer: bytes, received: datetime) -> Measures:
    """Read a page of measures, received at `received` (UTC). A group that cannot be read is put
    aside alone. Raises Refused, Unreachable, and Unreadable for a body that is none of measures."""
    body = body_of(answer)
    groups = body.get("measuregrps")
    if not is_list(groups) or len(groups) > THINGS_MAX:
        raise Unreadable(f"measuregrps is a list, of {THINGS_MAX:,} at most")
    page = Measures(updated=_whole(body.get("updatetime"), "updatetime"))
    if page.updated > (received + AHEAD_MAX).timestamp():  # nothing would be new for ever
        raise Unreadable("updatetime has not come yet")
    for each in groups:
        try:
            _group(page.told, each, received)
        except Unreadable as error:
            page.told.spoil(str(error), each)
    if body.get("more") in (1, True):
        page.offset = _whole(body.get("offset"), "offset")
    return page


def _group(told: Told, group: object, received: datetime) -> None:
    if not is_object(group) or not is_list(group.get("measures")):
        raise Unreadable("a group has measures")
    attrib = group.get("attrib")
    if group.get("category") == _OBJECTIVE or attrib == _TYPED_AT_SIGN_UP:
        told.absent += 1  # what somebody wants to weigh, or wrote when they signed up
        return
    if group.get("category") != _MEASURED:
        raise Unreadable("category is neither 1 nor 2")
    if attrib == _MAYBE_ANOTHERS:
        raise Unreadable("it may be of somebody else who uses the same device (attrib 1)")
    if not is_number(attrib) or attrib not in _CERTAIN:
        raise Unreadable(f"attrib {str(attrib)[:10]} is not known: whose it is, nobody said")
    at = datetime.fromtimestamp(_whole(group.get("date"), "date"), UTC)
    # All of a group or nothing: half a blood pressure is none.
    found = [
        reading(BY_NAME[TYPES[kind][0]], value, TYPES[kind][1], at, received)
        for kind, value in map(_measure, group["measures"])
        if kind in TYPES
    ]
    told.readings += found
    told.absent += len(group["measures"]) - len(found)


def _measure(one: object) -> tuple[int, float]:
    if not is_object(one):
        raise Unreadable("a measure is an object")
    value, unit = one.get("value"), one.get("unit")
    kind = one.get("type")
    if not isinstance(kind, int) or not isinstance(value, int) or not isinstance(unit, int):
        raise Unreadable("a measure has a type, a value and a unit that are whole numbers")
    if abs(unit) > EXPONENT_MAX or abs(value) > 2**53:
        raise Unreadable("a measure is beyond what can be")
    return kind, float(Decimal(value).scaleb(unit))


def _whole(said: object, what: str) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= _SECONDS_MAX:
        raise Unreadable(f"{what} is no such number")
    return said


def notification(body: bytes) -> Notification:
    """Read a notification: a form. Raises Unreadable."""
    try:
        text = body.decode("ascii")
        said = (
            dict(parse_qsl(text, max_num_fields=30)) if len(text) <= NOTIFICATION_BYTES_MAX else {}
        )
    except ValueError:
        raise Unreadable("a notification is a form") from None
    user, category = said.get("userid", ""), said.get("appli", "")
    if not (user.isdecimal() and len(user) <= 20 and category.isdecimal() and len(category) <= 4):
        raise Unreadable("a notification has a userid and an appli")
    ended = int(category) == USER_CHANGED and said.get("action") in ("delete", "unlink")
    return Notification(user, int(category), ended)


def tokens(answer: bytes) -> Tokens:
    """Read the answer to a request for tokens. Raises Refused, Unreachable."""
    body = body_of(answer)
    user, seconds = str(body.get("userid", "")), body.get("expires_in")
    access, refresh = body.get("access_token"), body.get("refresh_token")
    if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
        raise Unreachable("Withings gave no tokens")
    if not user.isdecimal() or not isinstance(seconds, int) or not 0 < seconds < 10**8:
        raise Unreachable("Withings gave tokens, and not whose or for how long")
    return Tokens(user[:20], access, refresh, seconds)
