"""The codec: any pieces give the same packets, and no bytes do worse than a Violation.

Packets are written here by paho's own property writer and by hand, never by our encoder.
"""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from homeward.connectors.mqtt import encode
from homeward.connectors.mqtt.decode import Decoder
from homeward.connectors.mqtt.encode import acknowledgement, connack, disconnect, suback
from homeward.connectors.mqtt.packets import (
    Acknowledge,
    Connect,
    Disconnect,
    Filter,
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

MOST = 10_000
# A busy machine is slow, not wrong.


def text(value: str) -> bytes:
    return struct.pack(">H", len(value.encode())) + value.encode()


def packet(first: int, body: bytes) -> bytes:
    length, digits = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        digits += bytes((digit | (128 if length else 0),))
        if not length:
            return bytes((first,)) + digits + body


def connect(version: int = 4, flags: int = 2, properties: bytes = b"", rest: bytes = b"") -> bytes:
    head = text("MQTT") + bytes((version, flags)) + struct.pack(">H", 30)
    properties = properties or b"\0" if version == 5 else b""
    return packet(0x10, head + properties + text("pump-1") + rest)


def publish(topic: str, body: bytes, qos: int, packet_id: int, properties: bytes = b"") -> bytes:
    number = struct.pack(">H", packet_id) if qos else b""
    return packet(0x30 | qos << 1, text(topic) + number + properties + body)


def read(stream: bytes, sizes: list[int] | None = None) -> tuple[list[Packet], Reason | None]:
    """All packets of a stream fed in pieces of these sizes, and how it ended."""
    decoder, packets, at = Decoder(MOST), [], 0
    pieces = sizes or [len(stream)]
    try:
        for place in range(len(stream) + 1):
            size = pieces[place % len(pieces)]
            decoder.add(stream[at : at + size])
            at += size
            while (one := decoder.next()) is not None:
                packets.append(one)
            if at >= len(stream):
                break
    except Violation as violation:
        return packets, violation.reason
    return packets, None


ids = st.integers(1, 65_535)
words = st.text(st.characters(exclude_characters="\x00+#", exclude_categories=["Cs"]), min_size=1)


def publishes(version: int) -> st.SearchStrategy[bytes]:
    properties = b"\0" if version == 5 else b""
    return st.builds(
        publish, words, st.binary(max_size=400), st.integers(0, 2), ids, st.just(properties)
    )


def client_packets(version: int) -> st.SearchStrategy[bytes]:
    properties = b"\0" if version == 5 else b""
    number = ids.map(lambda packet_id: struct.pack(">H", packet_id))
    return st.one_of(
        publishes(version),
        number.map(lambda raw: packet(0x62, raw)),
        number.map(lambda raw: packet(0x82, raw + properties + text("a/b") + b"\1")),
        number.map(lambda raw: packet(0xA2, raw + properties + text("a/b"))),
        st.just(b"\xc0\0"),
        st.just(b"\xe0\0"),
    )


streams = st.sampled_from([4, 5]).flatmap(
    lambda version: st.lists(client_packets(version), max_size=8).map(
        lambda packets: connect(version) + b"".join(packets)
    )
)
piece_sizes = st.lists(st.integers(1, 40), min_size=1, max_size=10)


@given(streams, piece_sizes)
def test_any_pieces_give_the_same_packets(stream: bytes, sizes: list[int]):
    packets, reason = read(stream)
    assert reason is None
    assert read(stream, sizes) == (packets, None)
    assert read(stream, [1]) == (packets, None)


@given(st.binary(max_size=200), st.sampled_from([b"", connect(4), connect(5)]), piece_sizes)
def test_no_bytes_do_worse_than_a_violation(noise: bytes, before: bytes, sizes: list[int]):
    assert read(before + noise) == read(before + noise, sizes)


@given(streams, st.data())
def test_a_flipped_bit_does_no_worse_than_a_violation(stream: bytes, data: st.DataObject):
    place = data.draw(st.integers(0, len(stream) * 8 - 1))
    spoilt = bytearray(stream)
    spoilt[place // 8] ^= 1 << place % 8
    assert read(bytes(spoilt)) == read(bytes(spoilt), [3])


def read_each(packets: list[bytes], *, by_shortcut: bool) -> tuple[list[Packet], Reason | None]:
    """Packets that arrive one at a time, read with the shortcut or without it."""
    decoder, found = Decoder(MOST), []
    try:
        for each in packets:
            decoder.add(each)
            usual = decoder.usual() if by_shortcut else None
            while (one := usual or decoder.next()) is not None:
                found.append(one)
                usual = None
    except Violation as violation:
        return found, violation.reason
    return found, None


# Few topics and sizes around 128, so that the shortcut is taken and its edges are met.
alike = st.sampled_from([4, 5]).flatmap(
    lambda version: st.lists(
        st.one_of(
            st.builds(
                publish,
                st.sampled_from(["a", "devices/pump-1/readings", ""]),
                st.binary(max_size=3) | st.binary(min_size=95, max_size=130),
                st.integers(1, 2),
                st.sampled_from([0, 1, 7, 65_535]),
                st.sampled_from([b"", b"\0", b"\3\x23\0\3", b"\3\x23\0\x63"]),
            ),
            client_packets(version),
        ),
        max_size=12,
    ).map(lambda packets: [connect(version), *packets])
)


@given(alike, st.integers(0, 10_000), st.integers(0, 255))
def test_the_shortcut_reads_what_the_long_way_reads(packets: list[bytes], place: int, other: int):
    assert read_each(packets, by_shortcut=True) == read_each(packets, by_shortcut=False)
    which = place % len(packets)
    spoilt = bytearray(packets[which])
    spoilt[place % len(spoilt)] = other
    packets[which] = bytes(spoilt)
    assert read_each(packets, by_shortcut=True) == read_each(packets, by_shortcut=False)


def test_a_byte_at_a_time_costs_no_square():
    """A slow sender of one large packet must not make us copy it once a byte."""
    decoder = Decoder(MOST)
    decoder.add(connect())
    decoder.next()
    for byte in publish("a", bytes(9_000), 0, 0)[:-1]:
        decoder.add(bytes((byte,)))
        assert decoder.next() is None
    assert len(decoder._data) < 10, "joined before it was whole"
    decoder.add(b"\0")
    assert decoder.next() == Publish("a", bytes(9_000), 0, 0, False, False)


def test_connect_of_both_versions():
    will = text("devices/pump-1/status") + struct.pack(">H", 4) + b"gone"
    rest = will + text("user") + text("password")
    (read311,), _ = read(connect(4, 0xEE, rest=rest))
    assert read311 == Connect(
        4, "pump-1", 30, True, will=Will("devices/pump-1/status", b"gone", 1, True),
        firmware="user",
    )  # fmt: skip
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 60
    properties.MaximumPacketSize = 1_000
    properties.RequestProblemInformation = 0
    properties.UserProperty = [("a", "b"), ("a", "b")]
    (read5,), _ = read(connect(5, 2, properties.pack()))
    assert read5 == Connect(
        5, "pump-1", 30, True, session_expiry=60, packet_bytes_max=1_000, wants_reasons=False
    )


def test_packets_of_version_5():
    properties = Properties(PacketTypes.PUBLISH)
    properties.TopicAlias = 3
    properties.ContentType = "application/json"
    properties.MessageExpiryInterval = 5
    alias = properties.pack()
    stream = (
        connect(5)
        + publish("a/b", b"one", 1, 7, alias)
        + publish("", b"two", 1, 8, alias)
        + packet(0x62, struct.pack(">H", 7) + b"\x92\0")
        + packet(0x82, struct.pack(">H", 9) + b"\0" + text("c") + b"\x2d" + text("d") + b"\0")
        + packet(0xA2, struct.pack(">H", 9) + b"\0" + text("c"))
        + packet(0xC0, b"")
        + packet(0xE0, b"\x04")
    )
    packets, reason = read(stream)
    assert reason is None
    assert packets[1:] == [
        Publish("a/b", b"one", 1, 7, False, False, b"\3\0\x10application/json", 5),
        Publish("a/b", b"two", 1, 8, False, False, b"\3\0\x10application/json", 5),
        Acknowledge(Kind.PUBREL, 7, 0x92),
        Subscribe(9, (Filter("c", 1, True, True, 2), Filter("d", 0))),
        Unsubscribe(9, ("c",)),
        Ping(),
        Disconnect(4),
    ]


def expiry(seconds: int) -> bytes:
    return b"\x11" + struct.pack(">I", seconds)


NUMBER = struct.pack(">H", 1)


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (b"\xc0\0", Reason.PROTOCOL_ERROR),  # not CONNECT first
        (publish("a", b"", 0, 0), Reason.PROTOCOL_ERROR),
        (b"\x10\xff\xff\xff\xff\x01", Reason.MALFORMED),  # a length of five bytes
        (b"\x10\xff\xff\xff\x7f", Reason.TOO_LARGE),
        (b"\x11" + connect()[1:], Reason.MALFORMED),  # flags
        (packet(0x10, text("MQIsdp") + b"\3\2\0\0" + text("a")), Reason.UNSUPPORTED_VERSION),
        (connect(3), Reason.UNSUPPORTED_VERSION),
        (connect(6), Reason.UNSUPPORTED_VERSION),
        (connect(4, 3), Reason.MALFORMED),  # the reserved flag
        (connect(4, 0x0A), Reason.MALFORMED),  # a will's QoS without a will
        (connect(4, 0x1E, rest=text("a") + text("b")), Reason.MALFORMED),  # a will of QoS 3
        (connect(4, 0x42, rest=text("secret")), Reason.MALFORMED),  # a password without a user
        (connect(4, rest=b"more"), Reason.MALFORMED),
        (packet(0x10, connect()[2:-1]), Reason.MALFORMED),  # cut short
        (connect(5, 2, b"\x0a" + expiry(1) * 2), Reason.PROTOCOL_ERROR),  # given twice
        (connect(5, 2, b"\x03\x21\0\0"), Reason.PROTOCOL_ERROR),  # receive maximum 0
        (connect(5, 2, b"\x02\x17\2"), Reason.PROTOCOL_ERROR),  # a flag of 2
        (connect(5, 2, b"\x02\x24\1"), Reason.PROTOCOL_ERROR),  # a property of CONNACK
        (connect(5, 2, b"\xff\xff\xff\xff\1"), Reason.MALFORMED),
        (connect() + connect(), Reason.PROTOCOL_ERROR),
        (connect() + b"\0\0", Reason.PROTOCOL_ERROR),
        (connect() + b"\x20\2\0\0", Reason.PROTOCOL_ERROR),  # only a server sends CONNACK
        (connect(5) + b"\xf0\0", Reason.PROTOCOL_ERROR),  # AUTH
        (connect() + publish("a", b"", 1, 0), Reason.PROTOCOL_ERROR),  # packet identifier 0
        (connect() + publish("a", b"", 3, 1), Reason.MALFORMED),
        (connect() + b"\x38" + publish("a", b"", 0, 0)[1:], Reason.MALFORMED),  # repeat at QoS 0
        (connect() + publish("", b"", 0, 0), Reason.MALFORMED),
        (connect() + publish("a/#", b"", 0, 0), Reason.TOPIC_INVALID),
        (connect() + publish("a/+", b"", 0, 0), Reason.TOPIC_INVALID),
        (connect() + publish("a\0", b"", 0, 0), Reason.MALFORMED),
        (connect() + packet(0x30, b"\0\2\xff\xff"), Reason.MALFORMED),  # not UTF-8
        (connect() + packet(0x30, b"\0\3\xed\xa0\x80"), Reason.MALFORMED),  # a surrogate
        (connect() + packet(0x30, b"\0"), Reason.MALFORMED),
        (connect() + packet(0x30, b"\0\5ab"), Reason.MALFORMED),
        (connect() + packet(0x32, b"\0\1a\0"), Reason.MALFORMED),
        (connect() + b"\x30\xa9\x4e", Reason.TOO_LARGE),  # refused before it is there
        (connect(5) + publish("", b"", 0, 0, b"\0"), Reason.PROTOCOL_ERROR),
        (connect(5) + publish("", b"", 0, 0, b"\3\x23\0\1"), Reason.PROTOCOL_ERROR),
        (connect(5) + publish("a", b"", 0, 0, b"\3\x23\0\0"), Reason.ALIAS_INVALID),
        (connect(5) + publish("a", b"", 0, 0, b"\3\x23\0\x11"), Reason.ALIAS_INVALID),
        (connect(5) + publish("a", b"", 0, 0, b"\2\x0b\1"), Reason.PROTOCOL_ERROR),
        (connect(5) + publish("a", b"", 0, 0, b"\x05\1"), Reason.MALFORMED),
        (connect() + packet(0x60, NUMBER), Reason.MALFORMED),  # PUBREL's flags
        (connect() + packet(0x62, b"\0\0"), Reason.PROTOCOL_ERROR),
        (connect() + packet(0x62, NUMBER + b"\0"), Reason.MALFORMED),
        (connect() + packet(0x80, NUMBER + text("a") + b"\0"), Reason.MALFORMED),
        (connect() + packet(0x82, NUMBER), Reason.PROTOCOL_ERROR),  # no filter
        (connect() + packet(0x82, NUMBER + text("") + b"\0"), Reason.MALFORMED),
        (connect() + packet(0x82, NUMBER + text("a") + b"\3"), Reason.MALFORMED),
        (connect() + packet(0x82, NUMBER + text("a") + b"\4"), Reason.MALFORMED),
        (connect() + packet(0x82, NUMBER + text("a") + b"\0" * 1), None),
        (connect() + packet(0x82, NUMBER + (text("a") + b"\0") * 17), Reason.PROTOCOL_ERROR),
        (connect(5) + packet(0x82, NUMBER + b"\0" + text("a") + b"\x30"), Reason.MALFORMED),
        (connect() + packet(0xA2, NUMBER), Reason.PROTOCOL_ERROR),
        (connect() + b"\xc0\1\0", Reason.MALFORMED),
        (connect() + b"\xe0\1\0", Reason.MALFORMED),
    ],
)
def test_violations(stream: bytes, reason: Reason | None):
    assert read(stream)[1] is reason
    assert read(stream, [1])[1] is reason


