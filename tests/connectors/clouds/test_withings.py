"""An owner gives leave, Withings says that there is something, and it is asked for, once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from homeward.connectors.clouds import withings
from homeward.connectors.clouds.keeping import ANOTHERS
from homeward.connectors.clouds.withings import NO_LEAVE, Withings
from homeward.model.cloud import CloudLink, Service
from homeward.model.errors import Conflict
from homeward.services.fleet import fleet
from homeward.services.phones.cloud_routes import sign_in_url
from homeward.services.phones.clouds import Clouds, link, unlink
from homeward.services.record.totals import Totals
from tests.connectors.clouds.conftest import NOW, House, state_of

AT = int(NOW.timestamp())


def group(number: int, *measures: tuple[int, int, int], **changed: Any) -> dict[str, Any]:
    """A group of measures: type, value and exponent of each."""
    return {
        "grpid": number, "attrib": 0, "date": AT - 60, "created": AT - 50, "modified": AT - 50,
        "category": 1, "deviceid": "abc", "hash_deviceid": "abc", "model": "BPM Core",
        "measures": [{"type": k, "value": v, "unit": u} for k, v, u in measures], "comment": None,
    } | changed  # fmt: skip


PRESSURE = group(1, (9, 89, 0), (10, 139, 0), (11, 88, 0))


async def leave(house: House, name: str = "annas-watch", code: str = "a-code") -> str:
    """An owner goes to Withings and comes back; the address of notices."""
    door = house.tools.store.door()
    shown = await link(door, name, Service.WITHINGS, "", house.tools.now())
    state = state_of(sign_in_url(house.tools.settings, shown))
    async with house.client() as client:
        answer = await client.get("/withings/back", params={"state": state, "code": code})
    assert answer.status_code == 200, answer.text
    assert "<h1>Done</h1>" in answer.text
    return shown


async def pulled(house: House) -> None:
    """Wait until nothing is due, and nobody is asking."""
    asking = f"select from cloud_link where due <= to_timestamp({AT}) or held_until is not null"
    async with asyncio.timeout(20):
        while await house.rows(asking):
            await asyncio.sleep(0.02)


async def notices(house: House) -> str:
    """Where Withings was told to send notices."""
    async with asyncio.timeout(20):
        while not (found := [form for path, form in house.peer.asked if path == "/notify"]):
            await asyncio.sleep(0.02)
    return found[0]["callbackurl"].removeprefix("https://homeward.example")


async def test_an_owner_gives_leave_and_all_that_is_there_comes(house: House):
    house.peer.news = [
        PRESSURE,
        group(2, (1, 72_500, -3), (6, 183, -1), (76, 55_000, -3)),
        group(3, (71, 36_812, -3), (54, 97, 0), date=AT - 7_200),
    ]
    await leave(house)
    await pulled(house)
    assert await house.readings() == [
        ("22 10:05:00", "oxygen_saturation", 97, 1, 1),
        ("22 10:05:00", "temperature", 36.812, 1, 0),
        ("22 12:04:00", "body_fat", 18.3, 1, 0),
        ("22 12:04:00", "diastolic", 89, 1, 0),
        ("22 12:04:00", "pulse", 88, 1, 0),
        ("22 12:04:00", "systolic", 139, 1, 0),
        ("22 12:04:00", "weight", 72.5, 1, 0),
    ]
    ordered = [form for path, form in house.peer.asked if path == "/notify"]
    assert [form["appli"] for form in ordered] == ["1", "2", "4"]
    asked = [form for path, form in house.peer.asked if path == "/measure"]
    assert [form.get("offset") for form in asked] == [None, "2"], "page after page"
    assert await house.rows("select known_until, failures, trouble from cloud_link") == [
        (AT - 50, 0, "")
    ]


async def test_a_notice_brings_what_is_new_and_nothing_twice(house: House):
    house.peer.news = [PRESSURE]
    await leave(house)
    await pulled(house)
    house.peer.news.append(group(2, (1, 725, -1), modified=AT - 10))
    path = await notices(house)
    async with house.client() as client:
        assert (await client.head(path)).status_code == 200
        told = {"userid": "12345", "appli": "1", "startdate": str(AT - 60), "enddate": str(AT)}
        assert (await client.post(path, data=told)).status_code == 200
    await pulled(house)
    asked = [form for where, form in house.peer.asked if where == "/measure"]
    assert [form["lastupdate"] for form in asked] == ["0", str(AT - 50)]
    assert len(await house.readings()) == 4


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [
        ("", {"userid": "999", "appli": "1"}, 403),
        ("/withings/0123456789abcdef0123456789abcdef", {"userid": "12345", "appli": "1"}, 404),
        ("/withings/../withings", {"userid": "12345", "appli": "1"}, 404),
        ("", {"userid": "12345"}, 422),
        ("", {"userid": "12345", "appli": "x" * 5_000}, 413),
        ("", {"userid": "12345", "appli": "44"}, 200),
    ],
)
async def test_a_notice_of_somebody_else_makes_nobody_ask(
    house: House, path: str, told: dict[str, str], status: int
):
    await leave(house)
    await pulled(house)
    before = len(house.peer.asked)
    async with house.client() as client:
        answer = await client.post(path or await notices(house), data=told)
    assert answer.status_code == status
    await pulled(house)
    assert len(house.peer.asked) == before


async def test_what_opens_an_account_is_sealed_and_renewed_before_it_ends(house: House):
    house.peer.seconds = 60
    await leave(house)
    await pulled(house)
    kept = str(await house.rows("select tokens::text, account::text from cloud_link"))
    assert kept.count("sealed:patient/1:") == 2
    assert not any(each in kept for each in ("access-", "refresh-", "12345"))
    grants = [form["grant_type"] for path, form in house.peer.asked if path == "/v2/oauth2"]
    assert grants == ["authorization_code", "refresh_token"]
    assert [form["lastupdate"] for path, form in house.peer.asked if path == "/measure"] == ["0"]


async def test_leave_is_given_once_and_only_by_who_was_sent(house: House):
    shown = await leave(house)
    async with house.client() as client:
        for state in (shown, "0" * 32, "", "a-b"):
            answer = await client.get("/withings/back", params={"state": state, "code": "a-code"})
            assert answer.status_code == 404
    house.peer.codes.add("another")
    door = house.tools.store.door()
    late = await link(door, "belas-scale", Service.WITHINGS, "", NOW - timedelta(hours=25))
    async with house.client() as client:
        answer = await client.get("/withings/back", params={"state": late, "code": "another"})
    assert answer.status_code == 404


async def test_one_account_is_not_two_patients(house: House):
    await leave(house)
    house.peer.codes.add("another")
    with pytest.raises(AssertionError, match="connected here already"):
        await leave(house, "belas-scale", "another")


async def test_a_wrong_code_opens_nothing(house: House):
    with pytest.raises(AssertionError, match="did not accept it"):
        await leave(house, code="a-guess")
    assert await house.rows("select tokens::text, due from cloud_link") == [("", None)]


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("", '<html lang="en" dir="ltr">'),
        ("fr, de;q=0.5", '<html lang="de" dir="ltr">'),
        ("ar-EG", '<html lang="ar" dir="rtl">'),
    ],
)
async def test_whoever_said_no_may_come_again_and_reads_so(house: House, accepted: str, words: str):
    door = house.tools.store.door()
    shown = await link(door, "annas-watch", Service.WITHINGS, "", NOW)
    async with house.client() as client:
        where, headers = {"state": shown}, {"accept-language": accepted}
        answer = await client.get("/withings/back", params=where, headers=headers)
        assert (answer.status_code, words in answer.text) == (403, True)
        where |= {"code": "a-code"}
        assert (await client.get("/withings/back", params=where)).status_code == 200


async def test_whoever_wears_it_no_more_gives_no_leave_for_it(house: House):
    tools = house.tools
    shown = await link(tools.store.door(), "annas-watch", Service.WITHINGS, "", NOW)
    await fleet.bind(tools.store.door(), tools.bus, "annas-watch", 2, "test", NOW)
    async with house.client() as client:
        answer = await client.get("/withings/back", params={"state": shown, "code": "a-code"})
    assert (answer.status_code, house.peer.asked) == (409, [])
    assert "no longer for you" in answer.text


async def test_leave_taken_back_is_said_and_nothing_is_asked(house: House):
    await leave(house)
    await pulled(house)
    house.peer.number += 1  # the tokens are worth nothing now
    path = await notices(house)
    async with house.client() as client:
        await client.post(path, data={"userid": "12345", "appli": "46", "action": "unlink"})
    await pulled(house)
    assert await house.rows("select trouble, due from cloud_link") == [(NO_LEAVE, None)]


@pytest.mark.parametrize("date", [AT * 1_000, 2**40 - 1, -1, True, "now", None])
async def test_a_group_of_no_time_there_is_keeps_nothing_else_from_coming(
    house: House, date: object
):
    house.peer.news = [group(2, (1, 725, -1), date=date), PRESSURE]
    await leave(house)
    await pulled(house)
    assert len(house.peer.asked) == 5, "leave, three notices and one page"
    assert len(await house.readings()) == 3
    assert [topic for _, topic, _ in await house.aside()] == ["withings measures"]


async def test_what_changed_at_a_time_to_come_is_not_passed_over(house: House):
    house.peer.news = [group(1, (1, 725, -1), modified=AT + 86_400)]
    await leave(house)
    asking = "select 1 from cloud_link where failures = 0 or held_until is not null"
    async with asyncio.timeout(20):
        while await house.rows(asking):
            await asyncio.sleep(0.02)
    assert await house.rows("select known_until, due is not null from cloud_link") == [(0, True)]


async def test_tokens_that_end_before_their_time_are_renewed(house: House):
    await leave(house)
    await pulled(house)
    house.peer.fails = [401]  # as it says of an access token; our leave to renew it stands
    house.peer.news = [PRESSURE]
    await Clouds(house.tools).wanted(await _account(Clouds(house.tools)))
    await pulled(house)
    assert await house.rows("select trouble, due is not null from cloud_link") == [("", True)]
    assert len(await house.readings()) == 3
    grants = [form["grant_type"] for path, form in house.peer.asked if path == "/v2/oauth2"]
    assert grants == ["authorization_code", "refresh_token"]


async def test_while_withings_is_away_it_is_asked_again_and_then_said(house: House):
    tools = house.tools
    clouds = Clouds(tools)
    asking = Withings(house.intake, clouds, Totals(tools))
    house.peer.news = [PRESSURE]
    await leave(house)
    await pulled(house)
    found: list[tuple[int, str, timedelta]] = []
    for _ in range(4):
        house.peer.fails = [601]
        account = await _account(clouds)
        await asking.pull(account)
        ((failures, trouble, due),) = await house.rows(
            f"select failures, trouble, due - to_timestamp({AT}) from cloud_link"
        )
        found.append((failures, trouble, due))
    assert [each[0] for each in found] == [1, 2, 3, 4]
    assert [bool(each[1]) for each in found] == [False, False, True, True]
    assert [each[2] for each in found] == list(withings.AGAIN)
    await asking.pull(await _account(clouds))
    assert await house.rows("select failures, trouble from cloud_link") == [(0, "")]


async def test_who_wears_it_no_more_is_not_asked_for(house: House):
    await leave(house)
    await pulled(house)
    before = len(house.peer.asked)
    house.peer.news = [PRESSURE]
    tools = house.tools
    await fleet.bind(tools.store.door(), tools.bus, "annas-watch", 2, "test", NOW)
    await Clouds(tools).wanted(await _account(Clouds(tools)))
    await pulled(house)
    assert len(house.peer.asked) == before
    assert await house.readings() == []


async def test_years_of_an_account_are_not_of_who_wore_the_device_before(house: House):
    """Anna wore it until ten minutes ago; Bela, who has it now, has had his account for long."""
    tools = house.tools
    await fleet.bind(
        tools.store.door(), tools.bus, "annas-watch", 2, "test", NOW - timedelta(minutes=10)
    )
    house.peer.news = [
        group(1, (1, 101, 0), date=AT - 86_400),  # while Anna wore it
        group(2, (1, 102, 0), date=AT - 300),
    ]
    await leave(house)
    await pulled(house)
    assert [(value, device) for _, _, value, device, _ in await house.readings()] == [(102, 1)]
    (aside,) = await house.aside()
    assert aside == ("annas-watch", "withings measures", ANOTHERS)


async def test_two_doors_never_ask_for_one_account_at_once(house: House):
    await leave(house)
    await pulled(house)
    clouds = Clouds(house.tools)
    await house.rows(
        f"update cloud_link set due = to_timestamp({AT}), held_until = null returning 1"
    )
    found = await asyncio.gather(*(clouds.next() for _ in range(5)))
    assert sum(each is not None for each in found) <= 1, "the receiver may have been first"


async def test_what_is_told_while_it_is_asked_is_not_passed_over(house: House):
    await leave(house)
    await pulled(house)
    clouds = Clouds(house.tools)
    account = await _account(clouds)
    await house.rows(
        f"update cloud_link set due = to_timestamp({AT + 300}), held_until = "
        f"to_timestamp({AT + 300}) returning 1"
    )
    await clouds.wanted(account)
    await clouds.asked(account, known_until=1, failures=0, trouble="", after=timedelta(hours=6))
    (due,) = await house.rows("select extract(epoch from due)::int from cloud_link")
    assert due == (AT,)


async def test_whoever_is_unlinked_leaves_nothing_that_opens(house: House):
    await leave(house)
    await pulled(house)
    path = await notices(house)
    await unlink(house.tools.store.door(), "annas-watch", NOW)
    assert await house.rows("select tokens::text, due, shown_by from cloud_link") == [
        ("", None, None)
    ]
    async with house.client() as client:
        answer = await client.post(path, data={"userid": "12345", "appli": "1"})
    assert answer.status_code == 404


async def test_where_withings_is_not_set_up_nobody_is_sent_there(house: House):
    with pytest.raises(Conflict, match="not set up"):
        sign_in_url(type(house.tools.settings)(), "x")


async def _account(clouds: Clouds) -> CloudLink:
    found = await clouds.of_account(Service.WITHINGS, "12345")
    assert found is not None
    return found
