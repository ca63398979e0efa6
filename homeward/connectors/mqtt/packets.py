"""MQTT 3.1.1 and 5.0 as the server sees it: the words of the protocol.

Pure: no socket, no clock. decode.py and control.py read them, encode.py writes them. Sections
named in comments are those of the OASIS standards "MQTT Version 3.1.1" and "MQTT Version 5.0".
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
    QUOTA_EXCEEDED = 0x97
    ADMINISTRATIVE = 0x98
    PAYLOAD_INVALID = 0x99
    RETAIN_UNSUPPORTED = 0x9A
    SHARED_UNSUPPORTED = 0x9E


class Violation(Exception):
    """The peer broke the protocol: `reason` is the code to close with, the text says how."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Will:
    """What to say for a client that vanishes, `delay_seconds` later unless it is back.

    `properties` go out as they came; `expiry_seconds` is how long the message is worth telling.
    """

    topic: str
    payload: bytes
    qos: int
    retain: bool
    delay_seconds: int = 0
    properties: bytes = b""
    expiry_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """A client introduces itself. `keep_alive` in seconds, 0 is off; sizes in bytes.

    `session_expiry` in seconds is of version 5 only; in 3.1.1 the clean session flag, which is
    `clean_start` here, says it all. `firmware` is its user name.
    """

    version: int
    client_id: str
    keep_alive: int
    clean_start: bool
    will: Will | None = None
    session_expiry: int = 0
    packet_bytes_max: int = 0  # 0: no limit
    receive_maximum: int = 65_535
    topic_aliases_max: int = 0
    wants_reasons: bool = True
    authentication_method: str | None = None
    firmware: str = ""


class Publish(msgspec.Struct, frozen=True, gc=False):
    """One message. `packet_id` is 0 at QoS 0; a topic alias is already resolved.

    `properties` are those a server passes on unchanged (5.0, 3.3.2.3), as they were written.
    """

    topic: str
    payload: bytes
    qos: int
    packet_id: int
    is_repeat: bool
    retain: bool
    properties: bytes = b""
    expiry_seconds: int | None = None


class Acknowledge(NamedTuple):
    """PUBACK, PUBREC, PUBREL or PUBCOMP."""

    kind: Kind
    packet_id: int
    reason: int


class Filter(NamedTuple):
    """A topic filter and how it is wanted (5.0, 3.8.3.1). `identifier` 0: none was given."""

    name: str
    qos: int
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0
    identifier: int = 0


class Subscribe(NamedTuple):
    """What a client wants to be told."""

    packet_id: int
    filters: tuple[Filter, ...]


class Unsubscribe(NamedTuple):
    """Topic filters no longer wanted."""

    packet_id: int
    filters: tuple[str, ...]


class Ping(NamedTuple):
    """PINGREQ: still here."""


class Disconnect(NamedTuple):
    """The client leaves in good order; `session_expiry` in seconds where it changes it."""

    reason: int
    session_expiry: int | None = None


Packet = Connect | Publish | Acknowledge | Subscribe | Unsubscribe | Ping | Disconnect
