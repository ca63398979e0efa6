"""Honest traffic: a device that sends readings, and a page that looks at its ward."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import httpx

from bench.fuzz.parsers.devices import CONNECT, NAME, packet, text
from homeward.connectors.mqtt.packets import V311
from homeward.model.reading import Reading
from homeward.model.vital import PULSE
from homeward.standards.payload import encode
from homeward.store.chunks import moment

EVERY_SECONDS = 0.05
PAGE_EVERY_SECONDS = 0.25
ANSWER_SECONDS = 30.0
STEP_US = 1_000


@dataclass
class Honest:
    """What both saw: seconds until an acknowledgement, and until a page."""

    port: int
    name: str
    url: str
    cookie: dict[str, str]
    readings: list[float] = field(default_factory=list[float])
    pages: list[float] = field(default_factory=list[float])
    acknowledged: list[int] = field(default_factory=list[int])  # us since 1970
    cuts: int = 0
    is_over: bool = False

    async def run(self) -> None:
        """Until `is_over`."""
        await asyncio.gather(self._device(), self._page())

    async def _device(self) -> None:
        while not self.is_over:
            try:
                await self._session()
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                self.cuts += 1
                await asyncio.sleep(0.2)

    async def _session(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(CONNECT[V311].replace(NAME.encode(), self.name.encode()))
            await asyncio.wait_for(reader.readexactly(4), ANSWER_SECONDS)
            topic, number = text(f"devices/{self.name}/readings".encode()), 0
            while not self.is_over:
                number = number % 60_000 + 1
                at = time.time_ns() // 1_000_000 * STEP_US
                body = encode([Reading(PULSE, 60.0 + number % 9, moment(at))])
                began = time.perf_counter()
                writer.write(packet(0x32, topic + number.to_bytes(2, "big") + body))
                await asyncio.wait_for(reader.readexactly(4), ANSWER_SECONDS)
                self.readings.append(time.perf_counter() - began)
                self.acknowledged.append(at)
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            writer.transport.abort()

    async def _page(self) -> None:
        async with httpx.AsyncClient(base_url=self.url, headers=self.cookie) as client:
            while not self.is_over:
                began = time.perf_counter()
                with contextlib.suppress(httpx.HTTPError):
                    answer = await client.get("/api/wards/1/board", timeout=ANSWER_SECONDS)
                    if answer.status_code == 200:
                        self.pages.append(time.perf_counter() - began)
                await asyncio.sleep(PAGE_EVERY_SECONDS)


def p99(seconds: list[float]) -> float:
    """The 99th percentile; of few, the longest."""
    return sorted(seconds)[int(len(seconds) * 0.99)] if seconds else float("inf")
