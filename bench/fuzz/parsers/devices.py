"""What devices say: MQTT packets, readings, waveforms, HTTPS requests."""

import gzip
import struct

import numpy as np

from bench.fuzz.targets import RECEIVED, Target
from homeward.connectors.http_ingest.parse import asked
from homeward.connectors.http_ingest.parse import message as https_message
from homeward.connectors.mqtt.decode import Decoder
from homeward.connectors.mqtt.packets import V5, V311, Violation
from homeward.connectors.mqtt.parse import parse, status_text, topics_of
from homeward.model.errors import Unreadable
from homeward.model.frame import Channel, WaveFrame, unpack_waves
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, VITALS
from homeward.model.ward_frame import pack_stretches, pack_ward, stretches_of, unpack_ward
from homeward.model.wave import WAVES
from homeward.standards.inflating import inflated
from homeward.standards.payload import decode, decode_sensors, decode_waves, encode, encode_sensors

PACKET_BYTES_MAX = 4_096
NAME = "monitor-1"
TOPIC = f"devices/{NAME}/readings".encode()
START_US = round(RECEIVED.timestamp() * 1e6) - 1_000_000


def readings() -> list[bytes]:
    """Sound messages of readings, single and several."""
    every = [Reading(vital, sum(vital.possible) / 2, RECEIVED) for vital in VITALS]
    every = [
        each if each.vital.unit != "1" else Reading(each.vital, each.vital.possible[0], RECEIVED)
        for each in every
    ]
    coded = b'{"loinc":"59408-5","unit":"%","value":97,"at":"2026-03-01T09:59:59+01:00"}'
    numbered = b'{"mdc":149530,"unit":"/min","value":72.5,"at":"2026-03-01T09:59:59Z"}'
    pulse = Reading(BY_NAME["pulse"], 72.0, RECEIVED)
    return [encode([pulse], 1, 2), encode([pulse]), encode(every, 3, 4), coded, numbered]


def frame() -> WaveFrame:
    """A sound wave frame of two channels."""
    samples = np.arange(20, dtype=np.int16)
    return WaveFrame(1, 2, START_US, tuple(Channel(each, 250.0, 0.005, samples)
                                           for each in WAVES[:2]))  # fmt: skip


def waves() -> list[bytes]:
    """Sound wave frames."""
    return [frame().pack()]


def sensors() -> list[bytes]:
    """What a device says of its sensors."""
    return [encode_sensors([]), b'{"off":["probe","leads"]}']


def bodies() -> list[bytes]:
    """Whatever a device may send."""
    return [*readings(), *waves(), *sensors(), b"battery low"]


def _ward_frames() -> list[bytes]:
    told = struct.pack("<qq", 7, 8) + frame().pack()
    packed, count = stretches_of(told)
    return [pack_ward(1, 2, [packed], count), pack_ward(1, 3, [pack_stretches([])], 0)]


def text(value: bytes) -> bytes:
    """An MQTT string."""
    return len(value).to_bytes(2, "big") + value


def packet(first: int, body: bytes) -> bytes:
    """An MQTT packet of a body shorter than 16,384 bytes."""
    length = len(body)
    size = bytes((length,)) if length < 128 else bytes((length & 0x7F | 0x80, length >> 7))
    return bytes((first,)) + size + body


CONNECT = {
    V311: packet(0x10, text(b"MQTT") + b"\x04\x02\x00\x3c" + text(NAME.encode())),
    V5: packet(0x10, text(b"MQTT") + b"\x05\x02\x00\x3c\x05\x11\x00\x00\x00\x3c"
               + text(NAME.encode())),
}  # fmt: skip


def connects() -> list[bytes]:
    """Introductions, one with a will, a name and a password."""
    will = text(TOPIC) + text(b"gone") + text(b"user") + text(b"pass")
    full = text(b"MQTT") + b"\x04\xee\x00\x3c" + text(NAME.encode()) + will
    full_5 = text(b"MQTT") + b"\x05\x0e\x00\x3c\x00" + text(NAME.encode())
    full_5 += b"\x05\x18\x00\x00\x00\x05" + text(TOPIC) + text(b"gone")
    return [*CONNECT.values(), packet(0x10, full), packet(0x10, full_5)]


