"""Quiet hours, relatives and invitations as their routes take them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from homeward.clinical.episode import Key
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.person import Role
from homeward.services.call.converge import converge
from homeward.services.people.routes import COOKIE
from homeward.services.watch.ledger import Change, write
from tests.api.conftest import House, sql

PASSWORD = "a long enough password"
WORDS = "Your sugar is low. Eat something sweet."


def of(house: House, rest: str) -> str:
    return f"/api/patients/{house.ids['Cleo']}/{rest}"


async def invited(client: httpx.AsyncClient, house: House, **more: Any) -> str:
    body = {"name": "Mia", "priorities": ["high", "medium"]} | more
    answer = await client.post(of(house, "invitations"), json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]


async def telling(client: httpx.AsyncClient, house: House) -> Any:
    return (await client.get(of(house, "telling"))).json()


async def look(client: httpx.AsyncClient, token: str) -> Any:
    return (await client.post("/api/invitation", json={"token": token})).json()


async def is_low(house: House, priority: Priority = Priority.HIGH) -> None:
    """Cleo's glucose is low; one pass of the caller."""
    now = datetime.now(UTC)
    finding = Finding(priority, "Glucose 50 < 54 mg/dL", now, 50.0, 54.0, WORDS)
    change = Change(Key("glucose_low", house.ids["Cleo"]), Kind.PHYSIOLOGICAL, now, finding)
    await write(house.store, house.tools.bus, [change])
    await converge(house.store, house.tools.bus, now, 120)


async def test_an_invited_relative_makes_one_account_and_is_told(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo, await house.client(None) as mia:
        token = await invited(cleo, house)
        kept = await house.store.door().all(sql("select token_sha256 as t from invitation"), dict)
        assert len(kept[0]["t"]) == 32
        seen = await look(mia, token)
        assert (seen["patient"], seen["name"], seen["state"]) == ("Cleo", "Mia", "open")
        body = {"token": token, "name": "Mia Test", "login": "mia", "password": PASSWORD}
        for wrong, status in (
            ({"password": "short"}, 422), ({"login": "M a"}, 422), ({"name": " "}, 422),
            ({"login": "nurse"}, 409), ({"token": "guessed"}, 404),
        ):  # fmt: skip
            answer = await mia.post("/api/invitation/account", json=body | wrong)
            assert answer.status_code == status, (wrong, answer.text)
        answer = await mia.post("/api/invitation/account", json=body)
        assert answer.json()["person"]["role"] == "relative"
        again = await mia.post("/api/invitation/account", json=body | {"login": "mia2"})
        assert again.status_code == 409
        mia.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"
        for _ in range(2):  # a page that asks twice
            accepted = await mia.post("/api/invitation/accept", json={"token": token})
            assert accepted.status_code == 204, accepted.text
        (only,) = (await telling(cleo, house))["relatives"]
        assert (only["name"], only["priorities"]) == ("Mia Test", ["high", "medium"])
        await is_low(house)
        told = (await mia.get("/api/told")).json()
        assert [one["text"] for one in told["told"]] == [WORDS]
        (one,) = told["told"]  # that it is low, and not how low; a time may hold any digits
        assert not {"value", "limit"} & one.keys()
        assert not [words for words in one.values() if isinstance(words, str) and "50" in words]
        assert [one["patient"] for one in told["chosen"]] == ["Cleo"]


async def test_a_link_is_good_once_and_for_a_week_and_until_it_is_taken_back(house: House) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.RELATIVE) as relative,
        await house.client(None) as nobody,
    ):
        await house.store.door().run(
            sql("update patient set name = 'Cleo Roth' where name = 'Cleo'")
        )
        token = await invited(cleo, house)
        assert (await look(nobody, token))["patient"] == "Cleo Roth"
        assert (await relative.post("/api/invitation/accept", json={"token": token})).is_success
        assert (await look(relative, token))["is_mine"]
        shown = await look(nobody, token)
        assert (shown["state"], shown["patient"], shown["name"]) == ("accepted", "", "")
        lapsed = await invited(cleo, house)
        old = sql("update invitation set expires = now() - interval '1 s' where accepted is null")
        await house.store.door().run(old)
        (out,) = (await telling(cleo, house))["invitations"]
        assert not out["is_open"]
        withdrawn = await invited(cleo, house)
        number = (await telling(cleo, house))["invitations"][-1]["id"]
        assert (await cleo.delete(of(house, f"invitations/{number}"))).status_code == 204
        assert (await cleo.delete(of(house, f"invitations/{number}"))).status_code == 404
        for secret, state in ((lapsed, "expired"), (withdrawn, "withdrawn")):
            shown = await look(nobody, secret)
            assert (shown["state"], shown["patient"], shown["name"]) == (state, "Cleo", "")
            refused = await relative.post("/api/invitation/accept", json={"token": secret})
            assert (refused.status_code, state in refused.text) == (409, True)
            body = {"token": secret, "name": "M", "login": "mia", "password": PASSWORD}
            assert (await nobody.post("/api/invitation/account", json=body)).status_code == 404
        gone = await nobody.post("/api/invitation", json={"token": "never was"})
        assert gone.status_code == 404


