"""Detached Ed25519 signatures: who may say what this site scores by.

RFC 8032. A key is kept as 32 raw bytes, a signature as 64; in files both are written in base64.
"""

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from homeward.model.errors import Unreadable

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def make_key() -> tuple[bytes, bytes]:
    """A new key: the private half as PEM, to be kept by whoever signs, and the public half."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem, private.public_key().public_bytes_raw()


def sign(private_pem: bytes, body: bytes) -> bytes:
    """The signature of these bytes. Raises Unreadable for what is no Ed25519 private key."""
    return _private(private_pem).sign(body)


def public_half(private_pem: bytes) -> bytes:
    """The public half of a private key. Raises Unreadable for what is none."""
    return _private(private_pem).public_key().public_bytes_raw()


def _private(private_pem: bytes) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(private_pem, password=None)
    except (ValueError, TypeError):
        raise Unreadable("that is no private key in PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable("that private key is of another kind; an Ed25519 key is needed")
    return key


def is_signed(public_key: bytes, signature: bytes, body: bytes) -> bool:
    """Whether the holder of this key signed exactly these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True


def written(raw: bytes) -> str:
    """A key or a signature as one line of text."""
    return base64.b64encode(raw).decode()


def read(text: str, size: int) -> bytes:
    """A key or a signature from its line of text. Raises Unreadable for anything else."""
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("that is not base64") from None
    if len(raw) != size:
        raise Unreadable(f"{size} bytes are expected, these are {len(raw)}")
    return raw


def fingerprint(public_key: bytes) -> str:
    """A key in few letters, to be compared by eye."""
    digest = hashlib.sha256(public_key).hexdigest()[:16]
    return ":".join(digest[place : place + 4] for place in range(0, 16, 4))
