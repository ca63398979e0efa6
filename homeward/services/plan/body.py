"""A plan as it is kept and said: JSON, in and out of its dataclass. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from homeward.clinical.plan import Plan
from homeward.clinical.zone import Zones
from homeward.model.errors import Unreadable

START = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def written(plan: Plan) -> str:
    """As JSON."""
    return msgspec.json.encode(plan).decode()


def read(body: str) -> Plan:
    """Of JSON. Raises Unreadable, also for one that was erased."""
    try:
        return msgspec.json.decode(body, type=Plan)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"This is no plan: {error}") from None


def zones_of(rows: Sequence[Mapping[str, Any]], house_zone: str) -> Zones:
    """A patient's clocks; until the first that was said, the house's."""
    return Zones(((START, house_zone), *((row["starts"], row["zone"]) for row in rows)))
