"""The key our pushes are signed with (VAPID, RFC 8292): one an installation, made once.

Browsers tie their subscriptions to it: with another key every subscription would be lost.
"""

from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from homeward.engines.secret import write_private
from homeward.model.errors import Misconfigured


def push_key_file(data: Path) -> Path:
    """Where it lies."""
    return data / "keys" / "vapid.pem"


def keep_push_key(data: Path) -> None:
    """Make it where there is none yet."""
    file = push_key_file(data)
    if not file.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_private(file, pem)


def public_push_key(data: Path) -> str:
    """Its public half as browsers want it: an uncompressed point in base64url, no padding.

    Raises Misconfigured where it cannot be read.
    """
    keep_push_key(data)
    file = push_key_file(data)
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{file} cannot be read: {error}") from None
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return urlsafe_b64encode(point).rstrip(b"=").decode()
