"""The hand-over: what devices send is told at once, committed in groups, then settled.

A batch leaves when a connection is free and takes all that waits: one fsync for however many
messages arrived during the last one. Nothing is settled before its COMMIT.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Self

from homeward.model.delivery import Delivery, DevicePass, Outcome, SensorsOff, Settle, Spoiled
from homeward.model.errors import Full, Unreachable, Unreadable
from homeward.model.vital import VITALS
from homeward.services.contract import Tools
from homeward.services.record.batch import (
    EPOCH,
    Batch,
    kept_apart,
    micros,
    size_of,
    spoiled_row,
    word_kept_apart,
)
from homeward.services.record.counts import REPORT_SECONDS, Counts
from homeward.services.record.hot import ROW, HotLane
from homeward.services.record.pace import Pace
from homeward.services.record.presence import Presence
from homeward.services.record.registry import Registry
from homeward.services.record.room import DiskWatch
from homeward.services.record.sensors import Sensors
from homeward.services.record.sessions import DeviceSessions
from homeward.services.record.wearers import Wearers
from homeward.store.bundles import READINGS, WAVES, InboxRow
from homeward.store.inbox import InboxLine, QuarantineRow

WAITING_BYTES_MAX = 64 * 1024 * 1024
ROOM_BYTES = WAITING_BYTES_MAX // 2  # resume when half is gone: no flutter
# Two: while one waits for the disk the other travels. A second batch is worth its own fsync
# only when it is not tiny.
IN_FLIGHT_MAX = 2
SECOND_ROWS_MIN = 256
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
TELL_AGAIN_FAILURES = 30  # about a minute
FINISH_SECONDS_MAX = 10.0
RESTART_SECONDS = 1.0

_LATE = {vital.index: vital.late_seconds * 1_000_000 for vital in VITALS}


class Intake:
    """The record's side of a connector's Link."""

    def __init__(self, tools: Tools) -> None:
        self.settings = tools.settings
        self.now = tools.now
        self._tools = tools
        self._wearers = Wearers(tools.store)
        self._presence = Presence(tools.store, tools.at)
        self._registry = Registry(tools, self._wearers, self._presence)
        self._hot = HotLane(tools.bus)
        self._disk = DiskWatch(tools, self._registry.tell_trouble)
        self._sensors = Sensors(tools, self._registry.sensors_said)
        self.sessions = DeviceSessions(tools, self._presence)
        self.counts = Counts()
        self._in_flight = 0  # messages of the batches being written
        self._offered: list[tuple[Delivery | Spoiled, Settle]] = []  # in this tick
        self._waiting = Batch.empty()
        self._waiting_bytes = 0
        self._idle = [InboxLine(tools.store) for _ in range(IN_FLIGHT_MAX)]
        self._writing: set[asyncio.Task[None]] = set()
        self._pace = Pace(self._start_batches)
        self._failures = 0
        self._is_holding_back = False
        self._resume: list[Callable[[], None]] = []
        self._loop = asyncio.get_running_loop()

    @classmethod
    @asynccontextmanager
    async def open(cls, tools: Tools) -> AsyncIterator[Self]:
        """Ready to take offers; at the end what waits is written first."""
        intake = cls(tools)
        await intake._registry.start()
        await intake.sessions.start()
        keepers = [
            asyncio.create_task(intake._keep(run))
            for run in (
                intake._hot.run,
                intake._hot.look,
                intake._registry.run,
                intake._count,
                intake._sensors.run,
                intake._disk.run,
                intake.sessions.run,
            )
        ]
        try:
            yield intake
        finally:
            await intake._finish()
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            intake._sensors.close()
            await intake.sessions.close()
            await intake._registry.stop()

    def offer(self, thing: Delivery | Spoiled, settle: Settle) -> None:
        """Tell it on the hot lane and queue it for the disk; `settle` after the commit."""
        if not self._offered:
            self._loop.call_soon(self._take_in)
        if thing.device_id in self._registry.quarantined and isinstance(thing, Delivery):
            thing = kept_apart(thing, self._registry.name_of(thing.device_id))
        self._waiting_bytes += size_of(thing)
        self._offered.append((thing, settle))

    def sensors(self, said: SensorsOff, settle: Settle) -> None:
        """Keep what a device says of its sensors; `settle` after the commit."""
        if said.device_id in self._registry.quarantined:
            name = self._registry.name_of(said.device_id)
            self.offer(word_kept_apart(said, name), settle)
        else:
            self._sensors.hear(said, settle)

    @property
    def is_full(self) -> bool:
        """More is waiting for the disk than may wait: stop reading sockets."""
        return self._waiting_bytes >= WAITING_BYTES_MAX

    def when_drained(self, resume: Callable[[], None]) -> None:
        """Call `resume` once there is room again."""
        self._resume.append(resume)
        self._loop.call_soon(self._wake_connectors)

    async def settled(self) -> None:
        """Wait until nothing waits for the disk."""
        while self._offered or self._waiting.rows or self._writing:
            self._take_in()
            self._start_batches(at_once=True)
            if self._writing:
                await asyncio.wait(self._writing)
            else:  # holding back
                await asyncio.sleep(BACK_OFF_SECONDS[0])

    async def admit(self, name: str, issued: datetime | None = None) -> DevicePass | None:
        """What the registry says of this device now. Raises Unreachable."""
        return await self._registry.admit(name, issued)

    def on_revoked(self, cut: Callable[[str], None]) -> None:
        """Call `cut(device name)` at once when a device loses its right to speak."""
        self._registry.cuts.append(cut)

    def on_moved(self, end: Callable[[str], None]) -> None:
        """Call `end(device name)` when a device that is here has come in by another door."""
        self._registry.moves.append(end)

    def came(self, device_id: int, address: str, firmware: str = "", visit: int = 0) -> None:
        """A device connected, and what it says it runs; `visit`: the one it was on last."""
        self._registry.came(device_id, address, firmware, visit)

    def went(self, device_id: int, detail: str) -> None:
        """A device is gone."""
        self._registry.went(device_id, detail)

    def last_words(self, device_id: int, detail: str) -> None:
        """The will of a device that is gone, later than that."""
        self._registry.last_words(device_id, detail)

    async def _keep(self, run: Callable[[], Awaitable[None]]) -> None:
        """Run it, and again when it fails: never silently without it."""
        while True:
            try:
                await run()
            except Exception as error:  # the runner: it is told, and it goes on
                self._loop.call_exception_handler({"message": "intake", "exception": error})
                self._registry.tell_trouble("record_fault", f"The door: {type(error).__name__}")
                await asyncio.sleep(RESTART_SECONDS)

    async def _count(self) -> None:
        """Say the counters, again and again: whoever hears them checks that they agree."""
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            if self._tools.bus.connected:  # else the seconds wait for the next time
                await self._tools.bus.tell("told.counts", self.report())

    def report(self) -> dict[str, Any]:
        """The counters as they are now. What was offered in this tick is not counted yet."""
        waiting = len(self._waiting.rows) + self._in_flight
        return self.counts.report(waiting, micros(self.now())) | {"door": self._tools.at}

    # -- the hot lane ---------------------------------------------------------------------

    def _take_in(self) -> None:
        """All that was offered in this tick, in one go: this is the door's busiest loop."""
        offered, self._offered = self._offered, []
        self.counts.received += len(offered)
        newest = self._presence.newest
        rows, settles = self._waiting.rows, self._waiting.settles
        told: list[bytes] = []
        now, received = EPOCH, 0  # what came in one tick came at one time, nearly always
        size_told = 0
        for thing, settle in offered:
            if isinstance(thing, Spoiled):
                rows.append(spoiled_row(thing))
                settles.append(settle)
                continue
            if thing.received is not now:
                self.counts.tell(received, size_told // ROW.size)
                size_told = 0
                now, received = thing.received, micros(thing.received)
            device = thing.device_id
            try:
                if thing.waves is None:
                    kind, body = READINGS, self._packed(thing, received)
                    told.append(body)
                    size_told += len(body)
                else:
                    kind, body = WAVES, thing.body
                    self._hot.waves(self._wearers.patient(device, thing.waves.start), device, body)
            except Exception as error:  # a fault of ours costs this message, and no other
                self._loop.call_exception_handler({"message": "intake", "exception": error})
                self.counts.faults += 1
                self._settle((settle,), size_of(thing), Outcome.NOT_STORED)
                continue
            newest[device] = thing
            rows.append((device, thing.boot, thing.seq, kind, received, body))
            settles.append(settle)
        self.counts.tell(received, size_told // ROW.size)
        if told:
            self._hot.readings(told)
        self._start_batches()

    def _packed(self, delivery: Delivery, received: int) -> bytes:
        device, pack = delivery.device_id, ROW.pack
        starts, ends, wearer = self._wearers.wearing(device, received)
        rows: list[bytes] = []
        for reading in delivery.readings:
            at, vital = micros(reading.at), reading.vital.index
            is_now = starts <= at < ends
            patient = wearer if is_now else self._wearers.patient(device, at)
            # Measured, by the device's own clock, on somebody who wears it no more: a clock a
            # little behind would ring for the wrong patient. It charts, and is no alarm.
            late = received - at > _LATE[vital] or patient != wearer
            rows.append(pack(patient, device, vital, late, at, received, reading.value))
        return rows[0] if len(rows) == 1 else b"".join(rows)

    # -- group commit ---------------------------------------------------------------------

    def _start_batches(self, *, at_once: bool = False) -> None:
        if self._disk.is_full and self._waiting.rows:  # what room there is left is for alarms
            refused, self._waiting = self._waiting, Batch.empty()
            self._settle_batch(refused, Outcome.NO_ROOM)
        while self._waiting.rows and self._idle and not self._is_holding_back:
            waiting = len(self._waiting.rows)
            if self._writing and waiting < SECOND_ROWS_MIN:
                return  # a tiny batch had better wait for the one under way
            if not at_once and self._pace.holds(waiting):
                return
            self._pace.begins()
            task = self._loop.create_task(self._write(self._idle.pop(), self._next_batch()))
            self._writing.add(task)
            task.add_done_callback(self._written)

    def _next_batch(self) -> Batch:
        batch, self._waiting = self._waiting.cut(self._waiting_bytes)
        self._in_flight += len(batch.rows)
        return batch

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._loop.call_exception_handler({"message": "intake", "exception": error})
        self._start_batches()

    async def _write(self, line: InboxLine, batch: Batch) -> None:
        try:
            await self._store(line, batch)
        except Unreachable as error:
            self._hold_back(str(error))
        else:
            self._succeeded()
        finally:
            self._in_flight -= len(batch.rows)
            self._idle.append(line)

    async def _store(self, line: InboxLine, batch: Batch) -> None:
        """Commit and settle. Raises Unreachable, with all of the batch settled as not stored."""
        try:
            spoiled = [row for row in batch.rows if type(row) is QuarantineRow]
            await line.write([row for row in batch.rows if type(row) is tuple], spoiled)
        except Unreadable as error:
            await self._store_apart(line, batch, str(error))
            return
        except BaseException as error:  # whatever it was, it was not stored
            full = isinstance(error, Full)
            self._settle_batch(batch, Outcome.NO_ROOM if full else Outcome.NOT_STORED)
            raise
        self._settle_batch(batch, Outcome.STORED, len(spoiled))
        if spoiled:
            self._registry.tell_quarantine(spoiled)

    async def _store_apart(self, line: InboxLine, batch: Batch, reason: str) -> None:
        """One row spoils the batch: find it by halving, and put that one aside."""
        if len(batch.rows) == 1:
            await self._put_aside(line, batch, reason)
            return
        half, rest = batch.split(len(batch.rows) // 2)
        try:
            await self._store(line, half)
        except BaseException:  # the rest was not even tried
            self._settle_batch(rest, Outcome.NOT_STORED)
            raise
        await self._store(line, rest)

    async def _put_aside(self, line: InboxLine, batch: Batch, reason: str) -> None:
        row = batch.rows[0]
        # Without its device: an unknown one is the likeliest reason.
        topic = f"device {row[0]}".encode()
        received = row.received if isinstance(row, QuarantineRow) else InboxRow(*row).received
        aside = QuarantineRow(None, received, topic, reason.encode(), row[-1])
        outcome = Outcome.NOT_STORED
        try:
            await line.write((), (aside,))
            outcome = Outcome.STORED
        except Unreadable as error:
            self._registry.tell_trouble("record_refused", f"A message cannot be kept: {error}")
        finally:
            self._settle_batch(batch, outcome, int(outcome is Outcome.STORED))
        self._registry.tell_quarantine([aside])

    def _settle_batch(self, batch: Batch, outcome: Outcome, quarantined: int = 0) -> None:
        self._settle(batch.settles, batch.size, outcome, quarantined)

    def _settle(
        self, settles: Collection[Settle], size: int, outcome: Outcome, quarantined: int = 0
    ) -> None:
        if outcome is Outcome.STORED:
            self.counts.stored += len(settles) - quarantined
            self.counts.quarantined += quarantined
        else:
            self.counts.refused += len(settles)
        self._waiting_bytes -= size
        for settle in settles:
            try:
                settle(outcome)
            except Exception as error:  # one connection's fault must not leave others unanswered
                self._loop.call_exception_handler({"message": "settle", "exception": error})
        self._wake_connectors()

    def _wake_connectors(self) -> None:
        if not self._resume or self._waiting_bytes > ROOM_BYTES:
            return
        resume, self._resume = self._resume, []
        for each in resume:
            each()

    def _hold_back(self, reason: str) -> None:
        if self._failures % TELL_AGAIN_FAILURES == 0:
            self._registry.tell_trouble("record_away", f"Nothing can be written: {reason}")
        delay = BACK_OFF_SECONDS[min(self._failures, len(BACK_OFF_SECONDS) - 1)]
        self._failures += 1
        self._is_holding_back = True
        self._loop.call_later(delay, self._go_on)

    def _go_on(self) -> None:
        self._is_holding_back = False
        self._start_batches()

    def _succeeded(self) -> None:
        if self._failures:
            self._failures = 0
            self._registry.tell_trouble("record_away", "The record is written again.", is_on=False)

    async def _finish(self) -> None:
        """Write what waits, for a while; what then still waits was not stored."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS_MAX):
                await self.settled()
        await self._hot.tell()  # what came in its last few milliseconds
        left, self._waiting = self._waiting, Batch.empty()
        self._settle_batch(left, Outcome.NOT_STORED)
        for line in self._idle:
            await line.close()
