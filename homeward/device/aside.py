"""What a device could not bring to its server, and why: kept beside its spool, to be looked at.

Two files of half the bytes each; once the newer is full, the older goes. Nothing reads them again.
"""

import logging
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from homeward.engines.secret import append_private

BYTES_MAX = 2_000_000
FILE, OLDER = "aside.jsonl", "aside.1.jsonl"
WHY_CHARACTERS_MAX = 300
log = logging.getLogger("homeward.device")


class Aside:
    """The files of one device."""

    def __init__(self, folder: Path, bytes_max: int = BYTES_MAX) -> None:
        self.count = 0  # in this run
        self.why = ""  # of the last one
        self._folder, self._bytes_max = folder, bytes_max

    def put(self, why: str, body: bytes, seq: int) -> None:
        """Keep a message. It is counted and said though the disk takes nothing."""
        why = why[:WHY_CHARACTERS_MAX]
        self.count += 1
        if why != self.why:  # what is wrong with one is often wrong with all that follow
            log.error("a message is put aside, see %s: %s", self._folder / FILE, why)
        self.why = why
        line: dict[str, Any] = {"at": datetime.now(UTC), "why": why, "seq": seq}
        try:
            line["body"] = body.decode()
        except UnicodeDecodeError:
            line["octets"] = b64encode(body).decode()
        try:
            self._write(msgspec.json.encode(line) + b"\n")
        except OSError as error:
            log.error("what is put aside cannot be kept: %s", error.strerror)

    def _write(self, line: bytes) -> None:
        path = self._folder / FILE
        if path.exists() and path.stat().st_size + len(line) > self._bytes_max // 2:
            path.rename(self._folder / OLDER)
        append_private(path, line)
