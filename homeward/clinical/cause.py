"""One cause, one alarm: devices that fall silent together are silent for one reason.

And devices of one gateway, or of one ward, whose clocks are off by the same are off for one reason:
the gateway stamps what it carries, or they all asked one wrong clock for the time.

A gateway that lost power is one alarm that lists its forty beds, not forty alarms that hide the
forty-first. Every silence stays an alarm of its own, below its cause, and rings by itself as soon
as the cause is over. What is only coincidence must not be grouped, so devices share a cause
where they could all have stopped at one moment, and enough of those that could have did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

import numpy as np

from homeward.clinical.episode import Key
from homeward.clinical.silence import said

GATEWAY_SILENT = "gateway_silent"
WARD_SILENT = "ward_silent"
GATEWAY_CLOCK = "gateway_clock"
WARD_CLOCK = "ward_clock"
# Homeward's own choice: two silences are two alarms; of a gateway's devices three and half of
# them are no coincidence, of a ward's, which share no wire that we know of, five.
GATEWAY_DEVICES_MIN = 3
WARD_DEVICES_MIN = 5
SHARE_MIN = 0.5
ALIKE_SECONDS = 60.0  # two clocks that say the same, for all a network and a batch may take
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
class Off:
    """A device whose clock is off: by how much (ahead is more than 0), and since when."""

    place: Place
    offset_seconds: float
    since: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """What some alarms have in common. `since` is when silent devices stopped, at the latest."""

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


def common_clocks(places: Sequence[Place], off: Sequence[Off]) -> list[Cause]:
    """The wrong clocks these devices have in common: a gateway's before a ward's. Pure."""
    found: list[Cause] = []
    left = list(off)
    for name, of, devices_min in (
        (GATEWAY_CLOCK, _gateway_of, GATEWAY_DEVICES_MIN),
        (WARD_CLOCK, _ward_of, WARD_DEVICES_MIN),
    ):
        for one in sorted({one for each in left if (one := of(each.place)) is not None}):
            members = _alike([each for each in left if of(each.place) == one])
            known = sum(of(place) == one for place in places)
            if len(members) >= max(devices_min, SHARE_MIN * known):
                found.append(_clock_cause(name, one, members, known))
                ours = found[-1].devices
                left = [each for each in left if each.place.device_id not in ours]
    return found


def _gateway_of(place: Place) -> int | None:
    return place.gateway_id


def _ward_of(place: Place) -> int | None:
    return place.ward_id


def _alike(off: Sequence[Off]) -> list[Off]:
    """The most of these that are off by the same."""
    offsets = np.sort([each.offset_seconds for each in off])
    count = np.searchsorted(offsets, offsets + ALIKE_SECONDS, "right") - np.arange(len(offsets))
    least = float(offsets[int(np.argmax(count))])
    return [each for each in off if least <= each.offset_seconds <= least + ALIKE_SECONDS]


def _clock_cause(name: str, one: int, members: Sequence[Off], known: int) -> Cause:
    is_gateway = name == GATEWAY_CLOCK
    wards = {each.place.ward_id for each in members}
    place = members[0].place
    whose = (place.gateway or "gateway") if is_gateway else (place.ward or "ward")
    seconds = median_low([each.offset_seconds for each in members])
    way = "ahead" if seconds > 0 else "behind"
    said_of = f"of {known} clocks {said(timedelta(seconds=abs(seconds)))} {way}"
    key = Key(name, device_id=one) if is_gateway else Key(f"{name}_{one}")
    return Cause(
        key,
        _text(whose, said_of, [each.place for each in members]),
        min(each.since for each in members),
        wards.pop() if len(wards) == 1 else None,
        frozenset(each.place.device_id for each in members),
    )


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
    places = [each.place for each in members]
    devices = frozenset(place.device_id for place in places)
    return Cause(key, _text(name, f"of {known} devices silent", places), since, ward, devices)


def _text(name: str, said_of: str, places: Sequence[Place]) -> str:
    """`gw-north: 6 of 8 devices silent: 3-01, 3-02` and so on."""
    labels = sorted(place.label for place in places)
    more = len(labels) - NAMED_MAX
    text = f"{name}: {len(labels)} {said_of}: {', '.join(labels[:NAMED_MAX])}"
    return text + (f" and {more} more" if more > 0 else "")
