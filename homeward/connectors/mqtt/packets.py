"""MQTT 3.1.1 and 5.0 as the server sees it: the words of the protocol, and what it writes.

Pure: no socket, no clock. The reading half is decode.py. Sections named in comments are
those of the OASIS standards "MQTT Version 3.1.1" and "MQTT Version 5.0".
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import msgspec

V311 = 4  # the protocol level byte of CONNECT
V5 = 5


class Kind(IntEnum):
    """Control packet types (2.1.2)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14
    AUTH = 15


class Reason(IntEnum):
    """Reason codes of MQTT 5 that we send (5.0, 2.4)."""

    SUCCESS = 0x00
    DISCONNECT_WITH_WILL = 0x04
    NO_SUBSCRIPTION = 0x11
    UNSPECIFIED = 0x80
    MALFORMED = 0x81
    PROTOCOL_ERROR = 0x82
    UNSUPPORTED_VERSION = 0x84
    CLIENT_ID_INVALID = 0x85
    NOT_AUTHORIZED = 0x87
    SERVER_UNAVAILABLE = 0x88
    SERVER_BUSY = 0x89
    SERVER_STOPPING = 0x8B
    BAD_AUTHENTICATION = 0x8C
    KEEP_ALIVE_TIMEOUT = 0x8D
    TAKEN_OVER = 0x8E
    FILTER_INVALID = 0x8F
    TOPIC_INVALID = 0x90
    ID_IN_USE = 0x91
    ID_NOT_FOUND = 0x92
    RECEIVE_MAXIMUM_EXCEEDED = 0x93
    ALIAS_INVALID = 0x94
    TOO_LARGE = 0x95
    ADMINISTRATIVE = 0x98
    PAYLOAD_INVALID = 0x99
    RETAIN_UNSUPPORTED = 0x9A


class Violation(Exception):
    """The peer broke the protocol: `reason` is the code to close with, the text says how."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Will:
    """What to say for a device that vanishes."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


@dataclass(frozen=True, slots=True)
class Connect:
    """A device introduces itself. `keep_alive` in seconds, 0 is off; sizes in bytes."""

    version: int
    client_id: str
    keep_alive: int
    clean_start: bool
    will: Will | None = None
    session_expiry: int = 0
    packet_bytes_max: int = 0  # 0: no limit
    wants_reasons: bool = True
    authentication_method: str | None = None


class Publish(msgspec.Struct, frozen=True, gc=False):
    """One message. `packet_id` is 0 at QoS 0; a topic alias is already resolved."""

    topic: str
    payload: bytes
    qos: int
    packet_id: int
    is_repeat: bool
    retain: bool


class Acknowledge(NamedTuple):
    """PUBACK, PUBREC, PUBREL or PUBCOMP."""

    kind: Kind
    packet_id: int
    reason: int


class Subscribe(NamedTuple):
    """Topic filters, each with the highest QoS wanted."""

    packet_id: int
    filters: tuple[tuple[str, int], ...]


class Unsubscribe(NamedTuple):
    """Topic filters no longer wanted."""

    packet_id: int
    filters: tuple[str, ...]


class Ping(NamedTuple):
    """PINGREQ: still here."""


class Disconnect(NamedTuple):
    """The device leaves in good order."""

    reason: int


Packet = Connect | Publish | Acknowledge | Subscribe | Unsubscribe | Ping | Disconnect

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
    """What this server tells a version 5 client of itself (5.0, 3.2.2.3)."""

    receive_maximum: int
    packet_bytes_max: int
    topic_aliases_max: int
    keep_alive: int | None = None

    def properties(self) -> bytes:
        """As CONNACK properties. Nothing is kept for an absent client: session expiry is 0."""
        told = b"\x11" + bytes(4)  # session expiry interval 0
        told += b"\x21" + self.receive_maximum.to_bytes(2, "big")
        told += b"\x25\x00"  # retain available: no
        told += b"\x27" + self.packet_bytes_max.to_bytes(4, "big")
        told += b"\x22" + self.topic_aliases_max.to_bytes(2, "big")
        told += b"\x28\x00\x29\x00\x2a\x00"  # no wildcards, subscription ids, shared subscriptions
        if self.keep_alive is not None:
            told += b"\x13" + self.keep_alive.to_bytes(2, "big")
        return told


def connack(version: int, reason: Reason, terms: Terms | None = None, why: str = "") -> bytes:
    """The answer to CONNECT. `terms` and `why` reach version 5 clients only."""
    if version != V5:
        code = _RETURN_CODES_311.get(reason, _RETURN_NOT_AUTHORIZED_311)
        return bytes((0x20, 2, 0, code))
    properties = (terms.properties() if terms else b"") + _reason_string(why)
    return _framed(0x20, bytes((0, reason)) + variable_length(len(properties)) + properties)


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


def publish(version: int, topic: str, payload: bytes) -> bytes:
    """A message to the device, at QoS 0."""
    name = topic.encode()
    head = len(name).to_bytes(2, "big") + name + (b"\x00" if version == V5 else b"")
    return _framed(0x30, head + payload)


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


def _framed(first: int, body: bytes) -> bytes:
    return bytes((first,)) + variable_length(len(body)) + body
