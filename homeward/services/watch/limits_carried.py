"""What was watched otherwise on the ward of somebody who came home: offered, and set by nobody yet.

A personal limit ends with its stay. Whoever looks after them at home is shown for two weeks what it
was, who set it and why, and sets it anew where it is right there too. What was off is not offered:
that holds for a shift at most.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.clinical.limit import shown_unit
from homeward.services.watch.ledger import Q
from homeward.services.watch.limits import BY_NAME, REASON_CHARACTERS
from homeward.store import Door

OFFERED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class CarriedShown:
    """A setting that ended with the stay on the ward, as it would be set anew; `reason` says from
    where, by whom and why it was."""

    rule: str
    title: str
    unit: str
    side: str | None
    choice: str
    limit: float | None
    clear_limit: float | None
    delay_seconds: int
    clear_seconds: int
    extreme: float | None
    expires: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CameHome:
    """From which ward a patient came home within a day before, when (ms since 1970 UTC), and what
    was watched otherwise there."""

    ward: str
    at: int
    settings: list[CarriedShown]


async def came_home(door: Door, patient: int, now: datetime) -> CameHome | None:
    """From where somebody came home, and with which settings; None where they did not."""
    stay = await door.maybe(Q.came_home, dict, patient=patient, lately=now - OFFERED_FOR)
    if stay is None:
        return None
    rows = await door.all(Q.left_settings, dict, patient=patient, now=now, since=stay["left"])
    return CameHome(
        stay["ward"],
        stay["at"],
        [
            CarriedShown(
                name, rule.about.split("\n")[0].rstrip("."), shown_unit(rule.vital),
                None if rule.limit is None else str(rule.limit.side), row["choice"], row["limit"],
                row["clear_limit"], row["delay_seconds"] or 0, row["clear_seconds"] or 0,
                row["extreme"], row["expires"],
                carried_reason(stay["ward"], row["by"], row["role"], row["reason"]),
            )
            for row in rows
            if (rule := BY_NAME.get(name := row["rule"])) is not None
        ],
    )  # fmt: skip


def carried_reason(ward: str, by: str, role: str, reason: str) -> str:
    """Why it is set at home: where it was, whose it was, and why. Pure."""
    return f"As on {ward} by {by}, {role}: {reason}"[: REASON_CHARACTERS[1]]
