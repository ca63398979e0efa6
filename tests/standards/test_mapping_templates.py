"""Mapping templates of others: what they map, and what of it is wrong."""

import json
from pathlib import Path

import pytest

from homeward.model.errors import Unreadable
from homeward.model.vital import VITALS
from homeward.standards.fhir_observation import LOINC, MDC
from homeward.standards.mapping_templates import Checked, Level, check
from homeward.standards.meaning import is_loinc, meaning_of_code, meaning_of_name

FOLDER = Path(__file__).parents[3] / "shared/data/iomt-fhir/templates"
PUBLISHED = sorted(FOLDER.glob("*/devicecontent.json"))


def content(
    kind: str, *values: tuple[str, str], at: object = "$.at", template: str = "JsonPathContent"
) -> bytes:
    inner = {
        "typeName": kind,
        "timestampExpression": at,
        "values": [{"valueName": name, "valueExpression": path} for name, path in values],
    }
    one = {"templateType": template, "template": inner}
    return json.dumps({"templateType": "CollectionContent", "template": [one]}).encode()


def coded(kind: str, name: str, code: str, unit: str, *, display: str = "", system: str = LOINC):
    value = {"valueName": name, "unit": unit, "valueType": "SampledData"}
    codes = [{"system": system, "code": code, "display": display}]
    inner = {"typeName": kind, "codes": codes, "value": value}
    one = {"templateType": "CodeValueFhir", "template": inner}
    return json.dumps({"templateType": "CollectionFhir", "template": [one]}).encode()


def said(checked: Checked, level: Level = Level.WRONG) -> list[str]:
    return [each.text for each in checked.findings if each.level is level]


def test_a_sound_pair_is_told_in_plain_words_and_nothing_is_wrong():
    fhir = coded("heartrate", "hr", "8867-4", "/min", display="Heart rate")
    checked = check(content("heartrate", ("hr", "$.heartRate")), fhir)
    assert checked.findings == []
    assert [each.words for each in checked.mapped] == [
        "heartrate: $.heartRate is heart rate in /min (LOINC 8867-4)"
    ]


@pytest.mark.parametrize(
    ("name", "path", "display"),
    [("diastolic", "$.d", ""), ("d", "$.Diastolic", ""), ("d", "$.d", "Diastolic blood pressure")],
)
def test_a_heart_rates_code_on_a_diastolic_pressure_is_wrong(name: str, path: str, display: str):
    fhir = coded("bp", name, "8867-4", "mmHg", display=display)
    checked = check(content("bp", (name, path)), fhir)
    assert not checked.is_sound
    assert any("8867-4 means heart rate" in text for text in said(checked))
    assert any("'mmHg' is no unit of heart rate" in text for text in said(checked))


def test_the_pulse_of_an_oximeter_may_be_called_heart_rate():
    assert said(check(coded("hr", "heartRate", "8889-8", "/min"))) == []


@pytest.mark.skipif(not PUBLISHED, reason="the published templates are not beside the repository")
@pytest.mark.parametrize("device", PUBLISHED, ids=lambda path: path.parent.name)
def test_each_published_sample_has_the_diastolic_pressure_as_heart_rate(device: Path):
    checked = check(device.read_bytes(), (device.parent / "fhirmapping.json").read_bytes())
    wrong = [each for each in checked.findings if each.level is Level.WRONG]
    codes = [each.where for each in wrong if " means " in each.text]
    assert codes == ["bloodpressure diastolic"]
    names = {each.kind for each in checked.mapped if each.meaning}
    assert {"heartrate", "bloodpressure"} <= names


def test_what_was_not_measured_at_a_time_is_no_reading():
    assert said(check(content("hr", ("hr", "$.hr"), at=None)))
    hub = check(content("hr", ("hr", "$.hr"), at=None, template="IotJsonPathContent"))
    assert hub.is_sound
    assert "when a hub received it" in said(hub, Level.UNSURE)[0]
    spelt = {"value": "$.at", "language": "JsonPath"}
    assert check(content("hr", ("hr", "$.hr"), at=spelt)).findings == []


def test_units_are_never_guessed():
    assert "no unit" in said(check(coded("t", "temp", "8310-5", "")))[0]
    assert "'mmHg' is no unit" in said(check(coded("t", "temp", "8310-5", "mmHg")))[0]
    warm = check(coded("t", "temp", "8310-5", "degF"))
    assert warm.is_sound
    assert said(warm, Level.UNSURE) == ["'degF' is no UCUM code; [degF] is"]


def test_a_code_that_is_none_or_that_we_do_not_know_is_said():
    assert "check digit" in said(check(coded("hr", "hr", "8867-5", "/min")))[0]
    assert said(check(coded("x", "x", "1920-8", "U/L")), Level.UNSURE)
    assert meaning_of_code(MDC, "150022") == "diastolic"


def test_a_value_without_a_code_would_be_lost_and_a_code_without_a_value_is_never_filled():
    fhir = coded("bp", "systolic", "8480-6", "mm[Hg]")
    checked = check(content("bp", ("diastolic", "$.dia")), fhir)
    assert ["lost" in text or "fills" in text for text in said(checked)] == [True, True]


def test_every_code_of_ours_is_one_and_every_vitals_name_means_it():
    assert all(is_loinc(vital.loinc) for vital in VITALS if vital.loinc)
    wrong = [v.name for v in VITALS if meaning_of_name(v.name) not in ("", v.name)]
    assert wrong == []


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"templateType": "Other", "template": []}',
    b'{"templateType": "CollectionFhir", "template": [1]}'])  # fmt: skip
def test_what_is_no_template_says_so(body: bytes):
    with pytest.raises(Unreadable):
        check(body)


def test_two_of_one_sort_are_refused():
    with pytest.raises(Unreadable, match="one of each"):
        check(*[content("hr", ("hr", "$.hr"))] * 2)
