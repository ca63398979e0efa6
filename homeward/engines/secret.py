"""Secrets in files that only their owner may read."""

import os
import secrets
from pathlib import Path

SECRET_BYTES = 24


def write_private(path: Path, body: bytes) -> None:
    """Write a file that only we may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def append_private(path: Path, line: bytes) -> None:
    """Add to a file that only we may read. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(file, "ab") as stream:
        stream.write(line)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remembered_secret(path: Path) -> str:
    """The secret in this file, made at random where there is none yet."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(SECRET_BYTES).encode())
    return path.read_text().strip()