def test_what_came_before_a_violation_is_read():
    packets, reason = read(connect() + publish("a", b"x", 0, 0) + b"\xc5\0")
    assert packets[1:] == [Publish("a", b"x", 0, 0, False, False)]
    assert reason is Reason.MALFORMED


def test_answers_of_both_versions():
    assert connack(4, Reason.CLIENT_ID_INVALID) == b"\x20\2\0\2"
    assert connack(4, Reason.NOT_AUTHORIZED) == b"\x20\2\0\5"
    assert connack(5, Reason.NOT_AUTHORIZED, why="no") == b"\x20\x08\0\x87\5\x1f\0\2no"
    assert acknowledgement(Kind.PUBACK, 4, 258, Reason.PAYLOAD_INVALID, "why") == b"\x40\2\1\2"
    assert acknowledgement(Kind.PUBACK, 5, 258, Reason.PAYLOAD_INVALID) == b"\x40\3\1\2\x99"
    assert acknowledgement(Kind.PUBREL, 5, 1) == b"\x62\2\0\1"
    assert suback(4, 1, (0, Reason.NOT_AUTHORIZED)) == b"\x90\4\0\1\0\x80"
    assert suback(5, 1, (0, Reason.NOT_AUTHORIZED)) == b"\x90\5\0\1\0\0\x87"
    assert disconnect(4, Reason.TAKEN_OVER) == b""
    assert disconnect(5, Reason.TAKEN_OVER) == b"\xe0\2\x8e\0"


