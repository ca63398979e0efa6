"""The door with the real record behind it: PostgreSQL, NATS, and the installation's own keys."""

import asyncio
import json
import ssl
import sys
from dataclasses import replace
from pathlib import Path

import aiomqtt
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from homeward.connectors.mqtt.listen import opened
from homeward.engines.certificates import Authority
from homeward.model.errors import Unreachable
from homeward.model.frame import HOT, Channel, WaveFrame
from homeward.model.wave import WAVES
from homeward.services.fleet import telling
from homeward.services.record.intake import Intake
from tests.inbox import IN_ORDER, messages


def key_for(authority: Authority, folder: Path, name: str) -> tuple[Path, Path]:
    """What enrolment leaves with a device: its certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    empty = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    request = empty.sign(key, hashes.SHA256())
    issued = authority.issue_device(
        name, request.public_bytes(serialization.Encoding.PEM).decode(), 1
    )
    pem, private = folder / f"{name}.pem", folder / f"{name}.key"
    pem.write_text(issued.pem)
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, private


class House:
    """An installation's door: `client(name)` is a device of it."""

    def __init__(self, tools, authority: Authority, folder: Path, port: int, open_port: int):
        self.tools, self.authority, self.folder = tools, authority, folder
        self.port, self.open_port = port, open_port

    def client(self, name: str, keys: str = "", **options) -> aiomqtt.Client:
        (self.folder / "root.pem").write_text(self.authority.root_pem)
        context = ssl.create_default_context(cafile=str(self.folder / "root.pem"))
        context.load_cert_chain(*key_for(self.authority, self.folder, keys or name))
        return aiomqtt.Client(
            "localhost", self.port, identifier=name, tls_context=context, **options
        )

    async def messages(self) -> list[tuple[str, int, int, bytes]]:
        """What waits in the inbox: kind, boot, seq and body."""
        async with self.tools.store.pool.connection() as connection:
            return messages(await (await connection.execute(IN_ORDER)).fetchall())

    async def count(self, sql: str) -> int:
        async with self.tools.store.pool.connection() as connection:
            row = await (await connection.execute(sql)).fetchone()
            return row[0]


@pytest.fixture
async def house(tools, tmp_path, port):
    authority = Authority.open(tmp_path / "certificates")
    authority.keep_server(["localhost", "127.0.0.1"])
    async with tools.store.pool.connection() as connection:
        await connection.execute(
            "insert into device (name, kind, status) values "
            "('pump-1', 'monitor', 'active'), ('pump-2', 'monitor', 'active'), "
            "('pump-old', 'monitor', 'revoked')"
        )
    open_port = port()
    tools = replace(tools, settings=replace(tools.settings, mqtt_port=0, mqtt_open_port=open_port))
    async with Intake.open(tools) as link, opened(link, authority.folder) as addresses:
        yield House(tools, authority, tmp_path, addresses[0][1], open_port)


@pytest.mark.parametrize("version", [aiomqtt.ProtocolVersion.V311, aiomqtt.ProtocolVersion.V5])
async def test_d14_what_was_acknowledged_is_in_the_record(house, a_reading, version):
    async with house.client("pump-1", protocol=version) as client:
        for seq in range(20):
            await client.publish("devices/pump-1/readings", a_reading(seq=seq), qos=1 + seq % 2)
            assert [each[2] for each in await house.messages()] == [*range(seq + 1)]


async def test_sent_again_it_is_the_same_reading(house, a_reading):
    """The record tells them apart by what they say; tests of the record fold them to one."""
    body = a_reading(seq=7)
    for _ in range(3):
        async with house.client("pump-1") as client:
            await client.publish("devices/pump-1/readings", body, qos=1)
    kept = [np.frombuffer(each[3], HOT) for each in await house.messages()]
    said = {tuple(rows[["device", "vital", "at", "value"]].item()) for rows in kept}
    assert (len(kept), len(said)) == (3, 1)


async def test_it_is_told_on_the_hot_lane(house, a_reading):
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        heard.put_nowait(body)

    stop = await house.tools.bus.listen("hot.readings", hear)
    async with house.client("pump-1") as client:
        await client.publish("devices/pump-1/readings", a_reading(91.5), qos=0)
        rows = np.frombuffer(await asyncio.wait_for(heard.get(), 5), HOT)
    await stop()
    assert rows["value"].tolist() == [91.5]


async def test_waves_are_kept_as_sent(house):
    samples = np.arange(250, dtype=np.int16)
    now = int(house.tools.now().timestamp() * 1e6)
    frame = WaveFrame(1, 2, now, (Channel(WAVES[0], 250.0, 0.005, samples),)).pack()
    async with house.client("pump-1") as client:
        await client.publish("devices/pump-1/waves", frame, qos=1)
        assert await house.messages() == [("waves", 1, 2, frame)]


