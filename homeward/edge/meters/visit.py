"""One visit to one meter: subscribe, bring over what it has stored, listen to what it measures.

What it says is in its book before the meter is asked for more. Nothing is deleted on it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from msgspec.structs import replace

from homeward.edge.meters.book import NEAR, Book, Line
from homeward.edge.meters.doubt import Newest
from homeward.model.errors import Unreachable, Unreadable
from homeward.standards.gatt import cgm, glucose, heart_rate, oximeter, racp
from homeward.standards.gatt.field import Characteristic
from homeward.standards.gatt.measured import Measured, measured
from homeward.standards.gatt.meter_clock import (
    CURRENT_TIME,
    DATE_TIME,
    NEAR_ENOUGH,
    RIGHT_WITHIN,
    Clock,
    clock_of,
)
from homeward.standards.gatt.profiles import BY_UUID, CHARACTERISTICS
from homeward.standards.gatt.session import Session, Told, is_same, session_of
from homeward.standards.gatt.sync import (
    Command,
    Done,
    End,
    Keep,
    Spoil,
    Sync,
    Write,
    cgm_numbered,
    glucose_numbered,
)

SERIAL_NUMBER = 0x2A25
QUIET_SECONDS = 10.0  # a meter that has said nothing for so long has no more to say
BEGIN_SECONDS = 60.0  # a person may have to confirm pairing
EVENTS_MAX = 4_096  # that wait for the disk
NEEDS_PAIRING = (0x05, 0x0F)  # ATT: insufficient authentication, insufficient encryption
_STORES = {glucose.MEASUREMENT.uuid: glucose_numbered, cgm.MEASUREMENT.uuid: cgm_numbered}
LISTENS = frozenset(
    {each.uuid for each in CHARACTERISTICS if any(field.vital for field in each.fields)}
    | {glucose.CONTEXT.uuid}
)
_STREAMS = frozenset({heart_rate.MEASUREMENT.uuid, oximeter.CONTINUOUS.uuid})
log = logging.getLogger("homeward.edge")

Client = Any  # bleak's, which need not be there to read this
Stream = Callable[[Measured, datetime], None]


@dataclass(frozen=True, slots=True)
class Packet:
    """What a meter measured and has given no number."""

    uuid: int
    octets: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """A characteristic said something; None: the link is gone."""

    uuid: int | None
    octets: bytes = b""


def full(uuid: int) -> str:
    """An assigned number as a UUID (Core 5.4, vol 3, part B, 2.5.1)."""
    return f"0000{uuid:04x}-0000-1000-8000-00805f9b34fb"


class Visit:
    """A link to a meter that is connected. `now` gives UTC, `zone` is where the meter is. `stream`
    takes what is measured every second, which has no time of its own and needs no book; `on_kept`
    is called when there is more in the book."""

    def __init__(
        self, client: Client, book: Book, now: Callable[[], datetime], zone: tzinfo,
        stream: Stream, on_kept: Callable[[], None], quiet_seconds: float = QUIET_SECONDS,
    ) -> None:  # fmt: skip
        self.end: End | None = None
        self.kept = 0
        self.newest: Newest | None = None  # of what it had not when it was read last
        self._client, self._book, self._now, self._zone = client, book, now, zone
        self._stream, self._on_kept, self._quiet_seconds = stream, on_kept, quiet_seconds
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._clock = Clock()
        self._session = Session(None, why="it was not asked when that was")
        self._sync: Sync | None = None
        self._stored = 0  # the characteristic that is synced
        self._timed_last: Line | None = None  # a record, which may not be in the book yet
        self._first_wrong: datetime | None = None  # the first time that cannot be, by its clock
        self._control: Any = None

    def gone(self) -> None:
        """The link is gone."""
        self._events.put_nowait(Event(None))

    async def run(self) -> None:
        """Until the meter has no more to say. Raises what bleak does, Unreachable and OSError."""
        found = [each for service in self._client.services for each in service.characteristics]
        control = [each for each in found if each.uuid == full(racp.UUID)]
        async with asyncio.timeout(BEGIN_SECONDS):
            await self._greet()
            for each in found:
                uuid = _short(each.uuid)
                if uuid in LISTENS and {"notify", "indicate"} & set(each.properties):
                    await self._listen(each, uuid)
        for each in control:
            await self._bring(each)
        here = {_short(each.uuid) for each in found}
        if self._sync is None and (here := here & _STORES.keys()):  # it tells, and cannot be asked
            self._stored = min(here)
            self._sync = Sync(self._book.memory(self._stored), _STORES[self._stored])
        await self._hear_out()

    # -- beginning -----------------------------------------------------------------------------

    async def _greet(self) -> None:
        serial = await self._read(SERIAL_NUMBER)
        identity = serial.decode(errors="replace").strip("\0 ")[:64] if serial else ""
        if identity and identity != self._book.identity:
            if self._book.identity:
                log.warning("a meter was replaced by another")
                for uuid in _STORES:
                    self._book.memory(uuid).replaced()
            await self._write([Line(SERIAL_NUMBER, self._now(), identity=identity)])
        for uuid in (CURRENT_TIME, DATE_TIME):
            said = await self._read(uuid)
            if said is not None:
                self._clock = clock_of(said, self._now(), self._zone)
        if self._client.services.get_characteristic(full(cgm.MEASUREMENT.uuid)) is not None:
            await self._meet_session()

    async def _meet_session(self) -> None:
        """What a continuous monitor counts from: what it said when its session was first met, so
        that all records of one session are of one clock."""
        asked = (cgm.FEATURE, cgm.SESSION_START, cgm.SESSION_RUN, cgm.STATUS)
        said = [await self._read(each.uuid) or b"" for each in asked]  # what it counts: last
        feature, start, run, status = said
        told, before = Told(self._now(), start, status, run, feature), self._book.session
        if before is None or not is_same(before, told, self._zone):
            memory = self._book.memory(cgm.MEASUREMENT.uuid)
            epoch = memory.epoch + bool(memory.seen)
            octets = (start.hex(), status.hex(), run.hex(), feature.hex())
            line = Line(cgm.MEASUREMENT.uuid, told.at, epoch=epoch, session=octets)
            await self._write([line])
        self._session = session_of(self._book.session or told, self._zone, self._clock.ahead)

    async def _read(self, uuid: int) -> bytes | None:
        """What a characteristic says; None where the meter has none."""
        found = self._client.services.get_characteristic(full(uuid))
        if found is None or "read" not in found.properties:
            return None
        return bytes(await self._paired(lambda: self._client.read_gatt_char(found)))

    async def _listen(self, characteristic: Any, uuid: int) -> None:
        def said(_: Any, octets: bytearray) -> None:
            if self._events.qsize() < EVENTS_MAX:
                self._events.put_nowait(Event(uuid, bytes(octets)))
            else:  # it has it still, and is asked again
                self.gone()

        await self._paired(lambda: self._client.start_notify(characteristic, said))

    async def _paired(self, act: Callable[[], Any]) -> Any:
        """Do it, after pairing where the meter asks for that."""
        try:
            return await act()
        except Exception as error:  # bleak need not be here to name its own; the rest goes on
            if att_error(error) not in NEEDS_PAIRING:
                raise
        await self._client.pair()
        return await act()

    # -- what it has stored ----------------------------------------------------------------------

    async def _bring(self, control: Any) -> None:
        service = self._client.services.get_service(control.service_handle)
        here = {_short(each.uuid) for each in service.characteristics}
        self._stored = next((uuid for uuid in _STORES if uuid in here), 0)
        if not self._stored:
            return
        self._control = control
        await self._listen(control, racp.UUID)
        sync = self._sync = Sync(self._book.memory(self._stored), _STORES[self._stored])
        began = self._now()
        await self._act(sync.begin())
        while sync.end is None:
            events = await self._next(racp.PROCEDURE_SECONDS)
            await self._act(sync.timed_out() if not events else self._happened(sync, events))
        self.end = sync.end
        if sync.end is End.COMPLETE:
            self._book.synced[self._stored] = self._book.memory(self._stored).epoch, began
        if sync.end in (End.CUT, End.TIMED_OUT):
            raise Unreachable(f"its records: {sync.end}")

    def _happened(self, sync: Sync, events: list[Event]) -> list[Command | Packet]:
        commands: list[Command | Packet] = []
        for event in events:
            if event.uuid == self._stored:
                commands += sync.measurement(event.octets)
            elif event.uuid == glucose.CONTEXT.uuid:
                commands += sync.context(event.octets)
            elif event.uuid == racp.UUID:
                commands += sync.answered(event.octets)
            elif event.uuid is None:
                commands += sync.cut()
            else:
                commands += self._measured_now(event)
        return commands

    async def _act(self, commands: Sequence[Command | Packet]) -> None:
        """First the disk, then the meter."""
        lines = [self._line(each) for each in commands if isinstance(each, Keep | Spoil | Packet)]
        if lines and self._stored:
            memory = self._book.memory(self._stored)
            lines.append(Line(self._stored, self._now(), epoch=memory.epoch, last=memory.last))
        await self._write(lines)
        for each in commands:
            if isinstance(each, Write) and self._sync is not None:
                await self._ask(each.octets)
            elif isinstance(each, Done) and each.end not in (End.COMPLETE, End.CUT):
                log.warning("a meter's records: %s %s", each.end, each.why)

    async def _ask(self, octets: bytes) -> None:
        try:
            async with asyncio.timeout(racp.PROCEDURE_SECONDS):
                await self._paired(
                    lambda: self._client.write_gatt_char(self._control, octets, response=True)
                )
        except Exception as error:  # bleak need not be here to name its own; the rest goes on
            code = att_error(error)
            if code is None or self._sync is None:
                raise
            await self._act(self._sync.refused(code))

    # -- what it measures ------------------------------------------------------------------------

    async def _hear_out(self) -> None:
        """What it says by itself, until it is quiet or gone."""
        while events := await self._next(self._quiet_seconds):
            found = [each for event in events for each in self._heard(event)]
            await self._act(found)
            if any(event.uuid is None for event in events):
                return

    def _heard(self, event: Event) -> Sequence[Command | Packet]:
        if self._sync is not None and event.uuid == self._stored:
            return self._sync.measurement(event.octets)
        if self._sync is not None and event.uuid == glucose.CONTEXT.uuid:
            return self._sync.context(event.octets)
        return self._measured_now(event)

    def _measured_now(self, event: Event) -> list[Packet]:
        uuid = event.uuid
        if uuid not in LISTENS:
            return []
        if uuid in _STREAMS:
            with contextlib.suppress(Unreadable):  # the next one comes in a second
                for each in measured(BY_UUID[uuid], event.octets):
                    self._stream(each, self._now())
            return []
        is_known = self._book.knows(uuid, event.octets, self._now())
        return [] if is_known else [Packet(uuid, event.octets)]

    # -- the book --------------------------------------------------------------------------------

    async def _next(self, seconds: float) -> list[Event]:
        """What came, all of it at once; nothing after so many seconds."""
        heed_cancelling()
        try:
            async with asyncio.timeout(seconds):
                events = [await self._events.get()]
        except TimeoutError:
            return []
        while not self._events.empty():
            events.append(self._events.get_nowait())
        return events

    async def _write(self, lines: list[Line]) -> None:
        if not lines:
            return
        writing = asyncio.ensure_future(asyncio.to_thread(self._book.bring_to_disk, lines))
        try:
            await asyncio.shield(writing)
        except (OSError, asyncio.CancelledError):
            # Cancelled, it goes on in its thread. What is on the disk came, and nothing else did.
            await asyncio.wait((writing,))
            self._book.reopen()
            raise
        self._book.take_in(lines)
        self._on_kept()
        self.kept += sum(1 for line in lines if line.octets)

    def _line(self, command: Keep | Spoil | Packet) -> Line:
        now, octets = self._now(), command.octets.hex()
        if isinstance(command, Keep):
            if command.is_context:
                line = Line(self._stored, now, octets, command.epoch, command.number, True)
                return replace(line, zone=str(self._zone))
            line = Line(self._stored, now, octets, command.epoch, command.number)
            return self._timed(line, BY_UUID[self._stored])
        if isinstance(command, Packet):
            return self._timed(Line(command.uuid, now, octets), BY_UUID[command.uuid])
        return Line(self._stored, now, octets, why=command.why)

    def _timed(self, line: Line, characteristic: Characteristic) -> Line:
        """With when it was measured, or why nobody knows."""
        said = None
        try:
            [record] = measured(characteristic, bytes.fromhex(line.octets), self._session.has_crc)
            said, at = record.said, line.taken
            if record.offset is not None:
                at = self._session.at(record.offset, at)
            elif {"time", "base_time"} & record.values.keys():
                at = self._by_clock(line, record)
        except (Unreadable, ValueError) as error:
            return replace(line, said=said, why=str(error) or "more than one record")
        ahead = None if self._clock.ahead is None else self._clock.ahead.total_seconds()
        timed = replace(line, said=said, at=at, zone=str(self._zone), ahead=ahead)
        if line.number is not None:
            self._timed_last = timed
        return timed

    def _by_clock(self, line: Line, record: Measured) -> datetime:
        """When it was measured, by the meter's clock. Where that says it was before the last sync,
        which did not find it, it was after that began: the first such record then, which is the
        earliest it can be, the next as long after it as the clock says. Raises Unreadable where
        nobody can know."""
        since, now = self._read_last(line), line.taken
        after = self._not_before(line, since)
        try:
            at = self._clock.repaired(record.said, now, self._zone, after)
        except Unreadable:
            if since is None or now - since > NEAR_ENOUGH:
                raise
            self.newest = Newest(None, is_proven=True)
            return since
        if since is None or at >= since - RIGHT_WITHIN:
            if since is not None and record.quantities:
                self.newest = Newest(self._late(record, now - at))
            return at
        self._first_wrong = min(at, self._first_wrong or at)
        self.newest = Newest(None, is_proven=True)
        return min(now, since + (at - self._first_wrong))

    def _late(self, record: Measured, age: timedelta) -> timedelta | None:
        """How old it is, where its clock cannot be asked and it is too old to ring by that."""
        late = max(each.vital.late_seconds for each in record.quantities)
        is_late = self._clock.ahead is None and age.total_seconds() > late
        return age if is_late else None

    def _read_last(self, line: Line) -> datetime | None:
        """When a sync began that did not find this record, and found all there was."""
        epoch, began = self._book.synced.get(line.of, (-1, None))
        return began if line.number is not None and epoch == line.epoch else None

    def _not_before(self, line: Line, since: datetime | None) -> datetime | None:
        """When the record before it was measured, or a sync began that did not find it."""
        if line.number is None:
            return None
        last, before = self._timed_last, self._book.time_before(line.number, line.epoch)
        if last is not None and last.epoch == line.epoch and last.number is not None:
            is_near = 0 < line.number - last.number <= NEAR
            before = last.at if is_near else before
        # Its clock may be behind ours by as much as one that is right.
        synced = None if since is None else since - RIGHT_WITHIN
        return max((each for each in (before, synced) if each is not None), default=None)


def _short(uuid: str) -> int:
    return int(uuid[4:8], 16) if uuid == full(int(uuid[4:8], 16)) else 0


def heed_cancelling() -> None:
    """Raise CancelledError in a task that was told to end though what it awaited hid that: until
    3.12, asyncio.wait_for forgets it where its answer comes in the same moment."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def att_error(error: BaseException) -> int | None:
    """The ATT error in what bleak raised; None where it is none."""
    first = error.args[0] if error.args else None
    is_att = type(error).__name__ == "BleakGATTProtocolError" and isinstance(first, int)
    return int(first) if is_att and first is not None else None
