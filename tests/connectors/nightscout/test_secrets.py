"""Whose app it is says a secret, for one device of one patient, for as long as that may speak."""

import asyncio
import contextlib
from datetime import timedelta

import httpx
import pytest

from homeward.services.fleet import fleet
from homeward.services.phones import secrets
from tests.connectors.nightscout.conftest import NOW, App, House

AT = round(NOW.timestamp() * 1000) - 60_000
ENTRY = {"type": "sgv", "date": AT, "sgv": 101, "device": "x", "app": "x"}
BOLUS = {"eventType": "Correction Bolus", "created_at": "2026-11-22T12:00:00Z", "insulin": 1}


@pytest.mark.parametrize("way", ["sha1", "secret", "token", "query", "bearer"])
async def test_it_is_shown_in_any_of_the_ways_clients_know(house: House, way: str):
    app = await house.app()
    headers, query = {
        "sha1": (app.sha1, {}),
        "secret": ({"api-secret": app.secret}, {}),
        "token": ({}, {"token": app.secret}),
        "query": ({}, {"secret": app.sha1["api-secret"].upper()}),
        "bearer": ({"authorization": f"Bearer {app.secret}"}, {}),
    }[way]
    async with house.client() as client:
        answer = await client.get("/api/v1/verifyauth", headers=headers, params=query)
        assert answer.json()["message"]["canWrite"]


@pytest.mark.parametrize(
    "path", ["/api/v1/entries", "/api/v1/status.json", "/api/v3/entries", "/api/v3/lastModified",
             "/api/v2/authorization/request/annas-phon-0123456789abcdef"],
)  # fmt: skip
async def test_without_it_nothing_is_said(house: House, path: str):
    await house.app()
    async with house.client() as client:
        for headers in ({}, {"api-secret": "0" * 40}, {"authorization": "Bearer x.y.z"}):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.json()["status"] == 401
        refused = await client.post("/api/v1/entries", json=[ENTRY], headers={"api-secret": "x"})
        assert refused.status_code == 401
        assert (await client.get("/api/v3/version")).status_code == 200
    assert await house.readings() == []


async def test_only_hashes_of_it_are_kept(house: House):
    app = await house.app()
    async with house.client() as client:
        jwt = (await client.get(f"/api/v2/authorization/request/{app.secret}")).json()["token"]
    kept = str(await house.rows("select * from app_secret, app_session"))
    sha1 = app.sha1["api-secret"]
    assert not any(each in kept for each in (app.secret, sha1, jwt, bytes.fromhex(sha1).decode(
        "latin-1")))  # fmt: skip
    assert len(app.secret.rpartition("-")[2]) == 32


async def test_a_new_one_ends_the_one_before_and_its_tokens(house: House):
    before = await house.app()
    async with house.client() as client:
        jwt = (await client.get(f"/api/v2/authorization/request/{before.secret}")).json()["token"]
        bearer = {"authorization": f"Bearer {jwt}"}
        assert (await client.get("/api/v3/status", headers=bearer)).status_code == 200
        after = await house.app()
        assert (await client.get("/api/v3/status", headers=bearer)).status_code == 401
        assert (await client.get("/api/v1/status", headers=before.sha1)).status_code == 401
        assert (await client.get("/api/v1/status", headers=after.sha1)).status_code == 200
        await secrets.end(house.tools.store.door(), "annas-phone", NOW)
        assert (await client.get("/api/v1/status", headers=after.sha1)).status_code == 401


async def test_who_is_revoked_is_out_at_once(house: House):
    app = await house.app()
    async with house.client() as client, asyncio.timeout(10):
        assert (await client.post("/api/v1/entries", json=[ENTRY], headers=app.sha1)).is_success
        tools = house.tools
        await fleet.revoke(tools.store.door(), tools.bus, "annas-phone", "stolen", NOW)
        answers: list[int] = []
        for _ in range(2):  # its connection was cut: the client sees that before it asks, or by it
            with contextlib.suppress(httpx.TransportError):
                answer = await client.post("/api/v1/entries", json=[ENTRY], headers=app.sha1)
                answers.append(answer.status_code)
        assert answers in ([401], [401, 401])
    with pytest.raises(Exception, match="no app can speak for it"):
        await house.secret()


