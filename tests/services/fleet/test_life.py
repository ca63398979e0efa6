"""A device's life: in quarantine it is heard and not believed; what ended, ended for good."""

import asyncio
import json

import pytest

from homeward.model.errors import Conflict, Unreadable
from homeward.services.fleet import fleet, routes, views
from homeward.services.fleet.fleet import LIFE
from homeward.services.fleet.work import _Ending, in_words, tell_ending
from tests.services.fleet.test_enrolment import request
from tests.services.fleet.test_routes import Request


async def goes(house, status: str) -> None:
    await fleet.change(house.door, house.tools.bus, "monitor", status, "test", house.clock[0])


@pytest.mark.parametrize("status", LIFE)
@pytest.mark.parametrize("after", LIFE)
async def test_only_the_ways_of_the_table_are_gone(house, status, after):
    await house.adds("monitor")
    await house.sql("update device set status = %(status)s returning id", status=status)
    if after in LIFE[status]:
        await goes(house, after)
    else:
        with pytest.raises(Conflict):
            await goes(house, after)
    kept = after if after in LIFE[status] else status
    assert (await fleet.find(house.door, "monitor")).status == kept


async def test_one_that_retires_is_worn_by_nobody_and_its_certificate_ends(house):
    await house.patient("ann")
    await house.adds("monitor")
    await house.enrols(await house.token("monitor"), request())
    await house.binds("monitor", "ann")
    house.passes(days=1)
    await goes(house, "retired")
    assert await house.sql("select ends is null as is_worn from association") == [
        {"is_worn": False}
    ]
    assert await house.sql("select revoked is null as is_good from certificate") == [
        {"is_good": False}
    ]
    with pytest.raises(Conflict, match="was retired"):
        await house.token("monitor")


async def test_in_quarantine_it_is_worn_on_and_gets_no_token(house):
    await house.patient("ann")
    await house.adds("monitor")
    await house.binds("monitor", "ann")
    await goes(house, "quarantined")
    assert await house.sql("select ends from association") == [{"ends": None}]
    with pytest.raises(Conflict, match="in quarantine"):
        await house.token("monitor")
    await goes(house, "active")
    assert await house.token("monitor")


async def test_a_device_that_does_not_renew_its_certificate_is_told_in_time(house):
    heard: asyncio.Queue[dict] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        heard.put_nowait(json.loads(body))

    async def told() -> tuple[bool, str]:
        await tell_ending(house.tools)
        said = await asyncio.wait_for(heard.get(), 5)
        assert said["what"] == "certificates"
        return said["over"], said["text"]

    stop = await house.tools.bus.listen("told.trouble", hear)
    for name in ("monitor", "spare"):
        await house.adds(name)
        await house.enrols(await house.token(name), request())
    for days, is_over in ((0, True), (24, True), (2, False)):
        house.passes(days=days)
        await house.sql(
            "insert into device_state (device_id, connected, since, last_seen)"
            " select id, true, %(now)s, %(now)s from device where name = 'monitor'"
            " on conflict (device_id) do update set last_seen = excluded.last_seen"
            " returning device_id",
            now=house.clock[0],
        )
        over, text = await told()
        assert over == is_over
    assert text.startswith(
        "monitor: the certificate is not renewed, and the first ends in 96 hours"
    )
    await house.enrols(await house.token("monitor"), request())
    assert (await told())[0]
    await stop()


def test_many_are_one_alarm(house):
    many = [_Ending(f"pump-{n}", house.clock[0]) for n in range(9)]
    assert "pump-4 and 4 more: the certificate" in in_words(many, house.clock[0])


async def test_a_change_says_why_and_is_told(house):
    await house.adds("monitor")
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        heard.put_nowait(json.loads(body)["what"])

    stop = await house.tools.bus.listen("told.device", hear)
    for status in ("quarantined", "active"):
        said = views.NewStatus(status, "its probe is loose")
        shown = await routes.post_device_status("monitor", said, house.door, Request(house.tools))
        why = "its probe is loose" if status == "quarantined" else None
        assert (shown.status, shown.detail) == (status, why)
    told = [await asyncio.wait_for(heard.get(), 5) for _ in range(2)]
    await stop()
    assert told == ["quarantined", "released"]
    with pytest.raises(Unreadable, match="Say why"):
        await fleet.change(house.door, house.tools.bus, "monitor", "retired", " ", house.clock[0])
