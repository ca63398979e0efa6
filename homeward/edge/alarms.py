"""What the edge sounds by itself: kept on its disk from the first moment, told first of all.

An episode begins silent. It sounds once the server is seen to be away, and from then on it is in
a journal that survives a power cut, until the server has kept its beginning and its end. It falls
silent when its condition is over, or when the server is back, has kept it, and judges it itself.
"""

import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from homeward.engines.secret import write_private
from homeward.model.alarm import Finding, Priority

FILE = "alarms.jsonl"
KEPT_MAX = 10_000  # episodes not told yet; past it the oldest that are over are counted only
TOLD_AT_ONCE_MAX = 100  # in one request: an edge's words have 64 KB
LINES_MAX = 1_000  # of the journal, before it is written anew
TEXT_CHARACTERS_MAX = 200
# What a power cut makes of the file's tail.
TORN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
log = logging.getLogger("homeward.edge")


class Sounded(msgspec.Struct, omit_defaults=True):
    """One episode that sounded here. Times in microseconds since 1970."""

    device: str
    condition: str
    priority: Priority
    text: str
    value: float
    began: int
    ended: int | None = None


@dataclass(slots=True)
class Episode:
    """One condition of one device that holds. `sounded` is what the server is told of it."""

    device: str
    condition: str
    finding: Finding
    began: datetime
    sounded: Sounded | None = None
    is_sounding: bool = False


Key = tuple[str, str]
Sound = Callable[[Episode, bool], None]


class Alarms:
    """All episodes: open ones, and sounded ones the server has not kept."""

    def __init__(self, folder: Path, now: Callable[[], datetime], sound: Sound) -> None:
        self._path = folder / FILE
        self._now = now
        self._sound = sound
        self._open: dict[Key, Episode] = {}
        self._untold: dict[tuple[str, str, int], Sounded] = {}
        self._lines = 0
        self._is_torn = False  # its last line is not whole
        self.lost = 0
        self.changed: Callable[[], None] = lambda: None
        self._recall()

    @property
    def open(self) -> list[Episode]:
        """What holds now."""
        return list(self._open.values())

    @property
    def untold(self) -> int:
        """How many the server has yet to keep."""
        return len(self._untold)

    def begins(self, device: str, condition: str, finding: Finding) -> None:
        """A condition holds."""
        self._open[device, condition] = Episode(device, condition, finding, self._now())

    def ends(self, device: str, condition: str) -> None:
        """It is over, or nobody asks any more."""
        episode = self._open.pop((device, condition), None)
        if episode is None:
            return
        if episode.is_sounding:
            self._quiet(episode)
        if episode.sounded is not None:
            self._owe(msgspec.structs.replace(episode.sounded, ended=_micros(self._now())))

    def sound(self, *, is_away: bool) -> None:
        """Sound what the server does not know of; fall silent where it has taken over."""
        for episode in self._open.values():
            if is_away and not episode.is_sounding:
                if episode.sounded is None:
                    episode.sounded = _sounded(episode)
                    self._owe(episode.sounded)
                episode.is_sounding = True
                log.warning("%s: %s sounds here", episode.device, episode.condition)
                self._sound(episode, True)
            elif not is_away and episode.is_sounding and not self._is_owed(episode):
                log.warning("%s: %s is the server's now", episode.device, episode.condition)
                self._quiet(episode)

    def next_untold(self) -> list[Sounded]:
        """The oldest that the server has yet to keep."""
        return list(islice(self._untold.values(), TOLD_AT_ONCE_MAX))

    def told(self, kept: list[Sounded]) -> None:
        """The server keeps these, as they were."""
        for each in kept:
            if self._untold.get(_key(each)) == each:
                del self._untold[_key(each)]
        self._write_anew()
        self.changed()

    def _quiet(self, episode: Episode) -> None:
        episode.is_sounding = False
        self._sound(episode, False)

    def _is_owed(self, episode: Episode) -> bool:
        return episode.sounded is not None and _key(episode.sounded) in self._untold

    def _owe(self, sounded: Sounded) -> None:
        self._untold[_key(sounded)] = sounded
        if len(self._untold) > KEPT_MAX:
            over = next((key for key, each in self._untold.items() if each.ended), None)
            del self._untold[over or next(iter(self._untold))]
            self.lost += 1
        self._append(sounded)
        self.changed()

    def _append(self, sounded: Sounded) -> None:
        if self._lines >= LINES_MAX + 2 * len(self._untold):
            self._write_anew()
            return
        # A line that was written in part would take this one with it, were that not to begin anew.
        line = (b"\n" if self._is_torn else b"") + msgspec.json.encode(sounded) + b"\n"
        # A disk that is full must not keep an alarm from sounding: it is in memory too.
        with contextlib.suppress(OSError):
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                self._is_torn = os.write(file, line) < len(line)
                os.fdatasync(file)
            finally:
                os.close(file)
            self._lines += 1

    def _write_anew(self) -> None:
        lines = [msgspec.json.encode(each) for each in self._untold.values()]
        with contextlib.suppress(OSError):
            write_private(self._path, b"".join(line + b"\n" for line in lines))
            self._lines, self._is_torn = len(lines), False

    def _recall(self) -> None:
        """What an earlier run did not get rid of; its open ones ended with it, as far as we know,
        and sound anew where they still hold."""
        journal = self._path.read_bytes() if self._path.exists() else b""
        self._is_torn = not journal.endswith(b"\n") and journal != b""
        lines = journal.splitlines()
        for line in lines:
            with contextlib.suppress(*TORN):
                sounded = msgspec.json.decode(line, type=Sounded)
                ended = sounded.ended or _micros(self._now())
                self._untold[_key(sounded)] = msgspec.structs.replace(sounded, ended=ended)
        self._lines = len(lines)


def body_of(alarms: list[Sounded]) -> bytes:
    """What the server is told."""
    return msgspec.json.encode({"alarms": alarms})


def shown(episode: Episode) -> Mapping[str, Any]:
    """An episode on the edge's own page, and as a device is told."""
    return {
        "device": episode.device,
        "condition": episode.condition,
        "priority": episode.finding.priority,
        "text": episode.finding.text,
        "began": episode.began.isoformat(timespec="seconds"),
        "sounds": episode.is_sounding,
    }


def _sounded(episode: Episode) -> Sounded:
    finding = episode.finding
    return Sounded(
        episode.device,
        episode.condition,
        finding.priority,
        finding.text[:TEXT_CHARACTERS_MAX],
        finding.value or 0.0,
        _micros(episode.began),
    )


def _key(sounded: Sounded) -> tuple[str, str, int]:
    return sounded.device, sounded.condition, sounded.began


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1e6)
