"""What a patient or a relative can be refused has words in each of their languages."""

import re
from pathlib import Path

import httpx
import pytest

from homeward.api.app import STATUS, every_route
from homeward.api.guarding import check
from homeward.guard.route import NOBODY_YET, Route
from homeward.model.errors import HomewardError, Misconfigured, TooOften
from homeward.model.person import AT_HOME, Role
from tests.api.conftest import House
from tests.api.refusals_reached import Raised, reached

WORDS = Path(__file__).parents[2] / "web" / "src" / "languages"
LANGUAGES = ("en", "de", "es", "ar")
# Nobody's page asks these: devices, gateways and machines do, or a browser is sent to them.
MACHINES = ("/api/enrol", "/api/gateways/", "/.well-known/", "/api/hospital", "/api/health")
# What says more in English than its class does in the page's language, since a page of ours comes
# to it by its own fault alone, or only carers do.
GENERAL = (
    "services.fleet.fleet:",  # the registry: the page of a patient names no device
    "services.fleet.own_meters:",  # what cannot be read is put aside, and nothing refused for it
    "services.chart.routes:",  # a span the page works out
    "services.chart.where_from:",  # a vital sign out of the page's own list
    "services.limits_in_force:",  # of rules, and of a patient who is not there
    "services.people.admission:",  # of carers, by name
    "services.release.gather:",  # a record that was erased meanwhile
    "services.people.erasing: raise Missing",
    "clinical.plan:", "services.plan.body:",  # carers change plans
    "clinical.zone: raise Unreadable(\"somebody's zones",
    "guard.sealing:",
    "services.call.reach.contacts: raise Unreadable('Write the channel",  # a way of staff
    "services.call.telling.choosing: raise Missing('There is no such invitation",
    "services.call.telling.routes: raise Missing('This patient has no account",
    "services.people.amending: raise Missing",  # staff answer
    "services.people.consent: raise Unreadable('A ward sees",
    "services.people.consent: raise Unreadable('Care is with",
    "services.people.consent: raise Unreadable('Nothing is used",
)  # fmt: skip
OURS = ("services.", "guard.", "api.", "clinical.")


def theirs() -> list[Route]:
    """Every route a patient or a relative may call, signed in or before."""
    return [
        route for route in every_route()
        if (route.roles == NOBODY_YET or route.roles & AT_HOME)
        and not route.path.startswith(MACHINES)
    ]  # fmt: skip


def words_of(language: str) -> dict[str, str]:
    text = (WORDS / language / "refusals.ts").read_text()
    found = re.findall(r'^  (\w+):\s+"((?:[^"\\]|\\.)+)",$', text, re.MULTILINE)
    assert len(found) == text.count('",\n')
    return dict(found)


def everything() -> set[Raised]:
    routes = theirs()
    assert len(routes) > 70
    guard = Route("GET", "/api/guard", check, frozenset({Role.PATIENT}))
    return {raised for route in (*routes, guard) for raised in reached(route)}


def test_whatever_they_can_be_refused_has_a_code_of_its_own() -> None:
    raised = [each for each in everything() if each.where.startswith(OURS)]
    assert len(raised) > 100
    named = {"Misconfigured", "Unreachable"}  # a bug of ours, and nothing but later helps
    unnamed = {
        each.where for each in raised
        if not each.is_own and each.kind not in named and not each.where.startswith(GENERAL)
    }  # fmt: skip
    assert unnamed == set()
    stale = [start for start in GENERAL if not any(e.where.startswith(start) for e in raised)]
    assert stale == [], "nobody says so any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_and_every_word_a_code(language: str) -> None:
    words = words_of(language)
    codes = {each.code for each in everything() if each.code != Misconfigured.code}
    general = {kind.code for kind in (*STATUS, TooOften, HomewardError)} | {"too_large"}
    assert codes - words.keys() == set()
    assert words.keys() - codes - general == set(), "words for what nobody says any more"


async def test_a_refusal_says_its_code_and_english(house: House) -> None:
    async with await house.client(Role.PATIENT) as cleo:

        async def refused(answer: httpx.Response) -> tuple[int, str]:
            said = answer.json()
            assert len(said["error"]) > 10
            return answer.status_code, said["code"]

        at = f"/api/patients/{house.ids['Cleo']}"
        empty = {"key": "00000000-0000-4000-8000-000000000001", "text": " "}
        other = {"login": "x", "password": "y"}
        asked = [
            (422, "letter_empty", await cleo.post(f"{at}/letters", json=empty)),
            (422, "unreadable", await cleo.post(f"{at}/letters", json={})),
            (403, "forbidden", await cleo.get(f"/api/patients/{house.ids['Anna']}")),
            (404, "missing", await cleo.get("/api/nothing")),
            (404, "relative_gone", await cleo.put(f"{at}/relatives/1/rights", json={"may": []})),
            (422, "zone_unknown", await cleo.put(f"{at}/zone", json={"zone": "Mars/Base"})),
            (401, "login_wrong", await cleo.post("/api/session", json=other)),
        ]  # fmt: skip
        for status, code, answer in asked:
            assert await refused(answer) == (status, code), answer.url
        others = await cleo.post(f"{at}/letters", json=empty, headers={"origin": "https://x.test"})
        assert await refused(others) == (403, "other_site")
    async with await house.client(None) as stranger:
        assert await refused(await stranger.get("/api/today")) == (401, "signed_out")
