"""Reads what an export holds, a piece of the span at a time: memory does not grow with the span."""

from collections.abc import AsyncIterator, Iterator

import numpy as np

from homeward.model.entered import BY_HAND
from homeward.services.record.exporting.plan import Plan
from homeward.store import Door, queries
from homeward.store.chunks import samples, waves
from homeward.store.packed import DAY_US, HOUR_US, Array, WaveStretch

sql = queries("homeward.services.record")


def pieces(start_us: int, end_us: int, width_us: int) -> Iterator[tuple[int, int]]:
    """A span in pieces of whole days, hours and so on of UTC."""
    at = start_us
    while at < end_us:
        until = min(end_us, (at // width_us + 1) * width_us)
        yield at, until
        at = until


async def vital_days(door: Door, plan: Plan) -> AsyncIterator[tuple[int, dict[int, Array]]]:
    """Up to when it has come, and the readings of each vital since the last time."""
    for start, end in pieces(plan.start_us, plan.end_us, DAY_US):
        yield end, await samples(door, plan.patient.id, plan.vitals, start, end)


async def wave_hours(
    door: Door, plan: Plan, hours: int = 1
) -> AsyncIterator[tuple[int, list[WaveStretch]]]:
    """Up to when it has come, and the stretches of every waveform since the last time."""
    for start, end in pieces(plan.start_us, plan.end_us, hours * HOUR_US):
        found = [
            each
            for wave in plan.waves
            for each in await waves(door, plan.patient.id, wave, start, end)
        ]
        yield end, found


async def device_names(door: Door) -> dict[int, str]:
    """The names of devices by their numbers, and what is entered by hand."""
    rows = await door.all(sql.every_device_name, dict)
    return {row["id"]: row["name"] for row in rows} | {BY_HAND: "by hand"}


def breaks(stretches: list[WaveStretch], ends: dict[tuple[int, int], int]) -> int:
    """How many of these do not follow on what came before of their device; `ends` remembers."""
    found = 0
    for each in sorted(stretches, key=lambda each: each.start):
        key = each.device, each.wave
        due = ends.get(key)
        found += due is not None and each.start > due + max(1_000, round(0.5e6 / each.rate))
        ends[key] = max(each.end, due or 0)
    return found


def silences(rows: Array, stale_us: int, last: int | None) -> int:
    """How often a vital was not measured for longer than it stays on screens."""
    at = rows["at"] if last is None else np.concatenate([[last], rows["at"]])
    return int((np.diff(at) > stale_us).sum())
