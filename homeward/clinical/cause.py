"""One cause, one alarm: devices that fall silent together are silent for one reason.

A gateway that lost power is one alarm that lists its forty beds, not forty alarms that hide the
forty-first. Every silence stays an alarm of its own, below its cause, and rings by itself as soon
as the cause is over. What is only coincidence must not be grouped, so devices share a cause
where they could all have stopped at one moment, and enough of those that could have did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from homeward.clinical.episode import Key

GATEWAY_SILENT = "gateway_silent"
WARD_SILENT = "ward_silent"
# Homeward's own choice: two silences are two alarms; of a gateway's devices three and half of
# them are no coincidence, of a ward's, which share no wire that we know of, five.
GATEWAY_DEVICES_MIN = 3
WARD_DEVICES_MIN = 5
SHARE_MIN = 0.5
NAMED_MAX = 12  # beds in the text; all of them are below the alarm


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is: how it reaches us, and whom it serves. `label` is the bed, or a name."""

    device_id: int
    label: str
    gateway_id: int | None = None
    gateway: str | None = None
    ward_id: int | None = None
    ward: str | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """A silent device: last heard when, and by when it should have been heard again."""

    place: Place
    last_heard: datetime
    allowed_seconds: float


@dataclass(frozen=True, slots=True)
class Cause:
    """What some silences have in common. `since` is when they stopped, at the latest."""

    key: Key
    text: str
    since: datetime
    ward_id: int | None
    devices: frozenset[int]


def common_causes(places: Sequence[Place], silent: Sequence[Silent]) -> list[Cause]:
    """The causes these silences have in common: a gateway's before a ward's. Pure, no memory."""
    found: list[Cause] = []
    left = list(silent)
    for gateway in sorted({s.place.gateway_id for s in left if s.place.gateway_id is not None}):
        members = [each for each in left if each.place.gateway_id == gateway]
        known = sum(place.gateway_id == gateway for place in places)
        since = _together(members, known, GATEWAY_DEVICES_MIN)
        if since is not None:
            # What the gateway carries and hears later or seldom belongs to it as well.
            found.append(_gateway_cause(gateway, members, known, since))
            left = [each for each in left if each.place.gateway_id != gateway]
    for ward in sorted({s.place.ward_id for s in left if s.place.ward_id is not None}):
        members = [each for each in left if each.place.ward_id == ward]
        known = sum(place.ward_id == ward for place in places)
        since = _together(members, known, WARD_DEVICES_MIN)
        if since is not None:
            found.append(_ward_cause(ward, _at(members, since), known, since))
    return found


def _together(members: Sequence[Silent], known: int, devices_min: int) -> datetime | None:
    """The moment at which most of these can have stopped; None where too few can."""
    starts = np.sort([each.last_heard.timestamp() for each in members])
    ends = np.sort([_end(each).timestamp() for each in members])
    # At a start: begun by then, less those that were over before it.
    count = np.searchsorted(starts, starts, "right") - np.searchsorted(ends, starts, "left")
    best = int(np.argmax(count))
    if count[best] < max(devices_min, SHARE_MIN * known):
        return None
    zone = members[0].last_heard.tzinfo
    return datetime.fromtimestamp(float(starts[best]), zone)


def _end(each: Silent) -> datetime:
    return each.last_heard + timedelta(seconds=each.allowed_seconds)


def _at(members: Iterable[Silent], moment: datetime) -> list[Silent]:
    return [each for each in members if each.last_heard <= moment <= _end(each)]


def _gateway_cause(gateway: int, members: Sequence[Silent], known: int, since: datetime) -> Cause:
    wards = {each.place.ward_id for each in members}
    name = members[0].place.gateway or "gateway"
    return _cause(
        Key(GATEWAY_SILENT, device_id=gateway), name, members, known, since,
        wards.pop() if len(wards) == 1 else None,
    )  # fmt: skip


def _ward_cause(ward: int, members: Sequence[Silent], known: int, since: datetime) -> Cause:
    name = members[0].place.ward or "ward"
    return _cause(Key(f"{WARD_SILENT}_{ward}"), name, members, known, since, ward)


def _cause(
    key: Key, name: str, members: Sequence[Silent], known: int, since: datetime, ward: int | None
) -> Cause:
    labels = sorted(each.place.label for each in members)
    named = ", ".join(labels[:NAMED_MAX])
    more = len(labels) - NAMED_MAX
    text = f"{name}: {len(members)} of {known} devices silent: {named}"
    text += f" and {more} more" if more > 0 else ""
    devices = frozenset(each.place.device_id for each in members)
    return Cause(key, text, since, ward, devices)
