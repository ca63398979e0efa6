"""The record as files: FHIR that a foreign library takes, every value, nothing more."""

import base64
import gc
import io
import json
import os
import sys
import zipfile
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from fhir.resources.R4B import get_fhir_model_class

from homeward.model.errors import Missing
from homeward.model.vital import BY_NAME
from homeward.model.wave import BY_NAME as WAVES
from homeward.services.release.files import Piece, files
from homeward.services.release.gather import whose
from homeward.services.release.summary import _read
from homeward.services.release.summary import parts as summary_parts
from homeward.services.release.zipped import zipped
from homeward.standards.fhir_samples import OFFSETS, readings, stretch
from homeward.store import Store
from homeward.store.packed import SAMPLES, pack
from homeward.store.sql import Query

REPORT = (
    rb"MSH|^~\&|Remote|Maker|Home|Clinic|20260308070000||ORU^R01|1|P|2.6" + b"\r"
    b"PID|1||P1\rOBR|1|||S^Session\rOBX|1|ST|DEV_SERIAL^Serial^L||PZC6|||||F\r"
    b"OBX|2|NM|MDC_IDC_MSMT_BATTERY_VOLTAGE^Battery^L||2.1|V|2.2-2.8|L|||F\r"
)
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
_FILL = """
insert into person (name, login, role) values ('Nora Nurse', 'nora', 'nurse'),
    ('Rosa Relative', 'rosa', 'relative');
insert into ward (name, kind) values ('Ward 3', 'ward');
insert into patient (record_number, name, birth_date, sex)
values ('R-1', 'Žofie Łukasz', '1950-03-01', 'female'),
    ('R-2', 'Somebody Else', '1960-01-01', 'male'), ('R-3', 'A Third', '1960-01-01', 'male');
insert into stay (patient_id, ward_id, bed, starts) values (1, 1, '3-01', '2026-03-08 08:00Z');
insert into device (name, kind) values ('monitor-1', 'monitor');
insert into association (device_id, patient_id, starts, source)
values (1, 1, '2026-03-08 08:00Z', 'test');
insert into relative (patient_id, person_id, priorities, since, made)
values (1, 2, '{high}', '2026-03-08 08:00Z', '2026-03-08 08:00Z');
insert into observation (key, patient_id, person_id, at, entered)
values (gen_random_uuid(), 1, 1, '2026-03-08 09:00Z', '2026-03-08 09:01Z');
insert into observation_value (observation_id, vital, value, said, unit, absent)
values (1, 'temperature', 37.2, '37.2', 'Cel', null), (1, 'consciousness', 0, 'A', '1', null),
    (1, 'systolic', null, null, null, 'asleep');
insert into observation (key, patient_id, person_id, at, entered, corrects, reason)
values (gen_random_uuid(), 1, 1, '2026-03-08 09:00Z', '2026-03-08 09:05Z', 1, 'Misread');
insert into observation_value (observation_id, vital, value, said, unit)
values (2, 'temperature', 37.7, '37.7', 'Cel');
insert into alarm (patient_id, condition, kind, priority, state, text, since, raised, rung,
    acknowledged, acknowledged_by, acknowledged_reason, resolved)
values (1, 'oxygen_low', 'physiological', 'high', 'resolved', 'SpO2 86 < 90 %',
    '2026-03-08 10:00Z', '2026-03-08 10:00Z', '2026-03-08 10:00Z', '2026-03-08 10:01Z', 1,
    'Probe moved', '2026-03-08 10:05Z');
insert into alarm_event (alarm_id, at, event, state, person_id, detail)
values (1, '2026-03-08 10:01Z', 'acknowledged', 'acknowledged', 1, '{"reason": "Probe moved"}');
insert into call (alarm_id, audience, step, person_id, created, due, seen)
values (1, 'carer', 1, 1, '2026-03-08 10:00Z', '2026-03-08 10:02Z', '2026-03-08 10:01Z');
insert into score (patient_id, name, at, total, low, high, risk, is_leading, detail)
values (1, 'news2', '2026-03-08 10:00Z', 5, 5, 5, 'medium', true, '{}');
insert into observation_order (patient_id, person_id, by_role, at, interval_seconds, score_seconds,
    reason, until)
values (1, 1, 'doctor', '2026-03-08 10:00Z', 3600, 3600, 'After surgery', '2026-03-20 10:00Z');
insert into question_answer (patient_id, key, url, version, language, body, points, band, flags,
    answered, received, by_person)
values (1, 'first-one', 'http://loinc.org/q/44249-1', '1', 'en',
    '{"answers": {"1": "2", "2": "3", "9": "1"}}', 6, 'mild', 1, '2026-03-08 11:00Z',
    '2026-03-08 11:00Z', 1),
    (1, 'other-one', 'urn:homeward:questionnaire:copd', '1', 'de',
    '{"answers": {"breath": "worse", "chest": true, "note": "seit Montag"}}', null, '', 2,
    '2026-03-08 11:10Z', '2026-03-08 11:10Z', 1),
    (1, 'gone-one', 'urn:homeward:questionnaire:none', '7', 'de', 'Erased', null, '', 0,
    '2026-03-08 11:20Z', '2026-03-08 11:20Z', 1);
insert into question_answer (patient_id, key, url, version, language, body, points, band, flags,
    answered, received, by_person, replaces)
values (1, 'right-one', 'http://loinc.org/q/44249-1', '1', 'en',
    '{"answers": {"1": "1", "2": "1", "9": "0"}}', 2, 'minimal', 0, '2026-03-08 11:30Z',
    '2026-03-08 11:30Z', 1, 1);
insert into app_document (device_id, patient_id, collection, at, object_id, is_named, natural_key,
    created, modified, body, deleted) values
    (1, 1, 'treatments', '2026-03-08 10:00Z', 'a', false, '', 0, 1,
     '{"eventType":"Meal Bolus","insulin":4.5,"carbs":60}', null),
    (1, 1, 'treatments', '2026-03-08 11:00Z', 'b', false, '', 0, 2, '{"eventType":"Gone"}', now()),
    (1, 3, 'treatments', '2026-03-08 11:00Z', 'c', false, '', 0, 3, '{"notes":"of another"}', null);
insert into total (patient_id, metric, device_id, starts, ends, value, received)
values (1, 'steps', 1, '2026-03-08 08:00Z', '2026-03-08 09:00Z', 600, now()),
    (1, 'flights', 1, '2026-03-08 08:00Z', '2026-03-08 09:00Z', 3, now()),
    (3, 'steps', 1, '2026-03-08 08:00Z', '2026-03-08 09:00Z', 99, now());
insert into implant_report (patient_id, received, known_by, body) values
    (1, '2026-03-08 08:00Z', '', '{report}');
insert into meter_record
    (device_id, patient_id, at, of, epoch, number, octets, zone, ahead, source, received) values
    (1, 1, '2026-03-05 07:00Z', 10776, 0, 3, '020300ea07030508000078b011', 'Europe/Berlin', 0,
        'page', '2026-03-05 08:00Z'),
    (1, 1, null, 10804, 0, 3, '02030001', 'Europe/Berlin', 0, 'page', '2026-03-05 08:00Z'),
    (1, 1, null, 10804, 0, 3, '12030003043ca0', 'Europe/Berlin', 0, 'page', '2026-03-05 08:01Z'),
    (1, 1, '2026-03-05 07:00Z', 10776, 7, 3, '020300ea07030508000078b011', 'Europe/Berlin', 0,
        'page', '2026-03-05 09:00Z'),
    (1, 1, null, 10804, 0, 9, '02090005', 'Europe/Berlin', 0, 'page', '2026-03-05 08:00Z'),
    (1, 1, '2026-03-05 12:00Z', 10776, 0, 4, '020400ea0703050c000078b04a', 'Europe/Berlin', null,
        'page', '2026-03-05 12:00Z'),
    (1, 1, '2026-03-05 13:00Z', 10776, 0, 5, 'Erased', 'Europe/Berlin', 0, 'page',
        '2026-03-05 13:00Z'),
    (1, 3, '2026-03-05 14:00Z', 10776, 0, 3, '020300ea0703050e0000b4b011', 'Europe/Berlin', 0,
        'page', '2026-03-05 14:00Z');
insert into audit (at, person_id, role, action, subtype, patient_ids, kind, object_id, purpose,
    outcome, route)
values ('2026-03-08 10:01Z', 1, 'nurse', 'R', 'read', '{1}', 'patient', '1', 'TREAT', 0,
    'GET /api/patients/{patient_id}');
"""


