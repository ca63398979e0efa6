"""Ward frames: packed here, read in the browser. Both sides' tests read the same file."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward.model.errors import Unreadable
from homeward.model.frame import Channel, WaveFrame
from homeward.model.ward_frame import Stretch, pack_stretches, pack_ward, stretches_of, unpack_ward
from homeward.model.wave import BY_NAME, WAVES

VECTORS = Path(__file__).parents[2] / "web" / "src" / "ward-frames.json"


def _stretch(patient: int, wave: str, start: int, samples: list[int], **more: float) -> Stretch:
    rate, scale = more.get("rate", 500.0), more.get("scale", 0.005)
    return Stretch(patient, 3, start, Channel(BY_NAME[wave], rate, scale, np.array(samples, "<i2")))


CASES: dict[str, tuple[int, int, list[Stretch]]] = {
    "nothing came": (1, 0, []),
    "one lead": (1, 1, [_stretch(7, "ecg_ii", 1_795_000_000_123_456, [0, 200, -40, 7])]),
    "an odd number of samples, and two patients": (
        9,
        4_294_967_295,
        [
            _stretch(7, "ecg_v", 1_795_000_000_000_000, [32767, -32768, 1]),
            _stretch(2**52, "pleth", 1_795_000_000_050_000, [500], rate=62.5, scale=0.001),
            _stretch(8, "arterial_pressure", -1, [], rate=125.0, scale=0.25),
        ],
    ),
}


def _packed(stream: int, number: int, stretches: list[Stretch]) -> bytes:
    return pack_ward(stream, number, [pack_stretches(stretches)], len(stretches))


def _told(stretch: Stretch) -> dict[str, Any]:
    channel = stretch.channel
    return {
        "patient": stretch.patient,
        "device": stretch.device,
        "start": stretch.start,
        "wave": channel.wave.name,
        "rate": channel.rate,
        "scale": channel.scale,
        "samples": channel.samples.tolist(),
    }


def test_the_browsers_test_reads_what_is_packed_here() -> None:
    """If this fails after a wanted change: write `vectors` to the file, and run both tests."""
    vectors = [
        {
            "name": name,
            "hex": _packed(stream, number, stretches).hex(),
            "stream": stream,
            "number": number,
            "stretches": [_told(each) for each in stretches],
        }
        for name, (stream, number, stretches) in CASES.items()
    ]
    assert json.loads(VECTORS.read_text()) == vectors


@pytest.mark.parametrize("name", CASES)
def test_what_is_packed_is_read_again(name: str) -> None:
    stream, number, stretches = CASES[name]
    found = unpack_ward(_packed(stream, number, stretches))
    assert (found.stream, found.number) == (stream, number)
    kept = [each | {"scale": np.float32(each["scale"])} for each in map(_told, stretches)]
    assert [_told(each) for each in found.stretches] == kept


def test_samples_lie_on_even_places() -> None:
    """So that a browser looks at them where they are."""
    stream, number, stretches = CASES["an odd number of samples, and two patients"]
    assert len(_packed(stream, number, [])) % 2 == 0
    assert all(len(pack_stretches([each])) % 2 == 0 for each in stretches)


def test_a_devices_frame_becomes_its_stretches() -> None:
    channels = tuple(
        Channel(wave, 250.0, 0.5, np.arange(place + 1, dtype="<i2"))
        for place, wave in enumerate(WAVES[:3])
    )
    frame = WaveFrame(5, 6, 1_000_000, channels).pack()
    packed, count = stretches_of(struct.pack("<qq", 7, 3) + frame)
    found = unpack_ward(pack_ward(1, 1, [packed], count)).stretches
    assert [(each.patient, each.device, each.start) for each in found] == [(7, 3, 1_000_000)] * 3
    assert [each.channel.wave for each in found] == list(WAVES[:3])
    assert [each.channel.samples.tolist() for each in found] == [[0], [0, 1], [0, 1, 2]]


@pytest.mark.parametrize("told", [b"", bytes(8), bytes(16), bytes(16) + b"HW\x02" + bytes(40)])
def test_what_is_no_frame_is_refused(told: bytes) -> None:
    with pytest.raises(Unreadable):
        stretches_of(told)


def test_a_ward_frame_cut_anywhere_is_refused() -> None:
    stream, number, stretches = CASES["one lead"]
    whole = _packed(stream, number, stretches)
    for length in range(len(whole)):
        with pytest.raises(Unreadable):
            unpack_ward(whole[:length])
    with pytest.raises(Unreadable):
        unpack_ward(whole + b"\0")
    with pytest.raises(Unreadable):
        unpack_ward(b"HC\x02" + whole[3:])
