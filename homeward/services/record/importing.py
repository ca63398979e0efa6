"""A patient's own file becomes part of the record: every source a device of its own.

What is imported is never told to whoever watches: it charts, and rings nothing. A run that was
killed goes on where it last committed; what was committed twice then the record knows to be the
same (device, vital, time and value).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from homeward.guard.sealing import Secret, of_patient
from homeward.model.total import Total
from homeward.services.contract import Tools
from homeward.services.record.batch import micros
from homeward.services.record.hot import ROW
from homeward.services.record.totals import Totals
from homeward.standards.apple_health import Counted, Entry
from homeward.standards.payload import UNCOUNTED_BOOT
from homeward.store import queries
from homeward.store.bundles import READINGS, Message
from homeward.store.inbox import InboxLine

BATCH = 20_000  # entries of one commit
MESSAGE_READINGS = 5_000
WAITING_BYTES_MAX = 64 * 1024 * 1024  # not folded yet: so much disk an import may take ahead
WAIT_SECONDS = 1.0

# Which device stands for a source of this patient, registered where there is none yet.
DeviceOf = Callable[[str], Awaitable[int]]
sql = queries("homeward.services.record")


@dataclass(slots=True)
class Run:
    """How far the import of one file has come."""

    id: int
    entries: int
    readings: int


class Importing:
    """The import of one file of one patient."""

    def __init__(self, tools: Tools, patient_id: int, run: Run, device_of: DeviceOf) -> None:
        self._tools = tools
        self._patient = patient_id
        self._device_of = device_of
        self._devices: dict[str, int] = {}
        self._line = InboxLine(tools.store)
        self._totals = Totals(tools)
        self.totals = 0
        self.run = run

    @classmethod
    @asynccontextmanager
    async def open(
        cls, tools: Tools, patient_id: int, file: str, device_of: DeviceOf
    ) -> AsyncIterator[Self]:
        """Begin, or go on with this file of this patient. Raises Unreachable."""
        run = await tools.store.door().one(
            sql.begin_import, Run, patient=patient_id, file=file, now=tools.now()
        )
        importing = cls(tools, patient_id, run, device_of)
        try:
            yield importing
        finally:
            await importing._line.close()

    async def take(self, found: Sequence[Entry | Counted], upto: int) -> None:
        """Commit these, and that all elements up to `upto` are done. Raises Unreachable, Full."""
        entries = [each for each in found if isinstance(each, Entry)]
        await self._count([each for each in found if isinstance(each, Counted)])
        received = micros(self._tools.now())
        by_device: dict[int, list[bytes]] = {}
        for each in entries:
            device = await self._device(each.source)
            row = ROW.pack(
                self._patient, device, each.vital.index, 1, each.at, received, each.value
            )
            by_device.setdefault(device, []).append(row)
        messages: list[Message] = [
            (device, UNCOUNTED_BOOT, upto + first, READINGS, received,
             b"".join(rows[first : first + MESSAGE_READINGS]))
            for device, rows in by_device.items()
            for first in range(0, len(rows), MESSAGE_READINGS)
        ]  # fmt: skip
        if messages:
            await self._room()
            await self._line.write(messages, ())
        self.run.entries, self.run.readings = upto, self.run.readings + len(entries)
        await self._tools.store.door().run(
            sql.import_came_to, id=self.run.id, entries=upto, readings=self.run.readings
        )

    async def ends(self) -> None:
        """The file is done."""
        await self._tools.store.door().run(sql.end_import, id=self.run.id, now=self._tools.now())

    async def _count(self, counted: Sequence[Counted]) -> None:
        by_device: dict[int, list[Total]] = {}
        for each in counted:
            by_device.setdefault(await self._device(each.source), []).append(each.total)
        for device, totals in by_device.items():
            self.totals += sum(await self._totals.keep(device, totals))

    async def _device(self, name: str) -> int:
        return self._devices.get(name) or await self._source(name)

    async def _source(self, name: str) -> int:
        device = self._devices[name] = await self._device_of(name)
        said = Secret(of_patient(self._patient), "import_source.name", name)
        await self._tools.store.door().run(
            sql.add_import_source, device=device, patient=self._patient, name=said
        )
        return device

    async def _room(self) -> None:
        """Wait while more is waiting to be folded than may wait."""
        while True:
            row = await self._tools.store.door().one(sql.inbox_bytes, dict)
            if row["bytes"] <= WAITING_BYTES_MAX:
                return
            await asyncio.sleep(WAIT_SECONDS)