async def run(store: Store, text: str, **values: Any) -> None:
    await store.door().run(Query("test", text.encode(), ""), **values)


@pytest.fixture
async def filled(store: Store) -> Store:
    report = base64.b64encode(REPORT).decode()
    for statement in _FILL.replace("{report}", report).split(";\n"):
        if statement.strip():
            await run(store, statement.replace("%", "%%"))
    rows = np.zeros(60, SAMPLES)
    start = datetime(2026, 3, 8, 10, tzinfo=UTC)
    first = round(start.timestamp() * 1e6)
    for second in range(60):
        at = first + second * 1_000_000
        rows[second] = (BY_NAME["heart_rate"].index, 1, at, 70 + second, at)
    await run(
        store,
        "insert into minute_chunk (patient_id, minute, body, device_id, vitals, received)"
        " values (1, %(minute)s, %(body)s, 1, 2, %(minute)s)",
        minute=start, body=pack(rows),
    )  # fmt: skip
    return store


async def written(store: Store, patient: int = 1) -> dict[str, bytes]:
    door = store.door()
    parts: dict[str, bytes] = {}
    async for name, piece in files(await whose(door, door, patient, NOW)):
        parts[name] = parts.get(name, b"") + piece
    return parts


def resources(parts: dict[str, bytes]) -> list[dict[str, Any]]:
    bundle = json.loads(parts["bundle.json"])
    found = [entry["resource"] for entry in bundle["entry"]]
    for name, text in parts.items():
        if name.endswith(".ndjson"):
            found += [json.loads(line) for line in text.splitlines()]
    return found


