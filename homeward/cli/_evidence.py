"""What `homeward verify` leaves in the data folder: JSON for programs, Markdown for people."""

import hashlib
import json
import platform
import ssl
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from homeward import __version__
from homeward.cli._found import Found, Grade
from homeward.cli.settings import MASK, effective
from homeward.engines.secret import write_private
from homeward.settings import Settings

FOLDER = "evidence"


@dataclass(frozen=True, slots=True)
class Part:
    """What one check found."""

    name: str
    title: str
    found: tuple[Found, ...]


def keep(settings: Settings, parts: Sequence[Part], now: datetime) -> Path:
    """Write both; the Markdown file's path. Only we may read them."""
    # To the microsecond: two looks within a second are two papers.
    stem = settings.data / FOLDER / f"verify-{now:%Y%m%dT%H%M%S%fZ}"
    body = _json(parts, now)
    write_private(stem.with_suffix(".json"), body)
    page = _page(parts, now, hashlib.sha256(body).hexdigest())
    write_private(stem.with_suffix(".md"), page.encode())
    return stem.with_suffix(".md")


def _json(parts: Sequence[Part], now: datetime) -> bytes:
    _, origins = effective()
    chosen = {
        each.name: MASK if each.secret else str(each.value)
        for each in origins
        if not each.source.startswith("default")
    }
    return json.dumps(
        {
            "at": now.isoformat(),
            "versions": {
                "homeward": __version__,
                "python": platform.python_version(),
                "tls": ssl.OPENSSL_VERSION,
                "system": f"{platform.system()} {platform.release()}",
            },
            "settings": chosen,
            "failed": sum(each.grade is Grade.WRONG for part in parts for each in part.found),
            "parts": [asdict(part) for part in parts],
        },
        indent=1,
    ).encode()


def _page(parts: Sequence[Part], now: datetime, digest: str) -> str:
    lines = [
        f"# What Homeward {__version__} found of its protection",
        f"{now:%Y-%m-%d %H:%M:%S} UTC. The JSON file of the same name has SHA-256 `{digest}`.",
    ]
    for part in parts:
        rows = [
            f"| {each.grade} | {_cell(each.what)} | {_cell(_fix(each))} |" for each in part.found
        ]
        lines += [
            f"## {part.title}",
            "\n".join(["| | found | to do |", "| --- | --- | --- |", *rows]),
        ]
    return "\n\n".join(lines) + "\n"


def _fix(found: Found) -> str:
    return "" if found.grade is Grade.WELL else found.fix


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
