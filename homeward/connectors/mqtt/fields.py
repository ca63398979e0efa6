"""The small change of MQTT: numbers, strings and version 5 properties, read strictly."""

from collections.abc import Mapping
from types import MappingProxyType

from homeward.connectors.mqtt.packets import Kind, Reason, Violation

WILL = 0  # the will's properties inside CONNECT are a list of their own


class Reader:
    """Reads forward through one packet. Raises Violation where it is cut short."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data = data
        self.at = at
        self.end = end

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        at = self.at
        if at + count > self.end:
            raise Violation(Reason.MALFORMED, "a packet ends in the middle of a field")
        self.at = at + count
        return self.data[at : self.at]

    def number(self, count: int) -> int:
        """A big-endian number of `count` bytes."""
        return int.from_bytes(self.take(count), "big")

    def variable_number(self) -> int:
        """A variable byte integer of one to four bytes (1.5.5)."""
        number = 0
        for place in range(4):
            digit = self.take(1)[0]
            number |= (digit & 0x7F) << (7 * place)
            if not digit & 0x80:
                return number
        raise Violation(Reason.MALFORMED, "a variable byte integer of more than four bytes")

    def binary(self) -> bytes:
        """Binary data behind its length."""
        return self.take(self.number(2))

    def text(self) -> str:
        """A UTF-8 string behind its length (1.5.4)."""
        return utf8(self.binary())

    @property
    def is_done(self) -> bool:
        """Nothing is left."""
        return self.at == self.end

    def finish(self) -> None:
        """Raises Violation where something is left."""
        if self.at != self.end:
            raise Violation(Reason.MALFORMED, f"{self.end - self.at} bytes after the last field")


def utf8(raw: bytes) -> str:
    """Strict UTF-8 without U+0000 (1.5.4)."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Violation(Reason.MALFORMED, "a string is not UTF-8") from None
    if "\x00" in text:
        raise Violation(Reason.MALFORMED, "a string holds U+0000")
    return text


PAYLOAD_FORMAT = 0x01
MESSAGE_EXPIRY = 0x02
CONTENT_TYPE = 0x03
RESPONSE_TOPIC = 0x08
CORRELATION_DATA = 0x09
SUBSCRIPTION_IDENTIFIER = 0x0B
SESSION_EXPIRY = 0x11
AUTHENTICATION_METHOD = 0x15
REQUEST_PROBLEM_INFORMATION = 0x17
WILL_DELAY = 0x18
RECEIVE_MAXIMUM = 0x21
TOPIC_ALIAS_MAXIMUM = 0x22
TOPIC_ALIAS = 0x23
USER_PROPERTY = 0x26
MAXIMUM_PACKET_SIZE = 0x27

# How each property is written: a count of bytes, or one of these.
_VARIABLE, _TEXT, _BINARY, _PAIR = -1, -2, -3, -4
_FORMS: Mapping[int, int] = MappingProxyType(
    {
        PAYLOAD_FORMAT: 1,
        MESSAGE_EXPIRY: 4,
        CONTENT_TYPE: _TEXT,
        RESPONSE_TOPIC: _TEXT,
        CORRELATION_DATA: _BINARY,
        SUBSCRIPTION_IDENTIFIER: _VARIABLE,
        SESSION_EXPIRY: 4,
        AUTHENTICATION_METHOD: _TEXT,
        0x16: _BINARY,  # authentication data
        REQUEST_PROBLEM_INFORMATION: 1,
        WILL_DELAY: 4,
        0x19: 1,  # request response information
        0x1F: _TEXT,  # reason string
        RECEIVE_MAXIMUM: 2,
        TOPIC_ALIAS_MAXIMUM: 2,
        TOPIC_ALIAS: 2,
        USER_PROPERTY: _PAIR,
        MAXIMUM_PACKET_SIZE: 4,
    }
)