async def test_what_a_relative_hears_is_changed_and_ended_on_record(house: House) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.RELATIVE) as relative,
    ):
        token = await invited(cleo, house)
        await relative.post("/api/invitation/accept", json={"token": token})
        at = of(house, f"relatives/{house.ids['relative']}")
        assert (await cleo.put(at, json={"priorities": ["low", "high"]})).status_code == 204
        (only,) = (await telling(cleo, house))["relatives"]
        assert only["priorities"] == ["high", "low"]
        assert (await cleo.put(at, json={"priorities": []})).status_code == 422
        await is_low(house)
        assert (await cleo.put(at, json={"priorities": ["high"]})).status_code == 204
        assert len((await relative.get("/api/told")).json()["told"]) == 1
        assert (await cleo.delete(at)).status_code == 204
        assert (await cleo.delete(at)).status_code == 404
        after = (await relative.get("/api/told")).json()
        assert (after["chosen"], after["told"]) == ([], [])
        assert [one["patient"] for one in after["ended"]] == ["Cleo"]
        rows = await house.store.door().all(sql("select ended, ended_by from relative"), dict)
        assert len(rows) == 3
        assert all(row["ended_by"] == house.ids["patient"] for row in rows)


async def test_a_carer_chooses_for_a_patient_with_a_reason_alone(house: House) -> None:
    quiet = {"starts": "22:00", "ends": "07:00", "zone": "Europe/Berlin"}
    body = {"name": "Mia", "priorities": ["high"]}
    async with await house.client(Role.NURSE) as nurse:
        assert (await nurse.put(of(house, "quiet"), json=quiet)).status_code == 422
        assert (await nurse.post(of(house, "invitations"), json=body)).status_code == 422
        why = {"why": "Cleo asked me to."}
        assert (await nurse.put(of(house, "quiet"), json=quiet | why)).status_code == 204
        assert (await nurse.post(of(house, "invitations"), json=body | why)).status_code == 200
        shown = await telling(nurse, house)
        assert shown["quiet"]["starts"] == "22:00"
        assert (shown["quiet"]["made_by"], shown["quiet"]["is_own"]) == ("Test nurse", False)
        assert shown["quiet"]["why"] == "Cleo asked me to."
        anna = f"/api/patients/{house.ids['Anna']}/quiet"
        assert (await nurse.put(anna, json=quiet | why)).status_code == 404


@pytest.mark.parametrize("role", [Role.RELATIVE, Role.ENGINEER, Role.ADMINISTRATOR, None])
async def test_nobody_else_sees_or_chooses(house: House, role: Role | None) -> None:
    async with await house.client(role) as client:
        for method, path in (
            ("GET", "telling"), ("PUT", "quiet"), ("POST", "invitations"),
            ("DELETE", "invitations/1"), ("PUT", "relatives/1"), ("DELETE", "relatives/1"),
        ):  # fmt: skip
            answer = await client.request(method, of(house, path), json={})
            assert answer.status_code == (403 if role else 401), (method, path)


