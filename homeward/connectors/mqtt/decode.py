"""The reading half of MQTT: bytes as they come, in any pieces, to whole packets.

`add` what arrived, then take packets with `next` until it gives None. Taking one at a time
lets a connection stop in the middle of what it has, and go on later. Pure.
"""

from collections.abc import Mapping

from homeward.connectors.mqtt.fields import (
    AUTHENTICATION_METHOD,
    MAXIMUM_PACKET_SIZE,
    REQUEST_PROBLEM_INFORMATION,
    SESSION_EXPIRY,
    TOPIC_ALIAS,
    WILL,
    Reader,
    properties,
    utf8,
)
from homeward.connectors.mqtt.packets import (
    V5,
    V311,
    Acknowledge,
    Connect,
    Disconnect,
    Kind,
    Packet,
    Ping,
    Publish,
    Reason,
    Subscribe,
    Unsubscribe,
    Violation,
    Will,
)

TOPIC_ALIASES_MAX = 16
FILTERS_MAX = 16
_EMPTY = b""

# The low four bits of the first byte are fixed for every packet but PUBLISH (2.1.3).
_FLAGS: Mapping[int, int] = {Kind.PUBREL: 2, Kind.SUBSCRIBE: 2, Kind.UNSUBSCRIBE: 2}