async def test_every_resource_is_fhir(filled: Store) -> None:
    parts = await written(filled)
    get_fhir_model_class("Bundle").model_validate(json.loads(parts["bundle.json"]))
    found = resources(parts)
    for each in found:
        get_fhir_model_class(each["resourceType"]).model_validate(each)
    assert {each["resourceType"] for each in found} == {
        "Patient", "Encounter", "Device", "RelatedPerson", "CarePlan", "Observation",
        "DetectedIssue", "AuditEvent", "Questionnaire", "QuestionnaireResponse",
        "DocumentReference",
    }  # fmt: skip


async def test_the_record_is_all_there_and_nobody_elses(filled: Store) -> None:
    parts = await written(filled)
    text = json.dumps(resources(parts), ensure_ascii=False)
    for words in (
        "Žofie Łukasz", "R-1", "1950-03-01", "Ward 3, 3-01", "monitor-1", "Rosa Relative",
        "Acknowledged by Nora Nurse: Probe moved", "Called: Nora Nurse (nurse), who saw it",
        "Observed every 60 minutes (After surgery)", "A: Alert", "Asleep", "Correction: Misread",
        "entered-in-error", "news2",
    ):  # fmt: skip
        assert words in text, words
    assert "Somebody Else" not in text
    assert parts["summary.pdf"].startswith(b"%PDF-")
    assert b"pulse" not in parts["README.txt"]


async def test_what_was_answered_is_there_with_its_questions_and_corrections(
    filled: Store,
) -> None:
    found = resources(await written(filled))
    forms = [each for each in found if each["resourceType"] == "Questionnaire"]
    assert [each["url"] for each in forms] == [
        "http://loinc.org/q/44249-1", "urn:homeward:questionnaire:copd"
    ]  # fmt: skip
    responses = [each for each in found if each["resourceType"] == "QuestionnaireResponse"]
    assert [each["status"] for each in responses] == [
        "entered-in-error", "completed", "completed", "amended"
    ]  # fmt: skip
    first, copd, gone, _ = responses
    assert first["questionnaire"] == "http://loinc.org/q/44249-1|1"
    (group,) = first["item"]
    assert [each["linkId"] for each in group["item"]] == ["1", "2", "9"]
    assert group["item"][0]["answer"] == [
        {"valueCoding": {"code": "2", "display": "More than half the days"}}
    ]
    texts = {each["linkId"]: each for each in copd["item"]}
    assert texts["breath"]["text"] == "Wie viel Luft bekommen Sie?"
    assert texts["chest"]["answer"] == [{"valueBoolean": True}]
    assert texts["note"]["answer"] == [{"valueString": "seit Montag"}]
    assert "item" not in gone
    sums = [each for each in found if each["id"].startswith("points-")]
    assert [(each["valueQuantity"]["value"], each["status"]) for each in sums] == [
        (6, "entered-in-error"), (2, "final")
    ]  # fmt: skip


