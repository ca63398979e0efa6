"""Signing in, staying, and leaving."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from websockets.asyncio.client import connect

from homeward.model.errors import Refused
from homeward.model.person import Role
from homeward.services.people.entering import COOKIE
from homeward.services.people.sign_in import (
    ADDRESS_TRIES_MAX,
    NAMES_MAX,
    NOBODYS_HASH,
    TRIES_MAX,
    Guesses,
    Patience,
)
from tests.api.conftest import PASSWORD, House, sql


async def test_signing_in_and_out(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        session = (await client.get("/api/session")).json()
        assert session["person"]["role"] == "nurse"
        assert session["patient_id"] is None
        assert (await client.delete("/api/session")).status_code == 204
        assert (await client.get("/api/session")).status_code == 401
        assert (await client.get("/api/wards")).status_code == 401


async def test_the_cookie_is_for_this_host_over_a_safe_channel_and_not_for_scripts(
    house: House,
) -> None:
    async with await house.client(None) as client:
        said = {"login": "nurse", "password": PASSWORD}
        cookie = (await client.post("/api/session", json=said)).headers["set-cookie"]
        assert cookie.startswith("__Host-homeward=")
        for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert word in cookie


async def test_a_wrong_password_and_an_unknown_login_sound_the_same(house: House) -> None:
    async with await house.client(None) as client:
        for login in ("nurse", "nobody-of-that-name"):
            said = {"login": login, "password": "wrong"}
            answer = await client.post("/api/session", json=said)
            assert answer.status_code == 401
            assert answer.json() == {"error": "Login or password is wrong.", "code": "login_wrong"}


def test_an_unknown_login_takes_as_long_to_refuse_as_a_wrong_password() -> None:
    hasher = PasswordHasher()
    assert not hasher.check_needs_rehash(NOBODYS_HASH)
    with pytest.raises(VerifyMismatchError):  # computed to the end, not refused as malformed
        hasher.verify(NOBODYS_HASH, "")


async def test_a_disabled_person_is_out_at_once(house: House) -> None:
    async with await house.client(Role.DOCTOR) as client:
        assert (await client.get("/api/wards")).status_code == 200
        await house.store.door().run(
            sql("update person set disabled = now() where id = %(id)s"), id=house.ids["doctor"]
        )
        assert (await client.get("/api/wards")).status_code == 401


async def test_a_session_idles_out(house: House) -> None:
    async with await house.client(Role.DOCTOR) as client:
        idle = timedelta(seconds=house.tools.settings.session_idle_seconds + 1)
        await house.store.door().run(
            sql("update session set seen = %(then)s"), then=datetime.now(UTC) - idle
        )
        assert (await client.get("/api/wards")).status_code == 401


async def test_a_page_nobody_touches_keeps_no_session_alive(house: House) -> None:
    async with await house.client(Role.DOCTOR) as client:
        door = house.store.door()
        then = datetime.now(UTC) - timedelta(hours=1)
        await door.run(sql("update session set seen = %(then)s"), then=then)
        await client.get("/api/wards", headers={"x-untouched": "1"})
        url, cookie = house.url.replace("http", "ws"), client.headers["cookie"]
        async with connect(f"{url}/api/live", additional_headers={"cookie": cookie}) as screen:
            await screen.recv()  # it comes back by itself, whenever it was lost
        seen = (await door.one(sql("select seen from session"), dict))["seen"]
        assert seen == then
        await client.get("/api/wards")
        assert (await door.one(sql("select seen from session"), dict))["seen"] > then


@pytest.mark.parametrize(
    ("role", "lasts"),
    [(Role.DOCTOR, timedelta(hours=12)), (Role.PATIENT, timedelta(days=30))],
)
async def test_no_session_lasts_for_ever(house: House, role: Role, lasts: timedelta) -> None:
    door = house.store.door()
    async with await house.client(role) as client:
        for age, expected in ((lasts - timedelta(minutes=1), 200), (lasts, 401)):
            created = datetime.now(UTC) - age
            await door.run(sql("update session set created = %(at)s"), at=created)
            assert (await client.get("/api/session")).status_code == expected


async def test_whoever_signs_in_again_gets_another_token_and_the_old_one_ends(
    house: House,
) -> None:
    async with await house.client(Role.NURSE) as client, await house.client(None) as stranger:
        old = client.headers["cookie"]
        said = {"login": "nurse", "password": PASSWORD}
        answer = await client.post("/api/session", json=said)
        assert answer.cookies[COOKIE] not in old
        stranger.headers["cookie"] = old
        assert (await stranger.get("/api/session")).status_code == 401


async def test_only_hashes_are_kept(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        token = client.headers["cookie"].split("=", 1)[1]
        rows = await house.store.door().all(
            sql("select session::text as row from session union select person::text from person"),
            dict,
        )
        kept = " ".join(row["row"] for row in rows)
        assert token not in kept
        assert PASSWORD not in kept


async def test_a_password_is_taken_as_it_was_typed_however_long(house: House) -> None:
    typed = " Zwölf Tauben, \t" + "x" * 80 + " "
    async with await house.client(Role.NURSE) as client:
        wrong = await client.post("/api/account/password", json={"old": "no", "new": typed})
        assert wrong.status_code == 403
        said = {"old": PASSWORD, "new": typed}
        assert (await client.post("/api/account/password", json=said)).status_code == 200
        for tried in (typed.strip(), typed.lower(), typed[:72]):
            said = {"login": "nurse", "password": tried}
            assert (await client.post("/api/session", json=said)).status_code == 401
        said = {"login": "nurse", "password": typed}
        assert (await client.post("/api/session", json=said)).status_code == 200


def test_guessing_is_slowed_for_that_login_only() -> None:
    patience, now = Patience(), datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(TRIES_MAX):
        assert not patience.is_out("nora", now)
        patience.wrong("nora", now)
    assert patience.is_out("nora", now)
    assert not patience.is_out("dan", now)
    assert not patience.is_out("nora", now + timedelta(minutes=5, seconds=1))


def test_guessing_at_many_logins_from_one_address_is_slowed_for_that_address_only() -> None:
    guesses, now = Guesses(), datetime(2027, 1, 1, tzinfo=UTC)
    for number in range(ADDRESS_TRIES_MAX):
        with (
            pytest.raises(Refused, match="wrong"),
            guesses.counted("192.0.2.1", now, f"login {number}"),
        ):
            raise Refused("wrong")
    with (
        pytest.raises(Refused, match="from this address"),
        guesses.counted("192.0.2.1", now, "nora"),
    ):
        pytest.fail("it was let through")
    with guesses.counted("192.0.2.2", now, "nora"):
        pass


def test_of_many_guesses_at_once_no_more_are_let_through() -> None:
    guesses, now = Guesses(), datetime(2027, 1, 1, tzinfo=UTC)
    with ExitStack() as under_way:
        for _ in range(TRIES_MAX):
            under_way.enter_context(guesses.counted("192.0.2.1", now, "nora"))
        with (
            pytest.raises(Refused, match="for this login"),
            guesses.counted("192.0.2.2", now, "nora"),
        ):
            pytest.fail("it was let through")
    with guesses.counted("192.0.2.1", now, "nora"):  # they were right, all of them
        pass


def test_what_was_guessed_at_is_remembered_in_bounded_memory() -> None:
    patience, now = Patience(), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(NAMES_MAX + 10):
        patience.wrong(str(number), now)
    assert len(patience._tries) == NAMES_MAX


async def test_demo_accounts_show_in_the_demo_only(house: House) -> None:
    async with await house.client(None) as client:
        assert (await client.get("/api/demo")).json() == {
            "demo": False, "accounts": [], "hospital": ""
        }  # fmt: skip
