"""What meters said beside their numbers, told to the server as it came.

Readings travel by the spool, and are watched. This is looked at later: it goes by itself, from the
books, which are on the disk, and a server that does not take it yet loses nothing.
docs/decisions/0056-beside-the-number.md argues it.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import msgspec

from homeward.device.line import Line as Wire
from homeward.edge.meters.book import Book, Line
from homeward.model.errors import Refused, Unreachable
from homeward.standards.gatt import glucose

PATH = "/edge/meters"
AGAIN_SECONDS = 30.0  # after a server that was away, or does not take it
LINES_MAX = 400  # at once: the server takes 1,000 packets, and a line may bring two
BYTES_MAX = 60_000  # and 65,536 bytes; a line alone is far below that
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
log = logging.getLogger("homeward.edge")


class Beside:
    """Tells of all meters of a hub."""

    def __init__(self, books: Mapping[str, Book], wire: Wire) -> None:
        self.trouble = ""
        self._books, self._wire = books, wire
        self._news = asyncio.Event()
        self._news.set()

    def wake(self) -> None:
        """There is more in a book."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._news.clear()
            whole = [await self._all_told(name) for name in self._books]
            if all(whole):
                await self._news.wait()
            else:
                await asyncio.sleep(AGAIN_SECONDS)

    async def _all_told(self, name: str) -> bool:
        """Tell what is new of a meter; whether the server has it."""
        book = self._books[name]
        while lines := book.untold(LINES_MAX):
            lines, packets = fitting(book, lines)
            if packets and not await self._told(name, packets):
                return False
            if book.untold(len(lines)) == lines:  # else it was written anew, shorter, meanwhile
                book.told(len(lines))
        return True

    async def _told(self, name: str, packets: list[dict[str, Any]]) -> bool:
        try:
            told = await self._wire.post(
                PATH, msgspec.json.encode({"device": name, "packets": packets})
            )
        except (Unreachable, Refused) as error:
            self._in_trouble(str(error))
            return False
        if told.status != HTTPStatus.OK:
            self._in_trouble(str(told.said.get("error", told.status)))
            return False
        self.trouble = ""
        return True

    def _in_trouble(self, text: str) -> None:
        if self.trouble != text:
            self.trouble = text
            log.warning("what a meter said beside its numbers waits: %s", text)


def fitting(book: Book, lines: list[Line]) -> tuple[list[Line], list[dict[str, Any]]]:
    """As many of the lines as the server takes at once, and what it is told of them."""
    packets: list[dict[str, Any]] = []
    size = 0
    for place, line in enumerate(lines):
        more = list(_packets(book, line))
        size += len(msgspec.json.encode(more))
        if size > BYTES_MAX:
            return lines[:place], packets
        packets += more
    return lines, packets


def _packets(book: Book, line: Line) -> Iterator[dict[str, Any]]:
    """What the server is told of a line: packets with a clock's time of their own, and contexts."""
    for each in book.with_times(line):
        is_told = each.octets and not each.why and each.at is not None and each.zone
        if not is_told or each.at is None or not (each.is_context or each.said is not None):
            continue
        yield {
            "of": glucose.CONTEXT.uuid if each.is_context else each.of,
            "octets": each.octets,
            "at": (each.at - _EPOCH) // timedelta(microseconds=1),
            "zone": each.zone,
            "epoch": each.epoch,
            "number": each.number,
            "ahead": each.ahead,
        }
