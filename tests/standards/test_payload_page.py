"""The page for people who build devices says what the code does."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from homeward.connectors.mqtt.devices import KEEP_ALIVE_SECONDS_MAX
from homeward.connectors.mqtt.packets import Reason
from homeward.connectors.mqtt.parse import STATUS_BYTES_MAX, topics_of
from homeward.connectors.mqtt.receipts import UNSETTLED_MAX
from homeward.model.frame import CHANNELS_MAX, SAMPLES_MAX
from homeward.model.sensor import SENSORS
from homeward.model.unit import ACCEPTED
from homeward.model.vital import VITALS
from homeward.settings import Settings
from homeward.standards.payload import BATCH_READINGS_MAX, decode, decode_sensors

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "payload.md").read_text()


def test_its_messages_are_read():
    blocks = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    now = datetime(2026, 11, 24, 6, 22, tzinfo=UTC)
    read = [decode(block.encode(), now) for block in blocks]
    assert [len(message.readings) for message in read] == [1, 2]
    assert [message.seq for message in read] == [17, 18]


def test_its_vitals_are_all_and_right():
    rows = re.findall(r"^\| `(\w+)` \| ([\d-]*) ?\| (\d*) ?\| (.*) \|$", PAGE, re.MULTILINE)
    told = {name: (loinc, mdc, units) for name, loinc, mdc, units in rows}
    assert told.keys() == {vital.name for vital in VITALS}
    for vital in VITALS:
        loinc, mdc, units = told[vital.name]
        assert (loinc, mdc) == (vital.loinc or "", str(vital.mdc or ""))
        if vital.unit != "1":
            assert set(re.findall(r"`([^`]+)`", units)) == set(ACCEPTED[vital.name])


def test_its_topics_are_a_devices():
    told = set(re.findall(r"^\| `(devices/<name>/\w+)`", PAGE, re.MULTILINE))
    topics = topics_of("<name>")
    assert told == set(asdict(topics).values())


def test_its_sensors_are_all_and_right():
    rows = re.findall(r"^\| `(\w+)` \| ([\w₂ ]+) \| ((?:`\w+`(?:, )?)+) \|$", PAGE, re.MULTILINE)
    told = {(name, label, tuple(re.findall(r"`(\w+)`", vitals))) for name, label, vitals in rows}
    assert told == {(each.name, each.label, each.vitals) for each in SENSORS}
    (said,) = re.findall(r'^`(\{"off".*)`$', PAGE, re.MULTILINE)
    assert decode_sensors(said.encode()) == ("probe",)


def test_its_numbers_are_ours():
    plain, numbers = Settings(), PAGE.replace(",", "")
    for words in (
        f"batch of 1 to {BATCH_READINGS_MAX}:",
        f"At most {UNSETTLED_MAX} messages",
        f"over {UNSETTLED_MAX} QoS 2",
        f"more than {plain.device_messages_per_second_max} messages a second",
        f"larger than {plain.payload_bytes_max} bytes",
        f"more than {KEEP_ALIVE_SECONDS_MAX} s",
        f"short text ({STATUS_BYTES_MAX} bytes)",
        f"1 to {CHANNELS_MAX} channels",
        f"1 to {SAMPLES_MAX}",
        f"port {plain.mqtt_port}",
    ):
        assert words in numbers, words


def test_its_reason_codes_exist():
    codes = {int(code, 16) for code in re.findall(r"0x[0-9A-F]{2}\b", PAGE)}
    assert codes <= {int(reason) for reason in Reason}


def test_its_examples_are_there():
    linked = re.findall(r"\]\((\.\./[^)]+)\)", PAGE)
    assert linked
    assert all((ROOT / "docs" / "reference" / each).exists() for each in linked)
