"""One round: low, alarm, acknowledged, well, over; each hop measured by our own clock."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from homeward.model.errors import Unreachable
from homeward.sentinel.nurse import Nurse
from homeward.sentinel.probe import CLEAR_SECONDS, CONDITION, LOW, WELL, Probe

END_SECONDS = 10.0  # for the end of an alarm to be told, after its 15 s of well readings


@dataclass(slots=True)
class Round:
    """What one round measured: seconds from the reading to each hop.

    `stored`: the door had it in the record. `heard`: the alarm was on the live screen.
    `acknowledged`: the acknowledgement was written. `told`: ... and back on the screen. `over`:
    the end was on the screen, after the last well reading. `outcome` is well, late (the alarm
    came, its end did not) or lost.
    """

    at: datetime
    outcome: str = "lost"
    hops: dict[str, float] = field(default_factory=dict)
    detail: str = ""


async def go_round(probe: Probe, nurse: Nurse, bound_seconds: float) -> Round:
    """Walk the whole path once. Never raises for the platform's faults: they are the outcome."""
    told = Round(datetime.now(UTC))
    try:
        await nurse.come(time.time)
        await _end_what_is_open(probe, nurse, bound_seconds)
        await _alarm(told, probe, nurse, bound_seconds)
        told.outcome = "late"
        await _end(told, probe, nurse, bound_seconds)
        told.outcome = "well"
    except Unreachable as error:
        told.detail = str(error)
    return told


def _at(nurse: Nurse) -> datetime:
    """Now by the server's clock: ours may be wrong, and late readings raise nothing."""
    return datetime.now(UTC) + timedelta(seconds=nurse.clock_ahead)


async def _alarm(told: Round, probe: Probe, nurse: Nurse, bound: float) -> None:
    nurse.forget()
    began = time.monotonic()

    def since() -> float:
        return round(time.monotonic() - began, 4)

    await probe.send(LOW, _at(nurse), bound)
    told.hops["stored"] = since()
    alarm = await nurse.hears(CONDITION, "active", bound - since())
    told.hops["heard"] = since()
    await nurse.acknowledge(alarm)
    told.hops["acknowledged"] = since()
    await nurse.hears(CONDITION, "acknowledged", bound)
    told.hops["told"] = since()


async def _end(told: Round, probe: Probe, nurse: Nurse, bound: float) -> None:
    await probe.send(WELL, _at(nurse), bound)
    await asyncio.sleep(CLEAR_SECONDS)
    began = time.monotonic()
    await probe.send(WELL, _at(nurse), bound)
    await nurse.hears(CONDITION, "resolved", END_SECONDS)
    told.hops["over"] = round(time.monotonic() - began, 4)


async def _end_what_is_open(probe: Probe, nurse: Nurse, bound: float) -> None:
    """A round that was cut short left its alarm behind: end it first, or none can begin."""
    left = await nurse.open_alarms(CONDITION)
    if not left:
        return
    for alarm in left:
        if alarm["state"] != "acknowledged":
            await nurse.acknowledge(alarm)
    if await nurse.open_alarms(CONDITION):  # latched ones end by being acknowledged
        nurse.forget()
        await _end(Round(datetime.now(UTC)), probe, nurse, bound)
