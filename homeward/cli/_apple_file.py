"""An Apple Health export as a file: the archive a phone makes, or the XML in it."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from homeward.model.errors import Unreadable

CLINICAL = "export_cda.xml"  # beside it, in the archive; another format
HEAD_BYTES = 1_048_576
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Export:
    """The XML: its bytes, how many there are, and by what it is known again."""

    stream: IO[bytes]
    size: int
    name: str

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, piece by piece."""
        while data := self.stream.read(CHUNK):
            yield data


@contextmanager
def opened(path: Path) -> Iterator[Export]:
    """The XML of `export.zip` or `export.xml`. Raises Unreadable where there is none."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            size = path.stat().st_size
            name = _name(stream.read(HEAD_BYTES), size)
            stream.seek(0)
            yield Export(stream, size, name)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            inner = [each for each in archive.infolist() if _is_export(each.filename)]
            if not inner:
                raise Unreadable(f"{path.name} has no export.xml")
            largest = max(inner, key=lambda each: each.file_size)
            with archive.open(largest) as stream:
                name = _name(stream.read(HEAD_BYTES), largest.file_size)
            with archive.open(largest) as stream:
                yield Export(stream, largest.file_size, name)
    except zipfile.BadZipFile as error:
        raise Unreadable(f"{path.name}: {error}") from None


def _is_export(name: str) -> bool:
    return name.lower().endswith(".xml") and not name.endswith(CLINICAL)


def _name(head: bytes, size: int) -> str:
    """By what a file is known when an import of it goes on."""
    return f"{size}-{hashlib.sha256(head).hexdigest()}"
