"""What a device's message means: its topic and its bytes, to a delivery. Pure."""

from dataclasses import dataclass
from datetime import datetime

from homeward.model.delivery import Delivery, SensorsOff
from homeward.model.errors import Forbidden, Unreadable
from homeward.standards.payload import decode, decode_sensors, decode_waves

STATUS_BYTES_MAX = 200


@dataclass(frozen=True, slots=True)
class Topics:
    """The only topics one device has."""

    readings: str
    waves: str
    sensors: str
    status: str
    commands: str
    config: str


@dataclass(frozen=True, slots=True)
class Status:
    """What a device says of itself, in its own words."""

    text: str


def topics_of(name: str) -> Topics:
    """The topics of the device of this name."""
    return Topics(*(f"devices/{name}/{what}" for what in Topics.__dataclass_fields__))


def parse(
    topics: Topics, device_id: int, topic: str, body: bytes, received: datetime
) -> Delivery | SensorsOff | Status:
    """Read one message, received at `received` (UTC).

    Raises Forbidden for a topic that is not this device's to publish to, and Unreadable for a
    body that is not sound.
    """
    if topic == topics.readings:
        message = decode(body, received)
        return Delivery(device_id, message.boot, message.seq, received, message.readings)
    if topic == topics.waves:
        waves = decode_waves(body, received)
        return Delivery(device_id, waves.boot, waves.sequence, received, waves=waves, body=body)
    if topic == topics.sensors:
        return SensorsOff(device_id, received, decode_sensors(body))
    if topic == topics.status:
        return Status(status_text(body))
    raise Forbidden("this topic is not this device's to publish to")


def status_text(body: bytes) -> str:
    """A short text of UTF-8. Raises Unreadable for anything else."""
    if len(body) > STATUS_BYTES_MAX:
        raise Unreadable(f"status of {len(body)} bytes; {STATUS_BYTES_MAX} are allowed")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Unreadable("status is not UTF-8 text") from None
    if not text.replace("\n", " ").isprintable():
        raise Unreadable("status holds characters that cannot be printed")
    return text
