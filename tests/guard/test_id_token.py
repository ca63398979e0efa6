"""ID tokens: only what the issuer signed, for us, in answer to our question, in time."""

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey

from homeward.guard.id_token import Expected, claims_of
from homeward.model.errors import Missing, Refused

NOW = datetime(2027, 1, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
EXPECTED = Expected("https://login.example.org", "homeward", "nonce-1")
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
KEYS = [RSA.as_dict(private=False), EC.as_dict(private=False)]
SAID = {
    "iss": EXPECTED.issuer, "aud": "homeward", "sub": "f3a1", "nonce": "nonce-1", "iat": AT - 5,
    "exp": AT + 300,
}  # fmt: skip


def signed(claims: dict[str, Any], key: Key = RSA, alg: str = "RS256", **head: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.kid, **head}, claims, key, algorithms=[alg])


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
def test_what_the_issuer_signed_is_believed(key: Key, alg: str) -> None:
    assert claims_of(signed(SAID, key, alg), KEYS, EXPECTED, NOW)["sub"] == "f3a1"


@pytest.mark.parametrize(
    "other",
    [
        {"aud": ["homeward"]},
        {"aud": ["homeward", "other"], "azp": "homeward"},
        {"exp": AT - 59},
        {"iat": AT + 59},
        {"nbf": AT},
    ],
    ids=str,
)
def test_what_may_be_otherwise(other: dict[str, Any]) -> None:
    assert claims_of(signed(SAID | other), KEYS, EXPECTED, NOW)["sub"] == "f3a1"


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "https://evil.example.org"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["homeward", "other"]},
        {"aud": []},
        {"aud": None},
        {"azp": "other"},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"nonce": "nonce-2"},
        {"nonce": None},
        {"exp": AT - 60},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": AT + 60},
        {"iat": None},
        {"nbf": AT + 60},
        {"nbf": "now"},
    ],
    ids=str,
)
def test_what_may_not(other: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        claims_of(signed(SAID | other), KEYS, EXPECTED, NOW)


def part(said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def test_no_signature_and_no_shared_secret_pass_for_one() -> None:
    unsigned = f"{part({'alg': 'none', 'kid': 'rsa'})}.{part(SAID)}."
    forged = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(SAID)}"
    digest = hmac.digest(RSA.as_pem(private=False), forged.encode(), "sha256")
    shared = f"{forged}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    body, _, signature = signed(SAID).rpartition(".")
    head, _, _ = body.partition(".")
    changed = f"{head}.{part(SAID | {'sub': 'other'})}.{signature}"
    for token in (unsigned, shared, changed, "", "a.b", "a.b.c", "€.€.€"):
        with pytest.raises(Refused):
            claims_of(token, KEYS, EXPECTED, NOW)


def test_a_key_of_another_kind_or_use_signs_nothing() -> None:
    secret = OctKey.generate_key(256, {"kid": "oct"})
    token = jwt.encode({"alg": "HS256", "kid": "oct"}, SAID, secret, algorithms=["HS256"])
    with pytest.raises(Refused):
        claims_of(token, [*KEYS, secret.as_dict(private=True)], EXPECTED, NOW)
    sealing = RSA.as_dict(private=False) | {"use": "enc"}
    with pytest.raises(Missing):
        claims_of(signed(SAID), [sealing], EXPECTED, NOW)
    with pytest.raises(Refused):
        claims_of(signed(SAID, EC, "ES256", kid="rsa"), KEYS, EXPECTED, NOW)


def test_an_unknown_key_may_be_looked_for() -> None:
    fresh = RSAKey.generate_key(2048, {"kid": "fresh"})
    with pytest.raises(Missing):
        claims_of(signed(SAID, fresh), KEYS, EXPECTED, NOW)
    token = jwt.encode({"alg": "RS256"}, SAID, RSA, algorithms=["RS256"])
    with pytest.raises(Missing):  # which of two?
        claims_of(token, KEYS, EXPECTED, NOW)
    assert claims_of(token, KEYS[:1], EXPECTED, NOW)["sub"] == "f3a1"
