"""What Bluetooth meters say: every characteristic, their record access, their clocks."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC
from functools import partial
from pathlib import Path

from bench.fuzz.targets import RECEIVED, Target
from homeward.model.errors import Unreadable
from homeward.standards.gatt.field import Characteristic
from homeward.standards.gatt.measured import measured
from homeward.standards.gatt.meter_clock import clock_of
from homeward.standards.gatt.profiles import CHARACTERISTICS
from homeward.standards.gatt.racp import answered
from homeward.standards.gatt.sync import Memory, Sync, cgm_numbered, glucose_numbered

VECTORS = Path(__file__).parents[3] / "web" / "src" / "gatt" / "vectors.json"
GATT = "homeward.standards.gatt"


def _packets(name: str) -> Callable[[], Sequence[bytes]]:
    def samples() -> list[bytes]:
        packets = json.loads(VECTORS.read_text())["packets"]
        sound = [each["hex"] for each in packets if each["of"] == name and not each.get("error")]
        return [bytes.fromhex(each) for each in sound] or [b"\xff\x07"]

    return samples


def _readings(characteristic: Characteristic, octets: bytes) -> object:
    return [each.readings(RECEIVED) for each in measured(characteristic, octets)]


def _life(octets: bytes) -> object:
    """A whole sync: pieces of one octet of length and an event each."""
    sync = Sync(Memory(last=octets[0] if octets else None), glucose_numbered)
    found, place = sync.begin(), 1
    while place < len(octets):
        size = octets[place] % 16
        piece = octets[place + 1 : place + 1 + size]
        event = (sync.answered, sync.measurement, sync.context)[octets[place] % 3]
        found = event(piece)
        place += 1 + size
    return found


TARGETS = (
    *(
        Target(f"meter {each.name}", (f"{GATT}.read:read", f"{GATT}.measured:measured",
                                      f"{GATT}.crc:crc16", f"{GATT}.local_time:local_time"),
               _packets(each.name), partial(_readings, each), (Unreadable,))
        for each in CHARACTERISTICS
    ),
    Target("meter record access", (f"{GATT}.racp:answered",),
           lambda: [b"\x05\x00\x02\x00", b"\x06\x00\x01\x01"], answered, (Unreadable,)),
    Target("meter sync", (f"{GATT}.sync:glucose_numbered",),
           lambda: [b"\x03\x03\x05\x00\x02\x00\x04\x00\x01\x00\x00"], _life, ()),
    Target("meter cgm records", (f"{GATT}.sync:cgm_numbered",), _packets("cgm"), cgm_numbered,
           (Unreadable,)),
    Target("meter clock", (f"{GATT}.meter_clock:clock_of",),
           lambda: [bytes.fromhex("ea0707010c0000"), bytes.fromhex("ea0707010c0000030000")],
           lambda octets: clock_of(octets, RECEIVED, UTC), ()),
)  # fmt: skip
