"""Open mHealth's published documents pass and fail here as they do there."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeward.model.errors import Unreadable
from homeward.standards.openmhealth import measured, understand

FOLDER = Path(__file__).parents[3] / "shared/data/openmhealth/test-data/omh"
PUBLISHED = sorted(FOLDER.glob("*/*/*/*.json"))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.skipif(not PUBLISHED, reason="Open mHealth's documents are not beside the repository")
def test_the_verdicts_of_its_published_documents_are_ours():
    assert len(PUBLISHED) > 70
    wrong: list[str] = []
    for path in PUBLISHED:
        name, version, verdict = path.parts[-4:-1]
        try:
            measured(name, version, json.loads(path.read_text()))
            passes = True
        except Unreadable:
            passes = False
        if passes != (verdict == "shouldPass"):
            wrong.append(f"{name} {version} {path.name}")
    assert wrong == []


def point(name: str, version: str, body: object) -> dict[str, object]:
    return {"header": {"id": "1", "schema_id": {"namespace": "omh", "name": name,
            "version": version}}, "body": body}  # fmt: skip


FRAME = {"effective_time_frame": {"date_time": "2026-11-22T12:59:00+01:00"}}
PRESSURE = {
    "systolic_blood_pressure": {"value": 128, "unit": "mmHg"},
    "diastolic_blood_pressure": {"value": 82, "unit": "mmHg"},
    **FRAME,
}


def test_a_data_point_is_readings_in_our_units_and_utc():
    warm = {"body_temperature": {"value": 98.6, "unit": "F"}, **FRAME}
    points = [
        point("blood-pressure", "3.0", PRESSURE),
        point("body-temperature", "3.0", warm),
        point("blood-glucose", "3.0", {"blood_glucose": {"value": 6.1, "unit": "mmol/L"}, **FRAME}),
    ]  # fmt: skip
    told = understand(json.dumps(points).encode(), NOW)
    said = [(each.vital.name, round(each.value, 3), each.at.hour) for each in told.readings]
    assert said == [
        ("systolic", 128.0, 11), ("diastolic", 82.0, 11), ("temperature", 37.0, 11),
        ("glucose", 109.895, 11),
    ]  # fmt: skip
    assert told.aside == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"heart_rate": {"value": 60, "unit": "beats/min"}}, "effective_time_frame is missing"),
        ({"heart_rate": {"value": 60, "unit": "bpm"}, **FRAME}, "not in beats/min"),
        ({"heart_rate": {"value": 600, "unit": "beats/min"}, **FRAME}, "impossible"),
        ({"heart_rate": {"value": 60, "unit": "beats/min"}, **FRAME,
          "descriptive_statistic": "minimum"}, "no measurement"),
        ({"heart_rate": {"value": 60, "unit": "beats/min"},
          "effective_time_frame": {"date_time": "2026-11-22T13:00:00"}}, "no time with a zone"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_put_aside_alone(body, why):
    points = [point("heart-rate", "2.0", body), point("blood-pressure", "3.0", PRESSURE)]
    told = understand(json.dumps(points).encode(), NOW)
    assert len(told.readings) == 2
    assert [reason for reason, _ in told.aside if why in reason]
    assert json.loads(told.aside[0][1]) == points[0]


@pytest.mark.parametrize("body", [b"", b"[", b"\xff", b'{"a":1}' * 2])
def test_no_json_is_refused(body):
    with pytest.raises(Unreadable):
        understand(body, NOW)
