"""How long alarms take, measured always: from the reading received to each step after it.

Breaking the limit is an alarm of its own: a platform that has become slow must say so itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.services.watch.ledger import Q
from homeward.services.watch.troubles import Trouble
from homeward.store import Door

SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "month": timedelta(days=30)}
LATE = "alarm_latency"


@dataclass(frozen=True, slots=True)
class LatencyStep:
    """One step of alarms in one span: how many took it, and the median and 99th percentile of the
    seconds it took (None where none did).

    judged: reading received to alarm decided. shown: reading received to a visible screen that
    heard it live. called: alarm to the first call. seen: call to its person's screen. answered:
    alarm to acknowledgement.
    """

    span: str
    step: str
    alarms: int
    p50_seconds: float | None
    p99_seconds: float | None


async def steps(door: Door, now: datetime) -> list[LatencyStep]:
    """Every step over the last hour, day and month."""
    found: list[LatencyStep] = []
    for span, length in SPANS.items():
        rows = await door.all(Q.latency, dict, since=now - length)
        found += [LatencyStep(span, **row) for row in rows]
    return found


async def lateness(door: Door, now: datetime, seconds_max: float) -> Trouble:
    """Whether alarms of the last hour were judged or shown later than they may be."""
    rows = await door.all(Q.own_latency, dict, since=now - SPANS["hour"])
    late = [
        f"{row['step']} after {row['p99_seconds']:.1f} s (p99 of {row['alarms']})"
        for row in rows
        if row["p99_seconds"] is not None and row["p99_seconds"] > seconds_max
    ]
    if not late:
        return Trouble(LATE, over=True)
    return Trouble(LATE, f"Alarms are late in the last hour: {', '.join(late)}")
