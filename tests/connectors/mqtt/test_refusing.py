"""Who is not let in, what is not taken, and that the door goes on whatever comes."""

import asyncio
import contextlib
import random
import socket
import ssl

import pytest
from cryptography import x509

from homeward.connectors.mqtt import devices
from homeward.model.delivery import DevicePass
from homeward.model.errors import Unreachable


async def over_tls(door, keys: tuple | None):
    context = ssl.create_default_context(cafile=str(door.ca))
    if keys:
        context.load_cert_chain(*keys)
    return await asyncio.open_connection("localhost", door.port, ssl=context)


async def answer_over_tls(door, keys: tuple | None, *packets: bytes) -> bytes:
    """What the door says to these packets of this certificate, until it closes: b"" is not
    even a refusal, the connection never came to MQTT.
    """
    try:
        reader, writer = await over_tls(door, keys)
        writer.write(b"".join(packets))
        async with asyncio.timeout(5):
            return await reader.read()
    except (ssl.SSLError, ConnectionError):
        return b""


async def test_d8_without_a_certificate_of_ours_there_is_no_connection(
    open_door, knock, tmp_path, peer_type, caplog
):
    async with open_door() as door:
        stranger = type(door.authority)("Somebody's CA").issue_device(tmp_path, "pump-1")
        hello = peer_type.connect()
        assert await answer_over_tls(door, None, hello) == b""
        assert await answer_over_tls(door, stranger, hello) == b""
        server = (door.folder / "server.pem", door.folder / "server.key")
        assert await answer_over_tls(door, server, hello) == b""
        assert door.platform.log == []
    for why in ("peer did not return a certificate", "unable to get local issuer certificate"):
        assert why in caplog.text


async def test_d8_a_certificate_must_name_exactly_one_device(open_door, tmp_path, peer_type):
    async with open_door() as door:
        uri = x509.UniformResourceIdentifier
        nameless = door.authority.issue(tmp_path, "pump-1")
        both = door.authority.issue(
            tmp_path, "both", uri("urn:homeward:device:pump-1"), uri("urn:homeward:device:pump-2")
        )
        other = door.authority.issue(tmp_path, "other", uri("urn:homeward:person:pump-1"))
        for keys in (nameless, both, other):
            assert await answer_over_tls(door, keys, peer_type.connect()) == b""
        assert door.platform.log == []


async def test_d8_a_stolen_client_id_is_refused_and_its_owner_stays(open_door, peer_type):
    async with open_door() as door:
        reader, writer = await over_tls(door, door.keys("pump-1"))
        writer.write(peer_type.connect("pump-1"))
        assert await reader.readexactly(4) == b"\x20\2\0\0"
        thief = door.keys("pump-2")
        assert await answer_over_tls(door, thief, peer_type.connect("pump-1")) == b"\x20\2\0\2"
        answer = await answer_over_tls(door, thief, peer_type.connect("pump-1", version=5))
        assert answer[3] == 0x85
        writer.write(b"\xc0\0")
        assert await reader.readexactly(2) == b"\xd0\0"
        assert door.platform.log == ["1 came"]


@pytest.mark.parametrize("name", ["pump-old", "pump-new"])
async def test_d8_a_revoked_or_unknown_device_is_refused(open_door, peer_type, name: str):
    async with open_door() as door:
        keys = door.keys(name)
        assert await answer_over_tls(door, keys, peer_type.connect(name)) == b"\x20\2\0\5"
        answer = await answer_over_tls(door, keys, peer_type.connect(name, version=5))
        assert answer[3] == 0x87
        assert door.platform.log == []


async def test_d8_somebody_elses_topic(open_door, knock, a_reading):
    async with open_door() as door:
        foreign = [
            "devices/pump-2/readings",
            "devices/pump-2/status",
            "devices/pump-2/sensors",
            "devices/pump-1/commands",
            "devices/pump-1/readings/",
            "devices/pump-1",
            "told.alarm",
            "$SYS/x",
        ]
        peer = await knock(door, version=5)
        for number, topic in enumerate(foreign, 1):
            peer.send(peer.publish(a_reading(), number, topic=topic, version=5))
            answer = await peer.packet()
            assert answer[2:5] == number.to_bytes(2, "big") + b"\x87"
        await peer.is_silent()
        peer = await knock(door)
        peer.send(peer.publish(a_reading(), 1, topic=foreign[0]))
        assert await peer.is_closed() == b""
        assert door.platform.stored == []
        assert [each.topic for each in door.platform.spoiled] == [*foreign, foreign[0]]
        assert {each.device_id for each in door.platform.spoiled} == {1}


