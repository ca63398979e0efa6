"""One's own account: a code beside the password, recovery codes, and where one is signed in."""

import asyncio
from base64 import b32decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from homeward.guard import one_time
from homeward.model.errors import Misconfigured, Refused
from homeward.model.person import Role
from homeward.services.people import account, admission, second_factor
from homeward.services.people.entering import COOKIE
from homeward.services.people.sign_in import CodeWanted
from homeward.settings import Settings
from tests.api.conftest import PASSWORD, House, sql

NEW = "another horse battery"


def shown(secret: str, now: datetime | None = None) -> str:
    """What the app shows now."""
    raw = b32decode(secret + "=" * (-len(secret) % 8))
    return one_time.code_at(raw, one_time.step_at(now or datetime.now(UTC)))


async def signs_in(house: House, code: str = "", password: str = PASSWORD) -> httpx.Response:
    async with await house.client(None) as client:
        said = {"login": "nurse", "password": password, "code": code}
        return await client.post("/api/session", json=said)


async def sets_up(client: httpx.AsyncClient) -> tuple[str, list[str]]:
    """The secret in the app, and the recovery codes."""
    secret = (await client.post("/api/account/app")).json()["secret"]
    answer = await client.post("/api/account/app/code", json={"code": shown(secret)})
    return secret, answer.json()["codes"]


async def forgets_steps(house: House) -> None:
    """Half a minute passes: the step of the set-up is not the step now."""
    await house.store.door().run(sql("update authenticator set step_last = 0"))