class Decoder:
    """Packets of one connection. `version` is known once CONNECT was read.

    `packet_bytes_max` bounds a packet's remaining length, and so what is ever held.
    """

    __slots__ = (
        "_aliases",
        "_at",
        "_data",
        "_late",
        "_late_bytes",
        "_needed",
        "_usual",
        "_usual_topic",
        "packet_bytes_max",
        "version",
    )

    def __init__(self, packet_bytes_max: int) -> None:
        self.packet_bytes_max = packet_bytes_max
        self.version: int | None = None
        self._data = _EMPTY
        self._at = 0
        # Pieces of an unfinished packet wait apart and are joined once, when it is whole:
        # joining at each would cost the square of the size for a byte at a time.
        self._late: list[bytes] = []
        self._late_bytes = 0
        self._needed = 0
        self._aliases: dict[int, str] = {}
        self._usual = _EMPTY  # the topic of the message before, as it was written
        self._usual_topic = ""

    def add(self, data: bytes) -> None:
        """Take in what arrived."""
        if self._at == len(self._data) and not self._late:
            self._data, self._at = data, 0
            return
        self._late.append(data)
        self._late_bytes += len(data)
        if len(self._data) - self._at + self._late_bytes >= self._needed:
            self._data = _EMPTY.join((self._data[self._at :], *self._late))
            self._at = 0
            self._late.clear()
            self._late_bytes = 0

    def rest(self) -> bytes:
        """What arrived and was not read, for the quarantine."""
        return _EMPTY.join((self._data[self._at :], *self._late))

    def next(self) -> Packet | None:
        """The next whole packet, or None where more must arrive first.

        Raises Violation, after which the connection cannot go on.
        """
        data, at = self._data, self._at
        held = len(data)
        if held - at < 2:
            self._needed = 2
            return None
        length, body = data[at + 1], at + 2
        if length & 0x80:
            if body < held and data[body] < 0x80:  # two bytes: every reading's packet
                length, body = length & 0x7F | data[body] << 7, at + 3
            else:
                length, body = self._long_length(data, at, held)
            if length < 0:
                self._needed = held - at + 1
                return None
        if length > self.packet_bytes_max:
            raise Violation(
                Reason.TOO_LARGE,
                f"a packet of {length} bytes; {self.packet_bytes_max} are allowed",
            )
        end = body + length
        if end > held:
            self._needed = end - at
            return None
        first = data[at]
        if first & 0xF0 == 0x30 and self.version is not None:
            packet = self._publish(first, data, body, end)
        else:
            packet = self._other(first, Reader(data, body, end))
        self._at = end
        self._needed = 0
        return packet

    def usual(self) -> Publish | None:
        """What is there, where that is one PUBLISH at QoS 1 to the same topic as the one before:
        so nearly every reading comes. None for all else, which `next` then reads."""
        data, known = self._data, self._usual
        held = len(data)
        if self._at or self._late or held < 4 or data[0] != 0x32 or not self._usual_topic:
            return None
        length, body = data[1], 2
        if length & 0x80:
            if data[2] & 0x80:
                return None
            length, body = length & 0x7F | data[2] << 7, 3
        place = body + len(known) + 2
        is_v5 = self.version == V5
        if (
            body + length != held
            or place + is_v5 > held
            or length > self.packet_bytes_max
            or not data.startswith(known, body)
        ):
            return None
        packet_id = data[place - 2] << 8 | data[place - 1]
        if not packet_id or (is_v5 and data[place]):  # an error, or properties
            return None
        self._at = held
        return Publish(self._usual_topic, data[place + is_v5 :], 1, packet_id, False, False)

    def _long_length(self, data: bytes, at: int, held: int) -> tuple[int, int]:
        """Remaining length of two to four bytes (2.1.4), or -1 while it is not all there."""
        length = 0
        for place in range(4):
            index = at + 1 + place
            if index >= held:
                return -1, 0
            digit = data[index]
            length |= (digit & 0x7F) << (7 * place)
            if not digit & 0x80:
                return length, index + 1
        raise Violation(Reason.MALFORMED, "a remaining length of more than four bytes")

    def _publish(self, first: int, data: bytes, at: int, end: int) -> Publish:
        """PUBLISH (3.3): the path every reading takes, so it reads bytes by hand."""
        qos = first >> 1 & 3
        if qos == 3 or first & 0x0E == 0x08:
            raise Violation(Reason.MALFORMED, "QoS 3, or a repeat at QoS 0")
        known = self._usual
        if known and data.startswith(known, at):  # the same topic as before, seen at a glance
            place, topic = at + len(known), self._usual_topic
        else:
            topic, place = self._topic(data, at, end)
        packet_id = 0
        if qos:
            place += 2
            if place > end:
                raise Violation(Reason.MALFORMED, "PUBLISH ends before its packet identifier")
            packet_id = data[place - 2] << 8 | data[place - 1]
            if not packet_id:
                raise Violation(Reason.PROTOCOL_ERROR, "packet identifier 0")
        elif place > end:
            raise Violation(Reason.MALFORMED, "PUBLISH ends in the middle of its topic")
        if self.version == V5:
            if topic and place < end and not data[place]:  # no properties, as is usual
                place += 1
            else:
                topic, place = self._publish_properties(topic, Reader(data, place, end))
        elif not topic:
            raise Violation(Reason.MALFORMED, "PUBLISH with an empty topic")
        is_repeat, retain = first & 8 != 0, first & 1 != 0
        return Publish(topic, data[place:end], qos, packet_id, is_repeat, retain)

    def _topic(self, data: bytes, at: int, end: int) -> tuple[str, int]:
        place = at + 2
        if place > end:
            raise Violation(Reason.MALFORMED, "PUBLISH without a topic")
        place += data[at] << 8 | data[at + 1]
        if place > end:
            raise Violation(Reason.MALFORMED, "PUBLISH ends in the middle of its topic")
        topic = utf8(data[at + 2 : place])
        if "+" in topic or "#" in topic:
            raise Violation(Reason.TOPIC_INVALID, "a topic to publish to holds a wildcard")
        self._usual, self._usual_topic = data[at:place], topic
        return topic, place

    def _publish_properties(self, topic: str, reader: Reader) -> tuple[str, int]:
        """Resolve the topic alias (5.0, 3.3.2.3.4); all other properties say nothing to us."""
        found = properties(reader, Kind.PUBLISH)
        alias = found.get(TOPIC_ALIAS)
        if isinstance(alias, int):
            if not 1 <= alias <= TOPIC_ALIASES_MAX:
                raise Violation(Reason.ALIAS_INVALID, f"topic alias {alias} was not offered")
            if topic:
                self._aliases[alias] = topic
            topic = topic or self._aliases.get(alias, "")
        if not topic:
            raise Violation(Reason.PROTOCOL_ERROR, "PUBLISH with neither a topic nor a known alias")
        return topic, reader.at

    def _other(self, first: int, reader: Reader) -> Packet:
        kind = first >> 4
        if self.version is None and kind != Kind.CONNECT:
            raise Violation(Reason.PROTOCOL_ERROR, "the first packet is not CONNECT")
        if first & 0x0F != _FLAGS.get(kind, 0):
            raise Violation(Reason.MALFORMED, f"packet type {kind} with flags {first & 0x0F}")
        if kind == Kind.CONNECT:
            if self.version is not None:
                raise Violation(Reason.PROTOCOL_ERROR, "a second CONNECT")
            packet: Packet = _connect(reader)
            self.version = packet.version
            reader.finish()
            return packet
        return self._session_packet(kind, reader)

    def _session_packet(self, kind: int, reader: Reader) -> Packet:
        is_v5 = self.version == V5
        if kind in (Kind.PUBACK, Kind.PUBREC, Kind.PUBREL, Kind.PUBCOMP):
            packet: Packet = _acknowledge(Kind(kind), reader, is_v5)
        elif kind == Kind.SUBSCRIBE:
            packet = _subscribe(reader, is_v5)
        elif kind == Kind.UNSUBSCRIBE:
            packet = _unsubscribe(reader, is_v5)
        elif kind == Kind.PINGREQ:
            packet = Ping()
        elif kind == Kind.DISCONNECT:
            packet = _disconnect(reader, is_v5)
        else:  # type 0, AUTH without an authentication method, or what only a server may send
            raise Violation(Reason.PROTOCOL_ERROR, f"a client may not send packet type {kind}")
        reader.finish()
        return packet


