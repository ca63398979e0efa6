"""The hospital's own sign-in: a real provider in a process of its own, and what may go wrong."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from homeward.api import hospital
from homeward.engines.nats import free_port
from homeward.model.errors import Conflict, Misconfigured, Refused
from homeward.model.person import Role
from homeward.services.people import outside
from homeward.services.people.entering import COOKIE
from homeward.settings import Settings
from tests.api.conftest import House, sql
from tests.api.test_locked import locks
from tests.conftest import REPOSITORY

SECRET = "a secret & sign: 100 %"  # what must be encoded
SCRIPT = Path(__file__).parent / "oidc_provider.mjs"
MODULES = Path(os.environ.get("HOMEWARD_TEST_NODE_MODULES", REPOSITORY / "web" / "node_modules"))
PROVIDER = MODULES / "oidc-provider" / "lib" / "index.js"
START_SECONDS_MAX = 30
STEPS_MAX = 12  # redirects and forms between leaving and coming back

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not PROVIDER.exists(),
    reason="node with oidc-provider is not here: cd web && npm ci",
)


@asynccontextmanager
async def provider_at(port: int, back: str) -> AsyncIterator[None]:
    """The provider, with keys of its own."""
    running = await asyncio.create_subprocess_exec(
        "node", SCRIPT, PROVIDER.as_uri(), str(port), back, SECRET,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert running.stdout is not None
        async with asyncio.timeout(START_SECONDS_MAX):
            while b"ready" not in (line := await running.stdout.readline()):
                assert line, "the provider ended"
        yield
    finally:
        running.send_signal(signal.SIGKILL)
        await running.wait()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site with a sign-in of the hospital's."""
    return replace(
        settings,
        oidc_issuer=f"http://127.0.0.1:{free_port()}",
        oidc_client_id="homeward",
        oidc_client_secret=SECRET,
    )


@pytest.fixture
async def provider(house: House) -> AsyncIterator[int]:
    port = urlsplit(house.tools.settings.oidc_issuer).port
    assert port is not None
    async with provider_at(port, hospital.back_of(house.tools)):
        yield port


@dataclass
class Browser:
    """One that keeps cookies of both, over plain HTTP on this machine too."""

    house: House
    cookies: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    async def goes(self, url: str, form: dict[str, str] | None = None) -> httpx.Response:
        own = self.cookies.setdefault(urlsplit(url).netloc, {})
        heads = {"cookie": "; ".join(f"{name}={value}" for name, value in own.items())}
        async with httpx.AsyncClient() as client:
            method = "GET" if form is None else "POST"
            answer = await client.request(method, url, data=form, headers=heads)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            own[name] = value
        return answer

    async def leaves(self) -> str:
        """To the provider: where we send people."""
        answer = await self.goes(f"{self.house.url}/api/hospital")
        assert answer.status_code == 303
        return answer.headers["location"]

    async def signs_in_there(self, url: str, subject: str) -> str:
        """Through the provider's forms: where it sends people back to."""
        answer = await self.goes(url)
        for _ in range(STEPS_MAX):
            if answer.is_redirect:
                url = str(httpx.URL(url).join(answer.headers["location"]))
                if url.startswith(self.house.url):
                    return url
                answer = await self.goes(url)
                continue
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert prompt, answer.text
            place = re.search(r'action="([^"]+)"', answer.text)
            assert place, answer.text
            url = str(httpx.URL(url).join(place[1]))
            said = {"prompt": prompt[1], "login": subject, "password": "any"}
            answer = await self.goes(url, said)
        pytest.fail("no way back")

    async def comes(self, subject: str) -> httpx.Response:
        """All of it."""
        return await self.goes(await self.signs_in_there(await self.leaves(), subject))

    async def role(self) -> str | None:
        """As what it is signed in here."""
        answer = await self.goes(f"{self.house.url}/api/session")
        return answer.json()["person"]["role"] if answer.status_code == 200 else None


