"""Deliveries: what crosses the hand-over from a device's connection to the record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from homeward.model.frame import WaveFrame
from homeward.model.reading import Reading


@dataclass(frozen=True, slots=True)
class DevicePass:
    """What the registry says of a device at the door. Of two visits the later has the greater
    number.

    `quarantined`: it may come in, and what it says is kept apart. `outdated`: it has come with a
    newer certificate than this one before.
    """

    device_id: int
    name: str
    active: bool
    visit: int = 0
    quarantined: bool = False
    outdated: bool = False

    @property
    def refusal(self) -> str:
        """Why it is not let in; empty: it is."""
        if not self.active:
            return "this device is revoked"
        return "this device has a newer certificate" if self.outdated else ""


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """One message of one device, read and found sound.

    (device, boot, seq, kind) names it for ever, so that a number that never came is noticed. What
    is a duplicate the readings themselves say, not the number: a device that uses one twice for
    different readings loses neither. boot -1 marks a device that does not count; its seq is then
    a hash of the bytes.
    """

    device_id: int
    boot: int
    seq: int
    received: datetime
    readings: tuple[Reading, ...] = ()
    waves: WaveFrame | None = None
    body: bytes = b""  # the packed wave frame, as sent
    taken: datetime | None = None  # when a gateway took it, by its own clock


@dataclass(slots=True)
class Hop:
    """Messages of one device and boot that waited at a gateway: which, and when it took them."""

    device_id: int
    boot: int
    first_seq: int
    last_seq: int
    messages: int
    taken_first: datetime
    taken_last: datetime
    received: datetime


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One message that could not be read: kept whole, with the reason."""

    device_id: int | None
    received: datetime
    topic: str
    reason: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SensorsOff:
    """Which of its sensors a device says are off now, all of them; none: all are on."""

    device_id: int
    received: datetime
    names: tuple[str, ...]


class Outcome(StrEnum):
    """What became of a delivery."""

    STORED = "stored"
    NOT_STORED = "not stored"
    NO_ROOM = "no room"  # nor will there be soon: a person must make some


Settle = Callable[[Outcome], None]
