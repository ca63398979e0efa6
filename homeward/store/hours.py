"""Which hours of the record matter: their lowest and highest values are known without reading."""

from math import inf

from homeward.model.vital import BY_INDEX
from homeward.store.chunks import moment, sql
from homeward.store.door import Door


async def hours_beyond(
    door: Door, patient: int, vital: int, span_us: tuple[int, int], low: float, high: float
) -> list[int]:
    """The hours (us since 1970) of a span in which a vital was below or above these bounds, with
    those nobody has rolled up yet; what waits in the inbox is not among them."""
    start, end = map(moment, span_us)
    # PostgreSQL knows infinities too.
    bounds = {"low": float(max(low, -inf)), "high": float(min(high, inf))}
    values = {"patient": patient, "vital": vital, "name": BY_INDEX[vital].name, "start": start}
    rows = await door.all(sql.hours_beyond, dict, end=end, **values, **bounds)
    return [row["at"] for row in rows]


async def counted(door: Door, patients: list[int], vital: int, span_us: tuple[int, int]) -> int:
    """How many readings of a vital are in the hours of a span."""
    start, end = map(moment, span_us)
    values = {"patients": patients, "vital": vital, "start": start, "end": end}
    return (await door.one(sql.counted_between, dict, **values))["samples"]
