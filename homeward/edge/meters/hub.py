"""The hub: finds the meters it knows, visits them, and hands their books to the spool.

A meter is a device of the registry that speaks through this edge; meters.json in the edge's folder
says which Bluetooth address is which device. Without bleak installed there is no hub, and the edge
runs without it.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeward.device.line import Line as Wire
from homeward.edge.intake import Intake
from homeward.edge.meters.beside import Beside
from homeward.edge.meters.book import Book, Line
from homeward.edge.meters.doubt import Doubt
from homeward.edge.meters.visit import Visit, heed_cancelling
from homeward.engines.secret import write_private
from homeward.model.delivery import Delivery, Outcome, Spoiled
from homeward.model.errors import Misconfigured, Unreachable, Unreadable
from homeward.standards.gatt import cgm, glucose
from homeward.standards.gatt.measured import NOBODYS, Measured, measured
from homeward.standards.gatt.profiles import BY_UUID
from homeward.standards.payload import UNCOUNTED_BOOT, fingerprint

FILE, FOLDER = "meters.json", "meters"
AGAIN_SECONDS = 60.0  # after a visit that went well
FAILED_SECONDS = 15.0  # after one that did not
SCAN_SECONDS = 30.0
CLOSE_SECONDS = 5.0  # for links to be let go at the end
OFFERED_MAX = 500  # lines offered to the spool at once
log = logging.getLogger("homeward.edge")


def known_meters(folder: Path) -> Mapping[str, str]:
    """Names of devices, and their Bluetooth addresses. Raises Misconfigured."""
    path = folder / FILE
    try:
        found = json.loads(path.read_text()) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path}: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise Misconfigured(f"{path}: it is no list of names and addresses")
    return {str(name): address.upper() for name, address in found.items()}


def keep_meters(folder: Path, meters: Iterable[str]) -> None:
    """Add NAME=ADDRESS to those that are known; an empty address takes one away. Raises
    Misconfigured."""
    known = dict(known_meters(folder))
    for each in meters:
        name, _, address = each.partition("=")
        if not name or "=" not in each:
            raise Misconfigured(f"{each}: a meter is NAME=ADDRESS")
        known[name] = address.upper()
    known = {name: address for name, address in known.items() if address}
    write_private(folder / FILE, json.dumps(known, indent=1).encode() + b"\n")


def zone_of(name: str) -> tzinfo:
    """A zone by its name; empty: this machine's. Raises Misconfigured."""
    local = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2] or "UTC"
    try:
        return ZoneInfo(name or local)
    except (OSError, ValueError, KeyError):
        raise Misconfigured(f"edge_zone: there is no zone {name or local}") from None


