"""The pages' own code in Chromium before a virtual meter: navigator.bluetooth is a tunnel to it.

What is tunnelled is Web Bluetooth's interface alone; reader and sync (web/src/gatt) are the pages'.
Chromium's own emulation cannot push a notification, so the tunnel is ours.
"""

import asyncio
import contextlib
import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError
from bumble.link import LocalLink
from playwright.async_api import Page, async_playwright

from bench._bumble import backends, device_on
from bench._meter import Meter, Records

WEB = Path(__file__).parents[1] / "web"
CHROMIUM = "/usr/bin/chromium-headless-shell"
PLACE = "http://localhost:9/"  # nothing listens there: the browser is answered by us
ADDRESS = "F1:F1:F1:F1:F1:F1"
RELOAD_EVERY = 10
BUILD = """
import { build } from "vite";
await build({ configFile: false, logLevel: "error", root: ".", publicDir: false, build: {
  outDir: process.argv[2], emptyOutDir: true,
  lib: { entry: process.argv[3], formats: ["es"], fileName: "app" } } });
"""
ENTRY = """export * from "{gatt}/meter"; export {{ Memory }} from "{gatt}/sync";"""
# Web Bluetooth in a page, without what is behind it.
TUNNEL = """const heard = new Map(), gone = [], listening = new Map();
window.said = (uuid, hex) => {
  const each = listening.get(uuid);
  if (!each) return;
  each.value = viewOf(hex);
  for (const one of heard.get(uuid) ?? []) one();
};
window.gone = () => { device.gatt.connected = false; for (const one of gone) one(); };
const hexOf = (octets) => Array.from(octets, (o) => o.toString(16).padStart(2, "0")).join("");
const viewOf = (hex) =>
  new DataView(Uint8Array.from(hex.match(/../g) ?? [], (p) => parseInt(p, 16)).buffer);
const device = {
  id: "tunnelled", name: "GM 1",
  addEventListener: (_, one) => gone.push(one),
  gatt: {
    connected: false,
    connect: async () => { device.found = await window.tunnel("connect", "", ""); },
    disconnect: () => { window.tunnel("disconnect", "", ""); },
    getPrimaryServices: async () => device.found.map(({ uuid, characteristics }) => ({
      uuid,
      getCharacteristics: async () => characteristics.map(({ uuid, properties }) => ({
        uuid,
        properties: { notify: properties.includes("notify"),
                      indicate: properties.includes("indicate") },
        addEventListener: (_, one) => heard.set(uuid, [...(heard.get(uuid) ?? []), one]),
        startNotifications() {
          listening.set(uuid, this);
          return window.tunnel("listen", uuid, "");
        },
        readValue: async () => viewOf(await window.tunnel("read", uuid, "")),
        writeValueWithResponse: (octets) => window.tunnel("write", uuid, hexOf(octets)),
      })),
    })),
  },
};
Object.defineProperty(navigator, "bluetooth", { value: { requestDevice: async () => {
  heard.clear(); listening.clear(); gone.length = 0;
  return device;
} } });
"""
PAGE = (
    f"""<!doctype html><title>meter</title><script type="module">{TUNNEL}"""
    + """
const { Memory, visit, WANTED } = await import("/app.js");
const memory = new Memory();
const octets = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (p) => parseInt(p, 16));
window.recall = ({ records, last }) => {
  for (const each of records)
    if (each.isContext) memory.knowsContext(each.number, octets(each.octets));
    else memory.knows(each.number, octets(each.octets));
  memory.last = last;
};
window.sync = async () => {
  try {
    const chosen = await navigator.bluetooth.requestDevice(WANTED);
    return await visit(chosen, () => memory, async (records) => window.keep(
      records.map((each) => ({ ...each, octets: hexOf(each.octets) })), memory.last), 20);
  } catch (error) { return String(error); }
};
window.isReady = true;
</script>"""
)


def built(folder: Path) -> str:
    """The pages' code of a meter, as one module."""
    entry = folder / "entry.ts"
    entry.write_text(ENTRY.format(gatt=WEB / "src" / "gatt"))
    command = ["node", "--input-type=module", "-", str(folder / "out"), str(entry)]
    subprocess.run(command, input=BUILD, text=True, cwd=WEB, check=True)
    return next((folder / "out").glob("app*")).read_text()


