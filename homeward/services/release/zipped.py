"""Pieces of files as one ZIP archive that is sent while it is written."""

import asyncio
import io
import zipfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

from homeward.services.release.files import Piece

SEND_BYTES_MIN = 65_536


class _Out(io.RawIOBase):
    """Takes what the archive writes, and cannot go back."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # pyright: ignore
        """Kept until it is sent."""
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        """What waits to be sent."""
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


async def zipped(pieces: AsyncGenerator[Piece], now: datetime) -> AsyncGenerator[bytes]:
    """The archive. Where a piece raises it ends without its directory, and no program opens it;
    so it does where whoever asked has gone."""
    out = _Out()
    archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
    entry, name = None, ""
    async with aclosing(pieces):
        try:
            async for file, piece in pieces:
                if file != name:
                    if entry is not None:
                        entry.close()
                    about = zipfile.ZipInfo(file, now.timetuple()[:6])
                    about.compress_type = zipfile.ZIP_DEFLATED
                    entry, name = archive.open(about, "w", force_zip64=True), file
                assert entry is not None
                await asyncio.to_thread(entry.write, piece)
                if len(out.waiting) >= SEND_BYTES_MIN:
                    yield out.take()
        finally:  # else it closes itself later, onto what is gone
            if entry is not None:
                entry.close()
            archive.close()
    yield out.take()
