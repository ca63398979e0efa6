"""Waveforms for screens: gathered a moment, packed once, the same bytes to all who may see them.

Whoever sees the same patients hears one stream. Its frames are numbered, so that a viewer knows of
each that it missed; the oldest go first where one is too slow, and are not sent later.
"""

import asyncio
import itertools
from collections import deque

from homeward.model.errors import Unreadable
from homeward.model.ward_frame import STRETCHES_MAX, pack_ward, stretches_of

GATHER_SECONDS = 0.08
FRAMES_MAX = 25  # two seconds: what is older is no longer live, and leaves a gap instead
# Sent and not yet said to be drawn. Between us and a slow screen lie megabytes of buffers, in which
# a heart's trace would grow old by half a minute and still look like now.
UNSAID_MAX = 25


class WaveViewer:
    """One screen's waveforms."""

    def __init__(self, patients: frozenset[int]) -> None:
        self.patients = patients
        self.frames: deque[bytes] = deque()
        self.dropped = 0
        self.sent = 0
        self._said: int | None = None  # of those sent, how many it has drawn; None: it never says
        self._may_send = asyncio.Event()

    def put(self, frame: bytes) -> None:
        """One more frame to send; the oldest goes where it would be too many."""
        if len(self.frames) >= FRAMES_MAX:
            self.frames.popleft()
            self.dropped += 1
        self.frames.append(frame)
        self._look()

    def forget(self) -> None:
        """Nothing that waits is sent any more."""
        self.frames.clear()
        self._look()

    def hear(self, drawn: int) -> None:
        """It has drawn so many frames since it came. Who says so once is held to it."""
        self._said = min(max(drawn, self._said or 0), self.sent)
        self._look()

    async def take(self) -> bytes:
        """The oldest frame that waits, once it may be sent."""
        await self._may_send.wait()
        frame = self.frames.popleft()
        self.sent += 1
        self._look()
        return frame

    def _look(self) -> None:
        is_behind = self._said is not None and self.sent - self._said >= UNSAID_MAX
        if self.frames and not is_behind:
            self._may_send.set()
        else:
            self._may_send.clear()


class _Stream:
    """Viewers of the same patients, and what came for them since the last frame."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.viewers: set[WaveViewer] = set()
        self.packed: list[bytes] = []
        self.stretches = 0
        self.frames = 0

    def add(self, stretches: bytes, count: int) -> None:
        if self.stretches + count <= STRETCHES_MAX:
            self.packed.append(stretches)
            self.stretches += count

    def tell(self) -> None:
        if self.packed:
            frame = pack_ward(self.number, self.frames, self.packed, self.stretches)
            self.packed, self.stretches = [], 0
            self.frames += 1
            for viewer in self.viewers:
                viewer.put(frame)


class WardWaves:
    """Every screen's waveforms."""

    def __init__(self) -> None:
        self._streams: dict[frozenset[int], _Stream] = {}
        self._numbers = itertools.count(1)
        self._is_due = False
        self.unreadable = 0

    @property
    def viewers(self) -> list[WaveViewer]:
        """Everybody who looks."""
        return [viewer for stream in self._streams.values() for viewer in stream.viewers]

    def add(self, viewer: WaveViewer) -> None:
        """It hears the stream of those who see the same patients."""
        stream = self._streams.get(viewer.patients)
        if stream is None:
            stream = self._streams[viewer.patients] = _Stream(next(self._numbers))
        stream.viewers.add(viewer)

    def discard(self, viewer: WaveViewer) -> None:
        """It hears no more."""
        stream = self._streams.get(viewer.patients)
        if stream is not None:
            stream.viewers.discard(viewer)
            if not stream.viewers:
                del self._streams[viewer.patients]

    def change(self, viewer: WaveViewer, patients: frozenset[int]) -> None:
        """It may see these now: nothing of the others that waits is sent any more."""
        if patients != viewer.patients:
            self.discard(viewer)
            viewer.patients = patients
            viewer.forget()
            self.add(viewer)

    async def hear(self, subject: str, body: bytes) -> None:
        """A device's frame, as the hot lane tells it on `hot.waves.<patient>`."""
        patient = int(subject.rpartition(".")[2])
        streams = [each for who, each in self._streams.items() if patient in who]
        if not streams:
            return
        try:
            stretches, count = stretches_of(body)
        except Unreadable:  # the record has put it into the quarantine
            self.unreadable += 1
            return
        for stream in streams:
            stream.add(stretches, count)
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell)

    def _tell(self) -> None:
        self._is_due = False
        for stream in self._streams.values():
            stream.tell()
