"""Monitors of seven vitals a second each, over MQTT at QoS 1.

    python -m bench.alarm_path.monitors PORT FIRST LAST     devices mon-FIRST to mon-LAST

As a process of its own it is the load; imported, it is the beds that are watched on a screen.
"""

import asyncio
import contextlib
import random
import ssl
import sys
import time
from collections import deque
from datetime import UTC, datetime, timedelta

import uvloop

NAME = "mon-%04d"
SECOND = 1.0
AGAIN_SECONDS = (0.2, 0.8)  # between two attempts to connect
WELL = 97
MOMENT = timedelta(milliseconds=1)
# Name, unit, a quiet body's value, and how far it wanders.
VITALS = (
    ("heart_rate", "/min", 72, 2),
    ("pulse", "/min", 72, 2),
    ("oxygen_saturation", "%", WELL, 0),
    ("respiratory_rate", "/min", 15, 1),
    ("systolic", "mm[Hg]", 124, 2),
    ("diastolic", "mm[Hg]", 78, 2),
    ("temperature", "Cel", 37, 0),
)
_ONE = '{"vital":"%s","value":%d,"unit":"%s","at":"%s"}'


class Monitor(asyncio.Protocol):
    """One device, and the patient at it. What was not acknowledged it says again."""

    transport: asyncio.Transport
    vitals = VITALS

    def __init__(self, name: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.name = name
        self._tls = tls
        self.saturation = WELL
        self.sent = self.acknowledged = 0
        self._port, self._boot = port, int(time.time())
        self.is_welcome = self._is_over = False
        self._said = datetime.min.replace(tzinfo=UTC)
        self._unanswered: deque[bytes] = deque()
        self._task: asyncio.Task[None] | None = None
        topic = f"devices/{name}/readings".encode()
        self._topic = len(topic).to_bytes(2, "big") + topic

    @classmethod
    async def open(cls, port: int, number: int, tls: ssl.SSLContext | None = None) -> "Monitor":
        """Connected; the door answers in its time."""
        made = cls(NAME % number, port, tls)
        await made._connect()
        return made

    async def _connect(self) -> None:
        make = asyncio.get_running_loop().create_connection
        await make(lambda: self, "127.0.0.1", self._port, ssl=self._tls)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce ourselves: version 3.1.1, clean, no keep-alive."""
        self.transport = transport  # pyright: ignore[reportAttributeAccessIssue]
        self.is_welcome = False
        name = self.name.encode()
        body = b"\0\4MQTT\4\2\0\0" + len(name).to_bytes(2, "big") + name
        self.transport.write(bytes((0x10, len(body))) + body)
        self.transport.write(b"".join(self._unanswered))

    def connection_lost(self, exc: Exception | None) -> None:
        """Come back, unless the bench is over."""
        if not self._is_over:
            self._task = asyncio.get_running_loop().create_task(self._come_back())

    def stop(self) -> None:
        """Never come back."""
        self._is_over = True
        if self._task is not None:
            self._task.cancel()
        self.transport.abort()

    async def _come_back(self) -> None:
        while True:
            await asyncio.sleep(random.uniform(*AGAIN_SECONDS))
            with contextlib.suppress(OSError):
                return await self._connect()

    def data_received(self, data: bytes) -> None:
        """Answers have four bytes each, the first is to CONNECT."""
        count = len(data) // 4
        if not self.is_welcome:
            self.is_welcome, count = True, count - 1
        self.acknowledged += count
        for _ in range(min(count, len(self._unanswered))):
            self._unanswered.popleft()

    def says(self, saturation: int | None = None) -> float:
        """Publish all seven now; when that was, in seconds since 1970."""
        if saturation is not None:
            self.saturation = saturation
        # What is measured in the same moment as another is no newer, and nobody judges it.
        now = self._said = max(datetime.now(UTC), self._said + MOMENT)
        at = now.isoformat(timespec="milliseconds")
        rows = ",".join(
            _ONE % (vital, self._value(vital, usual, swing), unit, at)
            for vital, unit, usual, swing in self.vitals
        )
        self.sent += 1
        body = f'{{"boot":{self._boot},"seq":{self.sent},"readings":[{rows}]}}'.encode()
        packet = (self.sent % 65_535 + 1).to_bytes(2, "big")
        length = len(self._topic) + 2 + len(body)
        size = bytes((length & 0x7F | 0x80, length >> 7)) if length > 0x7F else bytes((length,))
        message = b"\x32" + size + self._topic + packet + body
        self._unanswered.append(message)
        if not self.transport.is_closing():
            self.transport.write(message)
        return now.timestamp()

    def _value(self, vital: str, usual: int, swing: int) -> int:
        if vital == "oxygen_saturation":
            return self.saturation
        return usual + random.randint(-swing, swing)


async def speak(monitors: list[Monitor]) -> None:
    """Each says its seven once a second, at a moment of its own; until cancelled."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        for place, monitor in enumerate(monitors):
            late = due + place * SECOND / len(monitors) - loop.time()
            if late > 0:
                await asyncio.sleep(late)
            monitor.says()
        due += SECOND


async def _load(port: int, first: int, last: int) -> None:
    monitors = [await Monitor.open(port, number) for number in range(first, last + 1)]
    print(f"{len(monitors)} monitors", flush=True)
    asyncio.get_running_loop().create_task(speak(monitors))
    before, began = 0, time.monotonic()
    while True:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        sent = sum(each.acknowledged for each in monitors)
        seconds = time.monotonic() - began
        print(f"{(sent - before) / seconds * len(VITALS):.0f}", flush=True)
        before, began = sent, time.monotonic()


if __name__ == "__main__":
    uvloop.run(_load(*map(int, sys.argv[1:4])))
