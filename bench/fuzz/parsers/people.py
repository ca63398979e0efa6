"""What browsers answer for people: passkeys, and what a hospital's own sign-in says of somebody."""

import json
import random
from datetime import timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from bench.fuzz.targets import RECEIVED, Target
from homeward.api.hospital import read
from homeward.connectors.https import Answer
from homeward.guard import challenge
from homeward.guard.id_token import Expected, claims_of
from homeward.model.errors import Missing, Refused
from homeward.services.people.passkeys import Kept, Place, challenge_in, counted_by, made_by
from tests.authenticator import Authenticator, raw, text

PLACE = Place("localhost", ["https://localhost"])
KEY = bytes(32)
ASKED = challenge.make(KEY, "sign in", RECEIVED, bytes(challenge.NONCE_BYTES))
EXPECTED = Expected("https://sign-in.test", "homeward", "a nonce")


@lru_cache(maxsize=1)
def _authenticator() -> Authenticator:
    chance = random.Random(7)
    return Authenticator(
        PLACE.origins[0], id=chance.randbytes(32), key=ec.derive_private_key(7, ec.SECP256R1())
    )


def _made() -> dict[str, Any]:
    asked = {"rp": {"id": PLACE.host}, "challenge": text(ASKED)}
    return _authenticator().makes(asked)


def _answered() -> dict[str, Any]:
    return _authenticator().answers({"rpId": PLACE.host, "challenge": text(ASKED)})


@lru_cache(maxsize=1)
def _kept() -> Kept:
    made = made_by(_made(), ASKED, PLACE)
    return Kept(1, made.credential_public_key, 0)


def _pieces(credential: dict[str, Any]) -> list[bytes]:
    """The whole, and each part of its response alone, in the clear: base64 hides it from fuzz."""
    parts = credential["response"].items()
    return [json.dumps(credential).encode(), *(f"{k} ".encode() + raw(v) for k, v in parts)]


def _put_together(credential: dict[str, Any], body: bytes) -> dict[str, Any] | None:
    """What FastAPI would hand on: an object, or nothing."""
    name, _, value = body.partition(b" ")
    if (part := name.decode("latin-1")) in credential["response"]:
        return credential | {"response": credential["response"] | {part: text(value)}}
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _registers(body: bytes) -> object:
    credential = _put_together(_made(), body)
    if credential is None:
        return None
    challenge.expires(KEY, "sign in", challenge_in(credential), RECEIVED)
    return made_by(credential, ASKED, PLACE)


def _signs_in(body: bytes) -> object:
    credential = _put_together(_answered(), body)
    if credential is None:
        return None
    challenge.expires(KEY, "sign in", challenge_in(credential), RECEIVED)
    return counted_by(credential, ASKED, PLACE, _kept())


@lru_cache(maxsize=1)
def _issuer() -> ECKey:
    return ECKey.import_key(ec.derive_private_key(9, ec.SECP256R1()), {"kid": "1", "use": "sig"})


def _token(claims: dict[str, Any]) -> bytes:
    return jwt.encode({"alg": "ES256", "kid": "1"}, claims, _issuer()).encode()


def _tokens() -> list[bytes]:
    claims = {"iss": EXPECTED.issuer, "aud": EXPECTED.client_id, "sub": "7", "nonce": "a nonce",
              "iat": RECEIVED.timestamp(),
              "exp": (RECEIVED + timedelta(minutes=5)).timestamp()}  # fmt: skip
    return [_token(claims), b"CLAIMS " + json.dumps(claims).encode(), b'HEAD {"alg":"ES256"}']


def _believed(body: bytes) -> object:
    """A token as it came, or with such claims, which its issuer did sign, or with such a head."""
    word, _, said = body.partition(b" ")
    token = body.decode("latin-1")
    if word == b"HEAD":
        token = f"{text(said)}.{token.partition('.')[2]}"
    if word == b"CLAIMS":
        try:
            claims = json.loads(said)
            token = _token(claims if isinstance(claims, dict) else {"sub": claims}).decode()
        except (ValueError, RecursionError):
            return None
    return claims_of(token, [_issuer().as_dict(private=False)], EXPECTED, RECEIVED)


def _about() -> list[bytes]:
    return [json.dumps({"issuer": EXPECTED.issuer, "jwks_uri": "https://sign-in.test/k"}).encode()]


TARGETS = (
    Target("new passkeys", ("homeward.services.people.passkeys:challenge_in",
                            "homeward.services.people.passkeys:made_by"),
           lambda: _pieces(_made()), _registers, (Refused,)),
    Target("passkeys' answers", ("homeward.services.people.passkeys:counted_by",),
           lambda: _pieces(_answered()), _signs_in, (Refused,)),
    Target("ID tokens", ("homeward.guard.id_token:claims_of",), _tokens, _believed,
           (Refused, Missing)),
    Target("a provider's answers", ("homeward.api.hospital:read",), _about,
           lambda body: read(Answer(200, {}, body)), (Refused,)),
)  # fmt: skip
