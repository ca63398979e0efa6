"""What a request means: its path and its bytes, to what they say. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import msgspec

from homeward.model.delivery import Delivery, SensorsOff
from homeward.model.errors import Forbidden, Missing
from homeward.standards import fhir_observation, openmhealth
from homeward.standards.payload import (
    UNCOUNTED_BOOT,
    decode,
    decode_sensors,
    decode_waves,
    fingerprint,
)
from homeward.standards.telling_readings import Told

FRAME_BYTES_MAX = 1_048_576
EDGE_BODY_BYTES_MAX = 65_536
MESSAGES = frozenset({"readings", "waves", "sensors"})
# Formats of others, in which one body may tell several things.
FORMATS: Mapping[str, Callable[[bytes, datetime], Told]] = MappingProxyType(
    {"openmhealth": openmhealth.understand, "fhir": fhir_observation.understand}
)
FRAMES = "frames"
MAPPED = "mapped"
REPORT = "implant-report"
REPORT_BYTES_MAX = 4 * 1024 * 1024  # it may carry its own pages as PDF
PUT_ASIDE_TOLD_MAX = 50  # reasons in one answer; all are in the quarantine


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is about: a device's own message or frame, or a word of an edge."""

    what: str
    is_edge: bool = False

    @property
    def topic(self) -> str:
        """What the quarantine calls it."""
        return f"edge/{self.what}" if self.is_edge else f"https {self.what}"


def asked(method: str, target: str, name: str) -> Asked:
    """Read the request line of the device `name`.

    Raises Forbidden for what is another device's, and Missing for what there is not.
    """
    path = target.partition("?")[0].removeprefix("/").split("/")
    if len(path) == 2 and path[0] == "edge" and method in ("GET", "POST"):
        return Asked(path[1], is_edge=True)
    if len(path) == 3 and path[0] == "devices":
        if path[1] != name:
            raise Forbidden("this path is not this device's: its certificate names another")
        if path[2] in MESSAGES or path[2] in FORMATS or path[2] in (FRAMES, MAPPED, REPORT):
            if method != "POST":
                raise Missing(f"{path[2]} are sent with POST")
            return Asked(path[2])
    raise Missing("there is no such path; see docs/reference/payload.md")


def body_bytes_max(what: Asked, payload_bytes_max: int) -> int:
    """The largest body of a request, as sent and as inflated."""
    if what.is_edge:
        return EDGE_BODY_BYTES_MAX
    if what.what == REPORT:
        return REPORT_BYTES_MAX
    is_large = what.what in (FRAMES, MAPPED) or what.what in FORMATS
    return FRAME_BYTES_MAX if is_large else payload_bytes_max


def message(what: str, device_id: int, body: bytes, received: datetime) -> Delivery | SensorsOff:
    """Read one message of one device, received at `received` (UTC). Raises Unreadable."""
    if what == "readings":
        said = decode(body, received)
        return Delivery(device_id, said.boot, said.seq, received, said.readings)
    if what == "waves":
        waves = decode_waves(body, received)
        return Delivery(device_id, waves.boot, waves.sequence, received, waves=waves, body=body)
    return SensorsOff(device_id, received, decode_sensors(body))


def told_in(
    understand: Callable[[bytes, datetime], Told], device_id: int, body: bytes, received: datetime
) -> tuple[Told, Delivery]:
    """Read a body in a format of others: what it told, and its readings as a delivery. The device
    counts nothing, so it is known by its bytes. Raises Unreadable."""
    told = understand(body, received)
    return told, Delivery(
        device_id, UNCOUNTED_BOOT, fingerprint(body), received, tuple(told.readings)
    )


def said(**words: object) -> bytes:
    """An answer's body."""
    return msgspec.json.encode(words)
