"""Commands and configuration: what is sent, to whom, and what becomes of it."""

import asyncio
import json

import pytest

from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.services.fleet import telling


async def listening(house, name: str = "pump", seconds: int = 600, wanted: str = "commands") -> int:
    """A device whose session listens; its number."""
    device = await house.adds(name)
    await house.sql(
        "insert into device_session (device_id, id, connection, began, since, seconds, wanted) "
        "values (%(device)s, 7, 7, %(now)s, %(now)s, %(seconds)s, "
        "jsonb_build_object(%(wanted)s::text, '{\"qos\": 1}'::jsonb)) returning id",
        device=device.id, now=house.clock[0], seconds=seconds, wanted=wanted,
    )  # fmt: skip
    return device.id


async def sends(house, text: str = "sync", seconds: int = 60, name: str = "pump"):
    return await telling.send(house.door, house.tools.bus, name, text, seconds, house.clock[0])


async def states(house) -> dict[str, str]:
    shown = await telling.commands(house.door, "pump", house.clock[0])
    return {each.body: each.state for each in shown}


async def test_a_command_waits_and_its_door_is_told_to_look(house):
    heard: asyncio.Queue[str] = asyncio.Queue()
    await listening(house)
    stop = await house.tools.bus.listen("command.*", lambda subject, _: heard.put(subject))
    sent = await sends(house)
    assert (sent.state, sent.body, sent.by) == ("waiting", "sync", None)
    assert sent.expires - sent.sent == 60_000
    assert await asyncio.wait_for(heard.get(), 5) == "command.pump"
    await stop()
    house.passes(seconds=61)
    assert await states(house) == {"sync": "expired"}


async def test_who_does_not_listen_is_sent_nothing(house):
    await house.adds("pump")
    with pytest.raises(Conflict, match="does not listen"):
        await sends(house)
    await listening(house, "cuff", wanted="config")
    with pytest.raises(Conflict, match="does not listen"):
        await sends(house, name="cuff")
    with pytest.raises(Missing):
        await sends(house, name="ghost")


async def test_a_session_that_is_over_listens_no_more(house):
    device = await listening(house, seconds=600)
    await sends(house)
    ended = "update device_session set ended = %(now)s where device_id = %(device)s returning id"
    await house.sql(ended, now=house.clock[0], device=device)
    house.passes(seconds=30)
    await sends(house, "again", seconds=3_600)  # it is away, and its session lives
    house.passes(seconds=600)
    with pytest.raises(Conflict, match="does not listen"):
        await sends(house)
    assert await states(house) == {"sync": "lost", "again": "lost"}


async def test_commands_that_cannot_be(house):
    await listening(house)
    for text, seconds in (("", 60), ("x" * 65_537, 60), ("x", 0), ("x", 7 * 86_400 + 1)):
        with pytest.raises(Unreadable):
            await sends(house, text, seconds)


async def test_past_the_bound_the_oldest_is_dropped_and_told(house, monkeypatch):
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    monkeypatch.setattr(telling, "COMMANDS_WAITING_MAX", 2)
    await listening(house)
    stop = await house.tools.bus.listen("told.trouble", lambda _, body: heard.put(body))
    for text in ("one", "two", "three"):
        await sends(house, text)
    assert await states(house) == {"one": "dropped", "two": "waiting", "three": "waiting"}
    told = json.loads(await asyncio.wait_for(heard.get(), 5))
    assert told["what"] == "commands pump"
    assert "oldest was dropped" in told["text"]
    await stop()


async def test_configurations_and_their_history(house):
    await house.adds("pump")
    door, bus = house.door, house.tools.bus
    assert await telling.configs(door, "pump") == []
    for text in ('{"rate": 1}', '{"rate": 2}', ""):
        await telling.configure(door, bus, "pump", text, house.clock[0])
        house.passes(minutes=1)
    shown = await telling.configs(door, "pump")
    assert [each.body for each in shown] == ["", '{"rate": 2}', '{"rate": 1}']
    assert {each.told for each in shown} == {None}
    with pytest.raises(Unreadable):
        await telling.configure(door, bus, "pump", "x" * 65_537, house.clock[0])


async def test_a_revoked_device_is_told_nothing(house):
    await listening(house)
    await house.sql("update device set status = 'revoked' returning id")
    with pytest.raises(Conflict, match="revoked"):
        await sends(house)
    with pytest.raises(Conflict, match="revoked"):
        await telling.configure(house.door, house.tools.bus, "pump", "{}", house.clock[0])


async def test_only_the_newest_are_kept(house, monkeypatch):
    monkeypatch.setattr(telling, "COMMANDS_KEPT_MAX", 2)
    monkeypatch.setattr(telling, "CONFIGS_KEPT_MAX", 2)
    await listening(house)
    for text in ("one", "two", "three"):
        await sends(house, text)
        await telling.configure(house.door, house.tools.bus, "pump", text, house.clock[0])
    assert list(await states(house)) == ["three", "two"]
    assert [each.body for each in await telling.configs(house.door, "pump")] == ["three", "two"]
