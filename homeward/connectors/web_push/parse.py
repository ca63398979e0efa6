"""Web push in bytes: RFC 8291 (encryption), RFC 8188 (its framing), RFC 8292 (who we are).

Pure but for the randomness of keys and salts, which a test hands in.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from homeward.model.errors import Unreadable

RECORD_BYTES = 4096  # RFC 8188: one record holds it all; push services take no more (RFC 8030)
TEXT_BYTES_MAX = 3000  # well under what fits
SALT_BYTES = 16
TOKEN_SECONDS = 12 * 3600  # RFC 8292, 2: at most 24 h
COORDINATE_BYTES = 32  # of P-256
_LAST_RECORD = b"\x02"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser can be reached, and the keys only it can open messages with."""

    endpoint: str
    key: bytes
    auth: bytes

    @classmethod
    def read(cls, address: str) -> Self:
        """From the JSON a browser gives. Raises Unreadable."""
        try:
            told = json.loads(address)
            keys = told["keys"]
            return cls(str(told["endpoint"]), decoded(keys["p256dh"]), decoded(keys["auth"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Unreadable("this is no push subscription") from None


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """base64url, padded or not."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """An uncompressed point."""
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def encrypted(
    text: bytes, to: Subscription, ours: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The body of a push (RFC 8291, 3 and 4): a fresh key `ours` and `salt` each time.

    Raises Unreadable where the subscription's key is no point of the curve.
    """
    if len(text) > TEXT_BYTES_MAX:
        raise Unreadable(f"a push of {len(text)} bytes is too long")
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.key)
    except ValueError:
        raise Unreadable("the subscription's key is no point of P-256") from None
    shared = ours.exchange(ec.ECDH(), theirs)
    our_point = point(ours.public_key())
    secret = _derived(shared, to.auth, b"WebPush: info\0" + to.key + our_point, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes((len(our_point),)) + our_point
    return head + AESGCM(key).encrypt(nonce, text + _LAST_RECORD, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def signed(endpoint: str, key: ec.EllipticCurvePrivateKey, subject: str, now: datetime) -> str:
    """The Authorization header (RFC 8292, 3): a token for this push service, and our key.

    `subject` is how its operators can reach ours: a mailto: or https: address.
    """
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now.timestamp()) + TOKEN_SECONDS,
        "sub": subject,
    }
    head = {"typ": "JWT", "alg": "ES256"}
    said = ".".join(
        encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims)
    )
    r, s = utils.decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")
    return f"vapid t={said}.{encoded(signature)}, k={encoded(point(key.public_key()))}"
