"""Watches the disk of the record: says when it becomes low, and lets the door refuse in time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from homeward.engines.room import Reserve, Room, database_folder
from homeward.services.contract import Tools

LOOK_SECONDS = 1.0
TELL_AGAIN_LOOKS = 5  # looks: whoever should hear may have come since; a screen forgets after 10 s
GIB = 1024**3
TellTrouble = Callable[..., None]


@dataclass(frozen=True, slots=True)
class _Worry:
    what: str
    text: str


_FULL = _Worry(
    "disk_full",
    "The disk of the record is full ({free:.2f} GiB): what devices send is not kept. Make room.",
)
_LOW = _Worry("disk_low", "The disk of the record has {free:.1f} GiB left. Make room soon.")
_OF = {Room.FULL: _FULL, Room.LOW: _LOW}


class DiskWatch:
    """Whether there is room for readings. Of a database that is not ours only its own errors say
    (see `store.inbox`)."""

    def __init__(self, tools: Tools, tell: TellTrouble) -> None:
        folder, settings = database_folder(tools.settings.data), tools.settings
        self._reserve = (
            Reserve(folder, settings.disk_reserve_bytes, settings.disk_low_bytes)
            if folder
            else None
        )
        self._tell = tell
        self._told: _Worry | None = None
        self.is_full = False

    async def run(self) -> None:
        """Look each second until cancelled."""
        if self._reserve is None:
            await asyncio.get_running_loop().create_future()
            return
        looks = 0
        while True:
            room = await asyncio.to_thread(self._reserve.look)
            self.is_full = room is Room.FULL
            self._say(_OF.get(room), self._reserve.free / GIB, looks)
            looks += 1
            await asyncio.sleep(LOOK_SECONDS)

    def _say(self, worry: _Worry | None, free: float, looks: int) -> None:
        is_news = worry is not self._told
        if self._told is not None and is_news:
            text = f"There is room on the disk of the record: {free:.1f} GiB."
            self._tell(self._told.what, text, is_on=False)
        if worry is not None and (is_news or looks % TELL_AGAIN_LOOKS == 0):
            self._tell(worry.what, worry.text.format(free=free))
        self._told = worry
