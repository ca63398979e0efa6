"""Requests of apps that people already run, as their sources make them: taken, and read back."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.connectors.nightscout.conftest import FOLDER, NOW, House

CLIENTS = sorted(path.stem for path in FOLDER.glob("*.json"))


def told_by(client: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{client}.json").read_text())


def sent(told: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The documents of an app's requests, by collection."""
    found: dict[str, list[dict[str, Any]]] = {}
    for request in told["requests"]:
        if "body" in request:
            collection = request["path"].split("/")[3]
            body = request["body"]
            found.setdefault(collection, []).extend(body if isinstance(body, list) else [body])
    return found


def without(document: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in fields}


@pytest.mark.parametrize("name", CLIENTS)
async def test_what_an_app_sends_is_taken_and_read_back_identically(house: House, name: str):
    told = told_by(name)
    app = await house.app()
    async with house.client() as client:
        for _ in range(2):  # the second time as an app that never heard the answer
            for number, request in enumerate(told["requests"]):
                answer = await app.send(client, request)
                again = {200, 201} if request["status"] == 201 else {request["status"]}
                assert answer.status_code in again, (number, answer.text)
        for collection, documents in sent(told).items():
            count = {"count": 1000}
            url = f"/api/v1/{collection}.json"
            read = (await client.get(url, params=count, headers=app.sha1)).json()
            timed = [each for each in read if "device" not in each or each["device"] != "Pixel 8"]
            if collection != "devicestatus" or "xdrip" not in name:
                assert len(timed) == len(documents), collection
            for document in documents:
                # What the app itself does not keep is what only the server sets.
                wanted = without(document, {"isValid"})
                assert any(
                    wanted == {key: each[key] for key in wanted if key in each} for each in read
                ), document
    readings = await house.readings()
    assert [each[:2] for each in readings] == [tuple(each) for each in told["readings"]]
    assert not any(late for _, _, late in readings)
    assert await house.aside() == []


async def test_androidaps_reads_what_it_needs_to_follow(house: House):
    told = told_by("androidaps")
    app = await house.app()
    answers: dict[str, Any] = {}
    async with house.client() as client:
        for request in told["requests"]:
            answer = await app.send(client, request)
            answers[request["path"].partition("?")[0]] = answer
    status = answers["/api/v3/status"].json()["result"]
    assert status["apiPermissions"]["treatments"] == "crud"
    assert status["storage"]["storage"]
    history = answers["/api/v3/treatments/history/1795340000000"]
    tag = history.headers["etag"]
    changed = history.json()["result"]
    assert int(tag[3:-1]) == max(each["srvModified"] for each in changed)  # as it reads it
    assert [each["eventType"] for each in changed] == ["Correction Bolus", "Carb Correction"]
    assert all(each["identifier"] and each["date"] for each in changed)
    assert answers["/api/v3/food"].json() == {"status": 200, "result": []}


async def test_loop_gets_an_id_for_each_it_sent(house: House):
    told = told_by("loop")
    app = await house.app()
    async with house.client() as client:
        for request in told["requests"]:
            answer = await app.send(client, request)
            if request["method"] == "POST":
                ids = [each["_id"] for each in answer.json()]
                assert len(set(ids)) == len(request["body"])
                assert all(len(each) == 24 for each in ids)
        treatments = await client.get(told["requests"][6]["path"], headers=app.sha1)
        assert len(treatments.json()) == 3


async def test_a_year_of_backfill_charts_and_rings_nothing(house: House):
    app = await house.app()
    entries = [
        {"type": "sgv", "date": round((NOW - timedelta(minutes=5 * n)).timestamp() * 1000),
         "sgv": 40 + n % 60, "device": "Libre"}
        for n in range(400)
    ]  # fmt: skip
    async with house.client() as client:
        answer = await client.post("/api/v1/entries.json", json=entries, headers=app.sha1)
        assert answer.status_code == 200
        read = await client.get(
            "/api/v1/entries/sgv.json", params={"count": 1000}, headers=app.sha1
        )
    assert [each["date"] for each in read.json()] == [each["date"] for each in entries]
    readings = await house.readings()
    assert len(readings) == 400
    live = [at for at, _, late in readings if not late]
    assert min(live) >= (NOW - timedelta(minutes=15)).timestamp() * 1000