async def test_what_apps_counters_and_implants_told_is_whole_and_nobody_elses(
    filled: Store,
) -> None:
    parts = await written(filled)
    found = {
        name: [json.loads(line) for line in parts[f"{name}.ndjson"].splitlines()]
        for name in ("apps", "implants", "totals")
    }
    bodies = [
        base64.b64decode(each["content"][0]["attachment"]["data"])
        for name in ("apps", "implants") for each in found[name]
    ]  # fmt: skip
    assert bodies == [
        b'{"eventType":"Meal Bolus","insulin":4.5,"carbs":60}', b'{"eventType":"Gone"}', REPORT,
    ]  # fmt: skip
    assert [each["status"] for each in found["apps"]] == ["current", "entered-in-error"]
    assert sorted(
        (each["code"]["text"], each["valueQuantity"]["value"], each["effectivePeriod"]["end"])
        for each in found["totals"]
    ) == [
        ("Flights climbed", 3, "2026-03-08T09:00:00.000Z"),
        ("Steps", 600, "2026-03-08T09:00:00.000Z"),
    ]
    assert len({each["id"] for each in found["totals"]}) == 2


async def test_more_totals_than_fit_on_a_page_are_all_there_once(filled: Store) -> None:
    await run(
        filled,
        "insert into total (patient_id, metric, device_id, starts, ends, value, received)"
        " select 1, 'steps', 1, at, at + interval '1 minute', 1, at from"
        " generate_series('2026-03-01 00:00Z'::timestamptz, '2026-03-01 19:59Z', '1 minute') at",
    )
    parts = await written(filled)
    rows = [json.loads(line) for line in parts["totals.ndjson"].splitlines()]
    assert len({each["id"] for each in rows}) == len(rows) == 1_202