async def test_each_reads_its_own_patient_and_no_other(house: House):
    anna, bela = await house.app(), await house.app("belas-phone")
    async with house.client() as client:
        for app, value in ((anna, 101), (bela, 202)):
            body = [{**ENTRY, "sgv": value}]
            assert (await client.post("/api/v1/entries", json=body, headers=app.sha1)).is_success
        read = await client.get("/api/v1/entries.json", headers=bela.sha1)
        assert [each["sgv"] for each in read.json()] == [202]
        name = (await client.get("/api/v1/entries.json", headers=anna.sha1)).json()[0]["_id"]
        for path in (f"/api/v1/entries/{name}", f"/api/v3/entries/{name}"):
            other = await client.get(path, headers=anna.sha1)
            assert str(101) in other.text


async def test_a_phone_that_goes_to_somebody_else_takes_nothing_along(house: House):
    app = await house.app()
    async with house.client() as client:
        await client.post("/api/v1/treatments", json=[BOLUS], headers=app.sha1)
        door, bus = house.tools.store.door(), house.tools.bus
        await fleet.bind(door, bus, "belas-phone", None, "test", NOW)
        await fleet.bind(door, bus, "annas-phone", 2, "test", NOW)
        read = await client.get("/api/v1/treatments.json", headers=app.sha1)
        assert read.json() == []
        # What the app still holds of Anna is not Bela's; it is kept, apart.
        again = await client.post("/api/v1/treatments", json=[BOLUS], headers=app.sha1)
        assert again.status_code == 200
        assert (await client.get("/api/v1/treatments.json", headers=app.sha1)).json() == []
    assert [each[2] for each in await house.aside()] == [
        "a document of a time when nobody, or somebody else, wore this device"
    ]


@pytest.mark.parametrize(("is_new", "values"), [(True, [102]), (False, [101, 102])])
async def test_weeks_of_an_app_are_not_of_who_wore_the_device_before(
    house: House, is_new: bool, values: list[int]
):
    """Anna wore it until an hour ago. A phone that goes on to Bela has hers, a phone of his own has
    his, of before he got a sensor of the ward's."""
    app = await house.app()
    await house.rows("update app_secret set made = made - interval '1 day' returning 1")
    door, bus = house.tools.store.door(), house.tools.bus
    await fleet.bind(door, bus, "belas-phone", None, "test", NOW)
    await fleet.bind(door, bus, "annas-phone", 2, "test", NOW - timedelta(hours=1))
    app = await house.app() if is_new else app
    sent = [
        {**ENTRY, "date": at, "sgv": value} for value, at in ((101, AT - 3 * 3_600_000), (102, AT))
    ]
    async with house.client() as client:
        answer = await client.post("/api/v1/entries", json=sent, headers=app.sha1)
        assert answer.status_code == 200
    assert [value for _, value, _ in await house.readings()] == values
    assert len(await house.aside()) == 1


async def test_where_nobody_wears_it_the_app_is_told_to_wait(house: House):
    app = await house.app("nobodys-phone")
    async with house.client() as client:
        answer = await client.post("/api/v1/entries", json=[ENTRY], headers=app.sha1)
        assert answer.status_code == 403
        assert "nobody wears this device" in answer.json()["message"]
    assert await house.readings() == []


async def test_in_quarantine_all_is_kept_apart(house: House):
    app = await house.app()
    door, bus = house.tools.store.door(), house.tools.bus
    await fleet.change(door, bus, "annas-phone", "quarantined", "odd values", NOW)
    async with house.client() as client:
        for path, body in (("v1/entries", [ENTRY]), ("v3/treatments", {**BOLUS, "app": "x"})):
            sent = await client.post(f"/api/{path}", json=body, headers=app.sha1)
            assert sent.is_success
        assert (await client.get("/api/v1/entries.json", headers=app.sha1)).json() == []
    assert await house.readings() == []
    assert len(await house.aside()) == 2


async def test_what_an_app_reads_is_audited_and_not_each_minute(house: House):
    app = await house.app()
    async with house.client() as client:
        for _ in range(3):
            await client.get("/api/v1/entries.json", headers=app.sha1)
    rows = await house.rows("select kind, object_id, patient_ids, times, role from audit")
    assert rows == [("app entries", "annas-phone", [1], 1, "nobody")]


async def test_an_hour_later_its_token_is_worth_nothing(house: House):
    app = await house.app()
    async with house.client() as client:
        jwt = (await client.get(f"/api/v2/authorization/request/{app.secret}")).json()["token"]
    door = house.tools.store.door()
    assert await secrets.holder(door, jwt, NOW + timedelta(minutes=59))
    assert await secrets.holder(door, jwt, NOW + timedelta(minutes=61)) is None


def test_an_app_is_who_has_the_secret() -> None:
    assert App(None, "x").sha1["api-secret"] == "11f6ad8ec52a2984abaafd7c3b516503785c2072"  # type: ignore[arg-type]
