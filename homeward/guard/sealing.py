"""What is sealed at rest: who somebody is, and what people wrote of them.

A sealed text says whose key opens it, which of their keys, and of which column it is:

    sealed:patient/17:1:patient.name:<base64 of nonce and AES-256-GCM>

All before the last colon is bound to it (NIST SP 800-38D, additional data): moved to another column
or said to be somebody else's, it opens no more. The keys of owners are themselves wrapped by a key
that lies apart from the database (docs/decisions/0036-sealing.md).
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from homeward.model.errors import Misconfigured, Unreadable

KEY_BYTES = 32
NONCE_BYTES = 12
MARK = "sealed:"
_BLIND = "blind:"


class Secret(NamedTuple):
    """A text to be kept sealed: whose it is (`patient/17`), and its place (`patient.name`). What is
    empty stays empty."""

    owner: str
    place: str
    text: str | None


class Blind(NamedTuple):
    """A text to be found by, and not to be read: a record number. `is_kept`: it is stored now;
    else it is looked for, as it would be kept and as it was before anything was sealed."""

    place: str
    text: str
    is_kept: bool = False


class Name(NamedTuple):
    """By which key a text is sealed: an owner's, of a version."""

    owner: str
    version: int


def of_patient(number: int) -> str:
    """A patient as an owner of keys."""
    return f"patient/{number}"


def of_person(number: int) -> str:
    """Somebody's own account as an owner of keys."""
    return f"person/{number}"


def new_key() -> bytes:
    """A key by chance."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: AESGCM, name: Name, place: str, text: str) -> str:
    """The text, sealed."""
    head = f"{MARK}{name.owner}:{name.version}:{place}"
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = nonce + key.encrypt(nonce, text.encode(), head.encode())
    return f"{head}:{base64.b64encode(body).decode()}"


def name_of(sealed: str) -> Name | None:
    """By which key this is sealed; None where it is no sealed text."""
    parts = sealed.split(":")
    if len(parts) != 5 or not parts[2].isdigit():
        return None
    return Name(parts[1], int(parts[2]))


def open_(key: AESGCM, sealed: str) -> str:
    """What it says. Raises Unreadable where it was changed, or sealed by another key."""
    head, _, body = sealed.rpartition(":")
    try:
        raw = binascii.a2b_base64(body, strict_mode=True)
        return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], head.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError):
        raise Unreadable("a sealed text does not open: it was changed, or moved") from None


def blind(key: bytes, place: str, text: str) -> str:
    """What a text is found by: HMAC-SHA-256 under a key of the installation (RFC 2104)."""
    digest = hmac.digest(key, f"{place}\0{text}".encode(), hashlib.sha256)
    return _BLIND + base64.urlsafe_b64encode(digest[:24]).decode()


@dataclass(frozen=True)
class Wrapping:
    """The keys that wrap the keys of owners; the first is in use, the others were or will be."""

    keys: Sequence[bytes]

    @cached_property
    def _by_name(self) -> dict[str, AESGCM]:
        return {wrapping_name(key): AESGCM(key) for key in self.keys}

    @property
    def first(self) -> str:
        """The name of the one in use."""
        return wrapping_name(self.keys[0])

    @property
    def names(self) -> list[str]:
        """All of them, by what the database calls them."""
        return list(self._by_name)

    def wrap(self, by: str, key: bytes, name: Name) -> bytes:
        """An owner's key, wrapped. Raises Misconfigured for a wrapping key there is not."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._key(by).encrypt(nonce, key, _bound(name))

    def unwrap(self, by: str, wrapped: bytes, name: Name) -> bytes:
        """An owner's key. Raises Misconfigured where the wrapping key is not here or is another."""
        nonce, body = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._key(by).decrypt(nonce, body, _bound(name))
        except InvalidTag:
            raise Misconfigured(f"the wrapping key {by} does not open the key of {name}") from None

    def _key(self, by: str) -> AESGCM:
        try:
            return self._by_name[by]
        except KeyError:
            raise Misconfigured(
                f"patients' keys are wrapped by the key {by}, and this machine has "
                f"{', '.join(self.names)}; bring the key file that belongs to this database "
                "(docs/guides/sealing.md)"
            ) from None


def wrapping_name(key: bytes) -> str:
    """What a wrapping key is called: a hash of it tells which it is, and nothing of it."""
    return hashlib.sha256(b"homeward wrapping key" + key).hexdigest()[:16]


def _bound(name: Name) -> bytes:
    return f"{name.owner}:{name.version}".encode()
