"""FHIR Observations: what counts, and what says of itself that it does not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from homeward.model.errors import Unreadable
from homeward.model.vital import BY_NAME
from homeward.standards.fhir_observation import ABSENT, understand
from homeward.standards.fhir_record import vital_sign

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
UCUM = "http://unitsofmeasure.org"


def coded(code: str, system: str = "http://loinc.org") -> dict[str, Any]:
    return {"coding": [{"system": "urn:other", "code": "x"}, {"system": system, "code": code}]}


def observation(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "resourceType": "Observation", "status": "final", "code": coded("8867-4"),
        "effectiveDateTime": "2026-11-22T11:59:00Z",
        "valueQuantity": {"value": 72, "unit": "bpm", "system": UCUM, "code": "/min"},
    }  # fmt: skip
    return {key: value for key, value in (whole | changes).items() if value is not None}


def mmhg(value: float) -> dict[str, Any]:
    return {"value": value, "system": UCUM, "code": "mm[Hg]"}


PRESSURE = observation(
    code=coded("85354-9"),
    valueQuantity=None,
    component=[
        {"code": coded("8480-6"), "valueQuantity": mmhg(128)},
        {"code": coded("8462-4"), "valueQuantity": mmhg(82)},
    ],
)


def told(*observations: dict[str, Any]) -> Any:
    entries = [{"resource": each} for each in observations]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return understand(json.dumps(bundle).encode(), NOW)


def said(answer: Any) -> list[tuple[str, float]]:
    return [(each.vital.name, round(each.value, 2)) for each in answer.readings]


def test_a_number_that_no_float_holds_is_put_aside_alone():
    said_so = {"value": 10**400, "system": UCUM, "code": "/min"}
    answer = told(observation(valueQuantity=said_so), observation())
    assert said(answer) == [("heart_rate", 72.0)]
    assert [why for why, _ in answer.aside] == ["valueQuantity has no number"]


def test_one_and_a_bundle_are_readings():
    one = understand(json.dumps(observation()).encode(), NOW)
    assert said(one) == [("heart_rate", 72.0)]
    assert one.readings[0].at == datetime(2026, 11, 22, 11, 59, tzinfo=UTC)
    both = told(observation(), PRESSURE)
    assert said(both) == [("heart_rate", 72.0), ("systolic", 128.0), ("diastolic", 82.0)]
    assert both.aside == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code": coded("149530", "urn:iso:std:iso:11073:10101")}, ("pulse", 72.0)),
        ({"code": coded("8310-5"), "valueQuantity": {"value": 98.6, "system": UCUM,
          "code": "[degF]"}}, ("temperature", 37.0)),
        ({"code": coded("15074-8"), "valueQuantity": {"value": 6.1, "system": UCUM,
          "code": "mmol/L"}}, ("glucose", 109.9)),
        ({"effectiveDateTime": None, "effectivePeriod": {"end": "2026-11-22T11:59:00Z"}},
         ("heart_rate", 72.0)),
        ({"status": "corrected"}, ("heart_rate", 72.0)),
        # LO and HI of a glucose meter: with its own bound, or without any.
        ({"code": coded("2339-0"), "valueQuantity": {"value": 20, "comparator": "<", "system": UCUM,
          "code": "mg/dL"}}, ("glucose", 20.0)),
        ({"code": coded("15074-8"), "valueQuantity": {"value": 33.3, "comparator": ">",
          "system": UCUM, "code": "mmol/L"}}, ("glucose", 599.92)),
        ({"code": coded("2339-0"), "valueQuantity": None,
          "dataAbsentReason": coded("negative-infinity", ABSENT)}, ("glucose", 50.0)),
    ],
)  # fmt: skip
def test_codes_units_and_times_are_read_as_they_are_meant(changes, expected):
    assert said(told(observation(**changes))) == [expected]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": "entered-in-error"}, "entered-in-error: it does not count"),
        ({"status": "preliminary"}, "preliminary: it does not count"),
        ({"status": None}, "it does not count"),
        ({"valueQuantity": {"value": 72, "unit": "bpm"}}, "no UCUM code"),
        ({"valueQuantity": {"value": 72, "system": UCUM, "code": "mm[Hg]"}}, "is not one of"),
        ({"valueQuantity": {"value": 72, "comparator": "<", "system": UCUM, "code": "/min"}},
         "heart_rate is beyond all it measures (below)"),
        ({"code": coded("2339-0"), "valueQuantity": {"value": 70, "comparator": "<", "system": UCUM,
          "code": "mg/dL"}}, "within what each measures it is no value"),
        ({"code": coded("2339-0"), "valueQuantity": {"value": 70, "comparator": ["<"],
          "system": UCUM, "code": "mg/dL"}}, "no comparator that says less or more"),
        ({"valueQuantity": None, "dataAbsentReason": coded("positive-infinity", ABSENT)},
         "heart_rate is beyond all it measures (above)"),
        ({"valueQuantity": {"value": "72", "system": UCUM, "code": "/min"}}, "no number"),
        ({"valueQuantity": {"value": 900, "system": UCUM, "code": "/min"}}, "impossible"),
        ({"valueQuantity": None, "valueString": "fast"}, "valueQuantity"),
        ({"valueQuantity": None}, "no value, and no reason"),
        ({"code": coded("1-1")}, "no code of it"),
        ({"effectiveDateTime": "2026-11-22"}, "no time with a zone"),
        ({"effectiveDateTime": "2026-11-22T11:59:00"}, "no time with a zone"),
        ({"effectiveDateTime": "2026-11-22T13:59:00Z"}, "ahead of our clock"),
        ({"resourceType": "Patient"}, "not an Observation"),
    ],
)  # fmt: skip
def test_what_does_not_count_is_put_aside_with_the_reason(changes, why):
    answer = told(observation(**changes), observation())
    assert said(answer) == [("heart_rate", 72.0)]
    assert len(answer.aside) == 1
    assert why in answer.aside[0][0]


def test_what_is_absent_is_no_number_and_no_fault():
    reason = {"coding": [{"code": "error"}]}
    answer = told(observation(valueQuantity=None, dataAbsentReason=reason))
    assert (answer.readings, answer.aside, answer.absent) == ([], [], 1)


def test_what_we_export_we_can_read():
    vital = BY_NAME["heart_rate"]
    ours = vital_sign(vital, 7, "x") | {
        "effectiveDateTime": "2026-11-22T11:59:00.000Z",
        "valueQuantity": {"value": 72, "unit": "/min", "system": UCUM, "code": "/min"},
    }
    assert said(told(ours)) == [("heart_rate", 72.0)]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"resourceType":"Bundle","entry":1}'])
def test_what_is_neither_is_refused(body):
    with pytest.raises(Unreadable):
        understand(body, NOW)