def _connect(reader: Reader) -> Connect:
    """CONNECT (3.1)."""
    if reader.binary() != b"MQTT":
        raise Violation(Reason.UNSUPPORTED_VERSION, "a protocol that is not MQTT 3.1.1 or 5")
    version = reader.number(1)
    if version not in (V311, V5):
        raise Violation(Reason.UNSUPPORTED_VERSION, f"MQTT protocol level {version}")
    flags, keep_alive = reader.number(1), reader.number(2)
    has_will, will_qos, will_retain = flags & 4 != 0, flags >> 3 & 3, flags & 0x20 != 0
    if flags & 1 or will_qos == 3 or (not has_will and flags & 0x38):
        raise Violation(Reason.MALFORMED, f"CONNECT flags {flags:#04x}")
    if version == V311 and flags & 0x40 and not flags & 0x80:
        raise Violation(Reason.MALFORMED, "a password without a user name")
    found = properties(reader, Kind.CONNECT) if version == V5 else {}
    client_id = reader.text()
    will = None
    if has_will:
        if version == V5:
            properties(reader, WILL)
        will = Will(reader.text(), reader.binary(), will_qos, will_retain)
    if flags & 0x80:
        reader.text()  # user name: the certificate says who this is
    if flags & 0x40:
        reader.binary()
    method = found.get(AUTHENTICATION_METHOD)
    return Connect(
        version=version,
        client_id=client_id,
        keep_alive=keep_alive,
        clean_start=flags & 2 != 0,
        will=will,
        session_expiry=int(found.get(SESSION_EXPIRY, 0)),
        packet_bytes_max=int(found.get(MAXIMUM_PACKET_SIZE, 0)),
        wants_reasons=found.get(REQUEST_PROBLEM_INFORMATION, 1) != 0,
        authentication_method=None if method is None else str(method),
    )


def _packet_id(reader: Reader) -> int:
    packet_id = reader.number(2)
    if not packet_id:
        raise Violation(Reason.PROTOCOL_ERROR, "packet identifier 0")
    return packet_id


def _acknowledge(kind: Kind, reader: Reader, is_v5: bool) -> Acknowledge:
    """PUBACK, PUBREC, PUBREL, PUBCOMP (3.4 to 3.7)."""
    packet_id = _packet_id(reader)
    reason = 0
    if is_v5 and not reader.is_done:
        reason = reader.number(1)
        if not reader.is_done:
            properties(reader, kind)
    return Acknowledge(kind, packet_id, reason)


def _subscribe(reader: Reader, is_v5: bool) -> Subscribe:
    """SUBSCRIBE (3.8)."""
    packet_id = _packet_id(reader)
    if is_v5:
        properties(reader, Kind.SUBSCRIBE)
    filters: list[tuple[str, int]] = []
    while not reader.is_done:
        name, options = _filter(reader), reader.number(1)
        reserved, handling = (0xC0, options >> 4 & 3) if is_v5 else (0xFC, 0)
        if options & reserved or options & 3 == 3 or handling == 3:
            raise Violation(Reason.MALFORMED, f"subscription options {options:#04x}")
        filters.append((name, options & 3))
    _bound_filters(len(filters))
    return Subscribe(packet_id, tuple(filters))


def _unsubscribe(reader: Reader, is_v5: bool) -> Unsubscribe:
    """UNSUBSCRIBE (3.10)."""
    packet_id = _packet_id(reader)
    if is_v5:
        properties(reader, Kind.UNSUBSCRIBE)
    filters: list[str] = []
    while not reader.is_done:
        filters.append(_filter(reader))
    _bound_filters(len(filters))
    return Unsubscribe(packet_id, tuple(filters))


def _filter(reader: Reader) -> str:
    name = reader.text()
    if not name:
        raise Violation(Reason.MALFORMED, "an empty topic filter")
    return name


def _bound_filters(count: int) -> None:
    if not count:
        raise Violation(Reason.PROTOCOL_ERROR, "no topic filter at all")
    if count > FILTERS_MAX:
        raise Violation(Reason.PROTOCOL_ERROR, f"{count} topic filters; {FILTERS_MAX} are allowed")


def _disconnect(reader: Reader, is_v5: bool) -> Disconnect:
    """DISCONNECT (3.14)."""
    reason = 0
    if is_v5 and not reader.is_done:
        reason = reader.number(1)
        if not reader.is_done:
            properties(reader, Kind.DISCONNECT)
    return Disconnect(reason)
