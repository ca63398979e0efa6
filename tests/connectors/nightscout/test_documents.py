"""Documents as they change, and values that are none."""

from typing import Any

import pytest

from tests.connectors.nightscout.conftest import NOW, App, House

AT = round(NOW.timestamp() * 1000) - 60_000
BOLUS = {"eventType": "Correction Bolus", "date": AT, "insulin": 0.3, "app": "AAPS"}


async def post(house: House, app: App, entry: dict[str, Any]) -> None:
    async with house.client() as client:
        body = [{"type": "sgv", "date": AT, "device": "x", **entry}]
        answer = await client.post("/api/v1/entries", json=body, headers=app.sha1)
        assert answer.status_code == 200
        assert len(answer.json()) == 1


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ({"sgv": 120}, 120.0),
        ({"sgv": "120"}, 120.0),
        ({"sgv": 120, "units": "mg/dL"}, 120.0),
        ({"sgv": 6.1, "units": "mmol"}, 109.8952),
        ({"sgv": 6.1, "units": "mmol/L"}, 109.8952),
        ({"sgv": 38}, 38.0),
    ],
)
async def test_glucose_is_in_the_unit_it_says_or_in_mg_dl(house: House, entry, value):
    await post(house, await house.app(), entry)
    assert [each[1] for each in await house.readings()] == [value]
    assert await house.aside() == []


@pytest.mark.parametrize("entry", [{"sgv": 5}, {"sgv": 12}, {"sgv": 0}, {"type": "mbg", "mbg": 99}])
async def test_an_error_code_and_a_meters_value_are_no_reading_of_the_sensor(house: House, entry):
    app = await house.app()
    await post(house, app, entry)
    assert await house.readings() == []
    assert await house.aside() == []
    async with house.client() as client:
        assert len((await client.get("/api/v1/entries.json", headers=app.sha1)).json()) == 1


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"sgv": 6.1, "units": "stone"}, "neither mg/dl nor mmol/l"),
        ({"sgv": 5_000}, "impossible"),
        ({"sgv": "high"}, "not a number"),
        ({"sgv": 10**400}, "not a number"),
        ({"sgv": 120, "date": None}, "date"),
        ({"sgv": 120, "date": 1}, "before 2000"),
        ({"sgv": 120, "date": AT + 3_600_000}, "ahead of our clock"),
        ({"sgv": 120, "date": None, "dateString": "2026-11-22T12:00:00"}, "date"),
    ],
)
async def test_what_cannot_be_is_put_aside_alone_with_the_reason(house: House, entry, why):
    app = await house.app()
    async with house.client() as client:
        body = [
            {"type": "sgv", "date": AT, "device": "x", **entry},
            {"type": "sgv", "date": AT, "sgv": 101, "device": "x"},
        ]
        answer = await client.post("/api/v1/entries", json=body, headers=app.sha1)
        assert (answer.status_code, len(answer.json())) == (200, 2)
        single = {"app": "x", **body[0]}
        refused = await client.post("/api/v3/entries", json=single, headers=app.sha1)
        assert refused.status_code == 400
        assert why in refused.json()["message"]
    assert [each[1] for each in await house.readings()] == [101.0]
    aside = await house.aside()
    assert len(aside) == 2
    assert why in aside[0][2]


async def test_a_treatment_is_made_changed_deleted_and_followed(house: House):
    app = await house.app()
    async with house.client() as client:
        made = await client.post("/api/v3/treatments", json=BOLUS, headers=app.sha1)
        name = made.json()["identifier"]
        assert made.headers["location"] == f"/api/v3/treatments/{name}"
        again = await client.post("/api/v3/treatments", json=BOLUS, headers=app.sha1)
        assert (again.status_code, again.json()["isDeduplication"]) == (200, True)
        place = f"/api/v3/treatments/{name}"
        patched = await client.patch(place, json={"insulin": 0.5}, headers=app.sha1)
        assert patched.status_code == 200
        read = (await client.get(place, headers=app.sha1)).json()["result"]
        assert (read["insulin"], read["eventType"]) == (0.5, "Correction Bolus")
        fixed = await client.patch(place, json={"date": AT + 1}, headers=app.sha1)
        assert "cannot be modified by the client" in fixed.json()["message"]
        put = await client.put(place, json={**BOLUS, "insulin": 0.7}, headers=app.sha1)
        assert put.is_success
        history = await client.get("/api/v3/treatments/history/1", headers=app.sha1)
        (seen,) = history.json()["result"]
        assert seen["insulin"] == 0.7
        assert (await client.delete(place, headers=app.sha1)).status_code == 200
        assert (await client.get(place, headers=app.sha1)).status_code == 410
        since = seen["srvModified"]
        after = await client.get(f"/api/v3/treatments/history/{since}", headers=app.sha1)
        (gone,) = after.json()["result"]
        assert gone == {"identifier": name, "srvModified": gone["srvModified"], "isValid": False}
        assert (await client.get("/api/v1/treatments.json", headers=app.sha1)).json() == []
        newest = await client.get("/api/v3/lastModified", headers=app.sha1)
        assert newest.json()["result"]["collections"] == {"treatments": gone["srvModified"]}
    assert await house.rows("select count(*), count(deleted) from app_document") == [(1, 1)]


