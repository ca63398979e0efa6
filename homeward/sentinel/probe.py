"""The pretend patient's device: a real MQTT 5 client over mutual TLS, one reading at a time."""

import asyncio
import json
import ssl
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from homeward.model.errors import Misconfigured, Unreachable

CONNECT_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 30
VITAL, UNIT = "oxygen_saturation", "%"
CONDITION = "oxygen_low"
LOW, WELL = 60, 97  # % SpO2: beyond the limit where nobody waits, and well
CLEAR_SECONDS = 16  # the rule ends after 15 s of well readings (clinical/rules/oxygen_low.py)


class Probe:
    """One connection to the door, kept by its own thread, made again when it breaks."""

    def __init__(self, folder: Path) -> None:
        try:
            told = json.loads((folder / "device.json").read_text())
            self._name, self._host = told["name"], told["mqtt_host"]
            self._port = int(told["mqtt_port"])
            self._tls = ssl.create_default_context(cafile=str(folder / "ca.pem"))
            self._tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        except (OSError, ValueError, KeyError) as error:
            raise Misconfigured(f"{folder} is no enrolled device ({error})") from None
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._client: Client | None = None
        self._boot = int(time.time())
        self._seq = 0
        self._refusal = ""

    async def send(self, value: float, at: datetime, within: float) -> None:
        """One reading, until the door has said that it is stored. Raises Unreachable."""
        body = {
            "vital": VITAL, "value": value, "unit": UNIT,
            "at": at.isoformat(timespec="milliseconds"), "boot": self._boot, "seq": self._seq,
        }  # fmt: skip
        self._seq += 1
        await asyncio.to_thread(self._send, json.dumps(body), within)

    def _send(self, body: str, within: float) -> None:
        began = time.monotonic()
        client = self._connected()
        self._refusal = ""
        told = client.publish(f"devices/{self._name}/readings", body, qos=1)
        if told.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self.close()
            raise Unreachable("the device door hung up")
        told.wait_for_publish(max(0.1, within - (time.monotonic() - began)))
        if not told.is_published():
            self.close()  # whatever it was, the next round begins with a fresh connection
            raise Unreachable("the device door stored nothing in time")
        if self._refusal:
            raise Unreachable(f"the device door refused the reading ({self._refusal})")

    def _connected(self) -> Client:
        if self._client is not None and self._client.is_connected():
            return self._client
        self.close()
        client = Client(
            CallbackAPIVersion.VERSION2, self._name, protocol=MQTTProtocolVersion.MQTTv5
        )
        client.connect_timeout = CONNECT_SECONDS
        client.tls_set_context(self._tls)
        client.on_publish = self._published
        try:
            client.connect(self._host, self._port, KEEP_ALIVE_SECONDS)
        except (OSError, ValueError) as error:
            raise Unreachable(f"the device door: {error}") from None
        client.loop_start()
        self._client = client
        until = time.monotonic() + CONNECT_SECONDS
        while not client.is_connected():
            if time.monotonic() > until:
                self.close()
                raise Unreachable("the device door does not let us in")
            time.sleep(0.01)
        return client

    def _published(
        self, _client: Client, _data: Any, _packet: int, reason: ReasonCode, _more: Any
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)

    def close(self) -> None:
        """Leave."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()
