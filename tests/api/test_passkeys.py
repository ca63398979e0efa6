"""Passkeys: made by whoever is signed in, used by their own device alone, once each time."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from homeward.model.errors import Misconfigured
from homeward.model.person import Role
from homeward.services.people import passkeys
from homeward.services.people.entering import COOKIE
from homeward.settings import Settings
from tests.api.conftest import House, sql
from tests.authenticator import PRESENT, Authenticator, text


def device(house: House, **more: Any) -> Authenticator:
    """Its browser shows the pages by their name."""
    return Authenticator(house.url.replace("127.0.0.1", "localhost"), **more)


async def added(client: httpx.AsyncClient, key: Authenticator, **other: Any) -> httpx.Response:
    asked = (await client.post("/api/account/passkeys/options")).json()
    said = {"credential": key.makes(asked, **other), "label": "Ward computer"}
    return await client.post("/api/account/passkeys", json=said)


async def comes(client: httpx.AsyncClient, key: Authenticator, **other: Any) -> httpx.Response:
    asked = (await client.post("/api/passkey/options")).json()
    return await client.post("/api/passkey", json={"credential": key.answers(asked, **other)})


async def known(house: House, role: Role = Role.NURSE, **more: Any) -> Authenticator:
    """A device with a passkey of this role's person."""
    key = device(house, **more)
    async with await house.client(role) as client:
        answer = await added(client, key)
        assert answer.status_code == 204, answer.text
    return key


async def test_a_passkey_signs_its_person_in(house: House) -> None:
    key = await known(house)
    async with await house.client(None) as client:
        answer = await comes(client, key)
        assert answer.json()["person"]["role"] == "nurse"
        client.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"
        account = (await client.get("/api/account")).json()
        assert [each["label"] for each in account["passkeys"]] == ["Ward computer"]
        assert account["passkeys"][0]["used"] is not None
        assert [each["method"] for each in account["sessions"] if each["here"]] == ["passkey"]


async def test_what_is_asked_leaves_no_row_and_what_is_refused_is_a_sign_in(house: House) -> None:
    """Anybody may ask, as often as they like: the audit is kept for years."""
    key = await known(house)
    text = "select role, action, subtype, kind, outcome from audit where person_id is null"
    async with await house.client(None) as client:
        for _ in range(3):
            assert (await client.post("/api/passkey/options")).status_code == 200
        assert (await comes(client, key)).status_code == 200
        assert await house.store.door().all(sql(text), dict) == []
        assert (await comes(client, key, origin="https://evil.example")).status_code == 401
    refused = {"role": "nobody", "action": "E", "subtype": "login", "kind": "session", "outcome": 4}
    assert await house.store.door().all(sql(text), dict) == [refused]


async def test_an_answer_is_good_once(house: House) -> None:
    key = await known(house)
    async with await house.client(None) as client:
        asked = (await client.post("/api/passkey/options")).json()
        said = {"credential": key.answers(asked)}
        assert (await client.post("/api/passkey", json=said)).status_code == 200
        again = await client.post("/api/passkey", json=said)
        assert again.status_code == 401
        other = {"credential": key.answers(asked)}  # counted on, signed anew, of a used challenge
        assert (await client.post("/api/passkey", json=other)).status_code == 401


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "https://homeward.evil.example"},
        {"origin": "http://127.0.0.1:1"},
        {"rp": "evil.example"},
        {"challenge": text(b"\0" * 40)},
        {"challenge": ""},
    ],
    ids=str,
)
async def test_what_was_answered_elsewhere_is_refused(house: House, other: Any) -> None:
    key = await known(house)
    async with await house.client(None) as client, await house.client(Role.DOCTOR) as doctor:
        assert (await comes(client, key, **other)).status_code == 401
        assert (await added(doctor, device(house), **other)).status_code == 403
        assert (await comes(client, key)).status_code == 200


async def test_a_copy_whose_count_does_not_rise_is_refused(house: House) -> None:
    key = await known(house)
    async with await house.client(None) as client:
        copy = deepcopy_of(key)
        assert (await comes(client, key)).status_code == 200
        assert (await comes(client, copy)).status_code == 401
        assert (await comes(client, key)).status_code == 200


def deepcopy_of(key: Authenticator) -> Authenticator:
    return Authenticator(key.origin, key.flags, deepcopy(key.count), key.id, key.key)


async def test_a_device_that_does_not_count_may_come_again(house: House) -> None:
    key = await known(house)
    async with await house.client(None) as client:
        for _ in range(2):
            key.count = -1
            assert (await comes(client, key)).status_code == 200