async def test_what_meters_said_is_there_once_with_its_context_and_its_packet(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(parts: dict[str, bytes]) -> dict[str, dict[str, Any]]:
        rows = [json.loads(line) for line in parts["meters.ndjson"].splitlines()]
        assert len(rows) == 5
        return {each["id"]: each for each in rows}

    found = told(await written(filled))
    dinner = found["meter-1"]
    assert (dinner["effectiveDateTime"], dinner["issued"]) == (
        "2026-03-05T07:00:00.000Z", "2026-03-05T08:00:00.000Z"
    )  # fmt: skip
    assert dinner["device"] == {"reference": "Device/1"}
    said = {each["code"]["text"]: each for each in dinner["component"]}
    assert said["Glucose"]["code"]["coding"][0]["system"] == "http://loinc.org"
    assert said["Glucose"]["valueQuantity"]["value"] == 120
    assert said["meal"]["valueString"] == "fasting"
    assert (said["dose"]["valueQuantity"]["value"], said["dose"]["valueQuantity"]["unit"]) == (
        60, "mg"
    )  # fmt: skip
    assert said["The meter's own clock"]["valueString"] == "2026-03-05T08:00:00 (Europe/Berlin)"
    packets = [each["valueString"] for each in dinner["component"][-2:]]
    assert packets == ["020300ea07030508000078b011", "12030003043ca0"]

    assert found["meter-2"]["status"] == "entered-in-error"  # the meter sent a newer one
    assert found["meter-5"]["note"] == [{"text": "Its measurement is not known"}]
    assert "effectiveDateTime" not in found["meter-5"]
    control = {each["code"]["text"]: each for each in found["meter-6"]["component"]}
    assert control["Glucose"]["dataAbsentReason"]["text"] == "control solution"
    assert "dataAbsentReason" in control["How much its clock was ahead"]
    assert "dataAbsentReason" in found["meter-7"]

    monkeypatch.setattr("homeward.services.release.gather.ROWS_MAX", 1)
    assert told(await written(filled)) == found


async def test_the_page_for_reading_has_them_in_words(filled: Store) -> None:
    door = filled.door()
    read = await _read(await whose(door, door, 1, NOW))
    rows = {part.title: [list(row) for row in part.rows] for part in summary_parts(read)}
    assert rows["What your apps told"] == [
        ["2026-03-08 10:00", "Meal Bolus", "4.5 U, 60 g", "monitor-1"]
    ]
    assert ["Steps", "2026-03-08 08:00", "2026-03-08 09:00", "600", "monitor-1"] in rows[
        "What was counted"
    ]
    assert rows["What your meters said beside their numbers"] == [
        ["2026-03-05 13:00", "It cannot be read", "", "", "monitor-1"],
        ["2026-03-05 12:00", "Glucose: no reading (control solution)",
         "Sample: control solution; Taken from: control solution", "2026-03-05 12:00", "monitor-1"],
        ["2026-03-05 07:00", "Glucose: 120 mg/dL",
         "Sample: blood from a small vessel; Taken from: finger; Meal: fasting; "
         "Medicine: long insulin; Dose: 60 mg", "2026-03-05 08:00", "monitor-1"],
    ]  # fmt: skip
    assert rows["Reports of your implants"] == [["2026-03-08 08:00", "PZC6", "Battery: 2.1 V"]]


async def test_a_dense_hour_holds_every_reading_at_its_time(filled: Store) -> None:
    parts = await written(filled)
    (one,) = [json.loads(line) for line in parts["readings-2026-03.ndjson"].splitlines()]
    data = one["valueSampledData"]
    assert [float(value) for value in data["data"].split()] == [70.0 + n for n in range(60)]
    (offsets,) = [each["valueString"] for each in data["extension"] if each["url"] == OFFSETS]
    assert [float(ms) for ms in offsets.split()] == [1000.0 * n for n in range(60)]
    assert one["effectivePeriod"]["start"] == "2026-03-08T10:00:00.000Z"


def test_few_readings_are_an_observation_each_and_waves_keep_their_samples() -> None:
    glucose = BY_NAME["glucose"]
    at = np.array([0, 300_000_000], np.int64)
    found = list(readings(glucose, 1, 2, at, np.array([101.0, 99.5])))
    assert [each["valueQuantity"]["value"] for each in found] == [101.0, 99.5]
    samples = np.array([-3, 0, 7], np.int16)
    wave = stretch(WAVES["ecg_ii"], 1, 2, 0, 250.0, 0.005, samples)
    assert wave["valueSampledData"]["data"] == "-3 0 7"
    assert wave["valueSampledData"]["period"] == 4.0
    for each in (*found, wave):
        get_fhir_model_class("Observation").model_validate(each)


async def test_the_archive_opens_and_one_that_broke_off_does_not(filled: Store) -> None:
    door = filled.door()
    of = await whose(door, door, 1, NOW)
    whole = b"".join([piece async for piece in zipped(files(of), NOW)])
    archive = zipfile.ZipFile(io.BytesIO(whole))
    assert archive.testzip() is None
    assert {"README.txt", "summary.pdf", "bundle.json"} <= set(archive.namelist())

    async def breaks() -> AsyncGenerator[Piece]:
        yield "bundle.json", b"{}" * 100_000
        raise Missing

    sent = bytearray()

    async def send() -> None:
        async for piece in zipped(breaks(), NOW):
            sent.extend(piece)

    with pytest.raises(Missing):
        await send()
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(bytes(sent)))


async def test_whoever_hangs_up_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    is_closed = False

    async def endless() -> AsyncGenerator[Piece]:
        nonlocal is_closed
        try:
            while True:
                yield "bundle.json", os.urandom(100_000)
        finally:
            is_closed = True

    pieces = zipped(endless(), NOW)
    assert await anext(pieces)
    await pieces.aclose()
    assert is_closed
    del pieces
    gc.collect()
    assert not complaints


async def test_a_patient_without_anything_has_a_record_too(filled: Store) -> None:
    found = resources(await written(filled, 2))
    assert [each["resourceType"] for each in found] == ["Patient"]
    door = filled.door()
    with pytest.raises(Missing):
        await whose(door, door, 99, NOW + timedelta(days=1))