# What a server passes on with a message, unchanged and in order (5.0, 3.3.2.3).
PASSED_ON = frozenset(
    {PAYLOAD_FORMAT, CONTENT_TYPE, RESPONSE_TOPIC, CORRELATION_DATA, USER_PROPERTY}
)

# Which properties a client may send in which packet (5.0, table 2-4).
_ACKNOWLEDGE = frozenset({0x1F, USER_PROPERTY})
_ALLOWED: Mapping[int, frozenset[int]] = MappingProxyType(
    {
        Kind.CONNECT: frozenset(
            {
                SESSION_EXPIRY,
                AUTHENTICATION_METHOD,
                0x16,
                REQUEST_PROBLEM_INFORMATION,
                0x19,
                RECEIVE_MAXIMUM,
                TOPIC_ALIAS_MAXIMUM,
                USER_PROPERTY,
                MAXIMUM_PACKET_SIZE,
            }
        ),
        WILL: PASSED_ON | {MESSAGE_EXPIRY, WILL_DELAY},
        Kind.PUBLISH: PASSED_ON | {MESSAGE_EXPIRY, TOPIC_ALIAS},
        Kind.PUBACK: _ACKNOWLEDGE,
        Kind.PUBREC: _ACKNOWLEDGE,
        Kind.PUBREL: _ACKNOWLEDGE,
        Kind.PUBCOMP: _ACKNOWLEDGE,
        Kind.SUBSCRIBE: frozenset({SUBSCRIPTION_IDENTIFIER, USER_PROPERTY}),
        Kind.UNSUBSCRIBE: frozenset({USER_PROPERTY}),
        Kind.DISCONNECT: frozenset({SESSION_EXPIRY, 0x1F, USER_PROPERTY}),
    }
)
_FLAGS = frozenset({PAYLOAD_FORMAT, REQUEST_PROBLEM_INFORMATION, 0x19})
_NEVER_ZERO = frozenset({SUBSCRIPTION_IDENTIFIER, RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE})

Property = int | str | bytes


def properties(
    reader: Reader, kind: int, passed_on: bytearray | None = None
) -> dict[int, Property]:
    """Read a property list (5.0, 2.2.2) as `kind` (a Kind, or WILL) may carry it.

    What is to be passed on with a message is added to `passed_on` as it was written.

    Raises Violation for a property that is unknown, not allowed here, repeated or impossible.
    """
    length = reader.variable_number()
    end = reader.at + length
    if end > reader.end:
        raise Violation(Reason.MALFORMED, "properties longer than their packet")
    inner = Reader(reader.data, reader.at, end)
    allowed = _ALLOWED[kind]
    found: dict[int, Property] = {}
    while not inner.is_done:
        began = inner.at
        name = inner.variable_number()
        if name not in allowed:
            raise Violation(Reason.PROTOCOL_ERROR, f"property {name:#04x} does not belong here")
        value = _value(inner, _FORMS[name])
        if passed_on is not None and name in PASSED_ON:
            passed_on += inner.data[began : inner.at]
        if name == USER_PROPERTY:
            continue  # may repeat, and says nothing to us
        if name == RESPONSE_TOPIC and isinstance(value, str) and ("+" in value or "#" in value):
            raise Violation(Reason.PROTOCOL_ERROR, "a response topic holds a wildcard")
        if name in found:
            raise Violation(Reason.PROTOCOL_ERROR, f"property {name:#04x} is given twice")
        if (name in _NEVER_ZERO and value == 0) or (name in _FLAGS and value not in (0, 1)):
            raise Violation(Reason.PROTOCOL_ERROR, f"property {name:#04x} has no such value")
        found[name] = value
    reader.at = end
    return found


def _value(reader: Reader, form: int) -> Property:
    if form > 0:
        return reader.number(form)
    if form == _VARIABLE:
        return reader.variable_number()
    if form == _BINARY:
        return reader.binary()
    text = reader.text()
    return text + reader.text() if form == _PAIR else text
