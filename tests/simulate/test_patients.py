"""What each of the demo's devices sends as time passes."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from homeward.model.frame import CHANNELS_MAX
from homeward.simulate import cast
from homeward.simulate.cast import PATIENTS
from homeward.simulate.patients import READINGS_PER_MESSAGE, WAVE_SECONDS, Monitor, Sensor

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Wire:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.messages = []
        self.frames = []
        self.off = []

    def say_off(self, sensors) -> None:
        self.off.append(tuple(sensors))

    def send(self, readings) -> None:
        self.messages.append(tuple(readings))

    def show(self, start, channels) -> None:
        self.frames.append((start, tuple(channels)))

    def values(self, name: str) -> list[float]:
        return [r.value for message in self.messages for r in message if r.vital.name == name]


def patient_of(story: str) -> cast.Patient:
    return next(each for each in PATIENTS if each.tale.story == story)


def lived(device: Monitor | Sensor, seconds: float) -> Wire:
    for step in range(1, int(seconds / WAVE_SECONDS) + 1):
        device.tick(START + timedelta(seconds=step * WAVE_SECONDS))
    assert isinstance(device.wire, Wire)
    return device.wire


def monitor(story: str, looked=None) -> Monitor:
    return Monitor(patient_of(story), Wire(), seed=4, second_of_day=0, looked=looked)


def test_within_twenty_seconds_everything_a_news2_needs_was_sent_or_seen():
    looks = []
    wire = lived(monitor("quiet_night", looks.append), 20)
    sent = {reading.vital.name for message in wire.messages for reading in message}
    assert sent == {
        "heart_rate", "pulse", "oxygen_saturation", "respiratory_rate", "systolic", "diastolic",
        "mean_pressure", "temperature",
    }  # fmt: skip
    assert [(each.consciousness, each.on_oxygen) for each in looks] == [(0, False)]
    assert looks[0].patient.bed in cast.NURSE_OF


def test_a_nurse_looks_again_as_soon_as_somebody_changes():
    looks = []
    lived(monitor("opioid", looks.append), 240)
    assert (0, False) in [(each.consciousness, each.on_oxygen) for each in looks]
    assert len({each.key for each in looks}) == len(looks) > 1
    times = [each.at for each in looks]
    assert times == sorted(times)


def test_numbers_come_each_second_and_waveforms_without_a_gap():
    wire = lived(monitor("quiet_night"), 60)
    assert len(wire.values("heart_rate")) == 60
    starts = [start for start, _ in wire.frames]
    assert starts == [START + timedelta(seconds=place * WAVE_SECONDS) for place in range(120)]
    assert {len(channels) for _, channels in wire.frames} == {3}
    for channel in wire.frames[0][1]:
        assert len(channel.samples) == channel.rate * WAVE_SECONDS
    assert len(wire.frames[0][1]) <= CHANNELS_MAX


def test_a_probe_that_fell_off_sends_no_saturation_no_pulse_and_no_pleth():
    wire = lived(monitor("probe_off"), 150)
    assert len(wire.values("heart_rate")) == 150
    assert 90 < len(wire.values("oxygen_saturation")) < 110
    assert len(wire.values("pulse")) == len(wire.values("oxygen_saturation"))
    assert Counter(len(channels) for _, channels in wire.frames)[2] > 80
    assert wire.off == [(), ("probe",)]  # it says so itself, once


@pytest.mark.parametrize(
    ("story", "vital", "limit"),
    [("opioid", "respiratory_rate", 8), ("opioid", "oxygen_saturation", 90)],
)
def test_within_three_minutes_a_bed_needs_somebody(story, vital, limit):
    assert min(lived(monitor(story), 180).values(vital)) < limit


def test_afterwards_it_recovers_and_happens_again():
    wire = lived(monitor("opioid"), 2400)
    breath = wire.values("respiratory_rate")
    assert min(breath[:300]) < 8
    assert max(breath[600:900]) > 10
    assert min(breath[1125:1425]) < 8


def test_at_home_glucose_falls_below_54_within_seven_minutes():
    sensor = Sensor(patient_of("hypo_at_home"), Wire(), seed=9)
    sensor.remember(START)
    wire = lived(sensor, 60 * 40)
    before, after = wire.values("glucose")[:288], wire.values("glucose")[288:]
    assert before[-1] >= 70
    assert min(after[:8]) < 54
    assert after[-1] > 80


def test_a_monitor_remembers_two_hours_in_messages_that_fit():
    device = monitor("quiet_night")
    device.remember(START)
    times = [reading.at for message in device.wire.messages for reading in message]
    assert min(times) == START - timedelta(hours=2)
    assert max(times) < START
    assert max(len(message) for message in device.wire.messages) <= READINGS_PER_MESSAGE


def test_the_same_night_is_remembered_the_same():
    told = []
    for _ in range(2):
        device = monitor("sepsis")
        device.remember(START)
        told.append(device.wire.messages)
    assert told[0] == told[1]


def test_every_possible_moment_of_every_story_is_possible():
    for number, patient in enumerate(PATIENTS, 1):
        device = (
            Monitor(patient, Wire(), number, 0)
            if patient.build
            else Sensor(patient, Wire(), number)
        )
        lived(device, 240)  # Reading refuses what no sensor gives
