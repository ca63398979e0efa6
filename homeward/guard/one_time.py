"""Codes of authenticator apps (TOTP) and codes of one use.

RFC 6238 over RFC 4226: HMAC-SHA-1, 30-second steps, six digits, which every app speaks.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

SECRET_BYTES = 20  # RFC 4226, section 4, R6: as long as the digest
STEP_SECONDS = 30
DIGITS = 6
STEPS_AROUND = 1  # RFC 6238, section 5.2: one step for the way, and for clocks that differ
RECOVERY_BYTES = 16  # ASVS 5.0.0, 11.5.1: 128 bits


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


def step_at(moment: datetime) -> int:
    """The step a moment is in, counted from 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """Which step around now this is the code of; None for none."""
    here = step_at(now)
    found = None
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def written(secret: bytes) -> str:
    """A secret as people type it into an app: base32 without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, issuer: str, login: str) -> str:
    """What an app reads from a picture: the key URI of a secret."""
    label = f"{quote(issuer)}:{quote(login)}"
    return f"otpauth://totp/{label}?secret={written(secret)}&issuer={quote(issuer)}"


def recovery_code(chance: bytes) -> str:
    """RECOVERY_BYTES of chance as letters and digits in fours."""
    text = written(chance)
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def plain(code: str) -> str:
    """A code as typed, without what people put between: capitals and digits alone."""
    return "".join(each for each in code.upper() if each.isalnum() and each.isascii())
