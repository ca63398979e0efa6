"""Packets of Bluetooth meters against published vectors; the pages read the same file."""

import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

from bench._packets import Verdict, judged, made
from homeward.model.errors import Unreadable
from homeward.standards.gatt.crc import crc16
from homeward.standards.gatt.local_time import LocalTime
from homeward.standards.gatt.measured import Measured, measured
from homeward.standards.gatt.number import Absent, medical_float, scaled
from homeward.standards.gatt.profiles import BY_NAME, CHARACTERISTICS, as_json
from homeward.standards.gatt.read import OCTETS_MAX, Value, read

PAGES = Path(__file__).parents[2] / "web" / "src" / "gatt"
VECTORS = json.loads((PAGES / "vectors.json").read_text())
PACKETS = VECTORS["packets"]


def told(value: Value) -> object:
    """As the vectors have it: numbers as text, absent ones with a mark, names as lists."""
    if isinstance(value, Absent):
        return f"!{value}"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, (str, LocalTime)) else list(value)


def values_of(each: Measured) -> dict[str, str]:
    return {q.vital.name: f"{format(q.value, 'f')} {q.unit}" for q in each.quantities}


@pytest.mark.parametrize("vector", VECTORS["numbers"], ids=lambda v: f"{v['bits']}-{v['hex']}")
def test_d15_a_medical_float_is_read_exactly_or_says_why_not(vector):
    raw = int.from_bytes(bytes.fromhex(vector["hex"]), "little")
    parts = medical_float(raw, vector["bits"])
    value = parts if isinstance(parts, Absent) else scaled(*parts)
    assert told(value) == vector["value"]


def test_the_checksum_is_that_of_the_service():
    for vector in VECTORS["checksums"]:
        assert crc16(bytes.fromhex(vector["hex"])) == vector["crc"]


@pytest.mark.parametrize("vector", PACKETS, ids=lambda v: f"{v['source']}-{v['of']}-{v['hex']}")
def test_d15_a_packet_says_what_its_author_says_it_says(vector):
    characteristic, octets = BY_NAME[vector["of"]], bytes.fromhex(vector["hex"])
    crc = vector.get("crc")
    if vector.get("error"):
        with pytest.raises(Unreadable) as refusal:
            read(characteristic, octets, crc)
        assert len(str(refusal.value)) > 10  # it says why
        return
    records = read(characteristic, octets, crc)
    assert len(records) == len(vector["says"])
    for record, says in zip(records, vector["says"], strict=True):
        assert {name: told(record.values[name]) for name in says} == says
        units = vector.get("units", {})
        assert {name: record.units[name] for name in units} == units
    found = measured(characteristic, octets, crc)
    if "readings" in vector:
        assert [values_of(each) for each in found] == vector["readings"]
    if "missing" in vector:
        assert [dict(each.missing) for each in found] == vector["missing"]
    if "said" in vector:
        said = [each.said and each.said.isoformat(timespec="seconds") for each in found]
        assert said == vector["said"]


def test_every_profile_has_vectors_of_both_kinds():
    good = {each["of"] for each in PACKETS if not each.get("error")}
    bad = {each["of"] for each in PACKETS if each.get("error")}
    names = {each.name for each in CHARACTERISTICS} - {"glucose_features"}
    assert good == names
    assert bad == names


@pytest.mark.parametrize("characteristic", CHARACTERISTICS, ids=lambda each: each.name)
def test_no_packet_is_read_though_it_is_cut_or_has_more(characteristic):
    for vector in PACKETS:
        if vector["of"] != characteristic.name or vector.get("error"):
            continue
        octets = bytes.fromhex(vector["hex"])
        whole = read(characteristic, octets)
        for size in range(len(octets)):
            try:
                part = read(characteristic, octets[:size])
            except Unreadable:
                continue
            # Shorter and still whole: a record less, an interval less, or without its checksum.
            assert characteristic.is_sized or part != whole or size == len(octets) - 2
    with pytest.raises(Unreadable):
        read(characteristic, bytes(OCTETS_MAX + 1))


def test_whatever_is_sent_is_read_or_refused_and_never_impossible():
    dice = random.Random(20601)
    verdicts = [judged(*made(dice)) for _ in range(20_000)]
    assert verdicts.count(Verdict.READ) > 1_000
    assert verdicts.count(Verdict.REFUSED) > 1_000
    assert Verdict.IMPOSSIBLE not in verdicts


def test_the_pages_have_the_tables_as_they_are():
    assert (PAGES / "tables.json").read_bytes() == as_json(), "run `make docs`"