def packets(version: int) -> list[bytes]:
    """What a client says once it is in."""
    props = b"\x00" if version == V5 else b""
    body = readings()[0]
    alias = b"\x03\x23\x00\x01" if version == V5 else b""
    return [
        packet(0x32, text(TOPIC) + b"\x00\x01" + props + body),
        packet(0x30, text(TOPIC) + props + body),
        packet(0x34, text(TOPIC) + b"\x00\x02" + (alias or props) + body),
        packet(0x40, b"\x00\x01"),
        packet(0x50, b"\x00\x01"),
        packet(0x62, b"\x00\x02"),
        packet(0x70, b"\x00\x02"),
        packet(0x82, b"\x00\x03" + props + text(b"devices/monitor-1/commands") + b"\x01"),
        packet(0xA2, b"\x00\x04" + props + text(b"devices/monitor-1/commands")),
        packet(0xC0, b""),
        packet(0xE0, b""),
    ]


def _streams(version: int) -> list[bytes]:
    each = packets(version)
    return [*each, b"".join(each[:4]), b"".join(each)]


def _connected(data: bytes) -> object:
    decoder = Decoder(PACKET_BYTES_MAX)
    decoder.add(data)
    return decoder.next()


def _in_session(version: int, data: bytes) -> int:
    """Every packet of a session, in two pieces as a network cuts them."""
    decoder = Decoder(PACKET_BYTES_MAX)
    decoder.add(CONNECT[version])
    decoder.next()
    count, half = 0, len(data) // 2
    for piece in (data[:half], data[half:]):
        decoder.add(piece)
        while decoder.usual() is not None or decoder.next() is not None:
            count += 1
    return count


def _https(what: str) -> Target:
    samples = {"readings": readings, "waves": waves, "sensors": sensors}[what]
    covers = ("homeward.connectors.http_ingest.parse:message",)
    return Target(f"https {what}", covers, samples, lambda b: https_message(what, 1, b, RECEIVED))


def _published(data: bytes) -> object:
    """A topic's last word before the first NUL, then a body."""
    topic, _, body = data.partition(b"\0")
    topics = topics_of(NAME)
    return parse(topics, 1, f"devices/{NAME}/{topic.decode('latin-1')}", body, RECEIVED)


def _topics() -> list[bytes]:
    kinds = (b"readings", b"waves", b"sensors", b"status")
    return [kind + b"\0" + body for kind in kinds for body in bodies()]


def _asked(data: bytes) -> object:
    method, _, target = data.decode("latin-1").partition(" ")
    return asked(method, target, NAME)


TARGETS = (
    Target("readings", ("homeward.standards.payload:decode",
                        "homeward.standards.payload:fingerprint"), readings,
           lambda body: decode(body, RECEIVED), (Unreadable,)),
    Target("waves", ("homeward.standards.payload:decode_waves",
                     "homeward.model.frame:unpack_waves"), waves,
           lambda body: (unpack_waves(body), decode_waves(body, RECEIVED)), (Unreadable,)),
    Target("sensors", ("homeward.standards.payload:decode_sensors",), sensors, decode_sensors,
           (Unreadable,)),
    Target("ward frames", ("homeward.model.ward_frame:unpack_ward",), _ward_frames, unpack_ward,
           (Unreadable,)),
    Target("waves as told", ("homeward.model.ward_frame:stretches_of",),
           lambda: [struct.pack("<qq", 7, 8) + each for each in waves()], stretches_of,
           (Unreadable,)),
    Target("MQTT CONNECT", ("homeward.connectors.mqtt.decode:Decoder",
                            "homeward.connectors.mqtt.control:connect",
                            "homeward.connectors.mqtt.fields:properties"),
           connects, _connected, (Violation,)),
    Target("MQTT 3.1.1 packets", ("homeward.connectors.mqtt.decode:Decoder",),
           lambda: _streams(V311), lambda data: _in_session(V311, data), (Violation,)),
    Target("MQTT 5 packets", ("homeward.connectors.mqtt.decode:Decoder",
                              "homeward.connectors.mqtt.control:subscribe",
                              "homeward.connectors.mqtt.fields:properties"),
           lambda: _streams(V5), lambda data: _in_session(V5, data), (Violation,)),
    Target("MQTT messages", ("homeward.connectors.mqtt.parse:parse",), _topics, _published),
    Target("MQTT status", ("homeward.connectors.mqtt.parse:status_text",),
           lambda: [b"well", "läuft\n".encode()], status_text, (Unreadable,)),
    _https("readings"),
    _https("waves"),
    _https("sensors"),
    Target("https request lines", ("homeward.connectors.http_ingest.parse:asked",),
           lambda: [b"POST /devices/monitor-1/readings", b"GET /edge/registry?x=1"], _asked),
    Target("https gzip", ("homeward.standards.inflating:inflated",),
           lambda: [gzip.compress(each, mtime=0) for each in bodies()],
           lambda body: inflated(body, "gzip", 65_536), (Unreadable,)),
)  # fmt: skip
