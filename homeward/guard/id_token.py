"""What a hospital's own sign-in says of somebody: an ID token, believed as far as it is proven.

OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 (best practices for JSON web tokens). Signed by a
key of the issuer's, by an algorithm of ours: never none, and never one that takes a public key for
a shared secret.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key, import_key

from homeward.model.errors import Missing, Refused

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS = 60
SUBJECT_CHARACTERS_MAX = 255  # OpenID Connect Core 1.0, section 2
REFUSED = "The hospital's sign-in was not accepted."


@dataclass(frozen=True, slots=True)
class Expected:
    """Who must have said it, to whom, and in answer to which question."""

    issuer: str
    client_id: str
    nonce: str


def claims_of(
    token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, now: datetime
) -> dict[str, Any]:
    """What a token says. `keys` are JSON web keys.

    Raises Refused for a token that proves nothing, Missing where its key is none of these: another
    look at the issuer's may find it.
    """

    def key_for(said: GuestProtocol) -> Key:
        return import_key(dict(_key_of(said.headers(), keys)))

    try:
        claims = jwt.decode(token, key_for, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError):
        raise Refused(REFUSED) from None
    if not _is_for(claims, expected) or not _is_in_time(claims, now.timestamp()):
        raise Refused(REFUSED)
    return claims


def _key_of(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if header.get("alg") not in ALGORITHMS:
        raise Refused(REFUSED)
    signing = [key for key in keys if key.get("use", "sig") == "sig" and key.get("kty") != "oct"]
    if "kid" not in header and len(signing) == 1:
        return signing[0]
    for key in signing:
        if "kid" in header and key.get("kid") == header["kid"]:
            return key
    raise Missing("This key is not known.")


def _is_for(claims: Mapping[str, Any], expected: Expected) -> bool:
    audience: Any = claims.get("aud")
    audiences: Sequence[Any] = [audience]
    if isinstance(audience, list):
        audiences = cast(list[Any], audience)
    party = claims.get("azp", expected.client_id if len(audiences) == 1 else None)
    subject, nonce = claims.get("sub"), claims.get("nonce")
    return (
        claims.get("iss") == expected.issuer
        and expected.client_id in audiences
        and party == expected.client_id
        and isinstance(subject, str)
        and 0 < len(subject) <= SUBJECT_CHARACTERS_MAX
        and isinstance(nonce, str)
        and hmac.compare_digest(nonce.encode(), expected.nonce.encode())
    )


def _is_in_time(claims: Mapping[str, Any], now: float) -> bool:
    ends, begins = claims.get("exp"), claims.get("iat")
    if not isinstance(ends, int | float) or not isinstance(begins, int | float):
        return False
    before = claims.get("nbf", begins)
    if not isinstance(before, int | float):
        return False
    return ends > now - LEEWAY_SECONDS and max(begins, before) < now + LEEWAY_SECONDS
