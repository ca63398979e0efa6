"""Challenges for passkeys that need no memory: they name what for and when, under our own seal.

Nothing is written for whoever merely asks to sign in. That a challenge is answered once alone is
for whoever takes the answer (WebAuthn level 2, section 13.4.3).
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from homeward.model.errors import Refused

NONCE_BYTES = 16
TIME_BYTES = 8
SEAL_BYTES = 16
LIFE = timedelta(minutes=5)


def make(key: bytes, about: str, now: datetime, nonce: bytes) -> bytes:
    """A challenge `about` something, of NONCE_BYTES of chance."""
    head = nonce + int(now.timestamp()).to_bytes(TIME_BYTES, "big")
    return head + _seal(key, about, head)


def expires(key: bytes, about: str, challenge: bytes, now: datetime) -> datetime:
    """When a challenge of ours runs out. Raises Refused for another's, or one that ran out."""
    head, seal = challenge[:-SEAL_BYTES], challenge[-SEAL_BYTES:]
    is_ours = len(head) == NONCE_BYTES + TIME_BYTES
    if not is_ours or not hmac.compare_digest(seal, _seal(key, about, head)):
        raise Refused("This was not asked for here. Try again.", "try_again")
    ends = datetime.fromtimestamp(int.from_bytes(head[NONCE_BYTES:], "big"), UTC) + LIFE
    if ends <= now:
        raise Refused("This took too long. Try again.", "too_slow")
    return ends


def _seal(key: bytes, about: str, head: bytes) -> bytes:
    return hmac.digest(key, about.encode() + b"\0" + head, hashlib.sha256)[:SEAL_BYTES]
