"""Messages of a device that never came: its counter has holes.

The record knows which numbers it has. What was said of them before, and whether somebody
acknowledged it, stands in the ledger; so nothing is remembered here, and a new watcher says the
same as the one before it.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority, State
from homeward.services.watch.ledger import Change, Q
from homeward.services.watch.share import DEVICE_GAP
from homeward.store import Door

CAME = "the missing messages came after all"
NEVER_CAME = "acknowledged, and the missing messages never came"


class DeviceTold(msgspec.Struct):
    """What matters here of a message on told.device."""

    what: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A device's missing messages now, and how its open episode stands (None: there is none).

    `accepted` were missing when its last episode ended: they are known, and not said again.
    """

    device_id: int
    device: str
    patient_id: int | None
    missing: int
    accepted: int
    alarm_patient_id: int | None
    state: str | None


async def counted_now(door: Door) -> list[Counted]:
    """What the record and the ledger say of every device."""
    return await door.all(Q.counted, Counted)


def gaps(counted: list[Counted], now: datetime) -> list[Change]:
    """What these counts say.

    Low: what comes now is judged, so nobody need come to the bed. But the record has a hole,
    and what was in it was never judged: it must be seen.
    """
    return [_change(each, now) for each in counted]


def _change(each: Counted, now: datetime) -> Change:
    # An open episode stays with the patient who wore the device when the messages were lost.
    patient = each.patient_id if each.state is None else each.alarm_patient_id
    key = Key(DEVICE_GAP, patient, each.device_id)
    detail = {"missing": each.missing}
    if each.state == State.ACKNOWLEDGED:
        said = detail | {"because": NEVER_CAME if each.missing else CAME}
        return Change(key, Kind.TECHNICAL, now, None, detail=said)
    if each.missing > each.accepted:
        lost = each.missing - each.accepted
        text = f"{each.device}: {lost} {'message is' if lost == 1 else 'messages are'} missing"
        finding = Finding(Priority.LOW, text, now, value=float(lost))
        return Change(key, Kind.TECHNICAL, now, finding, detail=detail)
    return Change(key, Kind.TECHNICAL, now, None, detail=detail | {"because": CAME})
