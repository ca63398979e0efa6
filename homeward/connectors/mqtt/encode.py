"""The writing half of MQTT: what the server says, to bytes. Pure."""

from dataclasses import dataclass

from homeward.connectors.mqtt.packets import V5, Kind, Reason

PINGRESP = b"\xd0\x00"

# CONNACK return codes of 3.1.1 (3.2.2.3) for the reasons of 5.
_RETURN_CODES_311 = {
    Reason.SUCCESS: 0,
    Reason.UNSUPPORTED_VERSION: 1,
    Reason.CLIENT_ID_INVALID: 2,
    Reason.SERVER_UNAVAILABLE: 3,
    Reason.SERVER_BUSY: 3,
}
_RETURN_NOT_AUTHORIZED_311 = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """What this server tells a version 5 client of itself (5.0, 3.2.2.3).

    `keep_alive` and `session_expiry` (seconds) are told where they are not what was asked for,
    `client_id` where it was assigned.
    """

    receive_maximum: int
    packet_bytes_max: int
    topic_aliases_max: int
    keep_alive: int | None = None
    session_expiry: int | None = None
    client_id: str = ""
    is_exchange: bool = False  # retains, and knows wildcards and shared subscriptions

    def properties(self) -> bytes:
        """As CONNACK properties."""
        told = b"\x21" + self.receive_maximum.to_bytes(2, "big")
        told += b"\x27" + self.packet_bytes_max.to_bytes(4, "big")
        told += b"\x22" + self.topic_aliases_max.to_bytes(2, "big")
        if not self.is_exchange:
            # A client may not retain, nor ask for wildcards or shared subscriptions.
            told += b"\x25\x00\x28\x00\x2a\x00"
        if self.keep_alive is not None:
            told += b"\x13" + self.keep_alive.to_bytes(2, "big")
        if self.session_expiry is not None:
            told += b"\x11" + self.session_expiry.to_bytes(4, "big")
        if self.client_id:
            told += b"\x12" + _text(self.client_id)
        return told


def connack(
    version: int,
    reason: Reason,
    terms: Terms | None = None,
    why: str = "",
    *,
    is_present: bool = False,
) -> bytes:
    """The answer to CONNECT. `terms` and `why` reach version 5 clients only."""
    if version != V5:
        code = _RETURN_CODES_311.get(reason, _RETURN_NOT_AUTHORIZED_311)
        return bytes((0x20, 2, is_present, code))
    properties = (terms.properties() if terms else b"") + _reason_string(why)
    head = bytes((is_present, reason))
    return _framed(0x20, head + variable_length(len(properties)) + properties)


def acknowledgement(
    kind: Kind, version: int, packet_id: int, reason: Reason = Reason.SUCCESS, why: str = ""
) -> bytes:
    """PUBACK, PUBREC, PUBREL or PUBCOMP. Version 3.1.1 has no room for a reason."""
    first = kind << 4 | (2 if kind is Kind.PUBREL else 0)
    if version != V5 or reason == Reason.SUCCESS:
        return bytes((first, 2, packet_id >> 8, packet_id & 0xFF))
    body = packet_id.to_bytes(2, "big") + bytes((reason,))
    if why:
        properties = _reason_string(why)
        body += variable_length(len(properties)) + properties
    return _framed(first, body)


def suback(version: int, packet_id: int, reasons: tuple[int, ...]) -> bytes:
    """The answer to SUBSCRIBE: a granted QoS or a failure for each filter."""
    codes = bytes(reasons) if version == V5 else bytes(min(code, 0x80) for code in reasons)
    properties = b"\x00" if version == V5 else b""
    return _framed(0x90, packet_id.to_bytes(2, "big") + properties + codes)


def unsuback(version: int, packet_id: int, reasons: tuple[int, ...]) -> bytes:
    """The answer to UNSUBSCRIBE; only version 5 has a reason for each filter."""
    body = packet_id.to_bytes(2, "big")
    return _framed(0xB0, body + b"\x00" + bytes(reasons) if version == V5 else body)


def publish(
    version: int,
    topic: str,
    payload: bytes,
    qos: int = 0,
    packet_id: int = 0,
    properties: bytes = b"",
    *,
    is_repeat: bool = False,
    retain: bool = False,
) -> bytes:
    """A message to the client. `properties` reach version 5 clients only."""
    head = _text(topic)
    if qos:
        head += packet_id.to_bytes(2, "big")
    if version == V5:
        head += variable_length(len(properties)) + properties
    return _framed(0x30 | is_repeat << 3 | qos << 1 | retain, head + payload)


def publish_properties(
    *,
    expiry_seconds: int | None = None,
    alias: int = 0,
    identifiers: tuple[int, ...] = (),
) -> bytes:
    """The properties of a PUBLISH that are the server's own (5.0, 3.3.2.3)."""
    written = b"" if expiry_seconds is None else b"\x02" + expiry_seconds.to_bytes(4, "big")
    if alias:
        written += b"\x23" + alias.to_bytes(2, "big")
    return written + b"".join(b"\x0b" + variable_length(each) for each in identifiers)


def disconnect(version: int, reason: Reason, why: str = "") -> bytes:
    """The server's farewell, which exists in version 5 only."""
    if version != V5:
        return b""
    properties = _reason_string(why)
    return _framed(0xE0, bytes((reason,)) + variable_length(len(properties)) + properties)


def variable_length(number: int) -> bytes:
    """A variable byte integer (1.5.5), 0 to 268,435,455."""
    written = bytearray()
    while True:
        number, digit = number >> 7, number & 0x7F
        written.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(written)


REASON_BYTES_MAX = 300


def _reason_string(why: str) -> bytes:
    if not why:
        return b""
    # Cut between characters, never inside one; U+0000 may not stand in an MQTT string.
    text = why.replace("\x00", " ").encode("utf-8", "replace")[:REASON_BYTES_MAX]
    text = text.decode("utf-8", "ignore").encode()
    return b"\x1f" + len(text).to_bytes(2, "big") + text


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


def _framed(first: int, body: bytes) -> bytes:
    return bytes((first,)) + variable_length(len(body)) + body
