"""Our payload: what is read, and every way it is refused."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.model.errors import Unreadable
from homeward.model.frame import Channel, WaveFrame
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME, VITALS
from homeward.model.wave import WAVES
from homeward.standards.payload import (
    BATCH_READINGS_MAX,
    UNCOUNTED_BOOT,
    decode,
    decode_sensors,
    decode_waves,
    encode,
    encode_sensors,
)

NOW = datetime(2026, 11, 24, 6, 22, tzinfo=UTC)
AT = "2026-11-24T06:21:02.120Z"
# A busy machine is slow, not wrong.


def body(**changes: object) -> bytes:
    """One good reading with changes; None leaves a field out."""
    fields = {"vital": "oxygen_saturation", "value": 91.5, "unit": "%", "at": AT} | changes
    return json.dumps({name: each for name, each in fields.items() if each is not None}).encode()


def test_a_single_reading():
    message = decode(body(boot=1732429262, seq=17), NOW)
    at = datetime(2026, 11, 24, 6, 21, 2, 120_000, tzinfo=UTC)
    assert (message.boot, message.seq) == (1732429262, 17)
    assert message.readings == (Reading(BY_NAME["oxygen_saturation"], 91.5, at),)


def test_a_batch():
    readings = [json.loads(body()), json.loads(body(vital="pulse", value=72, unit="/min"))]
    message = decode(json.dumps({"boot": 1, "seq": 2, "readings": readings}).encode(), NOW)
    assert [(each.vital.name, each.value) for each in message.readings] == [
        ("oxygen_saturation", 91.5),
        ("pulse", 72.0),
    ]


@pytest.mark.parametrize(
    ("changes", "vital", "value"),
    [
        ({"vital": None, "loinc": "8867-4", "value": 80, "unit": "/min"}, "heart_rate", 80),
        ({"vital": None, "mdc": 147842, "value": 80, "unit": "/min"}, "heart_rate", 80),
        ({"vital": "temperature", "value": 98.6, "unit": "[degF]"}, "temperature", 37),
        ({"vital": "glucose", "value": 5.5, "unit": "mmol/L"}, "glucose", 99.0858),
        ({"vital": "systolic", "value": 16, "unit": "kPa"}, "systolic", 120.00992),
        ({"vital": "consciousness", "value": "V", "unit": None}, "consciousness", 2),
        ({"vital": "on_oxygen", "value": True, "unit": None}, "on_oxygen", 1),
        ({"vital": "respiratory_effort", "value": "mild", "unit": None}, "respiratory_effort", 1),
        ({"vital": "inspired_oxygen", "value": 40, "unit": "%"}, "inspired_oxygen", 40),
        ({"vital": None, "loinc": "3151-8", "value": 2, "unit": "L/min"}, "oxygen_flow", 2),
        ({"at": "2026-11-24T07:21:02.120+01:00"}, "oxygen_saturation", 91.5),
    ],
)
def test_codes_and_units_come_to_our_own(changes: dict, vital: str, value: float):
    (reading,) = decode(body(**changes), NOW).readings
    assert reading.vital.name == vital
    assert reading.value == pytest.approx(value)
    assert reading.at == datetime(2026, 11, 24, 6, 21, 2, 120_000, tzinfo=UTC)
    assert reading.at.tzinfo is UTC


def test_d12_a_diastolic_pressure_under_the_heart_rates_code_is_refused():
    with pytest.raises(Unreadable, match=r"unit 'mm\[Hg\]' is not one of .* for heart_rate"):
        decode(body(vital=None, loinc="8867-4", value=80, unit="mm[Hg]"), NOW)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [("LO", "mg/dL", 50), ("-Infinity", "mmol/L", 50), ("HI", "mg/dL", 400),
     ("Infinity", "mmol/L", 400)],
)  # fmt: skip
def test_what_is_beyond_all_a_glucose_meter_measures_counts(value: str, unit: str, expected: float):
    """LO may be what kills: it rings as the most that it can be."""
    (reading,) = decode(body(vital="glucose", value=value, unit=unit), NOW).readings
    assert reading.value == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": "LO"}, "oxygen_saturation is beyond all it measures (below)"),
        ({"vital": "glucose", "value": "LO"}, "unit '%' is not one of"),
        ({"vital": "glucose", "value": "LO", "unit": None}, "glucose has no unit"),
        ({"vital": "glucose", "value": "low", "unit": "mg/dL"}, "glucose is a number"),
        ({"vital": "spo2"}, "unknown vital sign: spo2"),
        ({"vital": None, "loinc": "1-1"}, "unknown vital sign: loinc 1-1"),
        ({"vital": None, "mdc": 7}, "unknown vital sign: mdc 7"),
        ({"vital": None}, "by exactly one of"),
        ({"loinc": "59408-5"}, "by exactly one of"),
        ({"unit": None}, "oxygen_saturation has no unit"),
        ({"unit": "mmHg"}, "unit 'mmHg' is not one of"),
        ({"value": 101}, "outside 0 to 100"),
        ({"value": -1}, "outside 0 to 100"),
        ({"value": "91"}, "oxygen_saturation is a number"),
        ({"value": True}, "oxygen_saturation is a number"),
        ({"value": [91]}, "Expected"),
        ({"value": None}, "missing required field `value`"),
        ({"at": None}, "missing required field `at`"),
        ({"at": "2026-11-24T06:21:02"}, "has no zone"),
        ({"at": "1999-12-31T23:59:59Z"}, "before 2000"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "before 2000"),
        ({"at": "2026-11-24T06:27:01Z"}, "more than 5 minutes ahead"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "more than 5 minutes ahead"),
        ({"at": 1732429262}, "Expected"),
        ({"at": "yesterday"}, "Invalid"),
        ({"boot": 1}, "boot and seq go together"),
        ({"seq": 1}, "boot and seq go together"),
        ({"boot": -1, "seq": 0}, "boot"),
        ({"boot": 1, "seq": 2**63}, "seq"),
        ({"boot": 1.5, "seq": 0}, "boot"),
        ({"patient": 7}, "unknown field `patient`"),
        ({"vital": "consciousness", "value": "X"}, "one letter of ACVPU"),
        ({"vital": "consciousness", "value": 2}, "one letter of ACVPU"),
        ({"vital": "on_oxygen", "value": 1}, "true or false"),
        ({"vital": "respiratory_effort", "value": "bad"}, "one word of normal, mild, moderate"),
        ({"vital": "respiratory_effort", "value": 1, "unit": "1"}, "one word of normal"),
        ({"vital": "inspired_oxygen", "value": 0.4, "unit": "%"}, "outside 15 to 100"),
        ({"vital": "on_oxygen", "value": True, "unit": "L/min"}, "unit 'L/min'"),
        ({"readings": []}, "unknown field `vital`"),
    ],
)
def test_refused(changes: dict, reason: str):
    with pytest.raises(Unreadable) as refusal:
        decode(body(**changes), NOW)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"91.5",
        b"\xff\xfe",
        body()[:-1],
        body() + b"{}",
        body().replace(b"91.5", b"NaN"),
        body().replace(b"91.5", b"1e999"),
        body().replace(b"91.5", b"-Infinity"),
        body().replace(b'"%"', b'"\xff"'),
        b'{"readings":' + b"[" * 100_000,
    ],
)
def test_what_is_not_a_message_is_refused(raw: bytes):
    with pytest.raises(Unreadable):
        decode(raw, NOW)


@pytest.mark.parametrize(
    "raw",
    [
        body().replace(b'"value": 91.5', b'"value": 91.5, "value": 97'),
        body().replace(b'"unit"', b'"loinc": null, "unit"'),
        b'{"readings": [' + body() + b'], "readings": [' + body() + b"]}",
    ],
)
def test_a_field_written_twice_or_empty_is_refused(raw: bytes):
    with pytest.raises(Unreadable, match="written twice"):
        decode(raw, NOW)


def test_one_bad_reading_spoils_its_batch():
    readings = [json.loads(body())] * 9 + [json.loads(body(value=400))]
    with pytest.raises(Unreadable, match="impossible"):
        decode(json.dumps({"readings": readings}).encode(), NOW)


def test_a_batch_is_bounded():
    with pytest.raises(Unreadable, match="length >= 1"):
        decode(b'{"readings": []}', NOW)
    reading = Reading(BY_NAME["pulse"], 72, NOW)
    assert len(decode(encode([reading] * BATCH_READINGS_MAX), NOW).readings) == BATCH_READINGS_MAX
    with pytest.raises(Unreadable, match="length <= 5000"):
        decode(encode([reading] * (BATCH_READINGS_MAX + 1)), NOW)


def test_a_message_that_is_not_counted_is_known_by_its_bytes():
    one, again, other = decode(body(), NOW), decode(body(), NOW), decode(body(value=92), NOW)
    assert one == again
    assert one.boot == other.boot == UNCOUNTED_BOOT
    assert one.seq != other.seq
    assert 0 <= one.seq < 2**63


def _value(vital) -> st.SearchStrategy[float]:
    low, high = vital.possible
    if vital.unit == "1":
        return st.integers(int(low), int(high)).map(float)
    return st.floats(low, high)


moments = st.datetimes(datetime(2000, 1, 1), NOW.replace(tzinfo=None), timezones=st.just(UTC))
readings_of = st.sampled_from(VITALS).flatmap(
    lambda vital: st.builds(Reading, st.just(vital), _value(vital), moments)
)


@given(st.lists(readings_of, min_size=1, max_size=20), st.integers(0, 2**63 - 1))
def test_what_is_written_is_read_back(readings: list[Reading], number: int):
    message = decode(encode(readings, number, number), NOW)
    assert (message.boot, message.seq) == (number, number)
    assert list(message.readings) == readings


@given(st.binary(max_size=300))
def test_no_bytes_do_worse_than_being_unreadable(raw: bytes):
    for read in (decode, decode_waves):
        try:
            read(raw, NOW)
        except Unreadable:
            continue


def frame(**changes: object) -> bytes:
    samples = np.arange(50, dtype=np.int16)
    fields = {"boot": 1, "sequence": 2, "start": int(NOW.timestamp() * 1e6)} | changes
    channels = fields.pop("channels", (Channel(WAVES[0], 250.0, 0.005, samples),))
    return WaveFrame(**fields, channels=channels).pack()


def test_a_wave_frame():
    read = decode_waves(frame(), NOW)
    assert (read.boot, read.sequence) == (1, 2)
    assert read.channels[0].samples.tolist() == list(range(50))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (frame(boot=-1), "never negative"),
        (frame(start=0), "before 2000"),
        (frame(start=int((NOW + timedelta(minutes=6)).timestamp() * 1e6)), "ahead"),
        (frame(start=2**63 - 1), "ahead"),
        (frame(channels=(Channel(WAVES[0], 250.0, 1.0, np.zeros(0, np.int16)),)), "no samples"),
        (frame(channels=(Channel(WAVES[0], 0.9, 1.0, np.ones(1, np.int16)),)), "slower than"),
        (frame(channels=(Channel(WAVES[0], 1e-30, 1.0, np.ones(9, np.int16)),)), "slower than"),
        (frame(channels=(Channel(WAVES[0], 10.0, 1.0, np.ones(4_000, np.int16)),)), "ends more"),
        (frame()[:-1], "frame ends before"),
        (frame() + b"\0", "after the last channel"),
    ],
)
def test_a_wave_frame_is_refused(raw: bytes, reason: str):
    with pytest.raises(Unreadable, match=reason):
        decode_waves(raw, NOW)


@pytest.mark.parametrize(
    ("body", "off"),
    [
        (b'{"off": []}', ()),
        (b'{"off": ["probe"]}', ("probe",)),
        (b'{"off":["leads","probe"]}', ("probe", "leads")),
    ],
)
def test_sensors_that_are_off(body, off):
    assert decode_sensors(body) == off
    assert decode_sensors(encode_sensors(off)) == off


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"off", "JSON"),
        (b"[]", "Expected"),
        (b"{}", "off"),
        (b'{"off": null}', "Expected"),
        (b'{"off": "probe"}', "Expected"),
        (b'{"off": ["finger"]}', "no sensor finger"),
        (b'{"off": ["probe", "probe"]}', "twice"),
        (b'{"off": ["probe"], "off": []}', "twice"),
        (b'{"off": ["probe"], "at": "2026-11-24T06:21:02Z"}', "unknown field"),
        (b'{"off": ["probe","leads","arterial_line","thermometer","glucose_sensor","x"]}', "5"),
        (b"\xff", "malformed"),
        (b"[" * 100_000, "Expected"),
    ],
)
def test_what_is_no_word_about_sensors_is_refused(body, reason):
    with pytest.raises(Unreadable, match=reason):
        decode_sensors(body)