class Tunnel:
    """What is behind a page's navigator.bluetooth: a meter on a virtual link."""

    def __init__(self, page: Page, bluetooth: tuple[Any, Any]) -> None:
        self._page, self._bluetooth = page, bluetooth
        self._client: BleakClient | None = None
        self._says: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()

    async def tunnel(self, what: str, uuid: str, octets: str) -> Any:
        """What navigator.bluetooth is asked."""
        if what == "connect":
            return await self._connect()
        client = self._client
        if client is None:
            raise BleakError("not connected")
        if what == "disconnect":
            with contextlib.suppress(BleakError):
                await client.disconnect()
        elif what == "read":
            return bytes(await client.read_gatt_char(uuid)).hex()
        elif what == "write":
            await client.write_gatt_char(uuid, bytes.fromhex(octets), response=True)
        else:
            await client.start_notify(
                uuid, lambda _, said: self._says.put_nowait(("said", uuid, said.hex()))
            )
        return None

    async def _connect(self) -> list[dict[str, Any]]:
        found = await BleakScanner.find_device_by_address(ADDRESS, backend=self._bluetooth[1])
        assert found is not None
        gone = lambda _: self._says.put_nowait(("gone",))  # noqa: E731
        self._client = BleakClient(found, gone, backend=self._bluetooth[0])
        await self._client.connect()
        return [
            {"uuid": service.uuid, "characteristics": [
                {"uuid": each.uuid, "properties": list(each.properties)}
                for each in service.characteristics]}
            for service in self._client.services
        ]  # fmt: skip

    async def tell(self) -> None:
        """Notifications to the page, in their order, until cancelled."""
        while True:
            some = [await self._says.get()]
            while not self._says.empty():
                some.append(self._says.get_nowait())
            calls = ";".join(f"{name}({','.join(map(json.dumps, more))})" for name, *more in some)
            await self._page.evaluate(f"() => {{ {calls} }}")


class App(Tunnel):
    """A page, and what it kept: that is on our side, and survives its reload."""

    def __init__(self, page: Page, bluetooth: tuple[Any, Any]) -> None:
        super().__init__(page, bluetooth)
        self.kept: list[dict[str, Any]] = []
        self.last: int | None = None

    async def open(self) -> None:
        """Load it, with what it kept."""
        await self._page.goto(PLACE)
        await self._page.wait_for_function("window.isReady")
        await self._page.evaluate("known => recall(known)",
                                  {"records": self.kept, "last": self.last})  # fmt: skip

    async def sync(self) -> str:
        """One tap on its button; how it ended."""
        return str(await self._page.evaluate("sync()"))

    def keep(self, records: list[dict[str, Any]], last: int | None) -> None:
        """What its outbox would do."""
        self.kept += records
        self.last = last


@contextlib.asynccontextmanager
async def app(bluetooth: tuple[Any, Any]) -> AsyncIterator[App]:
    """The page in a browser."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-meter-"))
    try:
        module = built(folder)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            page = await browser.new_page()
            made = App(page, bluetooth)
            await page.route(
                f"{PLACE}**",
                lambda route: (
                    route.fulfill(body=module, content_type="text/javascript")
                    if route.request.url.endswith("app.js")
                    else route.fulfill(body=PAGE, content_type="text/html")
                ),
            )
            await page.expose_function("tunnel", made.tunnel)
            await page.expose_function("keep", made.keep)
            telling = asyncio.create_task(made.tell())
            try:
                await made.open()
                yield made
            finally:
                telling.cancel()
                await browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def through_app(
    records: Records, contexts: Records, cuts: int, seed: int, say: Callable[[str], None]
) -> dict[str, float]:
    """All cuts, reloading at every tenth; then a whole sync and another."""
    link, dice = LocalLink(), random.Random(seed)
    adapter = device_on(link, "phone", "F0:F0:F0:F0:F0:F0")
    await adapter.power_on()
    meter = Meter(device_on(link, "meter", ADDRESS), records, contexts)
    await meter.here()
    done = 0
    async with app(backends(adapter)) as page:
        while done < cuts:
            left = len(records) + len(contexts) - len(page.kept)
            meter.cut_after = dice.randrange(max(2, min(60, left)))
            ended = await page.sync()
            done += meter.cut_after is None
            if ended not in ("cut", "complete") and "GATT" not in ended:
                say(ended)
            if done % RELOAD_EVERY == 0:
                await page.open()
        meter.cut_after = None
        first = await page.sync()
        before = len(page.kept)
        second = await page.sync()
        new = len(page.kept) - before
        kept = page.kept
    numbers = [(each["number"], each["isContext"]) for each in kept]
    wrong = {
        (each["number"], each["octets"])
        for each in kept
        if (contexts if each["isContext"] else records)[each["number"]].hex() != each["octets"]
    }
    expected = {(n, False) for n in records} | {(n, True) for n in contexts}
    in_order = [n for n, is_context in numbers if not is_context]
    return {
        "app_cuts": done,
        "app_missing": len(expected - set(numbers)),
        "app_duplicates": len(numbers) - len(set(numbers)),
        "app_second_sync_new": new,
        "app_octets_wrong": len(wrong),
        "app_out_of_order": int(in_order != sorted(in_order)),
        "app_not_complete": int((first, second) != ("complete", "complete")),
    }
