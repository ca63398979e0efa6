"""Places outside that keep the audit's checkpoints: folders, better of another machine, and https.

Whoever can write to the database and has its key could write the whole log anew. What is held
outside says that it was another; so a place is worth something only where they cannot reach it.
"""

import asyncio
import http.client
import os
import ssl
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from homeward.model.errors import Misconfigured, Unreachable
from homeward.settings import LOOPBACK

NEWEST = "audit-checkpoint"
SECONDS_MAX = 5.0
ACCEPTED = range(200, 300)


def places_of(setting: str) -> list[Path | SplitResult]:
    """The places a setting names, by commas. Raises Misconfigured."""
    return [_place(each.strip()) for each in setting.split(",") if each.strip()]


def _place(text: str) -> Path | SplitResult:
    if "://" not in text:
        return Path(text).expanduser()
    try:
        parts = urlsplit(text)
        is_sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise Misconfigured("audit_witness: an address cannot be read") from None
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not is_sound or not (is_here or parts.scheme == "https"):
        raise Misconfigured(f"audit_witness: {parts.scheme}://{parts.hostname} must be https")
    return parts


async def send(places: Sequence[Path | SplitResult], line: str) -> list[str]:
    """Leave a checkpoint at every place; where that failed, and why."""
    done = await asyncio.gather(*(asyncio.to_thread(_leave, place, line) for place in places))
    return [each for each in done if each]


def _leave(place: Path | SplitResult, line: str) -> str:
    try:
        if isinstance(place, Path):
            _write(place, line)
        else:
            _post(place, line)
    except (OSError, http.client.HTTPException, Unreachable) as error:
        name = str(place) if isinstance(place, Path) else place.hostname
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return f"{name}: {said or type(error).__name__}"
    return ""


def _write(folder: Path, line: str) -> None:
    """The newest under its own name, and the last of each day: whole, or not at all."""
    day = line.split(" ")[5][:10]
    for name in (NEWEST, f"{NEWEST}-{day}"):
        fresh = folder / f".{name}.new"
        with fresh.open("w") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(folder / name)


def _post(url: SplitResult, line: str) -> None:
    if url.scheme == "https":
        trust = ssl.create_default_context()
        talk = http.client.HTTPSConnection(
            url.hostname or "", url.port, timeout=SECONDS_MAX, context=trust
        )
    else:
        talk = http.client.HTTPConnection(url.hostname or "", url.port, timeout=SECONDS_MAX)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    with closing(talk):
        talk.request("POST", path, line + "\n", {"content-type": "text/plain; charset=utf-8"})
        status = talk.getresponse().status
    if status not in ACCEPTED:
        raise Unreachable(f"it answers {status}")