class Hub:
    """All meters of one edge. `bluetooth` are bleak's backends of client and scanner; None: the
    machine's own. `wire` is to the server; None: it is not told what is beside the numbers."""

    def __init__(
        self, folder: Path, intake: Intake, zone: str, now: Callable[[], datetime],
        bluetooth: tuple[type, type] | None = None, wire: Wire | None = None,
    ) -> None:  # fmt: skip
        self.meters = known_meters(folder)
        self.trouble = ""
        self.quiet_seconds: float | None = None  # of a visit; None: as it is
        self.visits = 0  # that went well
        self._zone = zone_of(zone) if self.meters else None
        self._intake, self._now = intake, now
        self._backends: tuple[Any, Any] = bluetooth or (None, None)  # bleak's None: its own
        self.books = {name: Book(folder / FOLDER / f"{name}.jsonl") for name in self.meters}
        self.beside = None if wire is None else Beside(self.books, wire)
        self._doubts = {name: Doubt() for name in self.meters}  # about their clocks
        self._due: dict[str, float] = dict.fromkeys(self.meters, 0.0)  # monotonic
        self._visiting: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._news.set()
        self._loop = asyncio.get_running_loop()

    def clocks(self) -> str:
        """Whose clock somebody should look at, or empty."""
        wrong = [name for name, each in self._doubts.items() if each.is_wrong]
        return f"set the clock of {', '.join(wrong)}: what is measured there may not ring" * any(
            wrong
        )

    # -- visiting --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. Raises Misconfigured without bleak, Unreachable without Bluetooth."""
        try:
            from bleak import BleakScanner
            from bleak.exc import BleakBluetoothNotAvailableError
        except ImportError:
            raise Misconfigured(
                "there are meters, and bleak is missing: homeward[meters]"
            ) from None
        try:
            while True:
                heed_cancelling()
                try:
                    found = await BleakScanner.find_device_by_filter(
                        lambda device, _: self._is_due(device.address),
                        SCAN_SECONDS,
                        backend=self._backends[1],
                    )
                except BleakBluetoothNotAvailableError as error:
                    raise Unreachable(f"Bluetooth is off: {error}") from None
                if found is not None:
                    await self._begin(self._name_of(found.address), found)
        finally:
            visits = tuple(self._visiting.values())
            for task in visits:
                task.cancel()
            if visits:
                await asyncio.wait(visits, timeout=CLOSE_SECONDS)

    async def _begin(self, name: str, device: Any) -> None:
        """Begin a visit. One connects at a time: an adapter looks for one thing at a time."""
        connected = asyncio.Event()
        task = self._visiting[name] = self._loop.create_task(self._visit(name, device, connected))
        task.add_done_callback(lambda _: self._visiting.pop(name, None))
        waiting = self._loop.create_task(connected.wait())
        await asyncio.wait((waiting, task), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    def _is_due(self, address: str) -> bool:
        name = self._name_of(address)
        return name != "" and name not in self._visiting and self._loop.time() >= self._due[name]

    def _name_of(self, address: str) -> str:
        own = address.partition("/")[0].upper()
        return next((name for name, each in self.meters.items() if each == own), "")

    async def _visit(self, name: str, device: Any, connected: asyncio.Event) -> None:
        from bleak.exc import BleakError

        pause = FAILED_SECONDS
        try:
            visit = await self._linked(name, device, connected)
            self.visits += 1
            self.trouble = ""
            pause = AGAIN_SECONDS
            log.info("a meter was visited: %d new, %s", visit.kept, visit.end or "heard")
        except (BleakError, Unreachable, OSError, TimeoutError) as error:
            # A link that is lost is an everyday thing: the meter has what did not come.
            why = error.strerror if isinstance(error, OSError) else str(error)
            log.info("a visit to a meter ended early: %s", why)
            if isinstance(error, OSError) and not isinstance(error, TimeoutError):
                self.trouble = f"what a meter says cannot be kept ({why})"
        finally:
            self._due[name] = self._loop.time() + pause
            self._intake_went(name)
            self._news.set()

    async def _linked(self, name: str, device: Any, connected: asyncio.Event) -> Visit:
        from bleak import BleakClient

        book = self.books[name]
        if book.wants_opening:
            book.reopen()
        made: list[Visit] = []

        def gone(_: BleakClient) -> None:
            for each in made:
                each.gone()

        client = BleakClient(device, gone, backend=self._backends[0])
        quiet = {} if self.quiet_seconds is None else {"quiet_seconds": self.quiet_seconds}
        assert self._zone is not None
        made.append(
            Visit(client, book, self._now, self._zone, lambda *said: self._stream(name, *said),
                  self._kept, **quiet)
        )  # fmt: skip
        async with client:
            connected.set()
            self._intake_came(name, client.address)
            try:
                await made[0].run()
            finally:
                if made[0].newest is not None:
                    self._doubts[name].hear(made[0].newest)
        return made[0]

    def _kept(self) -> None:
        self._news.set()
        if self.beside is not None:
            self.beside.wake()

    # -- handing over ----------------------------------------------------------------------------

    async def hand_over(self) -> None:
        """Books to the spool, until cancelled."""
        while True:
            self._news.clear()
            stays = False
            for name, book in self.books.items():
                while lines := book.waiting(OFFERED_MAX):
                    if not await self._offered(name, lines):
                        stays = True
                        break
                    if book.waiting(len(lines)) == lines:  # else it was opened anew meanwhile
                        book.done(len(lines))
            if not stays:
                await self._news.wait()
                continue
            await asyncio.sleep(1.0)

    async def _offered(self, name: str, lines: list[Line]) -> bool:
        """Whether the spool has all of it; not while the registry does not let the meter speak."""
        device = await self._device(name)
        if device is None:
            return False
        waiting: list[asyncio.Future[Outcome]] = []
        for thing in (one for line in lines for one in told_by(device, name, line, self._now())):
            future: asyncio.Future[Outcome] = self._loop.create_future()
            waiting.append(future)
            self._intake.offer(thing, lambda outcome, future=future: _settle(future, outcome))
        return all(each is Outcome.STORED for each in await asyncio.gather(*waiting))

    async def _device(self, name: str) -> int | None:
        try:
            found = await self._intake.admit(name)
        except Unreachable:
            return None
        return found.device_id if found is not None and not found.refusal else None

    def _stream(self, name: str, said: Measured, at: datetime) -> None:
        """What is measured every second goes straight to the spool."""
        self._loop.create_task(self._streamed(name, said, at))

    async def _streamed(self, name: str, said: Measured, at: datetime) -> None:
        device = await self._device(name)
        if device is None or self._intake.is_full:
            return
        try:
            readings = said.readings(at)
        except Unreadable:
            return
        if readings:
            number = _number(name, f"{at.timestamp()}")
            self._intake.offer(
                Delivery(device, UNCOUNTED_BOOT, number, at, readings), lambda outcome: None
            )

    def _intake_came(self, name: str, address: str) -> None:
        self._intake.here[name] = address

    def _intake_went(self, name: str) -> None:
        self._intake.here.pop(name, None)


def told_by(device: int, name: str, line: Line, now: datetime) -> list[Delivery | Spoiled]:
    """What the spool is told of a line now: its readings, or what is wrong with it, or nothing."""
    if not line.octets:
        return []
    octets, topic = bytes.fromhex(line.octets), f"bluetooth/{line.of:04x}"
    if line.is_context:
        return _context_told(device, now, octets)
    if line.why or line.at is None:
        return [Spoiled(device, now, topic, line.why or "it has no time", octets)]
    try:
        records = measured(BY_UUID[line.of], octets)
        readings = [reading for each in records for reading in each.readings(line.at)]
    except Unreadable as error:
        return [Spoiled(device, now, topic, str(error), octets)]
    # The same octets in another session of a monitor are another message, if the book was lost too;
    # and so they are where nothing in them says when.
    is_timed = line.of != cgm.MEASUREMENT.uuid and line.said is not None
    counted = "" if is_timed else f" {line.at.isoformat()}"
    number = _number(name, f"{line.of} {line.epoch} {line.number} {line.octets}{counted}")
    found: list[Delivery | Spoiled] = []
    if readings:
        found.append(Delivery(device, UNCOUNTED_BOOT, number, now, tuple(readings)))
    missing = {k: why for each in records for k, why in each.missing.items() if why not in NOBODYS}
    if missing and not readings:
        why = ", ".join(f"{vital} has no value: {why}" for vital, why in missing.items())
        found.append(Spoiled(device, now, topic, why, octets))
    return found


def _context_told(device: int, now: datetime, octets: bytes) -> list[Delivery | Spoiled]:
    """A context is no reading; one that cannot be read is told of."""
    try:
        measured(glucose.CONTEXT, octets)
    except Unreadable as error:
        return [Spoiled(device, now, f"bluetooth/{glucose.CONTEXT.uuid:04x}", str(error), octets)]
    return []


def _number(name: str, key: str) -> int:
    return fingerprint(f"{name} {key}".encode())


def _settle(future: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not future.done():
        future.set_result(outcome)
