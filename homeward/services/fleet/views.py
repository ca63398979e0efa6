"""What the fleet's routes take and give. Times are milliseconds since 1970 UTC."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One device. `offset_seconds`: how far its clock is ahead; `firmware`: what it says it runs;
    `detail`: why it is not active, or else how it went. `patient` is for carers only."""

    name: str
    kind: str
    status: str
    connected: bool
    last_seen: int | None
    since: int | None
    offset_seconds: float | None
    detail: str | None
    patient_id: int | None
    patient: str | None
    bed: str | None
    ward: str | None
    certificate_expires: int | None
    firmware: str | None
    quarantined: int
    created: int


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device to register; `through` names its gateway, `door` is where an edge is reached."""

    name: str
    kind: str
    patient_id: int | None = None
    through: str | None = None
    door: str | None = None


@dataclass(frozen=True, slots=True)
class TokenView:
    """A one-time token, the command that uses it, and both as a picture (SVG text)."""

    token: str
    expires: int
    command: str
    qr: str


@dataclass(frozen=True, slots=True)
class NewStatus:
    """Where a device's life goes (active, quarantined, revoked, retired), and why."""

    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wearer:
    """Who wears a device from now on; None: nobody. `instead_of`: who wore it on the screen, 0
    where nobody did; None: whoever wears it."""

    patient_id: int | None
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class Through:
    """The gateway a device speaks through from now on; None: it speaks for itself."""

    gateway: str | None


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """A message that was put aside: its first bytes as `text` where they are text, and in
    `head` as they came (base64), of `bytes` in all.
    """

    id: int
    device: str | None
    received: int
    topic: str
    reason: str
    text: str | None
    bytes: int
    head: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A device asks for its certificate: the token it was given, and a request (PEM)."""

    token: str
    csr: str


@dataclass(frozen=True, slots=True)
class EnrolledView:
    """A device's certificate chain, the root it is to trust, and where the doors are.

    `http_port` is 0 where there is no HTTPS door.
    """

    name: str
    certificate: str
    root: str
    mqtt_host: str
    mqtt_port: int
    http_port: int


@dataclass(frozen=True, slots=True)
class RootView:
    """The root certificate; a device checks it against its token before it trusts it."""

    root: str


@dataclass(frozen=True, slots=True)
class NewCommand:
    """A command for a device, worth telling it for `seconds`."""

    body: str
    seconds: int = 3_600


@dataclass(frozen=True, slots=True)
class CommandView:
    """A command and how far it came.

    `state`: waiting, sent, delivered (the device said so), refused (it said no: `reason`, of MQTT
    5.0, 2.4), expired, dropped (too many waited), lost (the device began anew, without it).
    """

    id: int
    body: str
    sent: int
    by: str | None
    expires: int
    state: str
    told: int | None
    ended: int | None
    reason: int | None


@dataclass(frozen=True, slots=True)
class NewConfig:
    """A device's configuration from now on; empty: it has none."""

    body: str


@dataclass(frozen=True, slots=True)
class ConfigView:
    """A configuration, who made it when, and when the device was told (it acknowledged it, where
    it asked for QoS 1 or 2)."""

    id: int
    body: str
    made: int
    by: str | None
    told: int | None


@dataclass(frozen=True, slots=True)
class NewMapping:
    """Templates a device's own JSON is read by: the text of a device mapping, and of a FHIR
    mapping."""

    content: str
    codes: str


@dataclass(frozen=True, slots=True)
class MappingShown:
    """Templates a device had, and what they map, in words. Times in ms since 1970 UTC."""

    made: int
    made_by: str | None
    ended: int | None
    ended_by: str | None
    maps: list[str]
