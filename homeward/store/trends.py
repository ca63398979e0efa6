"""Charts of rolled up readings: buckets of one width, whatever was rolled up how finely. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.store.packed import DAY_US, HOUR_US, MINUTE_US, ROLLUP, Array, unpack_rollup


@dataclass(frozen=True, slots=True)
class Trend:
    """Buckets of one vital, oldest first: mean time (us since 1970), lowest, highest, mean."""

    at: npt.NDArray[np.int64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]


def fineness(bucket_us: int) -> str:
    """By what to read, so that no part is longer than a bucket: minutes, hours or days."""
    if bucket_us >= DAY_US:
        return "days"
    return "hours" if bucket_us >= HOUR_US else "minutes"


def singles(rows: Array) -> Array:
    """Samples as rollup rows, each of itself alone."""
    rolled = np.empty(len(rows), ROLLUP)
    rolled["at"], rolled["count"] = rows["at"], 1
    for name in ("low", "high", "mean"):
        rolled[name] = rows["value"]
    return rolled


def rolled_parts(
    rows: Iterable[Mapping[str, Any]], by: str, start_us: int, end_us: int
) -> dict[int, list[Array]]:
    """Of each vital what rows of days and hours say of a span, as fine as `by` says."""
    minutes: dict[int, list[Array]] = {}
    hours: dict[int, list[bytes]] = {}
    alone: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for row in rows:
        if row["body"] is None:
            cells = tuple(row[name] for name in ROLLUP.names or ())
            alone.setdefault((row["vital"], row["width"]), []).append(cells)
        elif by == "hours":
            hours.setdefault(row["vital"], []).append(row["body"])
        else:
            minutes.setdefault(row["vital"], []).append(unpack_rollup(row["body"]))
    found: dict[int, list[Array]] = {}
    for vital, parts in minutes.items():
        found.setdefault(vital, []).append(
            _touching(np.concatenate(parts), MINUTE_US, start_us, end_us)
        )
    for vital, bodies in hours.items():
        rolled = np.frombuffer(b"".join(bodies), ROLLUP)
        found.setdefault(vital, []).append(_touching(rolled, HOUR_US, start_us, end_us))
    for (vital, width_us), cells in alone.items():
        rolled = np.array(cells, ROLLUP)
        found.setdefault(vital, []).append(_touching(rolled, width_us, start_us, end_us))
    return found


def _touching(rolled: Array, width_us: int, start_us: int, end_us: int) -> Array:
    """Rollup rows that touch a span, moved to their middle: no extreme is lost at an edge."""
    rolled = rolled[(rolled["at"] + width_us > start_us) & (rolled["at"] < end_us)]
    rolled["at"] = np.clip(rolled["at"] + width_us // 2, start_us, end_us - 1)
    return rolled


def outermost(
    times: Array, first_day: bytes | None, last_day: bytes | None
) -> tuple[int, int] | None:
    """The first and last of these times and of days rolled up by hours (us since 1970), of which
    only the hour is known."""
    ends = (int(times.min()), int(times.max())) if len(times) else None
    if first_day is None or last_day is None:
        return ends
    first = int(np.frombuffer(first_day, ROLLUP)["at"][0])
    last = int(np.frombuffer(last_day, ROLLUP)["at"][-1]) + HOUR_US - 1
    if ends is None:
        return first, last
    is_earlier, is_later = first + HOUR_US <= ends[0], last - HOUR_US >= ends[1]
    return first if is_earlier else ends[0], last if is_later else ends[1]


def bucketed(rolled: Array, start_us: int, bucket_us: int) -> Trend:
    """Merge rollup rows that fall in one bucket."""
    rolled = rolled[np.argsort(rolled["at"], kind="stable")]
    offset = rolled["at"] - start_us
    buckets = offset // bucket_us
    firsts = np.flatnonzero(np.diff(buckets, prepend=buckets[:1] - 1))
    counts = np.add.reduceat(rolled["count"], firsts)
    weighted = np.add.reduceat(rolled["mean"] * rolled["count"], firsts)
    times = np.add.reduceat(offset.astype(np.float64) * rolled["count"], firsts)
    return Trend(
        at=start_us + np.rint(times / counts).astype(np.int64),
        low=np.minimum.reduceat(rolled["low"], firsts),
        high=np.maximum.reduceat(rolled["high"], firsts),
        mean=weighted / counts,
    )
