"""A device that holds passkeys, as WebAuthn level 2 has it answer: ES256, its person verified."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(written: str) -> bytes:
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))


@dataclass
class Authenticator:
    """One passkey of one device. `origin` is the page its browser believes to be on."""

    origin: str
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def makes(self, asked: dict[str, Any], **other: Any) -> dict[str, Any]:
        """Its answer to be registered by."""
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1}
        cose |= {-2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        said = self._data(other.get("rp", asked["rp"]["id"]), self.flags | WITH_KEY) + kept
        response = {
            "clientDataJSON": text(self._client("webauthn.create", asked, other)),
            "attestationObject": text(
                cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
            ),
        }
        return self._credential(response)

    def answers(self, asked: dict[str, Any], **other: Any) -> dict[str, Any]:
        """Its answer to sign in by; it counts each."""
        self.count += 1
        said = self._data(other.get("rp", asked["rpId"]), self.flags)
        client = self._client("webauthn.get", asked, other)
        signed = self.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(said),
            "signature": text(signed),
        }
        return self._credential(response)

    def _data(self, rp: str, flags: int) -> bytes:
        return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, asked: dict[str, Any], other: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": other.get("challenge", asked["challenge"])}
        return json.dumps(said | {"origin": other.get("origin", self.origin)}).encode()

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        name = text(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