async def connects(house: House, role: Role, subject: str) -> None:
    door, person = house.store.door(), house.ids[role.value]
    await outside.connect(house.tools, door, person, subject)


async def test_a_connected_account_comes_in(house: House, provider: int) -> None:
    await connects(house, Role.NURSE, "f3a1")
    browser = Browser(house)
    answer = await browser.comes("f3a1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await browser.role() == "nurse"
    rows = await house.store.door().all(sql("select method from session"), dict)
    assert rows == [{"method": hospital.METHOD}]


async def test_who_is_connected_no_more_is_out_at_once(house: House, provider: int) -> None:
    await connects(house, Role.NURSE, "f3a1")
    browser = Browser(house)
    await browser.comes("f3a1")
    await connects(house, Role.NURSE, "f3a2")
    assert await browser.role() is None


async def test_what_is_asked_is_bound_to_this_browser_and_this_time(
    house: House, provider: int
) -> None:
    asked = [parse_qs(urlsplit(await Browser(house).leaves()).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert asked[0]["code_challenge_method"] == ["S256"]
    assert asked[0]["response_type"] == ["code"]


async def test_somebody_nobody_connected_is_told_so(house: House, provider: int) -> None:
    browser = Browser(house)
    answer = await browser.comes("stranger")
    assert answer.headers["location"] == "/#refused=unknown"
    assert await browser.role() is None
    text = "select role, subtype, kind, outcome from audit where route = 'GET /api/hospital/back'"
    refused = {"role": "nobody", "subtype": "login", "kind": "session", "outcome": 4}
    assert await house.store.door().all(sql(text), dict) == [refused]


async def test_at_a_locked_board_nobody_else_comes_in_and_it_goes_on(
    house: House, provider: int
) -> None:
    """A browser keeps a strict cookie to itself where another site sends it here."""
    await connects(house, Role.ENGINEER, "f3a1")
    await connects(house, Role.DOCTOR, "f3a2")
    async with locks(house) as board:
        browser = Browser(house)
        own = browser.cookies.setdefault(urlsplit(house.url).netloc, {})
        token = board.headers["cookie"].partition("=")[2]
        for subject, comes_to in (("f3a1", "/#refused=no"), ("f3a2", "/")):
            assert (await board.get("/api/locked")).json()["ward"] == "Ward 3"
            own[COOKIE] = token
            place = await browser.leaves()
            del own[COOKIE]
            back = await browser.signs_in_there(place, subject)
            assert (await browser.goes(back)).headers["location"] == comes_to
            browser.cookies = {urlsplit(house.url).netloc: own}  # and is nobody's there again
        assert (await board.get("/api/locked")).json() is None
        assert await browser.role() == "doctor"


async def test_an_answer_comes_in_once_and_in_the_browser_that_asked(
    house: House, provider: int
) -> None:
    await connects(house, Role.NURSE, "f3a1")
    browser, other = Browser(house), Browser(house)
    back = await browser.signs_in_there(await browser.leaves(), "f3a1")
    assert (await other.goes(back)).headers["location"] == "/#refused=no", "never asked"
    await other.leaves()
    assert (await other.goes(back)).headers["location"] == "/#refused=no", "asked otherwise"
    away = dict(browser.cookies[urlsplit(house.url).netloc])
    assert (await browser.goes(back)).headers["location"] == "/"
    browser.cookies[urlsplit(house.url).netloc] = away
    assert (await browser.goes(back)).headers["location"] == "/#refused=no", "used"
    assert await other.role() is None


async def test_an_answer_of_another_issuer_or_of_none_is_refused(
    house: House, provider: int
) -> None:
    await connects(house, Role.NURSE, "f3a1")
    browser = Browser(house)
    back = await browser.signs_in_there(await browser.leaves(), "f3a1")
    assert "iss=" in back
    wrong = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example.org", back)
    assert (await browser.goes(wrong)).headers["location"] == "/#refused=no"
    await browser.leaves()
    denied = f"{house.url}/api/hospital/back?error=access_denied"
    assert (await browser.goes(denied)).headers["location"] == "/#refused=no"


async def test_a_provider_that_bears_another_name_is_not_asked(house: House, provider: int) -> None:
    """ASVS 5.0.0, 10.5.3: whoever answers there may be one that plays another."""
    named = replace(house.tools.settings, oidc_issuer=f"http://localhost:{provider}")
    with pytest.raises(Refused, match="another name"):
        await hospital.Hospital(replace(house.tools, settings=named)).about()
    assert await hospital.Hospital(house.tools).about()


async def test_keys_that_changed_are_fetched_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hospital, "KEYS_AGAIN_SECONDS", 0.0)
    await connects(house, Role.NURSE, "f3a1")
    port = urlsplit(house.tools.settings.oidc_issuer).port
    assert port is not None
    for _ in range(2):
        async with provider_at(port, hospital.back_of(house.tools)):
            browser = Browser(house)
            await browser.comes("f3a1")
            assert await browser.role() == "nurse"


async def test_one_that_is_away_is_said(house: House) -> None:
    answer = await Browser(house).goes(f"{house.url}/api/hospital")
    assert answer.headers["location"] == "/#refused=away"


async def test_a_disabled_person_stays_out(house: House, provider: int) -> None:
    await connects(house, Role.NURSE, "f3a1")
    await house.store.door().run(sql("update person set disabled = now() where login = 'nurse'"))
    browser = Browser(house)
    assert (await browser.comes("f3a1")).headers["location"] == "/#refused=unknown"
    assert await browser.role() is None


class TestByClaim:
    """A site that trusts a claim to be the login of an account."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, oidc_claim="preferred_username", oidc_scope="openid profile")

    async def test_it_connects_the_account_once(self, house: House, provider: int) -> None:
        browser, other = Browser(house), Browser(house)
        await browser.comes("sub-of-nurse")
        assert await browser.role() == "nurse"
        rows = await house.store.door().all(sql("select bound_by from outside_identity"), dict)
        assert rows == [{"bound_by": "claim"}]
        # Another subject with the same claim does not take the account over.
        answer = await other.comes("nurse")
        assert answer.headers["location"] == "/#refused=unknown"

    async def test_the_sentinel_is_nobodys(self, house: House, provider: int) -> None:
        browser = Browser(house)
        answer = await browser.comes("sub-of-sentinel")
        assert answer.headers["location"] == "/#refused=unknown"


class TestByAddress:
    """A site that trusts an address, which this provider never verified."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, oidc_claim="email", oidc_scope="openid email")

    async def test_one_that_was_not_verified_is_nobodys(self, house: House, provider: int) -> None:
        answer = await Browser(house).comes("sub-of-nurse")
        assert answer.headers["location"] == "/#refused=unknown"


async def test_a_subject_is_one_person_and_a_person_one_subject(house: House) -> None:
    await connects(house, Role.NURSE, "f3a1")
    with pytest.raises(Conflict):
        await connects(house, Role.DOCTOR, "f3a1")
    await connects(house, Role.NURSE, "f3a2")
    await connects(house, Role.DOCTOR, "f3a1")
    await connects(house, Role.NURSE, "")
    rows = await house.store.door().all(sql("select subject from outside_identity"), dict)
    assert rows == [{"subject": "f3a1"}]
    plain = replace(house.tools, settings=replace(house.tools.settings, oidc_issuer=""))
    with pytest.raises(Misconfigured):
        await outside.connect(plain, house.store.door(), house.ids["nurse"], "f3a1")


async def test_the_front_door_offers_it(house: House) -> None:
    async with await house.client(None) as client:
        assert (await client.get("/api/demo")).json()["hospital"] == "the hospital"
        assert COOKIE not in (await client.get("/api/hospital")).headers.get("set-cookie", "")
