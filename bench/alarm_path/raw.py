"""The least there can be between a bus and a screen: NATS to a WebSocket to one line of a page.

    python -m bench.alarm_path.raw NATS_URL PORT

A process that hears one subject and passes each message on, and a page that draws it. No record,
no rule, no right: what ours is measured beside, under the same load and in the same browser.
"""

import asyncio
import json
import sys
import time

import nats
import uvloop
from nats.aio.client import Client
from playwright.async_api import Browser, Page
from websockets.asyncio.server import ServerConnection, serve

SUBJECT = "raw.alarm"
PATIENCE_SECONDS = 20
LOOK_SECONDS = 0.25  # the page notes it by itself: whoever asks while it draws is in its way
PAGE = """
<!doctype html><body><p id="line">nothing</p><script>
window.painted = {};
const socket = new WebSocket('ws://127.0.0.1:%d');
socket.onopen = () => { window.isOpen = true; };
socket.onmessage = ({ data }) => {
  const alarm = JSON.parse(data);
  document.getElementById('line').textContent = alarm.text;
  requestAnimationFrame(() => setTimeout(() => {
    window.painted[alarm.id] = performance.timeOrigin + performance.now();
  }));
};
</script>
"""


class Raw:
    """Publishes, and knows when it was painted."""

    def __init__(self, bus: Client, page: Page) -> None:
        self._bus, self._page, self._count = bus, page, 0

    @classmethod
    async def open(cls, url: str, port: int, browser: Browser) -> "Raw":
        """A page of its own in this browser."""
        page = await browser.new_page()
        await page.set_content(PAGE % port)
        await page.wait_for_function("window.isOpen", timeout=1000 * PATIENCE_SECONDS)
        return cls(await nats.connect(url), page)

    async def took(self) -> float:
        """Seconds from one publish until it was painted."""
        self._count += 1
        words = {"id": self._count, "text": f"SpO2 70 < 88 % ({self._count})", "as": "x" * 500}
        said = time.time()
        await self._bus.publish(SUBJECT, json.dumps(words).encode())
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            at = await self._page.evaluate(f"window.painted[{self._count}] || 0")
            if at:
                return float(at) / 1000 - said
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