@pytest.mark.parametrize(
    "topic", ["devices/pump-2/commands", "devices/+/commands", "devices/#", "#", "$SYS/#"]
)
async def test_d8_somebody_elses_commands(open_door, knock, topic: str):
    async with open_door() as door:
        for version, refusal in ((4, 0x80), (5, 0x87)):
            peer = await knock(door, version=version)
            peer.send(peer.subscribe(topic, version=version))
            assert (await peer.packet())[-1] == refusal
        kept = door.platform.sessions.kept[1]
        assert kept.begun.wanted == {}


@pytest.mark.parametrize(
    ("changes", "code311", "reason"),
    [
        ({"name": ""}, 2, 0x85),
        ({"name": "Pump-1"}, 2, 0x85),
        ({"name": "pump-1 "}, 2, 0x85),
        ({"name": "x" * 64}, 2, 0x85),
        ({"will": ("devices/pump-2/status", "gone")}, 5, 0x87),
        ({"will": ("devices/pump-1/readings", "gone")}, 5, 0x87),
    ],
)
async def test_connects_that_are_refused(
    open_door, knock, changes: dict, code311: int, reason: int
):
    async with open_door() as door:
        for version, code in ((4, code311), (5, reason)):
            peer = await knock(door, greets=False)
            peer.send(peer.connect(version=version, **changes))
            assert (await peer.packet())[3] == code
            assert await peer.is_closed() == b""
        assert door.platform.log == []


async def test_versions_and_authentication_we_do_not_speak(open_door, knock):
    async with open_door() as door:
        peer = await knock(door, greets=False)
        peer.send(peer.connect(version=3))
        assert await peer.is_closed() == b"\x20\2\0\1"
        peer = await knock(door, greets=False)
        method = b"\x15" + peer.text("SCRAM")
        peer.send(peer.connect(version=5, properties=method))
        assert (await peer.is_closed())[3] == 0x8C


async def test_the_registry_away_is_no_refusal(open_door, knock):
    async def fail() -> None:
        raise Unreachable

    async with open_door() as door:
        door.platform.before_admitting = fail
        for version, code in ((4, 3), (5, 0x88)):
            peer = await knock(door, greets=False)
            peer.send(peer.connect(version=version))
            assert (await peer.is_closed())[3] == code


async def test_nothing_is_taken_before_the_registry_answered(open_door, knock, a_reading):
    asked, answer = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        asked.set()
        await answer.wait()

    async with open_door() as door:
        door.platform.before_admitting = wait
        peer = await knock(door, greets=False)
        peer.send(peer.connect(), peer.publish(a_reading(), 1), peer.publish(a_reading(), 2))
        await asked.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        assert door.platform.stored == []
        answer.set()
        await peer.answered(b"\x20\2\0\0")
        await peer.answered(b"\x40\2\0\1")
        await peer.answered(b"\x40\2\0\2")


async def test_a_revocation_while_the_registry_is_asked_wins(open_door, knock):
    asked, answer = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        asked.set()
        await answer.wait()

    async with open_door() as door:
        door.platform.before_admitting = wait
        peer = await knock(door, greets=False)
        peer.send(peer.connect())
        await asked.wait()
        door.platform.cut("pump-1")
        answer.set()
        assert await peer.is_closed() == b"\x20\2\0\5"
        assert door.platform.log == []