async def test_a_patient_sees_and_chooses_for_nobody_else(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo:
        anna = f"/api/patients/{house.ids['Anna']}"
        assert (await cleo.get(f"{anna}/telling")).status_code == 403
        body = {"name": "Mia", "priorities": ["high"], "why": "x"}
        assert (await cleo.post(f"{anna}/invitations", json=body)).status_code == 403


async def test_at_most_ten_are_told_or_invited(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo:
        for number in range(10):
            await invited(cleo, house, name=f"Relative {number}")
        body = {"name": "One more", "priorities": ["high"]}
        refused = await cleo.post(of(house, "invitations"), json=body)
        assert (refused.status_code, "At most 10" in refused.text) == (422, True)


async def test_who_was_told_is_shown_with_how_far_it_came(house: House) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.RELATIVE) as relative,
        await house.client(Role.NURSE) as nurse,
    ):
        token = await invited(cleo, house)
        await relative.post("/api/invitation/accept", json={"token": token})
        await is_low(house)
        (call,) = (await relative.get("/api/told")).json()["told"]
        assert (call["seen"], call["patient_seen"], call["team"]) == (None, None, "called")
        (alarm,) = (await telling(cleo, house))["told"]
        assert alarm["text"] == WORDS
        people = {one["audience"]: one for one in alarm["people"]}
        assert list(people) == ["patient", "relative", "carer"]
        assert (people["relative"]["name"], people["carer"]["name"]) == ("Test relative", None)
        assert people["relative"]["seen"] is None
        await relative.post(f"/api/calls/{call['call_id']}/seen")
        await cleo.post(f"/api/today/alarms/{alarm['alarm_id']}/seen")
        answer = {"reason": "I am with the patient", "priority": "high", "state": "active"}
        await nurse.post(f"/api/alarms/{alarm['alarm_id']}/acknowledge", json=answer)
        people = {one["audience"]: one for one in (await telling(cleo, house))["told"][0]["people"]}
        assert None not in (people["relative"]["seen"], people["patient"]["seen"])
        assert people["relative"]["answered"] is None
        assert people["carer"]["answered"] is not None
        (call,) = (await relative.get("/api/told")).json()["told"]
        assert None not in (call["seen"], call["patient_seen"])
        assert call["team"] == "answered"


async def test_quiet_hours_have_a_beginning_an_end_and_a_zone(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo:
        for path in ("/api/me/quiet", of(house, "quiet")):
            for body, status in (
                ({"starts": "22:00", "ends": "07:00", "zone": "Europe/Berlin"}, 204),
                ({"starts": None, "ends": None, "zone": "Europe/Berlin"}, 204),
                ({"starts": "22:00", "ends": None, "zone": "Europe/Berlin"}, 422),
                ({"starts": "22:00", "ends": "22:00", "zone": "Europe/Berlin"}, 422),
                ({"starts": "22:00", "ends": "07:00", "zone": "Nowhere"}, 422),
            ):
                answer = await cleo.put(path, json=body)
                assert answer.status_code == status, answer.text
        shown = (await cleo.get("/api/me/quiet")).json()
        assert (shown["starts"], shown["ends"], shown["is_own"]) == (None, None, True)


async def test_low_waits_until_quiet_hours_end_while_a_relative_is_awake(house: House) -> None:
    async with (
        await house.client(Role.PATIENT) as cleo,
        await house.client(Role.RELATIVE) as relative,
    ):
        token = await invited(cleo, house, priorities=["low"])
        await relative.post("/api/invitation/accept", json={"token": token})
        now = datetime.now(UTC)
        hour = timedelta(hours=1)
        body = {"starts": f"{now - hour:%H:%M}", "ends": f"{now + hour:%H:%M}", "zone": "UTC"}
        assert (await cleo.put(of(house, "quiet"), json=body)).status_code == 204
        await is_low(house, Priority.LOW)
        (alarm,) = (await telling(cleo, house))["told"]
        assert [one["audience"] for one in alarm["people"]] == ["relative"]
        assert (await relative.get("/api/told")).json()["told"][0]["team"] == "not called"
        await converge(house.store, house.tools.bus, now + 2 * hour, 120)
        (alarm,) = (await telling(cleo, house))["told"]
        assert {one["audience"] for one in alarm["people"]} == {"relative", "patient"}
