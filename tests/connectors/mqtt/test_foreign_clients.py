"""Clients we did not write: they must work with nothing but the page on the payload."""

import asyncio
import ssl
from datetime import UTC, datetime

import aiomqtt
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from homeward.model.reading import Reading
from homeward.model.telling import What
from homeward.model.vital import OXYGEN_SATURATION
from homeward.standards.payload import encode


def reading(value: float = 91.5, seq: int = 17) -> bytes:
    return encode([Reading(OXYGEN_SATURATION, value, datetime.now(UTC))], 1, seq)


def tls(door, name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(door.ca))
    context.load_cert_chain(*door.keys(name))
    return context


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("version", ["311", "5"])
async def test_mosquitto_pub(open_door, version: str, qos: int):
    async with open_door() as door:
        pem, key = door.keys("pump-1")
        arguments = ["-h", "127.0.0.1", "-p", door.port, "-i", "pump-1", "-V", f"mqttv{version}"]
        arguments += ["--cafile", door.ca, "--cert", pem, "--key", key, "-q", qos]
        arguments += ["-t", "devices/pump-1/readings", "-m", reading().decode()]
        process = await asyncio.create_subprocess_exec(
            "mosquitto_pub", *map(str, arguments), stderr=asyncio.subprocess.PIPE
        )
        _, complaint = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, complaint) == (0, b"")
        assert [(each.boot, each.seq) for each in door.platform.stored] == [(1, 17)]
        assert door.platform.log == ["1 came", "1 went: left"]


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("version", [aiomqtt.ProtocolVersion.V311, aiomqtt.ProtocolVersion.V5])
async def test_aiomqtt(open_door, version: aiomqtt.ProtocolVersion, qos: int):
    async with open_door() as door:
        client = aiomqtt.Client(
            "localhost",
            door.port,
            identifier="pump-1",
            protocol=version,
            tls_context=tls(door, "pump-1"),
        )
        async with client:
            for seq in range(20):
                await client.publish("devices/pump-1/readings", reading(seq=seq), qos=qos)
            await client.subscribe("devices/pump-1/commands", qos=1)
            door.platform.sessions.tell(1, "pump-1", What.COMMANDS, b'{"do":"sync"}')
            message = await asyncio.wait_for(anext(client.messages), 5)
            assert message.payload == b'{"do":"sync"}'
        assert [each.seq for each in door.platform.stored] == list(range(20))


@pytest.mark.parametrize("qos", [1, 2])
@pytest.mark.parametrize("version", [paho.MQTTv311, paho.MQTTv5])
async def test_paho(open_door, version: int, qos: int):
    async with open_door() as door:

        def talk() -> None:
            client = paho.Client(CallbackAPIVersion.VERSION2, "pump-1", protocol=version)
            client.tls_set_context(tls(door, "pump-1"))
            client.connect("localhost", door.port)
            client.loop_start()
            told = [
                client.publish("devices/pump-1/readings", reading(seq=n), qos) for n in range(50)
            ]
            for each in told:
                each.wait_for_publish(5)
            assert all(each.is_published() for each in told)
            client.disconnect()
            client.loop_stop()

        await asyncio.to_thread(talk)
        assert [each.seq for each in door.platform.stored] == list(range(50))
