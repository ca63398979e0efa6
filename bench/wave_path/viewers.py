"""Screens that keep up: each reads every frame, and says so as the page does.

    python -m bench.wave_path.viewers COUNT URL [COOKIE]      without a cookie: of the raw way

After each line on its input it prints what it saw since the line before, as JSON.
"""

import asyncio
import json
import struct
import sys
import time
from dataclasses import dataclass, field

import numpy as np
import uvloop
from websockets.asyncio.client import connect

from homeward.model.ward_frame import unpack_ward

SAY_EVERY = 10
LATENCIES_MAX = 200_000
_RAW_HEAD = struct.Struct("<Iqq")  # its number, then the first device's frame


@dataclass
class Seen:
    """What one viewer saw."""

    frames: int = 0
    size: int = 0
    stretches: int = 0
    lost: int = 0
    latencies: list[float] = field(default_factory=list)

    def note(self, stamp: int) -> None:
        """How long ago these samples were told."""
        if len(self.latencies) < LATENCIES_MAX:
            self.latencies.append(time.time() - stamp / 1e6)


class Viewer:
    """One screen."""

    def __init__(self, url: str, cookie: str | None) -> None:
        self._url, self._cookie = url, cookie
        self._ends: dict[tuple[int, int], float] = {}  # of each lead, where the last samples end
        self._number: int | None = None
        self.seen = Seen()

    async def watch(self) -> None:
        """Until cancelled."""
        head = {"cookie": self._cookie} if self._cookie else {}
        async with connect(
            self._url, additional_headers=head, compression=None, max_size=None
        ) as socket:
            count = 0
            async for message in socket:
                assert isinstance(message, bytes)
                self.seen.frames += 1
                self.seen.size += len(message)
                if not self._cookie:
                    self._raw(message)
                    continue
                self._ward(message)
                count += 1
                if count % SAY_EVERY == 0:
                    await socket.send(str(count))

    def _ward(self, message: bytes) -> None:
        for each in unpack_ward(message).stretches:
            lead = (each.patient, each.channel.wave.index)
            end = each.start / 1e6 + len(each.channel.samples) / each.channel.rate
            last = self._ends.get(lead)
            if last is not None:  # every stretch that is not there counts
                length = end - each.start / 1e6
                self.seen.lost += max(0, round((each.start / 1e6 - last) / length))
            self._ends[lead] = end
            self.seen.stretches += 1
            self.seen.note(each.device)

    def _raw(self, message: bytes) -> None:
        number, _patient, stamp = _RAW_HEAD.unpack_from(message)
        if self._number is not None:
            self.seen.lost += number - self._number - 1
        self._number = number
        self.seen.note(stamp)


async def _watch(count: int, url: str, cookie: str | None) -> None:
    viewers = [Viewer(url, cookie) for _ in range(count)]
    watching = [asyncio.create_task(each.watch()) for each in viewers]
    print("watch", flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        assert not any(each.done() for each in watching), "a viewer was closed"
        told = []
        for viewer in viewers:
            seen, viewer.seen = viewer.seen, Seen()
            told.append(
                {
                    "frames": seen.frames,
                    "bytes": seen.size,
                    "stretches": seen.stretches,
                    "lost": seen.lost,
                    "latencies": np.round(
                        seen.latencies[:: len(seen.latencies) // 500 + 1], 5
                    ).tolist(),
                }
            )
        print(json.dumps(told), flush=True)
    for each in watching:
        each.cancel()


if __name__ == "__main__":
    uvloop.run(_watch(int(sys.argv[1]), sys.argv[2], sys.argv[3] if sys.argv[3:] else None))
