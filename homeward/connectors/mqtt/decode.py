"""The reading half of MQTT: bytes as they come, in any pieces, to whole packets.

`add` what arrived, then take packets with `next` until it gives None. Taking one at a time
lets a connection stop in the middle of what it has, and go on later. Pure.
"""

from collections.abc import Mapping

from homeward.connectors.mqtt import control
from homeward.connectors.mqtt.fields import MESSAGE_EXPIRY, TOPIC_ALIAS, Reader, properties, utf8
from homeward.connectors.mqtt.packets import V5, Kind, Packet, Ping, Publish, Reason, Violation

TOPIC_ALIASES_MAX = 16
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
        passed_on, expiry = b"", None
        if self.version == V5:
            if topic and place < end and not data[place]:  # no properties, as is usual
                place += 1
            else:
                reader = Reader(data, place, end)
                topic, passed_on, expiry = self._publish_properties(topic, reader)
                place = reader.at
        elif not topic:
            raise Violation(Reason.MALFORMED, "PUBLISH with an empty topic")
        is_repeat, retain = first & 8 != 0, first & 1 != 0
        return Publish(topic, data[place:end], qos, packet_id, is_repeat, retain, passed_on, expiry)

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

    def _publish_properties(self, topic: str, reader: Reader) -> tuple[str, bytes, int | None]:
        """The topic, its alias resolved (5.0, 3.3.2.3.4), what is passed on, and the expiry."""
        kept = bytearray()
        found = properties(reader, Kind.PUBLISH, kept)
        alias = found.get(TOPIC_ALIAS)
        if isinstance(alias, int):
            if not 1 <= alias <= TOPIC_ALIASES_MAX:
                raise Violation(Reason.ALIAS_INVALID, f"topic alias {alias} was not offered")
            if topic:
                self._aliases[alias] = topic
            topic = topic or self._aliases.get(alias, "")
        if not topic:
            raise Violation(Reason.PROTOCOL_ERROR, "PUBLISH with neither a topic nor a known alias")
        expiry = found.get(MESSAGE_EXPIRY)
        return topic, bytes(kept), None if expiry is None else int(expiry)

    def _other(self, first: int, reader: Reader) -> Packet:
        kind = first >> 4
        if self.version is None and kind != Kind.CONNECT:
            raise Violation(Reason.PROTOCOL_ERROR, "the first packet is not CONNECT")
        if first & 0x0F != _FLAGS.get(kind, 0):
            raise Violation(Reason.MALFORMED, f"packet type {kind} with flags {first & 0x0F}")
        if kind == Kind.CONNECT:
            if self.version is not None:
                raise Violation(Reason.PROTOCOL_ERROR, "a second CONNECT")
            packet: Packet = control.connect(reader)
            self.version = packet.version
            reader.finish()
            return packet
        return self._session_packet(kind, reader)

    def _session_packet(self, kind: int, reader: Reader) -> Packet:
        is_v5 = self.version == V5
        if kind in (Kind.PUBACK, Kind.PUBREC, Kind.PUBREL, Kind.PUBCOMP):
            packet: Packet = control.acknowledge(Kind(kind), reader, is_v5)
        elif kind == Kind.SUBSCRIBE:
            packet = control.subscribe(reader, is_v5)
        elif kind == Kind.UNSUBSCRIBE:
            packet = control.unsubscribe(reader, is_v5)
        elif kind == Kind.PINGREQ:
            packet = Ping()
        elif kind == Kind.DISCONNECT:
            packet = control.disconnect(reader, is_v5)
        else:  # type 0, AUTH without an authentication method, or what only a server may send
            raise Violation(Reason.PROTOCOL_ERROR, f"a client may not send packet type {kind}")
        reader.finish()
        return packet
