"""Monitors of seven vitals a second each, over MQTT at QoS 1.

    python -m bench.alarm_path.monitors PORT FIRST LAST     devices mon-FIRST to mon-LAST

As a process of its own it is the load; imported, it is the beds that are watched on a screen.
"""

import asyncio
import random
import sys
import time
from datetime import UTC, datetime

import uvloop

NAME = "mon-%04d"
SECOND = 1.0
WELL = 97
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
    """One device, and the patient at it."""

    transport: asyncio.Transport

    def __init__(self, name: str) -> None:
        self.name = name
        self.saturation = WELL
        self.sent = self.acknowledged = 0
        self._boot = int(time.time())
        topic = f"devices/{name}/readings".encode()
        self._topic = len(topic).to_bytes(2, "big") + topic

    @classmethod
    async def open(cls, port: int, number: int) -> "Monitor":
        """Connected; the door answers in its time."""
        name = NAME % number
        make = asyncio.get_running_loop().create_connection
        _, made = await make(lambda: cls(name), "127.0.0.1", port)
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce ourselves: version 3.1.1, clean, no keep-alive."""
        self.transport = transport  # pyright: ignore[reportAttributeAccessIssue]
        name = self.name.encode()
        body = b"\0\4MQTT\4\2\0\0" + len(name).to_bytes(2, "big") + name
        self.transport.write(bytes((0x10, len(body))) + body)

    def data_received(self, data: bytes) -> None:
        """Answers have four bytes each, the first is to CONNECT."""
        self.acknowledged += len(data) // 4

    def says(self, saturation: int | None = None) -> float:
        """Publish all seven now; when that was, in seconds since 1970."""
        if saturation is not None:
            self.saturation = saturation
        now = datetime.now(UTC)
        at = now.isoformat(timespec="milliseconds")
        rows = ",".join(
            _ONE % (vital, self._value(vital, usual, swing), unit, at)
            for vital, unit, usual, swing in VITALS
        )
        self.sent += 1
        body = f'{{"boot":{self._boot},"seq":{self.sent},"readings":[{rows}]}}'.encode()
        packet = (self.sent % 65_535 + 1).to_bytes(2, "big")
        length = len(self._topic) + 2 + len(body)
        size = bytes((length & 0x7F | 0x80, length >> 7))
        self.transport.write(b"\x32" + size + self._topic + packet + body)
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
        sent = sum(each.acknowledged - 1 for each in monitors)
        seconds = time.monotonic() - began
        print(f"{(sent - before) / seconds * len(VITALS):.0f}", flush=True)
        before, began = sent, time.monotonic()


if __name__ == "__main__":
    uvloop.run(_load(*map(int, sys.argv[1:4])))
