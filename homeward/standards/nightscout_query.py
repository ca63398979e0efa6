"""What a request of the Nightscout interface asks for: conditions, order, and which fields.

API v1 writes `find[sgv][$gte]=120` and `count`, v3 `sgv$gte=120`, `sort`, `limit`, `skip` and
`fields`. Patterns (`$re`) are refused: one somebody chooses can take for ever.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from homeward.model.errors import Unreadable
from homeward.standards.nightscout import moment

COUNT_MAX = 20_000
LIMIT_MAX = 1_000
CONDITIONS_MAX = 30
# Fields that say a moment: compared as such, in whatever form they are written.
TIMES = frozenset(
    {"date", "dateString", "created_at", "timestamp", "mills", "sysTime", "startDate",
     "srvModified", "srvCreated"}
)  # fmt: skip
_FIND = re.compile(r"find\[([^\]]{1,60})\](?:\[\$(\w{1,8})\])?(?:\[\d*\])?")
_OPERATORS = frozenset({"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "exists"})
# By these a search is sorted: what is kept is in their order already.
_SORTS = frozenset({"date", "created_at", "timestamp", "dateString", "mills", "startDate"})
_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "gt": lambda one, other: one > other,
        "gte": lambda one, other: one >= other,
        "lt": lambda one, other: one < other,
        "lte": lambda one, other: one <= other,
        "eq": lambda one, other: one == other,
    }
)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SLACK = timedelta(days=2)  # several fields of one document may say a moment a little differently


@dataclass(frozen=True, slots=True)
class Condition:
    """One field, how it is compared, and with what."""

    field: str
    operator: str
    said: str

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Whether a document meets it. One without the field meets only what says so."""
        value = body.get(self.field)
        if self.operator == "exists":
            return (value is not None) == (self.said.lower() not in ("false", "0"))
        if self.operator in ("in", "nin"):
            words = re.split(r"[|,]", self.said)
            return any(_compares(self.field, "eq", value, word) for word in words) == (
                self.operator == "in"
            )
        if self.operator == "ne":
            return not _compares(self.field, "eq", value, self.said)
        return _compares(self.field, self.operator, value, self.said)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted. `fields` None: all. The bounds are of moments, and generous."""

    conditions: tuple[Condition, ...]
    count: int
    skip: int = 0
    newest_first: bool = True
    fields: frozenset[str] | None = None

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Whether a document is wanted."""
        return all(each.holds(body) for each in self.conditions)

    def shown(self, body: dict[str, Any]) -> dict[str, Any]:
        """Of a document what is wanted."""
        if self.fields is None:
            return body
        return {key: value for key, value in body.items() if key in self.fields}

    def since(self) -> datetime:
        """No earlier document is wanted."""
        found = self._bounds(("gt", "gte", "eq"))
        return max(found) - SLACK if found else BEGINNING

    def until(self, now: datetime) -> datetime:
        """No later document is wanted."""
        found = self._bounds(("lt", "lte", "eq"))
        return min(found) + SLACK if found else now + timedelta(days=30)

    def _bounds(self, operators: Sequence[str]) -> list[datetime]:
        by_time = TIMES - {"srvModified", "srvCreated"}
        told = [
            moment(each.said)
            for each in self.conditions
            if each.field in by_time and each.operator in operators
        ]
        return [each for each in told if each is not None and each - BEGINNING > SLACK]


def _compares(field: str, operator: str, value: object, said: str) -> bool:
    if value is None:
        return False
    compare = _ORDERED[operator]
    if field in TIMES:
        one, other = moment(value), moment(said)
        if one is not None and other is not None:
            return compare(one, other)
    if isinstance(value, bool):
        return operator == "eq" and said.lower() == str(value).lower()
    if isinstance(value, (int, float)):
        try:
            return compare(float(value), float(said))
        except (ValueError, OverflowError):
            return False
    return compare(str(value), said)


def asked_v1(query: str, count: int) -> Asked:
    """Read a query of API v1; `count` where it says none. Raises Unreadable."""
    conditions: list[Condition] = []
    for key, value in _pairs(query):
        if key == "count":
            count = _whole("count", value, COUNT_MAX)
            continue
        found = _FIND.fullmatch(key)
        if found:
            conditions.append(_condition(found[1], found[2] or "eq", value))
    return Asked(_few(conditions), count)


def asked_v3(query: str) -> Asked:
    """Read a query of API v3. Raises Unreadable."""
    conditions: list[Condition] = []
    limit, skip, newest_first, fields = LIMIT_MAX, 0, True, None
    for key, value in _pairs(query):
        field, _, operator = key.partition("$")
        if key in ("token", "now", "secret"):
            continue
        if key == "limit":
            limit = _whole("limit", value, LIMIT_MAX)
        elif key == "skip":
            skip = _whole("skip", value, COUNT_MAX)
        elif key == "fields":
            fields = None if value == "_all" else frozenset(value.split(","))
        elif field == "sort":
            if value not in _SORTS:
                raise Unreadable("Bad sort field: documents are sorted by their moment")
            newest_first = operator == "desc"
        else:
            conditions.append(_condition(field, operator or "eq", value))
    return Asked(_few(conditions), limit, skip, newest_first, fields)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=2 * CONDITIONS_MAX)
    except ValueError:
        raise Unreadable(f"more than {2 * CONDITIONS_MAX} fields in a query") from None


def _condition(field: str, operator: str, said: str) -> Condition:
    if operator not in _OPERATORS:
        raise Unreadable(f"Unknown filter operator {operator[:8]}")
    return Condition(field, operator, said[:500])


def _few(conditions: list[Condition]) -> tuple[Condition, ...]:
    if len(conditions) > CONDITIONS_MAX:
        raise Unreadable(f"at most {CONDITIONS_MAX} conditions")
    return tuple(conditions)


def _whole(what: str, said: str, most: int) -> int:
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise Unreadable(f"Parameter {what} out of tolerance")
    return min(int(said), most)
