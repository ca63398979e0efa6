"""The cold store: a folder or a bucket that holds files of the record which left the database.

`file:///mnt/archive/homeward` or `s3://bucket/prefix?endpoint=https://host:9000&region=eu-central-1`
(with `key:secret@` before the bucket, or the keys where AWS's own tools look for them). A file is
there whole or not at all, and is never written twice. Which file holds what is in the database.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from homeward.model.errors import Misconfigured, Unreachable

MARK = "homeward-cold-store.txt"
MARK_TEXT = (
    "Files of Homeward's record that left its database (docs/guides/keeping.md).\n"
    "This file tells an archive that is there from a folder where none is mounted.\n"
)
CONNECT_SECONDS = 5
REQUEST_SECONDS = 30
TRIES = 3
PIECE_BYTES = 4 * 1024 * 1024
_OPTIONS = {"endpoint", "region"}

Answer = TypeVar("Answer")


class ColdAway(Unreachable):
    """The cold store is away: nothing leaves the database, and nothing is deleted."""


def needed(module: str, extra: str) -> Any:
    """A module of an optional extra. Raises Misconfigured, naming the extra, where it is not."""
    try:
        return import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise Misconfigured(
            f"{name} is not installed; it comes with: pip install 'homeward[{extra}]'"
        ) from None


class Cold:
    """One cold store. Everything blocks: call it in a thread."""

    def __init__(self, url: str) -> None:
        """Raises Misconfigured for an address that cannot be one, or without pyarrow."""
        parts = urlsplit(url)
        self._options = dict(parse_qsl(parts.query))
        self._is_folder = parts.scheme == "file"
        self._keys = (parts.username, parts.password)
        if self._is_folder:
            self._root = unquote(parts.path).rstrip("/")
            is_sound = parts.netloc in ("", "localhost") and self._root and not self._options
        else:
            self._root = f"{parts.hostname or ''}{unquote(parts.path)}".rstrip("/")
            is_sound = parts.scheme == "s3" and parts.hostname and self._options.keys() <= _OPTIONS
        if not is_sound:
            raise Misconfigured(
                "cold_url is file:///folder or s3://bucket/prefix?endpoint=URL&region=NAME"
            )
        if find_spec("pyarrow") is None:
            needed("pyarrow", "cold")

    @cached_property
    def _files(self) -> Any:
        fs = needed("pyarrow.fs", "cold")
        if self._is_folder:
            return fs.LocalFileSystem()
        chosen: dict[str, Any] = {}
        if endpoint := self._options.get("endpoint"):
            scheme, _, host = endpoint.rpartition("://")
            chosen |= {"endpoint_override": host.rstrip("/"), "scheme": scheme or "https"}
        key, secret = self._keys
        if key and secret:
            chosen |= {"access_key": unquote(key), "secret_key": unquote(secret)}
        return fs.S3FileSystem(
            region=self._options.get("region", "us-east-1"),
            connect_timeout=CONNECT_SECONDS,
            request_timeout=REQUEST_SECONDS,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=TRIES),
            **chosen,
        )

    def check(self, is_new: bool) -> None:
        """That it is there; a new one is marked. Raises ColdAway."""
        mark = f"{self._root}/{MARK}"

        def look() -> None:
            if is_new and not self._is_there(mark):
                self._write(MARK, MARK_TEXT.encode())
            if not self._is_there(mark):
                raise FileNotFoundError(f"{MARK} is not there; is the archive mounted?")

        self._asked(look)

    def put(self, source: Path, path: str, sha256: str) -> None:
        """Keep a file, durably, and read it back. Raises ColdAway unless all of it is there."""
        self._asked(lambda: self._copy(source, path))
        if self._asked(lambda: self._sha256(path)) != sha256:
            raise ColdAway(f"the cold store: {path} reads back otherwise than it was written")

    def open(self, path: str) -> Any:
        """A file of pyarrow to read from. Raises ColdAway."""
        return self._asked(lambda: self._files.open_input_file(f"{self._root}/{path}"))

    def remove(self, path: str) -> None:
        """Delete a file, with what a write that was cut short left of it. Raises ColdAway."""

        def delete() -> None:
            for each in (f"{self._root}/{path}", f"{self._root}/{path}.part"):
                if self._is_there(each):
                    self._files.delete_file(each)

        self._asked(delete)

    def _asked(self, act: Callable[[], Answer]) -> Answer:
        try:
            return act()
        except OSError as error:
            raise ColdAway(f"the cold store: {error}") from error

    def _is_there(self, place: str) -> bool:
        kinds = needed("pyarrow.fs", "cold").FileType
        return self._files.get_file_info(place).type is kinds.File

    def _sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        with self._files.open_input_stream(f"{self._root}/{path}") as file:
            while piece := file.read(PIECE_BYTES):
                digest.update(piece)
        return digest.hexdigest()

    def _write(self, path: str, body: bytes) -> None:
        if self._is_folder:
            _place(io.BytesIO(body), Path(self._root) / path)
            return
        with self._files.open_output_stream(f"{self._root}/{path}") as to:
            to.write(body)

    def _copy(self, source: Path, path: str) -> None:
        with source.open("rb") as read:
            if self._is_folder:
                _place(read, Path(self._root) / path)
                return
            # An object appears when its stream is closed, whole.
            with self._files.open_output_stream(f"{self._root}/{path}") as to:
                shutil.copyfileobj(read, to, PIECE_BYTES)


def _place(read: BinaryIO, place: Path) -> None:
    """Put a file in its place, whole and on the disk, or not at all."""
    made = [each for each in place.parents if not each.exists()]
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.part")
    with part.open("wb") as to:
        shutil.copyfileobj(read, to, PIECE_BYTES)
        to.flush()
        os.fsync(to.fileno())
    part.replace(place)
    for folder in (place.parent, *(each.parent for each in made)):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
