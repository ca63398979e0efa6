"""Signing in, staying, and leaving."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from homeward.model.person import Role
from homeward.services.people.sign_in import NOBODYS_HASH, TRIES_MAX, Patience
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
            assert answer.json() == {"error": "Login or password is wrong."}


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


def test_guessing_is_slowed_for_that_login_only() -> None:
    patience, now = Patience(), datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(TRIES_MAX):
        assert not patience.is_out("nora", now)
        patience.wrong("nora", now)
    assert patience.is_out("nora", now)
    assert not patience.is_out("dan", now)
    assert not patience.is_out("nora", now + timedelta(minutes=5, seconds=1))


async def test_demo_accounts_show_in_the_demo_only(house: House) -> None:
    async with await house.client(None) as client:
        assert (await client.get("/api/demo")).json() == {"demo": False, "accounts": []}
