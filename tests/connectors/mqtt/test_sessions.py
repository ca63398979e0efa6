"""Sessions that outlive their connection, and what is told in them: rows, in the real record."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from homeward.connectors.mqtt.listen import opened
from homeward.engines.certificates import Authority
from homeward.services.fleet import telling
from homeward.services.record.intake import Intake

COMMANDS, CONFIG = "devices/pump-1/commands", "devices/pump-1/config"
FOR_AN_HOUR = b"\x11\0\0\x0e\x10"  # session expiry interval


@dataclass
class Ward:
    """An installation whose doors come and go; `knock` uses the port of the newest."""

    tools: object
    folder: object
    open_port: int = 0

    @asynccontextmanager
    async def door(self, port: int):
        """One more door process, as far as a session can tell."""
        settings = replace(self.tools.settings, mqtt_port=0, mqtt_open_port=port)
        tools = replace(self.tools, settings=settings)
        async with Intake.open(tools) as link, opened(link, self.folder):
            self.open_port = port
            yield link

    async def sends(self, text: str, seconds: int = 600) -> None:
        await telling.send(
            self.tools.store.door(), self.tools.bus, "pump-1", text, seconds, self.tools.now()
        )

    async def configures(self, text: str) -> None:
        door = self.tools.store.door()
        await telling.configure(door, self.tools.bus, "pump-1", text, self.tools.now())

    async def states(self) -> dict[str, str]:
        shown = await telling.commands(self.tools.store.door(), "pump-1", self.tools.now())
        return {each.body: each.state for each in reversed(shown)}

    async def becomes(self, **expected: str) -> None:
        """Until this is what is known of the commands."""
        async with asyncio.timeout(5):
            while (states := await self.states()) != expected:
                await asyncio.sleep(0.01)
        assert states == expected

    async def sql(self, text: str) -> list[tuple]:
        async with self.tools.store.pool.connection() as connection:
            done = await connection.execute(text)
            return await done.fetchall() if done.description else []


@pytest.fixture
async def ward(tools, tmp_path):
    authority = Authority.open(tmp_path / "certificates")
    authority.keep_server(["localhost", "127.0.0.1"])
    ward = Ward(tools, authority.folder)
    await ward.sql("insert into device (name, kind) values ('pump-1', 'pump'), ('pump-2', 'pump')")
    return ward


def told(peer, packet_id: int, body: bytes, qos: int = 1, topic: str = COMMANDS, flags: int = 0):
    """The PUBLISH of 3.1.1 that is expected."""
    return peer.publish(body, packet_id, qos, topic, flags=flags)


async def comes(knock, ward, version: int = 4, **connect):
    """A peer whose session lasts, and whether it was there."""
    flags = connect.pop("flags", 0)
    properties = connect.pop("properties", FOR_AN_HOUR if version == 5 else b"")
    peer = await knock(ward, greets=False)
    peer.send(peer.connect(version=version, flags=flags, properties=properties, **connect))
    answer = await peer.packet()
    assert answer[3] == 0
    return peer, bool(answer[2])


def subscribe(peer, topic: str = COMMANDS, options: int = 1, version: int = 4) -> bytes:
    none = b"\0" if version == 5 else b""
    return peer.framed(0x82, b"\0\5" + none + peer.text(topic) + bytes((options,)))


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_a_command_and_how_far_it_came(ward, knock, port, qos: int):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward)
        peer.send(subscribe(peer, options=qos))
        await peer.answered(b"\x90\3\0\5" + bytes((qos,)))
        await ward.sends("sync")
        await peer.answered(told(peer, 1, b"sync", qos))
        await ward.becomes(sync="sent")
        if qos == 1:
            peer.send(b"\x40\2\0\1")
        if qos == 2:
            peer.send(b"\x50\2\0\1")
            await peer.answered(b"\x62\2\0\1")
            await ward.becomes(sync="sent")
            peer.send(b"\x70\2\0\1")
        await ward.becomes(sync="delivered" if qos else "sent")


@pytest.mark.parametrize("version", [4, 5])
async def test_what_is_told_while_it_is_away_waits_for_it(ward, knock, port, version: int):
    async with ward.door(port()):
        peer, was_there = await comes(knock, ward, version)
        assert not was_there
        peer.send(subscribe(peer, version=version))
        await peer.packet()
        peer.hang_up()
        for text in ("one", "two"):
            await ward.sends(text)
        peer, was_there = await comes(knock, ward, version)
        assert was_there
        first, second = await peer.packet(), await peer.packet()
        assert (first[-3:], second[-3:]) == (b"one", b"two")
        if version == 5:
            expiry = b"\x02\0\0\x02\x58"
            assert expiry in first or b"\x02\0\0\x02\x57" in first, "what is left of 600 s"


async def test_a_session_outlives_the_door_and_goes_on_at_another(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward)
        peer.send(subscribe(peer, options=2))
        await peer.packet()
        for text in ("one", "two", "three"):
            await ward.sends(text)
        for number, text in enumerate((b"one", b"two", b"three"), 1):
            await peer.answered(told(peer, number, text, 2))
        peer.send(b"\x50\2\0\1")  # it has the first, and says nothing of the others
        await peer.answered(b"\x62\2\0\1")
    async with ward.door(port()):
        peer, was_there = await comes(knock, ward)
        assert was_there
        await peer.answered(b"\x62\2\0\1")
        await peer.answered(told(peer, 2, b"two", 2, flags=8))
        await peer.answered(told(peer, 3, b"three", 2, flags=8))
        peer.send(b"\x70\2\0\1")
        await ward.becomes(one="delivered", two="sent", three="sent")


async def test_a_second_door_takes_over_and_the_first_tells_no_more(ward, knock, port):
    async with ward.door(port()):
        first, _ = await comes(knock, ward, 5)
        first.send(subscribe(first, version=5))
        await first.packet()
        async with ward.door(port()):
            second, was_there = await comes(knock, ward, 5)
            assert was_there
            assert await first.is_closed() == b"\xe0\2\x8e\0"
            await ward.sends("sync")
            assert (await second.packet()).endswith(b"sync")


async def test_clean_begins_anew_and_what_waited_is_lost_and_seen_to_be(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward)
        peer.send(subscribe(peer))
        await peer.packet()
        peer.hang_up()
        await ward.sends("sync")
        peer, was_there = await comes(knock, ward, flags=2)
        assert not was_there
        await peer.is_silent()
        assert await ward.states() == {"sync": "lost"}
        peer.hang_up()
        _, was_there = await comes(knock, ward)
        assert not was_there, "a clean session ends with its connection"


@pytest.mark.parametrize(("asked", "seconds"), [(b"\xff\xff\xff\xff", 604_800), (b"\0\0\0\0", 0)])
async def test_how_long_a_session_lives_is_bounded_and_said(ward, knock, port, asked, seconds):
    async with ward.door(port()):
        peer = await knock(ward, greets=False)
        peer.send(peer.connect(version=5, flags=0, properties=b"\x11" + asked))
        answer = await peer.packet()
        granted = b"\x11" + seconds.to_bytes(4, "big")
        assert (granted in answer) is (seconds > 0), "told where it is not what was asked for"
        assert await ward.sql("select seconds from device_session") == [(seconds,)]


async def test_disconnect_may_change_it_but_not_from_nothing(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5)
        peer.send(b"\xe0\7\0\5\x11\0\0\0\0")
        await peer.is_closed()
        peer, was_there = await comes(knock, ward, 5, properties=b"")
        assert not was_there
        peer.send(b"\xe0\7\0\5\x11\0\0\0\1")
        assert (await peer.packet())[2] == 0x82


async def test_a_session_that_was_away_for_too_long_is_over(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5)
        peer.send(b"\xe0\0")
        await peer.is_closed()
        async with asyncio.timeout(5):
            while not await ward.sql("select 1 from device_session where ended is not null"):
                await asyncio.sleep(0.01)
        await ward.sql("update device_session set ended = ended - interval '1 hour'")
        _, was_there = await comes(knock, ward, 5)
        assert not was_there


async def test_a_command_that_expires_while_it_is_away_is_not_told(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward)
        peer.send(subscribe(peer))
        await peer.packet()
        peer.hang_up()
        await ward.sends("old")
        await ward.sends("new")
        await ward.sql(
            "update command set sent = sent - interval '1 hour', "
            "expires = expires - interval '1 hour' where body = 'old'"
        )
        peer, _ = await comes(knock, ward)
        await peer.answered(told(peer, 1, b"new"))
        assert await ward.states() == {"old": "expired", "new": "sent"}


async def test_configuration_is_retained_and_told_when_it_changes(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward)
        peer.send(subscribe(peer, CONFIG))
        await peer.answered(b"\x90\3\0\5\1")
        await peer.is_silent()  # there is none yet
        await ward.configures("a")
        await peer.answered(told(peer, 1, b"a", topic=CONFIG))  # not retained: it is news
        peer.send(b"\x40\2\0\1")
        peer.send(subscribe(peer, CONFIG))
        await peer.answered(b"\x90\3\0\5\1")
        await peer.answered(told(peer, 2, b"a", topic=CONFIG, flags=1))
        peer.send(b"\x40\2\0\2")
        peer.hang_up()
        async with asyncio.timeout(5):
            while await ward.sql("select 1 from telling where step <> 'ended'"):
                await asyncio.sleep(0.01)
        await ward.configures("b")
        await ward.configures("c")
        peer, _ = await comes(knock, ward)
        await peer.answered(told(peer, 1, b"c", topic=CONFIG))  # the newest is all that counts
        peer.send(b"\x40\2\0\1")
        await peer.is_silent()
        async with asyncio.timeout(5):
            while (await telling.configs(ward.tools.store.door(), "pump-1"))[0].told is None:
                await asyncio.sleep(0.01)
        await ward.configures("")
        await peer.answered(told(peer, 2, b"", topic=CONFIG))
        peer.send(b"\x40\2\0\2", subscribe(peer, CONFIG))
        await peer.answered(b"\x90\3\0\5\1")
        await peer.is_silent()  # nothing is retained any more


@pytest.mark.parametrize(("handling", "at_first", "again"), [(0, 1, 1), (1, 1, 0), (2, 0, 0)])
async def test_retain_handling(ward, knock, port, handling: int, at_first: int, again: int):
    await ward.configures("a")
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5)
        for count in (at_first, again):
            peer.send(subscribe(peer, CONFIG, handling << 4, 5))  # at QoS 0
            await peer.packet()
            if count:
                await peer.answered(peer.publish(b"a", 0, 0, CONFIG, 5, flags=1))
            await peer.is_silent()
        await ward.configures("b")
        await peer.answered(peer.publish(b"b", 0, 0, CONFIG, 5))
        peer.send(subscribe(peer, CONFIG, 0x28, 5))  # retain as published, never at first
        await peer.packet()
        await ward.configures("c")
        await peer.answered(peer.publish(b"c", 0, 0, CONFIG, 5, flags=1))


async def test_no_more_at_once_than_the_device_takes(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5, properties=FOR_AN_HOUR + b"\x21\0\2")
        peer.send(subscribe(peer, version=5))
        await peer.packet()
        for number in range(4):
            await ward.sends(f"{number}")
        first, second = await peer.packet(), await peer.packet()
        assert (first[-1:], second[-1:]) == (b"0", b"1")
        await peer.is_silent()
        peer.send(b"\x40\2\0\2")  # the second one first
        assert (await peer.packet())[-1:] == b"2"
        await peer.is_silent()
        peer.send(b"\x40\2\0\1")
        assert (await peer.packet())[-1:] == b"3"


async def test_topic_aliases_and_subscription_identifiers(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5, properties=b"\x22\0\1")
        for topic, identifier in ((COMMANDS, b"\x0b\x07"), (CONFIG, b"")):
            properties = bytes((len(identifier),)) + identifier
            body = b"\0\5" + properties + peer.text(topic) + b"\0"
            peer.send(peer.framed(0x82, body))
            await peer.packet()
        await ward.sends("one")
        assert peer.text(COMMANDS) + b"\x0a\x02" in await peer.packet()
        await ward.sends("two")
        second = await peer.packet()
        assert second[2:4] == b"\0\0", "the alias alone"
        assert b"\x23\0\1\x0b\x07" in second
        await ward.configures("c")
        assert peer.text(CONFIG) + b"\0c" in await peer.packet(), "it allows one alias"


async def test_larger_than_the_device_takes_is_not_sent_and_seen(ward, knock, port):
    async with ward.door(port()):
        for options in (0, 1):
            await ward.sql("delete from command")
            peer, _ = await comes(knock, ward, 5, properties=b"\x27\0\0\0\x50")
            peer.send(subscribe(peer, options=options, version=5))
            await peer.packet()
            await ward.sends("x" * 80)
            await ward.sends("small")
            assert (await peer.packet()).endswith(b"small")
            async with asyncio.timeout(5):
                while (await ward.states())["x" * 80] != "refused":
                    await asyncio.sleep(0.01)


async def test_a_device_may_say_no(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5)
        peer.send(subscribe(peer, options=2, version=5))
        await peer.packet()
        await ward.sends("one")
        await peer.packet()
        peer.send(b"\x50\3\0\1\x97")  # quota exceeded
        await ward.becomes(one="refused")
        await peer.is_silent()


async def test_an_acknowledgement_of_another_kind_or_of_nothing(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5)
        peer.send(subscribe(peer, version=5), b"\x40\2\0\x09", b"\x70\2\0\x09", b"\x50\2\0\x09")
        await peer.packet()
        await peer.answered(b"\x62\3\0\x09\x92")  # it may forget that one
        await ward.sends("one")
        await peer.packet()
        peer.send(b"\x50\2\0\1")  # PUBREC for QoS 1
        assert (await peer.packet())[2] == 0x82


async def test_qos_2_inward_goes_on_where_it_stopped(ward, knock, port, a_reading):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward)
        peer.send(peer.publish(a_reading(), 7, 2))
        await peer.answered(b"\x50\2\0\7")
        peer.hang_up()
        peer, _ = await comes(knock, ward)
        peer.send(b"\x62\2\0\7")
        await peer.answered(b"\x70\2\0\7")
        later, _ = await comes(knock, ward, 5)
        later.send(later.publish(a_reading(), 8, 2, version=5))
        await later.answered(b"\x50\2\0\x08")
        newest, _ = await comes(knock, ward, 5)  # takes over while the other is there
        newest.send(b"\x62\2\0\x08")
        await newest.answered(b"\x70\2\0\x08")


async def test_unsubscribed_it_is_told_no_more(ward, knock, port):
    async with ward.door(port()):
        peer, _ = await comes(knock, ward, 5)
        peer.send(subscribe(peer, version=5))
        await peer.packet()
        topics = peer.text(COMMANDS) + peer.text(CONFIG)
        peer.send(peer.framed(0xA2, b"\0\6\0" + topics))
        await peer.answered(b"\xb0\5\0\6\0\0\x11")
        with pytest.raises(telling.Conflict):
            await ward.sends("sync")


async def test_what_the_bus_did_not_tell_is_found(ward, knock, port):
    async with ward.door(port()) as link:
        peer, _ = await comes(knock, ward)
        peer.send(subscribe(peer))
        await peer.packet()
        await ward.sql(
            "insert into command (device_id, session_id, body, sent, expires) "
            "select device_id, id, 'sync', now(), now() + interval '1 hour' from device_session"
        )
        await link.sessions.look(passed=60)
        await peer.answered(told(peer, 1, b"sync"))
