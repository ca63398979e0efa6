"""What the platform tells a device, and what lasts of a device's session. Times in seconds."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec


class What(StrEnum):
    """What a device can be told; each has its topic."""

    COMMANDS = "commands"
    CONFIG = "config"


class Wanted(msgspec.Struct, frozen=True):
    """How a device wants to be told something (MQTT 5.0, 3.8.3.1): its subscription."""

    qos: int
    retain_as_published: bool = False
    identifier: int = 0


class Step(StrEnum):
    """How far one telling came, at QoS 1 or 2."""

    SENT = "sent"
    RECEIVED = "received"  # QoS 2: the device has it, and was told that we know
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing told in one session. `id` names the telling; `packet_id` is 0 at QoS 0."""

    id: int
    what: What
    body: bytes
    qos: int
    retain: bool
    packet_id: int
    expires: datetime | None
    step: Step = Step.SENT
    identifier: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that begins or goes on with a new connection.

    `connection` grows with every connection of the device: an older one writes no more.
    `unreleased` are packet identifiers of QoS 2 messages taken in and not yet released.
    """

    device_id: int
    connection: int
    is_present: bool = False
    wanted: dict[What, Wanted] = field(default_factory=dict[What, Wanted])
    unreleased: tuple[int, ...] = ()
