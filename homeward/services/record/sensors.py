"""What devices say of their sensors: kept in a commit, told, then settled.

Not a reading: it has no place in a chart, and the newest word of a device is all that counts. Many
words of one commit are one statement, as many readings are.
"""

import asyncio
from collections.abc import Callable
from math import ceil

import msgspec

from homeward.model.delivery import Outcome, SensorsOff, Settle
from homeward.model.errors import Unreachable
from homeward.services.contract import Tools
from homeward.store import queries

sql = queries("homeward.services.record")


class Sensors:
    """Writes the newest word of each device. `tell(device id)` is called after the commit."""

    def __init__(self, tools: Tools, tell: Callable[[int], None]) -> None:
        self._tools = tools
        self._tell = tell
        self._said: dict[int, SensorsOff] = {}
        self._settles: list[Settle] = []
        self._something = asyncio.Event()

    def hear(self, said: SensorsOff, settle: Settle) -> None:
        """A device said it; an older word that still waits is settled with this one."""
        self._said[said.device_id] = said
        self._settles.append(settle)
        self._something.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._something.wait()
            self._something.clear()
            said, self._said = self._said, {}
            settles, self._settles = self._settles, []
            outcome = Outcome.NOT_STORED
            try:
                await self._write(list(said.values()))
                outcome = Outcome.STORED
            except Unreachable:
                pass  # the device is told to send it again
            finally:
                for settle in settles:
                    settle(outcome)

    async def _write(self, said: list[SensorsOff]) -> None:
        # Rounded up: a reading that came before it, in the same millisecond, is older.
        times = [ceil(each.received.timestamp() * 1000) for each in said]
        off = [
            msgspec.json.encode(dict.fromkeys(each.names, (at, at))).decode()
            for each, at in zip(said, times, strict=True)
        ]
        await self._tools.store.door().run(
            sql.write_sensors,
            devices=[each.device_id for each in said],
            times=[each.received for each in said],
            off=off,
        )
        for each in said:
            self._tell(each.device_id)

    def close(self) -> None:
        """What still waits was not kept."""
        settles, self._settles = self._settles, []
        for settle in settles:
            settle(Outcome.NOT_STORED)