async def test_whoever_follows_in_small_steps_misses_no_change(house: House):
    app = await house.app()
    bodies = [{"type": "sgv", "date": AT - n * 60_000, "sgv": 100 + n} for n in range(50)]
    async with house.client() as client:
        await client.post("/api/v1/entries", json=bodies, headers=app.sha1)
        seen, since = [], 1
        while True:
            path = f"/api/v3/entries/history/{since}?limit=7&fields=sgv,srvModified"
            found = (await client.get(path, headers=app.sha1)).json()["result"]
            if not found:
                break
            seen += [each["sgv"] for each in found]
            since = found[-1]["srvModified"]
    assert seen == [100 + n for n in range(50)]


async def test_conditions_order_and_fields_are_as_asked(house: House):
    app = await house.app()
    bodies = [{"type": "sgv", "date": AT - n * 60_000, "sgv": 100 + n} for n in range(9)]
    async with house.client() as client:
        await client.post("/api/v1/entries", json=bodies, headers=app.sha1)
        v1 = "/api/v1/entries.json?find[sgv][$gte]=103&find[sgv][$lt]=106&find[type]=sgv"
        found = (await client.get(v1, headers=app.sha1)).json()
        assert [each["sgv"] for each in found] == [103, 104, 105]
        v3 = "/api/v3/entries?sgv$in=101|107&sort=date&fields=sgv"
        found = (await client.get(v3, headers=app.sha1)).json()["result"]
        assert found == [{"sgv": 107}, {"sgv": 101}]
        paged = "/api/v3/entries?sort$desc=date&limit=2&skip=3&fields=sgv"
        found = (await client.get(paged, headers=app.sha1)).json()["result"]
        assert [each["sgv"] for each in found] == [103, 104]
        for bad in ("sgv$re=.*", "limit=x", "sort=sgv", "date$near=1"):
            refused = await client.get(f"/api/v3/entries?{bad}", headers=app.sha1)
            assert refused.status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/entries", b"{", 400),
        ("/api/v1/entries", b"[1]", 400),
        ("/api/v1/entries", b'[{"a":' * 5_000, 400),
        ("/api/v1/nothing", b"{}", 404),
        ("/api/v3/treatments", b"[]", 400),
        ("/api/v3/treatments", b'{"date":1795348804000}', 400),
        ("/api/v1/entries", b" " * 5_000_000, 413),
        ("/api/v1/treatments", b'{"date":1795348804000,"notes":"%s"}' % (b"x" * 70_000), 400),
    ],
)  # fmt: skip
async def test_a_refusal_says_why(house: House, path, body, status):
    app = await house.app()
    async with house.client() as client:
        answer = await client.post(path, content=body, headers=app.sha1)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert await house.rows("select count(*) from app_document") == [(0,)]


async def test_what_is_kept_is_sealed_and_its_words_are_erased_with_the_patient(house: House):
    from homeward.store.sealed import erase

    app = await house.app()
    body = {"eventType": "Note", "created_at": "2026-11-22T12:00:00Z", "notes": "very private"}
    async with house.client() as client:
        await client.post("/api/v1/treatments", json=body, headers=app.sha1)
        assert "very private" not in str(await house.rows("select body::text from app_document"))
        async with house.tools.store.door().transaction() as inside:
            counts = await erase(inside, "patient", 1)
        assert counts["app_document.body"] == 1
        assert (await client.get("/api/v1/treatments.json", headers=app.sha1)).json() == []
