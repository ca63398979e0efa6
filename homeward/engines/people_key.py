"""The key that what people sign in with is sealed by: one an installation, made once.

Every machine that serves pages needs the same (docs/guides/cluster.md). Without it authenticator
apps must be set up anew; passwords and passkeys do not need it.
"""

import hashlib
import hmac
import secrets
from pathlib import Path

from homeward.engines.secret import write_private
from homeward.model.errors import Misconfigured

KEY_BYTES = 32


def people_key_file(data: Path) -> Path:
    """Where it lies."""
    return data / "keys" / "people.key"


def keep_people_key(data: Path) -> None:
    """Make it where there is none yet."""
    file = people_key_file(data)
    if not file.exists():
        write_private(file, secrets.token_bytes(KEY_BYTES))


def people_key(data: Path, purpose: str) -> bytes:
    """The key for one purpose. Raises Misconfigured where it cannot be read."""
    keep_people_key(data)
    file = people_key_file(data)
    try:
        key = file.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}") from None
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"{file} has {len(key)} bytes; {KEY_BYTES} are expected")
    return hmac.digest(key, purpose.encode(), hashlib.sha256)