async def test_with_an_app_a_password_alone_is_not_enough(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        secret, codes = await sets_up(client)
        assert len(set(codes)) == second_factor.CODES
        account = (await client.get("/api/account")).json()
        assert (account["has_app"], account["codes_left"]) == (True, 10)
    answer = await signs_in(house)
    assert (answer.status_code, answer.json()["wants"]) == (401, "code")
    assert (await signs_in(house, "000000")).status_code == 401
    await house.store.door().run(sql("update authenticator set step_last = step_last + 3"))
    assert (await signs_in(house, shown(secret))).status_code == 401, "used, or before one used"
    await forgets_steps(house)
    assert (await signs_in(house, shown(secret))).status_code == 200


async def test_a_wrong_password_never_asks_for_a_code(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        await sets_up(client)
    answer = await signs_in(house, password="wrong")
    assert answer.status_code == 401
    assert "wants" not in answer.json()


async def test_a_code_is_good_once_also_for_two_at_once(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        secret, _ = await sets_up(client)
    await forgets_steps(house)
    code = shown(secret)
    answers = await asyncio.gather(*(signs_in(house, code) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_a_recovery_code_stands_in_once(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        _, codes = await sets_up(client)
    typed = codes[0].lower().replace("-", " ")
    answer = await signs_in(house, typed)
    assert answer.status_code == 200
    assert (await signs_in(house, codes[0])).status_code == 401
    async with await house.client(None) as client:
        client.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"
        account = (await client.get("/api/account")).json()
        assert account["codes_left"] == 9
        (here,) = [each for each in account["sessions"] if each["here"]]
        assert here["method"] == "password and recovery code"
        fresh = (await client.post("/api/account/codes")).json()["codes"]
    assert (await signs_in(house, codes[1])).status_code == 401, "replaced"
    assert (await signs_in(house, fresh[1])).status_code == 200


async def test_somebody_elses_recovery_code_is_worth_nothing(house: House) -> None:
    async with await house.client(Role.DOCTOR) as doctor, await house.client(Role.NURSE) as nurse:
        _, codes = await sets_up(doctor)
        await sets_up(nurse)
    assert (await signs_in(house, codes[0])).status_code == 401


async def test_an_app_that_was_never_confirmed_asks_for_nothing(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        await client.post("/api/account/app")
        wrong = await client.post("/api/account/app/code", json={"code": "123"})
        assert wrong.status_code == 403
        assert (await client.get("/api/account")).json()["has_app"] is False
    assert (await signs_in(house)).status_code == 200


async def test_an_app_in_force_is_replaced_only_once_it_was_removed(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        await sets_up(client)
        assert (await client.post("/api/account/app")).status_code == 409
        assert (await client.delete("/api/account/app")).status_code == 204
        assert (await client.delete("/api/account/app")).status_code == 404
        assert (await client.post("/api/account/codes")).status_code == 404
        assert (await client.get("/api/account")).json()["codes_left"] == 0
    assert (await signs_in(house)).status_code == 200


async def test_the_database_alone_shows_no_secret_and_no_code(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        secret, codes = await sets_up(client)
    asked = "select encode(sealed, 'hex') || (select string_agg(encode(code_sha256, 'hex'), ' ')"
    (row,) = await house.store.door().all(
        sql(asked + " from recovery_code) as kept from authenticator"), dict
    )
    raw = b32decode(secret)
    assert raw.hex() not in row["kept"]
    assert all(one_time.plain(code).encode().hex() not in row["kept"] for code in codes)


async def test_a_sealed_secret_is_its_persons_alone(house: House) -> None:
    async with await house.client(Role.NURSE) as client:
        await sets_up(client)
    doctor = house.ids["doctor"]
    await house.store.door().run(
        sql("update authenticator set person_id = %(id)s, step_last = 0"), id=doctor
    )
    with pytest.raises(Misconfigured, match=r"people\.key"):
        await second_factor.prove(house.tools, doctor, Role.DOCTOR, "123456")


async def test_a_role_may_need_more_than_a_password(house: House) -> None:
    settings = replace(house.tools.settings, second_factor_roles="nurse, doctor")
    tools, nurse = replace(house.tools, settings=settings), house.ids["nurse"]
    with pytest.raises(CodeWanted, match="administrator"):
        await second_factor.prove(tools, nurse, Role.NURSE, "")
    with pytest.raises(Refused):
        await second_factor.prove(tools, nurse, Role.NURSE, "123456")
    assert await second_factor.prove(tools, nurse, Role.ENGINEER, "") == ""
    (code,) = await second_factor.new_codes(tools, nurse, 1)
    assert await second_factor.prove(tools, nurse, Role.NURSE, code) == "recovery code"


def test_a_role_there_is_not_is_said() -> None:
    class Given:
        settings = Settings(second_factor_roles="surgeon")

    given: Any = Given()
    with pytest.raises(Misconfigured, match="second_factor_roles"):
        second_factor.required_of(given)


async def test_a_password_that_is_guessed_is_refused_wherever_one_is_chosen(house: House) -> None:
    invited = {"token": "x", "name": "Mia", "login": "mia"}
    async with await house.client(Role.NURSE) as client:
        for password in ("short", "1q2w3e4r5t6y", "Homeward-2026!", "nurse-nurse-12"):
            said = {"old": PASSWORD, "new": password}
            answer = await client.post("/api/account/password", json=said)
            assert (answer.status_code, answer.json()["wants"]) == (422, "password")
            assert password not in answer.json()["error"]
        said = {"old": "wrong", "new": "1q2w3e4r5t6y"}
        answer = await client.post("/api/account/password", json=said)
        assert answer.status_code == 403, "whoever has not the old one learns nothing"
        answer = await client.post("/api/invitation/account", json=invited | {"password": "short"})
        assert answer.status_code == 404, "nor who was not invited"
        assert (await client.get("/api/session")).status_code == 200


async def test_another_password_ends_every_other_session(house: House) -> None:
    async with await house.client(Role.NURSE) as client, await house.client(Role.NURSE) as other:
        wrong = {"old": "wrong", "new": NEW}
        assert (await client.post("/api/account/password", json=wrong)).status_code == 403
        short = {"old": PASSWORD, "new": "short"}
        assert (await client.post("/api/account/password", json=short)).status_code == 422
        assert (await other.get("/api/session")).status_code == 200
        answer = await client.post("/api/account/password", json={"old": PASSWORD, "new": NEW})
        assert answer.status_code == 200
        for each in (client, other):
            assert (await each.get("/api/session")).status_code == 401
        client.headers["cookie"] = f"{COOKIE}={answer.cookies[COOKIE]}"
        assert (await client.get("/api/session")).status_code == 200
    assert (await signs_in(house)).status_code == 401
    assert (await signs_in(house, password=NEW)).status_code == 200


async def test_one_sees_and_ends_ones_own_sessions_alone(house: House) -> None:
    async with (
        await house.client(Role.NURSE) as here,
        await house.client(Role.NURSE) as there,
        await house.client(Role.DOCTOR) as doctor,
    ):
        lines = (await here.get("/api/account")).json()["sessions"]
        assert [each["here"] for each in lines].count(True) == 1
        (other,) = [each["id"] for each in lines if not each["here"]]
        assert len((await doctor.get("/api/account")).json()["sessions"]) == 1
        path = f"/api/account/sessions/{other}"
        assert (await doctor.delete(path)).status_code == 404
        assert (await here.delete(path)).status_code == 204
        assert (await here.delete(path)).status_code == 404
        assert (await here.delete("/api/account/sessions/xyz")).status_code == 404
        assert (await there.get("/api/session")).status_code == 401
    async with await house.client(Role.NURSE) as client, await house.client(Role.NURSE) as other:
        assert (await client.delete("/api/account/sessions")).status_code == 204
        assert (await client.get("/api/session")).status_code == 200
        assert (await other.get("/api/session")).status_code == 401


async def test_whoever_finds_an_open_screen_ends_nobodys_other_sign_in(house: House) -> None:
    async with await house.client(Role.NURSE) as here, await house.client(Role.NURSE) as there:
        lines = (await here.get("/api/account")).json()["sessions"]
        (other,) = [each["id"] for each in lines if not each["here"]]
        then = datetime.now(UTC) - timedelta(minutes=16)
        await house.store.door().run(sql("update session set created = %(at)s"), at=then)
        for path in ("/api/account/sessions", f"/api/account/sessions/{other}"):
            answer = await here.delete(path)
            assert (answer.status_code, "Sign in again" in answer.text) == (403, True)
        assert (await there.get("/api/session")).status_code == 200


async def test_another_password_of_an_administrators_leaves_the_second_factor(house: House) -> None:
    """ASVS 5.0.0, 6.4.3."""
    async with await house.client(Role.NURSE) as client:
        secret, _ = await sets_up(client)
    await admission.set_password(house.tools, "nurse", NEW)
    answer = await signs_in(house, password=NEW)
    assert (answer.status_code, answer.json()["wants"]) == (401, "code")
    await forgets_steps(house)
    assert (await signs_in(house, shown(secret), NEW)).status_code == 200


async def test_a_patients_session_is_shown_for_as_long_as_it_lasts(house: House) -> None:
    async with await house.client(Role.PATIENT) as client:
        then = datetime.now(UTC) - timedelta(days=20)
        await house.store.door().run(sql("update session set created = %(at)s"), at=then)
        lines = (await client.get("/api/account")).json()["sessions"]
        assert len(lines) == 1


class TestAChangeMeanwhile:
    """A password takes a while to check: what was true when it began may be so no more."""

    async def test_who_signs_in_by_the_one_before_does_not_come_in(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prove = second_factor.prove

        async def slowly(*asked: Any) -> str:
            await admission.set_password(house.tools, "nurse", NEW)
            return await prove(*asked)

        monkeypatch.setattr(second_factor, "prove", slowly)
        assert (await signs_in(house)).status_code == 401
        assert await house.store.door().all(sql("select 1 from session"), dict) == []
        monkeypatch.undo()
        assert (await signs_in(house, password=NEW)).status_code == 200

    async def test_what_an_operator_set_is_not_overwritten_by_who_knew_the_one_before(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        choose, theirs = account.hash_chosen, "a finder's own long words"

        async def slowly(*asked: Any) -> str:
            await admission.set_password(house.tools, "nurse", NEW)
            return await choose(*asked)

        async with await house.client(Role.NURSE) as client:
            monkeypatch.setattr(account, "hash_chosen", slowly)
            said = {"old": PASSWORD, "new": theirs}
            answer = await client.post("/api/account/password", json=said)
        assert (answer.status_code, answer.json()["code"]) == (403, "password_other")
        assert (await signs_in(house, password=theirs)).status_code == 401
        assert (await signs_in(house, password=NEW)).status_code == 200