@given(st.text(max_size=500))
def test_a_reason_string_is_bounded_utf8(why: str):
    written = connack(5, Reason.NOT_AUTHORIZED, why=why)
    properties = Properties(PacketTypes.CONNACK)
    place = 3 if written[1] & 0x80 == 0 else 4
    properties.unpack(written[place + 1 :])
    assert len(getattr(properties, "ReasonString", "").encode()) <= 300


pairs = st.lists(st.tuples(words, words), max_size=3)


@given(pairs, st.none() | words, st.none() | st.binary(max_size=20), st.integers(0, 99), ids)
def test_what_is_passed_on_is_passed_on_as_it_came(pairs, content, correlation, expiry, alias):
    properties = Properties(PacketTypes.PUBLISH)
    properties.MessageExpiryInterval = expiry
    properties.TopicAlias = alias % 16 + 1
    if pairs:
        properties.UserProperty = pairs
    if content is not None:
        properties.ContentType = content
    if correlation is not None:
        properties.CorrelationData = correlation
    packets, reason = read(connect(5) + publish("a", b"x", 1, 7, properties.pack()))
    assert reason is None
    assert packets[1].expiry_seconds == expiry
    passed_on = Properties(PacketTypes.PUBLISH)
    passed_on.unpack(encode.variable_length(len(packets[1].properties)) + packets[1].properties)
    assert getattr(passed_on, "UserProperty", []) == pairs
    assert getattr(passed_on, "ContentType", None) == content
    assert getattr(passed_on, "CorrelationData", None) == correlation
    assert not hasattr(passed_on, "TopicAlias")


@given(st.sampled_from([4, 5]), st.integers(0, 255), st.integers(0, 300), words)
def test_subscription_options(version: int, options: int, identifier: int, name: str):
    given_one = b"\x0b" + encode.variable_length(identifier) if version == 5 else b""
    properties = bytes((len(given_one),)) + given_one if version == 5 else b""
    body = NUMBER + properties + text(name) + bytes((options,))
    packets, reason = read(connect(version) + packet(0x82, body))
    reserved = 0xC0 if version == 5 else 0xFC
    is_bad = options & reserved or options & 3 == 3 or (version == 5 and options & 0x30 == 0x30)
    if version == 5 and not identifier:
        assert reason is Reason.PROTOCOL_ERROR
    elif is_bad or (options & 4 and name.startswith("$share/")):
        assert reason in (Reason.MALFORMED, Reason.PROTOCOL_ERROR)
    else:
        number = identifier if version == 5 else 0
        bits = (bool(options & 4), bool(options & 8), options >> 4 & 3)
        assert packets[1].filters == (Filter(name, options & 3, *bits, number),)
