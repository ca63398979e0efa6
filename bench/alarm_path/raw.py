"""The least there can be between a bus and a screen: NATS to a WebSocket to one line of a page.

    python -m bench.alarm_path.raw NATS_URL PORT

A process that hears one subject and passes each message on, and pages that draw it. No record, no
rule, no right: what ours is measured beside, under the same load and in the same browser.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping

import nats
import uvloop
from nats.aio.client import Client
from playwright.async_api import Page
from websockets.asyncio.server import ServerConnection, serve

SUBJECT = "raw.alarm"
PATIENCE_SECONDS = 20
LOOK_SECONDS = 0.25  # the page notes it by itself: whoever asks while it draws is in its way
# A line of its own, in front of whatever the page shows: nothing else moves when it changes.
DRAW = """
(port) => new Promise((resolve) => {
  const line = document.createElement('p');
  line.style.cssText =
    'position:fixed;left:0;bottom:0;margin:0;contain:strict;width:20em;height:1.2em';
  document.body.append(line);
  window.raw = {};
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  socket.onopen = resolve;
  socket.onmessage = ({ data }) => {
    const alarm = JSON.parse(data);
    line.textContent = alarm.text;
    requestAnimationFrame(() => setTimeout(() => {
      window.raw[alarm.id] = performance.timeOrigin + performance.now();
    }));
  };
})
"""


class Raw:
    """Publishes, and knows when each of its pages had painted it."""

    def __init__(self, bus: Client, pages: Mapping[str, Page]) -> None:
        self._bus, self._pages, self._count = bus, pages, 0

    @classmethod
    async def open(cls, url: str, port: int, pages: Mapping[str, Page]) -> "Raw":
        """On these pages, by name; their policy must let them speak to another port."""
        for page in pages.values():
            await asyncio.wait_for(page.evaluate(DRAW, port), PATIENCE_SECONDS)
        return cls(await nats.connect(url), pages)

    async def took(self) -> dict[str, float]:
        """Seconds from one publish until it was painted, on each page."""
        self._count += 1
        words = {"id": self._count, "text": f"SpO2 70 < 88 % ({self._count})", "as": "x" * 500}
        said = time.time()
        await self._bus.publish(SUBJECT, json.dumps(words).encode())
        return {name: await self._painted(page) - said for name, page in self._pages.items()}

    async def _painted(self, page: Page) -> float:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            at = await page.evaluate(f"window.raw[{self._count}] || 0")
            if at:
                return float(at) / 1000
        raise TimeoutError(f"nothing painted in {PATIENCE_SECONDS} s")


async def _relay(url: str, port: int) -> None:
    screens: set[ServerConnection] = set()

    async def live(socket: ServerConnection) -> None:
        screens.add(socket)
        await socket.wait_closed()
        screens.discard(socket)

    bus = await nats.connect(url)
    async with serve(live, "127.0.0.1", port):
        subscription = await bus.subscribe(SUBJECT)
        print("relays", flush=True)
        async for message in subscription.messages:
            for socket in screens:
                await socket.send(message.data.decode())


if __name__ == "__main__":
    uvloop.run(_relay(sys.argv[1], int(sys.argv[2])))
