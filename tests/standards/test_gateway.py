"""Gateway frames: what goes in comes out, and any bytes do no harm."""

import contextlib
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.model.errors import Unreadable
from homeward.model.frame import Channel, WaveFrame
from homeward.model.reading import Reading
from homeward.model.vital import PULSE, VITALS
from homeward.model.wave import WAVES
from homeward.standards import gateway
from homeward.standards.gateway import Kind, Part
from homeward.standards.payload import encode, encode_sensors

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TAKEN = round(NOW.timestamp() * 1e6) - 5_000_000

names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)
readings = st.builds(
    lambda vital, part, ago: Reading(
        vital,
        vital.possible[0] + part * (vital.possible[1] - vital.possible[0]),
        NOW - timedelta(microseconds=ago),
    ),
    st.sampled_from(VITALS),
    st.floats(0, 1),
    st.integers(0, 10**14),
)
messages = st.tuples(
    names, st.integers(-1, 2**62), st.integers(0, 2**62), st.lists(readings, min_size=1, max_size=5)
)


def part(*rows: Reading, name: str = "pump-1", boot: int = 1, seq: int = 0) -> Part:
    return Part(name, Kind.READINGS, boot, seq, TAKEN, gateway.pack_readings(rows))


def heard(*parts: Part) -> list[gateway.Heard]:
    body = gateway.frame(gateway.pack(each) for each in parts)
    return gateway.understand(gateway.parts_of(body), NOW)


def pulse(value: float = 72, at: datetime = NOW) -> Reading:
    return Reading(PULSE, value, at)


@given(st.lists(messages, min_size=1, max_size=8))
def test_what_goes_in_comes_out_bit_for_bit(sent):
    found = heard(*(part(*rows, name=name, boot=b, seq=s) for name, b, s, rows in sent))
    assert [(each.name, each.boot, each.seq, list(each.readings)) for each in found] == sent
    assert {each.why for each in found} == {None}


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_understood(body):
    for whole in (body, gateway.MAGIC + body):
        try:
            parts = gateway.parts_of(whole)
        except Unreadable:
            continue
        assert len(gateway.understand(parts, NOW)) == len(parts)


@given(st.lists(messages, min_size=1, max_size=3), st.data())
def test_a_frame_that_is_cut_short_or_changed_never_says_something_else_unnoticed(sent, data):
    """Cut: refused, or whole messages only. (Bits that change on the way are TLS's to notice.)"""
    parts = [part(*rows, name=name, boot=b, seq=s) for name, b, s, rows in sent]
    body = gateway.frame(gateway.pack(each) for each in parts)
    cut = body[: data.draw(st.integers(0, len(body) - 1))]
    with contextlib.suppress(Unreadable):
        whole = gateway.parts_of(cut)
        assert whole == parts[: len(whole)]


def test_every_kind_of_message_travels():
    wave = WaveFrame(3, 4, TAKEN, (Channel(WAVES[0], 250.0, 0.5, np.arange(9, dtype=np.int16)),))
    spoiled = gateway.pack_spoiled("no zone", "devices/pump-1/readings", b"\0rubbish")
    bodies = {
        Kind.READINGS: gateway.pack_readings([pulse()]),
        Kind.WAVES: wave.pack(),
        Kind.SENSORS: encode_sensors(["probe"]),
        Kind.JSON: encode([pulse()], 5, 6),
        Kind.SPOILED: spoiled,
    }
    rows, waves, sensors, said, bad = heard(
        *(Part("pump-1", kind, 1, 2, TAKEN, body) for kind, body in bodies.items())
    )
    assert rows.readings == said.readings == (pulse(),)
    assert (said.boot, said.seq) == (5, 6)
    assert waves.waves is not None
    assert (waves.boot, waves.seq, waves.body) == (3, 4, wave.pack())
    assert sensors.off == ("probe",)
    assert (bad.why, bad.topic, bad.body) == ("no zone", "devices/pump-1/readings", b"\0rubbish")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([(99, 0, 1.0)], "unknown vital sign: 99"),
        ([(2, 0, 72.0), (2, 0, 999.0)], "pulse of 999"),
        ([(2, 0, float("nan"))], "pulse of nan"),
        ([(2, 6 * 60 * 10**6, 72.0)], "ahead of our clock"),
        ([(2, -(10**15) * 9, 72.0)], "before 2000"),
        ([], "readings of 0 bytes"),
    ],
)
def test_one_bad_message_spoils_no_other_and_says_why(rows, why):
    at = round(NOW.timestamp() * 1e6)
    body = np.array([(v, at + off, value) for v, off, value in rows], gateway.ROW).tobytes()
    bad = Part("pump-2", Kind.READINGS, 1, 9, TAKEN, body)
    first, second, third = heard(part(pulse()), bad, part(pulse(73), seq=1))
    assert why in (second.why or "")
    assert (first.why, third.why) == (None, None)
    assert second.body == body


def test_a_gateway_whose_clock_was_never_set_loses_nothing_but_that_time():
    early, ahead = (heard(part(pulse())._replace(taken=taken))[0] for taken in (0, TAKEN + 10**12))
    assert early.taken is None
    assert ahead.taken is None
    assert early.readings == ahead.readings == (pulse(),)
