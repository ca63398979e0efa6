"""The exchange on the conformance port: foreign clients' ways, nothing in the record."""

import asyncio

import aiomqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from homeward.connectors.mqtt.loopback import topics
from homeward.connectors.mqtt.loopback.topics import is_sound, matches, shared
from homeward.engines.nats import free_port

level = st.sampled_from(["", "a", "b", "$x"])
names = st.lists(level, min_size=1, max_size=4).map("/".join).filter(bool)
filters = (
    st.lists(level | st.sampled_from(["+", "#"]), min_size=1, max_size=5)
    .map("/".join)
    .filter(lambda name: bool(name) and is_sound(name))
)


@given(filters, names)
def test_it_matches_what_paho_says_it_does(name: str, topic: str):
    if "$" not in topic[:1] and "$" not in name[:1]:  # paho has another reading of these
        assert matches(name, topic) is topic_matches_sub(name, topic)


@given(st.text(max_size=8), names)
def test_any_filter_is_judged(name: str, topic: str):
    group, inner = shared(name)
    if name and is_sound(name):
        assert isinstance(matches(inner, topic), bool)
        assert not group or name.startswith(topics.SHARE)


@pytest.mark.parametrize(
    ("name", "topic", "does"),
    [("#", "$SYS/a", False), ("+/a", "$SYS/a", False), ("$SYS/#", "$SYS/a", True)],
)
def test_what_begins_with_a_dollar_is_matched_by_name_alone(name: str, topic: str, does: bool):
    assert matches(name, topic) is does


@pytest.mark.parametrize("name", ["a#", "#/a", "a+", "a/+b", "$share/g", "$share/+/a", "$share//a"])
def test_filters_that_are_none(name: str):
    assert not is_sound(name)


@pytest.fixture
async def exchange(open_door):
    """A port and the platform behind it, which must hear nothing."""
    port = free_port()
    async with open_door(mqtt_conformance_port=port) as door:
        yield port
        assert door.platform.log == []
        assert (door.platform.stored, door.platform.spoiled, door.platform.said) == ([], [], [])


def client(port: int, name: str, **options) -> aiomqtt.Client:
    version = aiomqtt.ProtocolVersion.V5
    return aiomqtt.Client("127.0.0.1", port, identifier=name, protocol=version, **options)


async def test_retained_shared_and_plain(exchange):
    async with client(exchange, "a") as a, client(exchange, "b") as b:
        await a.publish("house/lamp", b"on", qos=1, retain=True)
        await b.subscribe("house/+", qos=2)
        kept = await asyncio.wait_for(anext(b.messages), 5)
        assert (str(kept.topic), kept.payload, kept.retain, kept.qos) == ("house/lamp", b"on", 1, 1)
        await a.subscribe("$share/g/work", qos=1)
        await b.subscribe("$share/g/work", qos=1)
        for number in range(4):
            await a.publish("work", bytes((number,)), qos=1)
        for each in (a, b):
            got = [(await asyncio.wait_for(anext(each.messages), 5)).payload for _ in range(2)]
            assert len(got) == 2


async def test_it_is_off_unless_it_is_asked_for(open_door):
    async with open_door() as door:
        assert door.platform.settings.mqtt_conformance_port == 0


async def test_noise_reaches_neither_the_record_nor_others(exchange):
    async with client(exchange, "a") as a:
        reader, writer = await asyncio.open_connection("127.0.0.1", exchange)
        writer.write(b"\x10\x0d\0\4MQTT\4\2\0\0\0\1z" + b"\xff" * 200)
        assert (await asyncio.wait_for(reader.read(), 5))[:4] == b"\x20\2\0\0"
        writer.close()
        await a.subscribe("x")
        await a.publish("x", b"here", qos=0)
        assert (await asyncio.wait_for(anext(a.messages), 5)).payload == b"here"
