"""A device's own JSON, read by the templates an engineer gave it, and by no other."""

import json
from typing import Any

import httpx
import pytest

from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.services.fleet import fleet, mappings
from homeward.standards.fhir_observation import LOINC
from tests.connectors.http_ingest.conftest import House, now


def content(**changed: Any) -> dict[str, Any]:
    return {
        "templateType": "JsonPathContent",
        "template": {
            "typeName": "vitals",
            "typeMatchExpression": "$..[?(@HeartRate)]",
            "timestampExpression": "$.endDate",
            "values": [
                {"required": "true", "valueName": "hr", "valueExpression": "$.HeartRate"},
                {"required": "false", "valueName": "temp", "valueExpression": "$.body['temp C']"},
            ],
        } | changed,
    }  # fmt: skip


def coded(name: str, code: str, unit: str, kind: str = "vitals") -> dict[str, Any]:
    codes = [{"system": LOINC, "code": code, "display": ""}]
    value = {"valueName": name, "unit": unit, "valueType": "SampledData"}
    inner = {"typeName": kind, "codes": codes, "value": value}
    return {"templateType": "CodeValueFhir", "template": inner}


def files(*contents: dict[str, Any], codes: list[dict[str, Any]] | None = None) -> tuple[str, str]:
    sound = [coded("hr", "8867-4", "count/min"), coded("temp", "8310-5", "degC")]
    return (
        json.dumps({"templateType": "CollectionContent", "template": contents or [content()]}),
        json.dumps({"templateType": "CollectionFhir", "template": codes or sound}),
    )


async def give(house: House, name: str = "pump-2", *said: str) -> list[str]:
    content, codes = said or files()
    return await mappings.give(house.tools.store.door(), name, content, codes, now())


async def bring(house: House, body: object, device: str = "pump-2") -> httpx.Response:
    said = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with house.client(device) as client:
        return await client.post(f"/devices/{device}/mapped", content=said)


def beat(rate: object, **more: Any) -> dict[str, Any]:
    return {"endDate": now().isoformat(), "HeartRate": rate} | more


async def test_what_fits_is_in_the_record_with_its_code_and_unit(house: House):
    words = await give(house)
    assert words[0] == "vitals: $.HeartRate is heart rate in /min (LOINC 8867-4)"
    body = {"device": "x", "data": [beat(72, body={"temp C": 36.6}), beat("71")]}
    answer = await bring(house, body)
    assert (answer.status_code, answer.json()["stored"]) == (200, 3)
    assert len(await house.messages()) == 1
    again = await bring(house, body)
    assert again.status_code == 200
    assert await house.quarantined() == []


async def test_what_does_not_map_is_put_aside_with_the_reason(house: House):
    await give(house)
    answer = await bring(house, [
        beat(72), beat("fast"), beat(72) | {"endDate": "2026-03-01T10:00:00"}, beat(900),
    ])  # fmt: skip
    assert (answer.json()["stored"], answer.json()["put_aside"]) == (1, 3)
    reasons = sorted(each[2] for each in await house.quarantined())
    assert [each.split(":")[0] for each in reasons] == ["vitals"] * 3
    assert any("hr is no number" in each for each in reasons)
    assert any("no time with a zone" in each for each in reasons)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"Temperature": 37}', b"[" * 5_000])
async def test_what_no_template_fits_is_put_aside_whole(house: House, body: bytes):
    await give(house)
    answer = await bring(house, body)
    assert answer.status_code == 422
    ((name, topic, _),) = await house.quarantined()
    assert (name, topic) == ("pump-2", "https mapped")
    assert await house.messages() == []


async def test_a_device_without_templates_is_not_guessed_at(house: House):
    await give(house, "pump-1")
    assert (await bring(house, beat(72))).status_code == 422
    assert "no mapping templates" in (await house.quarantined())[0][2]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (files(codes=[coded("hr", "8462-4", "mmHg"), coded("temp", "8310-5", "degC")]), "8462-4"),
        (files(codes=[coded("hr", "8867-4", "mmHg"), coded("temp", "8310-5", "degC")]), "no unit"),
        (files(codes=[coded("hr", "8867-4", "/min")]), "would be lost"),
        (files(content(timestampExpression="")), "no time"),
        (files(content(typeMatchExpression="$..[?(@a || @b)]")), "not read here"),
        (files(content(timestampExpression="$..at")), "not read here"),
        (files(content() | {"templateType": "IotJsonPathContent"}), "JsonPathContent"),
        (("{}", "{}"), "no mapping template"),
        (files()[::-1], "first the device mapping"),
    ],
)
async def test_templates_that_are_not_clean_are_never_given(
    house: House, said: tuple[str, str], why: str
):
    with pytest.raises(Unreadable, match=why):
        await give(house, "pump-2", *said)
    assert await house.rows("select * from device_mapping") == []


async def test_new_templates_take_the_place_of_those_before(house: House):
    await give(house)
    other = content(values=[{"valueName": "hr", "valueExpression": "$.HeartRate"}],
                    typeMatchExpression="$..[?(@HeartRate && @kind == 'rest')]")  # fmt: skip
    await give(house, "pump-2", *files(other, codes=[coded("hr", "8867-4", "/min")]))
    assert (await bring(house, beat(72))).status_code == 422
    assert (await bring(house, beat(72, kind="rest"))).json()["stored"] == 1
    await mappings.end(house.tools.store.door(), "pump-2", now())
    assert (await bring(house, beat(72, kind="rest"))).status_code == 422
    shown = await mappings.shown(house.tools.store.door(), "pump-2")
    assert [each.ended is not None for each in shown] == [True, True]


async def test_who_is_gone_or_unknown_is_given_none(house: House):
    with pytest.raises(Missing):
        await give(house, "no-such")
    tools = house.tools
    await fleet.revoke(tools.store.door(), tools.bus, "pump-1", "stolen", now())
    with pytest.raises(Conflict):
        await give(house, "pump-1")
