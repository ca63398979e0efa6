"""A device at the door: connected, and connected again, until everything it said is safe.

Its own key and certificate (the folder `homeward device enrol` writes), MQTT 5 over mutual
TLS, readings at QoS 1 with (boot, seq), waveforms at QoS 0. Unacknowledged readings wait in a
bounded outbox and are sent again after a reconnect. Many devices share one event loop.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from homeward.device.outbox import FAILURE, MESSAGES_MAX, Message, Outbox
from homeward.device.papers import Papers
from homeward.model.frame import Channel, WaveFrame
from homeward.model.reading import Reading
from homeward.standards.payload import encode, encode_sensors

log = logging.getLogger("homeward.device")

# QoS 1 messages sent and unanswered. Many: what is not sent for want of an answer rings nowhere,
# and while the server's disk takes no write there is none.
FLYING_MAX = 500
KEEP_ALIVE_SECONDS = 30
CONNECT_SECONDS = 5.0
AWAY_SECONDS_MIN = 0.3
AWAY_SECONDS_MAX = 2.5  # an alarm may wait for it
TICK_SECONDS = 0.5
PASSING_SECONDS = 0.5  # "not now": wait this long before offering again
TOO_LARGE = 0x95  # a DISCONNECT for one message (MQTT 5, 3.14.2.1)


class Connection:
    """One device. `run` keeps it connected until cancelled; `send` and `show` may be called
    whether it is connected or not."""

    def __init__(
        self, papers: Papers, boot: int, *, flying_max: int = FLYING_MAX,
        messages_max: int = MESSAGES_MAX, firmware: str = "",
    ) -> None:  # fmt: skip
        self.papers = papers
        self.boot = boot
        self.outbox = Outbox(messages_max)
        self.connections = 0
        self._flying_max = flying_max
        self._firmware = firmware
        self._seq = 0
        self._wave_seq = 0
        self._client: Client | None = None
        self._is_connected = False
        self._came = asyncio.Event()
        self._gone = asyncio.Event()
        self._moved = asyncio.Event()
        self._holds_back = False
        self._watched: int | None = None  # the socket's number, while the loop watches it
        self._writes = False
        self.on_command: Callable[[bytes], None] = lambda body: None
        # What the server will never take, and why; it keeps it in its quarantine.
        self.on_refused: Callable[[Message, str], None] = lambda message, why: None

    @property
    def connected(self) -> bool:
        """Whether the door has let it in and the line still stands."""
        return self._is_connected

    def restart(self, boot: int) -> None:
        """Switch off and on: numbers begin anew under another boot; what waits keeps its own."""
        self.boot = boot
        self._seq = self._wave_seq = 0

    def send(self, readings: Iterable[Reading]) -> None:
        """Queue one message of readings (none: nothing happens), to be sent at QoS 1."""
        rows = tuple(readings)
        if not rows:
            return
        body = encode(rows, self.boot, self._seq)
        self.queue(Message(f"devices/{self.papers.name}/readings", body, self._seq))
        self._seq += 1

    def queue(self, message: Message) -> None:
        """Send this at QoS 1, once there is room, until it is acknowledged."""
        self.outbox.put(message)
        self._pump()

    def show(self, start: datetime, channels: Iterable[Channel], *, keeps: bool = False) -> None:
        """Send waveforms: at QoS 0, where what is not seen now is not sent later, or kept and
        acknowledged like readings."""
        start_us = round(start.timestamp() * 1e6)
        body = WaveFrame(self.boot, self._wave_seq, start_us, tuple(channels)).pack()
        topic = f"devices/{self.papers.name}/waves"
        self._wave_seq += 1
        if keeps:
            self.outbox.put(Message(topic, body, self._wave_seq - 1))
            self._pump()
        elif self._client is not None and self._is_connected:
            self._client.publish(topic, body, qos=0)
            self._watch_writing()

    def say_off(self, sensors: Iterable[str]) -> None:
        """Say which of its sensors are off, all of them; none: every one is on."""
        body = encode_sensors(tuple(sensors))
        self.outbox.put(Message(f"devices/{self.papers.name}/sensors", body, -1))
        self._pump()

    def come_again(self) -> None:
        """Hang up and connect anew, with the certificate that the folder has now."""
        self._gone.set()

    async def came(self) -> None:
        """Wait until the door has let it in for the first time."""
        await self._came.wait()

    async def drained(self, until: int = 0) -> None:
        """Wait until no more than `until` messages are unacknowledged."""
        while len(self.outbox) > until:
            self._moved.clear()
            await self._moved.wait()

    async def run(self) -> None:
        """Connect, and connect again with a growing, jittered pause, until cancelled."""
        away_seconds = AWAY_SECONDS_MIN
        while True:
            try:
                await self._connect()
                before = self.connections
                await self._stay()
                if self.connections > before:
                    away_seconds = AWAY_SECONDS_MIN
            except (OSError, ValueError) as error:
                log.debug("%s cannot reach the door: %s", self.papers.name, error)
            finally:
                self._leave()
            # S311: the jitter keeps a ward from coming back in one blow; it guards no secret.
            await asyncio.sleep(away_seconds * random.uniform(0.5, 1.5))  # noqa: S311
            away_seconds = min(2 * away_seconds, AWAY_SECONDS_MAX)

    async def _connect(self) -> None:
        name = self.papers.name
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
        client.connect_timeout = CONNECT_SECONDS
        client.tls_set_context(self.papers.tls())
        if self._firmware:  # who this is, the certificate says
            client.username_pw_set(self._firmware)
        client.will_set(f"devices/{name}/status", b"lost", qos=1)
        client.max_inflight_messages_set(self._flying_max)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = lambda _client, _data, message: self.on_command(bytes(message.payload))
        client.on_socket_close = lambda *_: self._unwatch()
        self._gone.clear()
        # The TLS handshake blocks: in a thread, so that one slow door does not stop a ward.
        await asyncio.to_thread(
            client.connect, self.papers.host, self.papers.port, KEEP_ALIVE_SECONDS
        )
        self._client = client
        if (sock := client.socket()) is not None:
            self._watched = sock.fileno()
            asyncio.get_running_loop().add_reader(self._watched, self._read)

    async def _stay(self) -> None:
        while self._client is not None and not self._gone.is_set():
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    await self._gone.wait()
            except TimeoutError:
                if self._client.loop_misc() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                    return

    def _leave(self) -> None:
        """Close the line politely; whatever was in flight waits for the next one."""
        client, self._client = self._client, None
        self._is_connected = False
        self._holds_back = False
        if client is not None:
            client.disconnect()
            client.loop_write()
        self._unwatch()
        self.outbox.disconnected()

    def _read(self) -> None:
        client = self._client
        while client is not None and client.socket() is not None:
            sock: Any = client.socket()  # an SSLSocket; paho's type does not say so
            code = client.loop_read()
            if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._gone.set()
                return
            if not sock.pending():  # decrypted and waiting: the socket would not tell us
                break
        self._pump()

    def _unwatch(self) -> None:
        """Stop watching the socket, before its number is given to another."""
        fd, self._watched = self._watched, None
        self._writes = False
        self._is_connected = False
        if fd is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(fd)
            loop.remove_writer(fd)

    def _pump(self) -> None:
        """Send while the window has room."""
        client = self._client
        if client is None or not self._is_connected or self._holds_back:
            return
        while self.outbox.flying < self._flying_max:
            message = self.outbox.take()
            if message is None:
                break
            told = client.publish(message.topic, message.body, qos=1)
            self.outbox.sent(told.mid, message)
        self._watch_writing()

    def _watch_writing(self) -> None:
        """Let the loop write the rest once the socket has room again."""
        client, fd = self._client, self._watched
        if client is None or fd is None or client.want_write() == self._writes:
            return
        loop = asyncio.get_running_loop()
        self._writes = not self._writes
        if self._writes:
            loop.add_writer(fd, self._write)
        else:
            loop.remove_writer(fd)

    def _write(self) -> None:
        if self._client is not None:
            self._client.loop_write()
            self._watch_writing()

    def _on_connect(
        self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:  # fmt: skip
        if reason.is_failure:
            log.warning("%s was refused at the door: %s", self.papers.name, reason)
            return
        self._is_connected = True
        self.connections += 1
        self._came.set()
        client.subscribe(f"devices/{self.papers.name}/commands", qos=1)

    def _on_disconnect(
        self, _client: Client, _data: Any, flags: DisconnectFlags, reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:  # fmt: skip
        self._is_connected = False
        # Sent again as it is, it would end the next line too, for ever, with all that is behind it.
        if flags.is_disconnect_packet_from_server and reason.value == TOO_LARGE:
            self.outbox.too_large()
        self._gone.set()

    def _on_publish(
        self, _client: Client, _data: Any, packet: int, reason: ReasonCode,
        properties: Properties | None,
    ) -> None:  # fmt: skip
        message = self.outbox.under(packet)
        if not self.outbox.settle(packet, reason.value):
            self._hold_back()
        elif reason.value >= FAILURE and message is not None:
            self.on_refused(message, str(getattr(properties, "ReasonString", reason)))
        self._moved.set()

    def _hold_back(self) -> None:
        if not self._holds_back:
            self._holds_back = True
            asyncio.get_running_loop().call_later(PASSING_SECONDS, self._go_on)

    def _go_on(self) -> None:
        self._holds_back = False
        self._pump()
