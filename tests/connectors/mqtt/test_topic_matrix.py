"""Whose topics: every device, of every standing, at every topic of everybody, in every way.

The device door's own part of tests/api/test_access_matrix.py. Topics are taken as they live; what a
device may do at its own is written here by hand.
"""

import asyncio
import itertools

from homeward.connectors.mqtt.parse import Topics, topics_of

SAYS = ("readings", "waves", "sensors", "status")
HEARS = ("commands", "config")
WILLS = ("status",)
DEVICES = {"pump-1": True, "pump-2": True, "pump-old": False, "pump-new": False}  # who is let in
OF_NOBODY = (
    "devices", "devices/", "devices//readings", "readings", "told.alarm", "hot.readings",
    "command.pump-1", "$SYS/broker", "$share/x/devices/pump-1/commands", "devices/pump-1",
    "devices/pump-1/readings/", "Devices/pump-1/readings", "devices/PUMP-1/readings",
    "devices/pump-1/../pump-2/readings", "devices/pump-1/other",
)  # fmt: skip
WILD = (
    "#", "+", "devices/#", "devices/+/commands", "devices/pump-1/#", "devices/pump-1/+", "+/+/+",
    "devices/pump-2/#", "$SYS/#", "$share/x/devices/+/commands",
)  # fmt: skip
PUBACK = 0x40
FORBIDDEN = 0x87
REFUSED_311 = 0x80


def topics() -> list[str]:
    """Every topic of every device, and some that are nobody's."""
    theirs = [getattr(topics_of(name), what) for name in DEVICES for what in Topics.__annotations__]
    return [*theirs, *OF_NOBODY]


def is_own(name: str, topic: str, what: tuple[str, ...]) -> bool:
    return topic in {f"devices/{name}/{each}" for each in what}


def test_every_topic_is_for_one_way() -> None:
    assert sorted(Topics.__annotations__) == sorted((*SAYS, *HEARS))


async def test_every_device_says_and_hears_at_its_own_topics_alone(open_door, knock, a_reading):
    wrong: list[str] = []
    cells = 0
    async with open_door() as door:
        for name, version in itertools.product(DEVICES, (4, 5)):
            peer = await knock(door, greets=False)
            peer.send(peer.connect(name, version=version))
            is_let = (await peer.packet())[3] == 0
            cells += 1
            if is_let != DEVICES[name]:
                wrong.append(f"{name} comes in: {is_let}")
            if not is_let:  # nothing it might say is heard
                cells += len(topics()) * 2 + len(WILD)
                continue
            for number, topic in enumerate((*topics(), *WILD), 1):
                peer.send(peer.subscribe(topic, number, version=version))
                granted = (await peer.packet())[-1] < REFUSED_311
                cells += 1
                if granted != is_own(name, topic, HEARS):
                    wrong.append(f"{name} hears {topic}: {granted}")
            for number, topic in enumerate(topics(), 1):
                cells += 1
                if await is_taken(peer, number, topic, version, a_reading()) != is_own(
                    name, topic, SAYS
                ):
                    wrong.append(f"{name} says {topic}")
                if version == 4 and not is_own(name, topic, SAYS):  # it was thrown out
                    peer = await knock(door, name=name, version=version)
        for name, topic in itertools.product(DEVICES, topics()):
            peer = await knock(door, greets=False)
            peer.send(peer.connect(name, version=5, will=(topic, "gone")))
            is_let = (await peer.packet())[3] == 0
            cells += 1
            if is_let != (DEVICES[name] and is_own(name, topic, WILLS)):
                wrong.append(f"{name} wills {topic}: {is_let}")
        assert {each.device_id for each in door.platform.stored} <= {1, 2}
    assert not wrong, "\n".join(wrong)
    print(f"access matrix: {cells:,} cells of topics")


async def is_taken(peer, number: int, topic: str, version: int, body: bytes) -> bool:
    """Whether a message there is this device's to say; sound or not is another question."""
    peer.send(peer.publish(body, number, topic=topic, version=version))
    if version == 5:
        answer = await peer.packet()
        return len(answer) < 5 or answer[4] != FORBIDDEN
    try:
        return (await peer.packet())[0] == PUBACK
    except asyncio.IncompleteReadError:
        return False