BAD_BODIES = {
    "no JSON": b"\xff\x00",
    "unknown code": b'{"vital":"mood","value":1,"unit":"1","at":"2026-11-24T06:21:02Z"}',
    "unknown unit": b'{"vital":"pulse","value":60,"unit":"bpm","at":"2026-11-24T06:21:02Z"}',
    "impossible": b'{"vital":"pulse","value":6000,"unit":"/min","at":"2026-11-24T06:21:02Z"}',
    "naive time": b'{"vital":"pulse","value":60,"unit":"/min","at":"2026-11-24T06:21:02"}',
    "absurd time": b'{"vital":"pulse","value":60,"unit":"/min","at":"2999-11-24T06:21:02Z"}',
    "D12": b'{"loinc":"8867-4","value":80,"unit":"mm[Hg]","at":"2026-11-24T06:21:02Z"}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_what_cannot_be_read_is_kept_whole_with_its_reason(open_door, knock, body: bytes):
    async with open_door() as door:
        for version, code in ((4, b""), (5, b"\x99")):
            peer = await knock(door, version=version)
            peer.send(peer.publish(body, 1, version=version))
            assert (await peer.packet())[2:5] == b"\0\1" + code
            peer.send(peer.publish(body, 0, 0, version=version))
            peer.send(peer.publish(body, 2, 2, version=version))
            assert (await peer.packet())[2:5] == b"\0\2" + code
            await peer.is_silent()
        assert door.platform.stored == []
        kept = {(each.device_id, each.topic, each.body) for each in door.platform.spoiled}
        assert kept == {(1, "devices/pump-1/readings", body)}
        assert len(door.platform.spoiled) == 6
        assert all(each.reason for each in door.platform.spoiled)


async def test_oversize(open_door, knock, a_reading):
    async with open_door(payload_bytes_max=2_000) as door:
        for size in (2_001, 50_000):
            peer = await knock(door, version=5)
            peer.send(peer.publish(bytes(size), 1, version=5))
            assert (await peer.packet())[2] == 0x95
            peer = await knock(door)
            peer.send(peer.publish(bytes(size), 1))
            assert await peer.is_closed() == b""
        assert door.platform.stored == []
        assert len(door.platform.spoiled) == 4, "never a silent drop"
        peer = await knock(door)
        peer.send(peer.publish(a_reading().ljust(2_000), 1))
        await peer.answered(b"\x40\2\0\1")


async def test_retained(open_door, knock, a_reading):
    async with open_door() as door:
        peer = await knock(door, version=5)
        peer.send(peer.publish(a_reading(), 1, version=5, flags=1))
        assert (await peer.packet())[2] == 0x9A
        peer = await knock(door)
        peer.send(peer.publish(a_reading(), 1, flags=1))
        await peer.answered(b"\x40\2\0\1")


async def test_noise_from_a_hundred_peers_and_the_door_goes_on(open_door, knock, a_reading):
    dice = random.Random(1)
    async with open_door() as door:
        good = await knock(door, name="pump-2")
        for number in range(100):
            peer = await knock(door, greets=number % 2 == 0, version=dice.choice((4, 5)))
            peer.send(dice.randbytes(dice.randrange(1, 300)))
            peer.writer.write_eof()
            await peer.is_closed()
        good.send(good.publish(a_reading(), 1, topic="devices/pump-2/readings"))
        await good.answered(b"\x40\2\0\1")


async def test_reasons_go_to_who_wants_them_and_has_room(open_door, knock):
    async with open_door() as door:
        for properties, is_told in ((b"", True), (b"\x17\0", False), (b"\x27\0\0\0\x80", False)):
            peer = await knock(door, version=5, properties=properties)
            peer.send(peer.publish(b"{}", 1, version=5))
            answer = await peer.packet()
            assert answer[4] == 0x99
            assert (len(answer) > 6) is is_told


async def test_a_fault_of_ours_costs_one_connection_and_no_other(
    open_door, knock, a_reading, monkeypatch
):
    """Both are read in the same tick, the faulty one first."""
    faults = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: faults.append(what))
    read = devices.parse

    def faulty(topics, device_id, topic, body, received):
        if "pump-1" in topic:
            raise RuntimeError("a bug")
        return read(topics, device_id, topic, body, received)

    monkeypatch.setattr(devices, "parse", faulty)
    async with open_door() as door:
        one, other = await knock(door), await knock(door, name="pump-2")
        topic = "devices/pump-2/readings"
        for _ in range(3):  # more than once, as a tick is no test's to choose
            one.send(one.publish(a_reading(), 7))
            other.send(other.publish(a_reading(), 8, topic=topic))
            await other.answered(b"\x40\2\0\x08")
            assert await one.is_closed() == b""
            one = await knock(door)
        assert len(faults) == 3
        # Both wait for room, the faulty one first: who comes after it is read all the same.
        door.platform.is_full = True
        one.send(one.publish(a_reading(), 7))
        async with asyncio.timeout(5):
            while not door.platform.resumes:
                await asyncio.sleep(0)
        other.send(other.publish(a_reading(), 9, topic=topic))
        for _ in range(50):
            await asyncio.sleep(0)
        with contextlib.suppress(RuntimeError):
            door.platform.drain()
        await other.answered(b"\x40\2\0\x09")
        assert await one.is_closed() == b""


