"""What one body of a foreign format told: readings, and what of it was none, with the reason.

Several things may come in one body. What cannot be read is put aside alone, whole, as it was sent;
what was said to be absent is no reading and no fault.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeGuard

import msgspec

from homeward.model.errors import Unreadable
from homeward.model.reading import Reading
from homeward.model.total import Metric, Total
from homeward.model.unit import in_own_unit
from homeward.model.vital import Vital
from homeward.standards.payload import AHEAD_MAX, EARLIEST

THINGS_MAX = 5_000  # of one body
NUMBERS_END = 1e300  # JSON has whole numbers that no float holds


@dataclass(slots=True)
class Told:
    """What a body told. `totals`: what was counted over a time, each with what said so; `aside`:
    what could not be read, as JSON, with the reason; `absent`: how many were said to have no value.
    """

    readings: list[Reading] = field(default_factory=list[Reading])
    totals: list[tuple[Total, object]] = field(default_factory=list[tuple[Total, object]])
    aside: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    absent: int = 0

    def spoil(self, why: str, thing: object) -> None:
        """Put one thing aside."""
        self.aside.append((why, msgspec.json.encode(thing)))


def is_object(thing: object) -> TypeGuard[dict[str, Any]]:
    """Whether this is a JSON object."""
    return isinstance(thing, dict)


def is_list(thing: object) -> TypeGuard[list[Any]]:
    """Whether this is a JSON list."""
    return isinstance(thing, list)


def is_number(thing: object) -> TypeGuard[int | float]:
    """Whether this is a JSON number, and none of more digits than any number of ours has."""
    if isinstance(thing, bool) or not isinstance(thing, (int, float)):
        return False
    return -NUMBERS_END < thing < NUMBERS_END


def json_of(body: bytes) -> Any:
    """The JSON of a body. Raises Unreadable."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)[:200]) from None


def zoned(text: object, what: str) -> datetime:
    """A moment of RFC 3339, with its zone. Raises Unreadable."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Unreadable(f"{what} is no time with a zone")


def reading(vital: Vital, value: float, unit: str, at: datetime, received: datetime) -> Reading:
    """A reading in its vital's own unit. Raises Unreadable for what cannot be."""
    _possible(at, at, received)
    return Reading(vital, in_own_unit(vital, value, unit), at)


def total(
    metric: Metric, value: float, unit: str, span: tuple[datetime, datetime], received: datetime
) -> Total:
    """A total in its metric's own unit. Raises Unreadable for what cannot be."""
    starts, ends = span
    _possible(starts, ends, received)
    return Total(metric, starts, ends, metric.in_own_unit(value, unit))


def _possible(starts: datetime, ends: datetime, received: datetime) -> None:
    if starts < EARLIEST:
        raise Unreadable("measured before 2000: the clock was never set")
    if ends > received + AHEAD_MAX:
        raise Unreadable("measured ahead of our clock")