async def test_what_cannot_be_read_is_in_quarantine_when_it_is_answered(house):
    body = b'{"loinc":"8867-4","value":80,"unit":"mm[Hg]","at":"2026-11-24T06:21:02Z"}'
    async with house.client("pump-1", protocol=aiomqtt.ProtocolVersion.V5) as client:
        await client.publish("devices/pump-1/readings", body, qos=1)
        async with house.tools.store.pool.connection() as connection:
            rows = await connection.execute("select topic, reason, body from quarantine")
            ((topic, reason, kept),) = await rows.fetchall()
    assert (topic, kept) == ("devices/pump-1/readings", body)
    assert "unit 'mm[Hg]' is not one of" in reason


@pytest.mark.parametrize("qos", [1, 2])
async def test_what_is_said_of_sensors_is_kept_when_it_is_answered_and_told(house, qos):
    told: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(_: str, body: bytes) -> None:
        told.put_nowait(body)

    async def off() -> dict[str, list[int]]:
        async with house.tools.store.pool.connection() as connection:
            rows = await connection.execute(
                "select sensors_off from device_state join device on device.id = device_id"
                " where name = 'pump-1'"
            )
            return (await rows.fetchone())[0]

    stop = await house.tools.bus.listen("told.device", hear)
    async with house.client("pump-1") as client:
        await client.publish("devices/pump-1/sensors", b'{"off": ["probe"]}', qos=qos)
        first = await off()
        assert list(first) == ["probe"]
        await client.publish("devices/pump-1/sensors", b'{"off": ["leads", "probe"]}', qos=qos)
        again = await off()
        assert again["probe"][0] == first["probe"][0]
        assert again["probe"][1] == again["leads"][1] == again["leads"][0] > first["probe"][1]
        await client.publish("devices/pump-1/sensors", b'{"off": []}', qos=qos)
        assert await off() == {}
        while json.loads(await asyncio.wait_for(told.get(), 5))["what"] != "sensors":
            pass
    await stop()


async def test_what_is_no_word_about_sensors_is_in_quarantine(house):
    async with house.client("pump-1", protocol=aiomqtt.ProtocolVersion.V5) as client:
        await client.publish("devices/pump-1/sensors", b'{"off": ["finger"]}', qos=1)
    assert await house.count("select count(*) from quarantine where reason like '%finger%'") == 1


async def test_what_is_said_of_sensors_is_not_acknowledged_while_the_database_is_away(
    house, knock, monkeypatch
):
    peer = await knock(house, version=5)

    async def away(*_: object, **__: object) -> None:
        raise Unreachable

    monkeypatch.setattr("homeward.store.door.Door.run", away)
    peer.send(peer.publish(b'{"off": ["probe"]}', 7, topic="devices/pump-1/sensors", version=5))
    answer = await peer.packet()
    assert (answer[0], answer[4]) == (0x40, 0x80)  # not stored: send it again


async def test_d8_the_registry_decides(house):
    for name, keys in (("pump-old", ""), ("pump-new", ""), ("pump-1", "pump-2")):
        with pytest.raises(aiomqtt.MqttError):
            async with house.client(name, keys):
                pass
    assert await house.count("select count(*) from device_state where connected") == 0


async def test_d8_the_servers_own_certificate_is_no_devices(house):
    context = ssl.create_default_context(cafile=str(house.authority.folder / "root.pem"))
    folder = house.authority.folder
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    try:
        reader, writer = await asyncio.open_connection("localhost", house.port, ssl=context)
        writer.write(b"\x10\x12\0\4MQTT\4\2\0\0\0\6pump-1")
        assert await asyncio.wait_for(reader.read(), 5) == b""
    except (ssl.SSLError, ConnectionError):
        pass


async def test_a_revocation_told_on_the_bus_cuts_the_session(house, knock):
    peer = await knock(house, version=5)
    told = {"device": "pump-1", "device_id": 1, "what": "revoked"}
    await house.tools.bus.tell("told.device", told)
    assert (await peer.packet())[2] == 0x98


async def test_commands_reach_their_device(house):
    door, bus = house.tools.store.door(), house.tools.bus
    command = json.dumps({"do": "sync"})
    async with house.client("pump-1") as client:
        await client.subscribe("devices/pump-1/commands", qos=2)
        await telling.send(door, bus, "pump-1", command, 60, house.tools.now())
        message = await asyncio.wait_for(anext(client.messages), 5)
        assert message.payload.decode() == command
        async with asyncio.timeout(5):
            while True:
                (sent,) = await telling.commands(door, "pump-1", house.tools.now())
                if sent.state == "delivered":
                    break
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("example", ["own_device_paho.py", "own_device_aiomqtt.py"])
async def test_the_examples_work(house, tmp_path, example: str):
    folder = tmp_path / "device"
    folder.mkdir()
    pem, key = key_for(house.authority, tmp_path, "pump-1")
    pem.rename(folder / "cert.pem")
    key.rename(folder / "key.pem")
    (folder / "ca.pem").write_text(house.authority.root_pem)
    me = {"name": "pump-1", "mqtt_host": "localhost", "mqtt_port": house.port}
    (folder / "device.json").write_text(json.dumps(me))
    script = Path(__file__).parents[3] / "examples" / example
    process = await asyncio.create_subprocess_exec(sys.executable, script, folder, "1")
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert len(await house.messages()) == 1