async def test_a_device_that_comes_back_resumes_and_is_looked_at_as_if_it_were_new(
    open_door, peer_type
):
    async with open_door() as door:
        context = ssl.create_default_context(cafile=str(door.ca))
        context.load_cert_chain(*door.keys("pump-1"))

        def visit(name: str, session: ssl.SSLSession | None) -> tuple[bytes, ssl.SSLSession, bool]:
            with socket.create_connection(("localhost", door.port), timeout=5) as plain:
                tls = context.wrap_socket(plain, server_hostname="localhost", session=session)
                tls.sendall(peer_type.connect(name))
                answer = tls.recv(100)
                return answer, tls.session, bool(tls.session_reused)

        answer, session, is_resumed = await asyncio.to_thread(visit, "pump-1", None)
        assert (answer.hex(), is_resumed) == ("20020000", False)
        answer, _, is_resumed = await asyncio.to_thread(visit, "pump-1", session)
        assert (answer.hex(), is_resumed) == ("20020000", True)
        answer, _, is_resumed = await asyncio.to_thread(visit, "pump-2", session)
        assert (answer.hex(), is_resumed) == ("20020002", True), "it goes by another's name"
        door.platform.known["pump-1"] = DevicePass(1, "pump-1", False)
        answer, _, is_resumed = await asyncio.to_thread(visit, "pump-1", session)
        assert (answer.hex(), is_resumed) == ("20020005", True), "revoked since"


async def test_who_errs_without_end_is_read_later_than_the_others(
    open_door, knock, a_reading, clock
):
    async with open_door(device_errors_per_second_max=10) as door:
        clock.crawls()
        erring, other = await knock(door, name="pump-1"), await knock(door, name="pump-2")
        erring.send(*(erring.publish(b"{", number) for number in range(1, 30)))
        erring.send(erring.publish(a_reading(), 30))
        for number in range(1, 17):  # with its connection twenty at once, and one too much
            await erring.answered(b"\x40\2" + number.to_bytes(2, "big"))
        assert len(door.platform.spoiled) == 17 - 1, "no more is read for now"
        other.send(other.publish(a_reading(), 1, topic="devices/pump-2/readings"))
        await other.answered(b"\x40\2\0\1")
        assert [each.device_id for each in door.platform.stored] == [2]
        clock.goes()
        for number in range(17, 31):  # and nothing of it is lost
            await erring.answered(b"\x40\2" + number.to_bytes(2, "big"))
        assert len(door.platform.spoiled) == 29
        assert [each.device_id for each in door.platform.stored] == [2, 1]


async def test_who_breaks_connection_after_connection_comes_in_later(open_door, knock, clock):
    async with open_door(device_errors_per_second_max=10) as door:
        clock.crawls()
        for _ in range(3):  # of six each, and twenty are free: the fourth comes too often
            breaking = await knock(door, name="pump-1")
            breaking.send(b"\xf0\0")
            await breaking.is_closed()
        again = await knock(door, name="pump-1", greets=False)
        again.send(again.connect(name="pump-1"))
        before = asyncio.ensure_future(again.packet())
        await knock(door, name="pump-2")
        assert not before.done(), "whoever did nothing comes in first"
        clock.goes()
        assert await before == b"\x20\2\0\0"


async def test_no_bound_where_none_is_set(open_door, knock, a_reading):
    async with open_door(device_errors_per_second_max=0) as door:
        peer = await knock(door)
        peer.send(*(peer.publish(b"{", number) for number in range(1, 900)))
        for number in range(1, 900):
            await peer.answered(b"\x40\2" + number.to_bytes(2, "big"))
