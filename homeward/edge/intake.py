"""The hand-over at an edge: judged at once, written to the spool in groups, then settled.

The same Link as in front of the record, so the doors are the same. What cannot be kept is
refused, never dropped: its device still has it. It was judged all the same.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from homeward.device.spool import Spool
from homeward.edge.reach import Reach
from homeward.edge.registry import Known, Registry
from homeward.edge.sessions import EdgeSessions
from homeward.edge.vigil import Vigil
from homeward.model.delivery import Delivery, DevicePass, Outcome, SensorsOff, Settle, Spoiled
from homeward.model.errors import Unreachable
from homeward.settings import Settings
from homeward.standards.gateway import (
    PART_BYTES_MAX,
    Kind,
    Part,
    pack,
    pack_readings,
    pack_spoiled,
)
from homeward.standards.payload import BATCH_READINGS_MAX, encode_sensors

WAITING_BYTES_MAX = 16 * 1024 * 1024
RECORD_BYTES = 200  # what one waiting message costs besides its body
BATCH_RECORDS_MAX = 2_000
BATCH_BYTES_MAX = 1024 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
log = logging.getLogger("homeward.edge")


class Intake:
    """The edge's side of a connector's Link."""

    def __init__(
        self, settings: Settings, spool: Spool, vigil: Vigil, reach: Reach,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        # What is larger no server takes of us, so that no device is told it is safe.
        payload_bytes_max = min(settings.payload_bytes_max, PART_BYTES_MAX)
        self.settings = replace(settings, doors=1, payload_bytes_max=payload_bytes_max)
        self.now = now
        self.sessions = EdgeSessions()
        self.here: dict[str, str] = {}  # devices that are in, and from where
        self.kept = 0  # messages, in this run
        self.refused = 0
        self.trouble = ""  # why nothing can be kept now
        self.on_kept: Callable[[], None] = lambda: None
        self._spool, self._vigil, self._reach = spool, vigil, reach
        self._known: dict[str, Known] | None = None
        self._names: dict[int, str] = {}
        self._certified: dict[str, datetime] = {}  # not-before of the newest, by device
        self._cuts: list[Callable[[str], None]] = []
        self._resume: list[Callable[[], None]] = []
        self._waiting: deque[tuple[int, bytes, Settle]] = deque()
        self._waiting_bytes = 0
        self._writing: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()

    def know(self, registry: Registry) -> None:
        """Who may speak here. Whoever may not any more is cut at once."""
        before = self._known or {}
        self._known = dict(registry.by_name)
        self._names |= {each.id: each.name for each in registry.devices}
        for name in before:
            now = self._known.get(name)
            if now is None or not now.active:
                for cut in self._cuts:
                    cut(name)

    # -- what devices say ------------------------------------------------------------------------

    def offer(self, thing: Delivery | Spoiled, settle: Settle) -> None:
        """Judge it, and queue it for the disk; `settle` after the fsync."""
        device_id = thing.device_id
        if isinstance(thing, Spoiled):
            body = pack_spoiled(thing.reason, thing.topic, thing.body)
            self._keep(device_id, Kind.SPOILED, -1, 0, thing.received, (body,), settle)
            return
        if thing.waves is not None:
            bodies = (thing.body,)
            self._keep(device_id, Kind.WAVES, thing.boot, thing.seq, thing.received, bodies, settle)
            return
        self._vigil.hear(thing.device_id, thing.readings, thing.received)
        # A body in a format of others may tell more than a message of ours has.
        bodies = [
            pack_readings(thing.readings[first : first + BATCH_READINGS_MAX])
            for first in range(0, len(thing.readings), BATCH_READINGS_MAX)
        ]
        self._keep(device_id, Kind.READINGS, thing.boot, thing.seq, thing.received, bodies, settle)

    def sensors(self, said: SensorsOff, settle: Settle) -> None:
        """Keep what a device says of its sensors; `settle` after the fsync."""
        body = encode_sensors(said.names)
        self._keep(said.device_id, Kind.SENSORS, -1, 0, said.received, (body,), settle)

    def _keep(
        self, device_id: int | None, kind: Kind, boot: int, seq: int, received: datetime,
        bodies: Sequence[bytes], settle: Settle,
    ) -> None:  # fmt: skip
        taken = (received - _EPOCH) // _MICROSECOND
        name = self._names[device_id or 0]
        part = b"".join(pack(Part(name, kind, boot, seq, taken, body)) for body in bodies)
        self._waiting.append((taken, part, settle))
        self._waiting_bytes += RECORD_BYTES + len(part)
        if self._writing is None:
            self._writing = self._loop.create_task(self._write())
            self._writing.add_done_callback(self._written)

    # -- group commit ----------------------------------------------------------------------------

    async def _write(self) -> None:
        """Bring what waits to the disk: one fsync for however many came during the last one."""
        while self._waiting:
            batch = self._next_batch()
            outcome = Outcome.NOT_STORED
            try:
                if self._spool.is_full:
                    self._refuse("its spool is full: devices keep what they measure")
                else:
                    await self._commit([(taken, part) for taken, part, _ in batch])
                    outcome = Outcome.STORED
            except OSError as error:
                self._refuse(f"its disk takes nothing ({error.strerror})")
            finally:
                for _, part, settle in batch:
                    self._waiting_bytes -= RECORD_BYTES + len(part)
                    self._settle(settle, outcome)
            self._count(len(batch), outcome)
            self._wake_connectors()

    def _settle(self, settle: Settle, outcome: Outcome) -> None:
        try:
            settle(outcome)
        except Exception as error:  # one connection's fault must not leave others unanswered
            self._loop.call_exception_handler({"message": "settle", "exception": error})

    async def _commit(self, bodies: Sequence[tuple[int, bytes]]) -> None:
        moment = self._loop.time()
        pending = self._spool.prepare(bodies)
        try:
            # Shielded: cancelled, the write goes on in its thread, and must not meet the next.
            await asyncio.shield(self._loop.run_in_executor(None, pending.sync))
        except OSError:
            self._spool.failed()
            raise
        self._spool.commit(pending)
        self._reach.owes(self._spool.end, moment)

    def _next_batch(self) -> list[tuple[int, bytes, Settle]]:
        batch: list[tuple[int, bytes, Settle]] = []
        size = 0
        while self._waiting and len(batch) < BATCH_RECORDS_MAX and size < BATCH_BYTES_MAX:
            batch.append(self._waiting.popleft())
            size += len(batch[-1][1])
        return batch

    def _count(self, messages: int, outcome: Outcome) -> None:
        if outcome is Outcome.STORED:
            self.kept += messages
            self.trouble = ""
            self.on_kept()
        else:
            self.refused += messages

    def _refuse(self, why: str) -> None:
        self._reach.refused(self._loop.time())
        if self.trouble != why:
            self.trouble = why
            log.error("nothing can be kept: %s", why)

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._loop.call_exception_handler({"message": "the edge's spool", "exception": error})
        if self._waiting and not task.cancelled():
            self._writing = self._loop.create_task(self._write())
            self._writing.add_done_callback(self._written)

    async def settled(self) -> None:
        """Wait until nothing waits for the disk."""
        while self._writing is not None:
            await asyncio.wait([self._writing])
            await asyncio.sleep(0)

    # -- the rest of a Link ----------------------------------------------------------------------

    @property
    def is_full(self) -> bool:
        """More is waiting for the disk than may wait: stop reading sockets."""
        return self._waiting_bytes >= WAITING_BYTES_MAX

    def when_drained(self, resume: Callable[[], None]) -> None:
        """Call `resume` once there is room again."""
        self._resume.append(resume)
        self._loop.call_soon(self._wake_connectors)

    def _wake_connectors(self) -> None:
        if self._waiting_bytes < WAITING_BYTES_MAX // 2:
            resume, self._resume = self._resume, []
            for each in resume:
                each()

    async def admit(self, name: str, issued: datetime | None = None) -> DevicePass | None:
        """What the registry said of this device, the last time it could be asked. Which of its
        certificates is the newest is known here for as long as the edge runs."""
        if self._known is None:
            raise Unreachable("the registry was never fetched")
        found = self._known.get(name)
        if found is None:
            return None
        newest = self._certified.get(name, issued)
        if issued is None or newest is None:
            return DevicePass(found.id, name, found.active)
        self._certified[name] = max(newest, issued)
        return DevicePass(found.id, name, found.active, outdated=issued < newest)

    def on_revoked(self, cut: Callable[[str], None]) -> None:
        """Call `cut(device name)` when a device is no longer ours, or lost its right to speak."""
        self._cuts.append(cut)

    def on_moved(self, end: Callable[[str], None]) -> None:
        """An edge has one door: nobody moves."""

    def came(self, device_id: int, address: str, firmware: str = "", visit: int = 0) -> None:
        """A device connected."""
        self.here[self._names[device_id]] = address

    def went(self, device_id: int, detail: str) -> None:
        """A device is gone."""
        self.here.pop(self._names[device_id], None)

    def last_words(self, device_id: int, detail: str) -> None:
        """The will of a device: the server sees by itself that nothing comes."""
