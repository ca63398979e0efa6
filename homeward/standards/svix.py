"""Signed webhooks as Svix sends them: three headers, and an HMAC over them and the body.

docs.svix.com, "Verifying Webhooks Manually"; the same scheme as Standard Webhooks. The name of a
message says when it was made: Svix's server names it by a KSUID (svix-server, core/types, 2026).
"""

import base64
import binascii
import hashlib
import hmac
import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from homeward.model.errors import Misconfigured, Refused

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)  # as Svix's own libraries have it
KEY_BYTES_MIN = 16  # a shorter one could be guessed
SIGNATURES_MAX = 8
_KSUID = re.compile(r"msg_([0-9A-Za-z]{27})")
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_KSUID_OCTETS = 20
_KSUID_BEGINS = 1_400_000_000  # s since 1970
_ID = re.compile(r"[A-Za-z0-9_.\-]{1,256}")


def keys_of(said: str) -> tuple[bytes, ...]:
    """The keys of a setting: one, or more by commas while they change. Raises Misconfigured."""
    found: list[bytes] = []
    for each in filter(None, (part.strip() for part in said.split(","))):
        try:
            key = base64.b64decode(each.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            raise Misconfigured(f"a signing secret is {PREFIX} and base64") from None
        if len(key) < KEY_BYTES_MIN:
            raise Misconfigured(f"a signing secret has {KEY_BYTES_MIN} bytes at least")
        found.append(key)
    return tuple(found)


def named(headers: Mapping[bytes, bytes], now: datetime) -> str:
    """The name of the message that these headers (in lower case) come with.

    Raises Refused where one is missing, or the message was sent more than TOLERANCE from now: what
    was overheard cannot be sent again later.
    """
    name, sent = _said(headers, b"id"), _said(headers, b"timestamp")
    if not _ID.fullmatch(name) or not (sent.isascii() and sent.isdecimal() and len(sent) <= 12):
        raise Refused("it is not signed")
    if abs(now.timestamp() - int(sent)) > TOLERANCE.total_seconds():
        raise Refused("it was sent too long ago, or one of both clocks is wrong")
    return name


def made(name: str) -> datetime | None:
    """When the message of this name was made, in UTC, to 4 ms; None where its name does not say.

    Sent again it has the same name, so that of two it says which is the newer. A KSUID is 20 octets
    in base 62: seconds in four, in Svix's kind 4 ms in the fifth, and chance.
    """
    found = _KSUID.fullmatch(name)
    if found is None:
        return None
    number = 0
    for digit in found[1]:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    if number >> 8 * _KSUID_OCTETS:
        return None
    octets = number.to_bytes(_KSUID_OCTETS, "big")
    seconds = _KSUID_BEGINS + int.from_bytes(octets[:4], "big")
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=4 * octets[4])


def check(keys: tuple[bytes, ...], headers: Mapping[bytes, bytes], body: bytes) -> None:
    """See that one of these keys signed this body with its headers. Raises Refused."""
    sent = f"{_said(headers, b'id')}.{_said(headers, b'timestamp')}.".encode() + body
    expected = [hmac.digest(key, sent, hashlib.sha256) for key in keys]
    for each in _said(headers, b"signature").split(" ")[:SIGNATURES_MAX]:
        version, _, text = each.partition(",")
        try:
            shown = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            continue
        # Every key is compared, whichever fits: the time it takes says nothing.
        fits = [hmac.compare_digest(shown, one) for one in expected]
        if version == "v1" and any(fits):
            return
    raise Refused("its signature is not ours")


def _said(headers: Mapping[bytes, bytes], what: bytes) -> str:
    said = headers.get(b"svix-" + what) or headers.get(b"webhook-" + what) or b""
    return said.decode("latin-1")