async def test_somebody_who_only_touched_it_is_not_let_in(house: House) -> None:
    key = await known(house)
    key.flags = PRESENT
    async with await house.client(None) as client, await house.client(Role.DOCTOR) as doctor:
        assert (await comes(client, key)).status_code == 401
        assert (await added(doctor, device(house, flags=PRESENT))).status_code == 403


async def test_another_key_under_the_same_name_is_refused(house: House) -> None:
    key = await known(house)
    async with await house.client(None) as client, await house.client(Role.DOCTOR) as doctor:
        assert (await comes(client, device(house, id=key.id))).status_code == 401
        assert (await added(doctor, device(house, id=key.id))).status_code == 409


async def test_a_question_for_one_is_no_answer_for_another(house: House) -> None:
    async with await house.client(Role.NURSE) as nurse, await house.client(Role.DOCTOR) as doctor:
        asked = (await nurse.post("/api/account/passkeys/options")).json()
        said = {"credential": device(house).makes(asked)}
        assert (await doctor.post("/api/account/passkeys", json=said)).status_code == 403


async def test_a_removed_one_and_a_disabled_persons_are_worth_nothing(house: House) -> None:
    key, other = await known(house), await known(house, Role.DOCTOR)
    async with await house.client(Role.NURSE) as nurse, await house.client(Role.DOCTOR) as doctor:
        path = f"/api/account/passkeys/{text(key.id)}"
        assert (await doctor.delete(path)).status_code == 404, "it is not theirs"
        assert (await nurse.delete(path)).status_code == 204
        assert (await nurse.delete(path)).status_code == 404
    await house.store.door().run(sql("update person set disabled = now() where login = 'doctor'"))
    async with await house.client(None) as client:
        for each in (key, other):
            assert (await comes(client, each)).status_code == 401


async def test_a_session_that_is_not_young_gives_nobody_a_key(house: House) -> None:
    async with await house.client(Role.NURSE) as nurse:
        asked = (await nurse.post("/api/account/passkeys/options")).json()
        then = datetime.now(UTC) - timedelta(minutes=16)
        await house.store.door().run(sql("update session set created = %(at)s"), at=then)
        said = {"credential": device(house).makes(asked), "label": ""}
        answer = await nurse.post("/api/account/passkeys", json=said)
        assert answer.status_code == 403
        assert "Sign in again" in answer.json()["error"]
        assert (await nurse.get("/api/account")).json()["is_fresh"] is False


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"id": 1, "response": []},
        {"id": "AA", "response": {"clientDataJSON": "!"}},
        {"id": "AA", "response": {"clientDataJSON": text(b"[]")}},
        {"id": "AA", "response": {"clientDataJSON": text(b'{"challenge": 1}')}},
    ],
    ids=str,
)
async def test_what_is_no_answer_is_refused_and_breaks_nothing(house: House, said: Any) -> None:
    async with await house.client(None) as client, await house.client(Role.NURSE) as nurse:
        for path, refused in (("/api/passkey", 401), ("/api/account/passkeys", 403)):
            answer = await nurse.post(path, json={"credential": said})
            assert answer.status_code == refused, answer.text
        key = await known(house)
        asked = (await client.post("/api/passkey/options")).json()
        for part in ("authenticatorData", "signature", "clientDataJSON"):
            for cut in ("", "AA", "!!!", 7, None):
                broken = key.answers(asked)
                broken["response"][part] = cut
                answer = await client.post("/api/passkey", json={"credential": broken})
                assert answer.status_code == 401, (part, cut, answer.text)


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        (Settings(), ("localhost", ["http://localhost:8080"])),
        (
            Settings(public_url="https://pages.hospital.org/"),
            ("pages.hospital.org", ["https://pages.hospital.org"]),
        ),
        (
            Settings(public_url="https://pages.hospital.org:8443", passkey_host="hospital.org"),
            ("hospital.org", ["https://pages.hospital.org:8443"]),
        ),
        (Settings(web_host="0.0.0.0", public_names="192.0.2.7"), None),
    ],
    ids=str,
)
def test_passkeys_are_bound_to_the_name_of_the_pages(settings: Settings, place: Any) -> None:
    found = passkeys.place_of(settings)
    assert (found and (found.host, found.origins)) == place


async def test_a_key_file_that_was_cut_is_said(house: House) -> None:
    keys = house.tools.settings.data / "keys"
    async with await house.client(None) as client:
        await client.post("/api/passkey/options")
    (keys / "people.key").write_bytes(b"short")
    with pytest.raises(Misconfigured, match=r"people\.key"):
        passkeys.ask_for_one(replace(house.tools))
