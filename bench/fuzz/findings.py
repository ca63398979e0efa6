"""What was found, each in a file that shows it again."""

import base64
import hashlib
import json
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WORDS_MAX = 4_000


def folder() -> Path:
    """Where findings are written, of every run."""
    found = Path(tempfile.gettempdir()) / "homeward-fuzz"
    found.mkdir(exist_ok=True)
    return found


def keep(where: str, data: bytes, what: str, **more: Any) -> Path:
    """Write one down; its file."""
    name = hashlib.sha256(where.encode() + data).hexdigest()[:12]
    file = folder() / f"{where.replace(' ', '-').replace('/', '-')}-{name}.json"
    said = {"where": where, "input": base64.b64encode(data).decode(), "what": what[:WORDS_MAX]}
    file.write_text(json.dumps(said | more, indent=1))
    return file


def read(file: Path) -> tuple[str, bytes, Mapping[str, Any]]:
    """Where it was found, the input, and all else that was written."""
    said = json.loads(file.read_text())
    return said["where"], base64.b64decode(said["input"]), said


def where_of(error: BaseException) -> str:
    """The line of ours it came from: findings of one line are one."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if "/homeward/" in each.filename] or frames
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
