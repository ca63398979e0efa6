"""Certificates over HTTPS, as foreign devices ask for them too: EST (RFC 7030, with RFC 8951).

`cacerts` for anybody, `simpleenroll` for who has a one-time token (HTTP Basic, the token as the
password), `simplereenroll` for who shows a certificate of ours. Whose certificate it becomes is
said by the token or by the certificate shown, never by the request. One that expired lately may
still be renewed, and lets nobody in.
"""

import binascii
from base64 import b64decode, encodebytes
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from homeward.connectors.contract import Issuer
from homeward.model.errors import Forbidden, Missing, Refused, Unreachable, Unreadable

PATH = "/.well-known/est/"
BODY_BYTES_MAX = 8_000
GRACE = timedelta(days=30)  # a device that was in a drawer for a month is no stranger
CERTIFICATES = "application/pkcs7-mime; smime-type=certs-only"
_METHODS = {"cacerts": "GET", "simpleenroll": "POST", "simplereenroll": "POST"}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the device its certificate names (empty: it shows none), from when to when that is
    good, and its Authorization header."""

    name: str
    issued: datetime | None
    expires: datetime | None
    authorization: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `headers` in lower case."""

    status: HTTPStatus
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/plain"),)


def operation(method: str, target: str) -> str | None:
    """What is asked for; None: nothing of ours. Raises Missing for what EST has and we have not."""
    path = target.partition("?")[0]
    if not path.startswith(PATH):
        return None
    what = path.removeprefix(PATH)
    if _METHODS.get(what) != method:
        raise Missing("there is cacerts (GET), simpleenroll and simplereenroll (POST)")
    return what


async def answered(issuer: Issuer, what: str, asker: Asker, body: bytes, now: datetime) -> Reply:
    """The answer to one operation; a refusal is one too."""
    try:
        if what == "cacerts":
            return _certificates(await issuer.authorities())
        if what == "simpleenroll":
            return _certificates(
                await issuer.enrol(token_in(asker.authorization), request_in(body))
            )
        issued = _may_renew(asker, now)
        return _certificates(await issuer.renew(asker.name, issued, request_in(body)))
    except Refused as error:
        return _refusal(
            HTTPStatus.UNAUTHORIZED, error, ("www-authenticate", 'Basic realm="one-time token"')
        )
    except Forbidden as error:
        return _refusal(HTTPStatus.FORBIDDEN, error)
    except Unreadable as error:
        return _refusal(HTTPStatus.BAD_REQUEST, error)
    except Unreachable as error:
        return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, error)


def _may_renew(asker: Asker, now: datetime) -> datetime:
    if not asker.name or asker.issued is None or asker.expires is None:
        raise Forbidden("a certificate of ours is renewed, and none was shown")
    if now > asker.expires + GRACE:
        raise Forbidden(f"the certificate expired more than {GRACE.days} days ago: enrol anew")
    return asker.issued


def token_in(authorization: str) -> str:
    """The one-time token: the password of HTTP Basic (RFC 7617). Raises Refused."""
    scheme, _, said = authorization.partition(" ")
    try:
        user, colon, password = b64decode(said.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, no ASCII, no UTF-8
        raise Refused("the Authorization header cannot be read") from None
    if scheme.lower() != "basic" or not colon:
        raise Refused("give the one-time token as the password of HTTP Basic authentication")
    return password or user


def request_in(body: bytes) -> bytes:
    """A request's DER from its base64, with or without PEM's lines around it (RFC 8951, 3.1)."""
    lines = [line for line in body.split() if line]
    if body.lstrip().startswith(b"-----"):
        lines = [each.strip() for each in body.splitlines() if not each.startswith(b"-----")]
    try:
        return b64decode(b"".join(lines), validate=True)
    except binascii.Error:
        raise Unreadable("the request is not base64") from None


def _certificates(pem: str) -> Reply:
    found = x509.load_pem_x509_certificates(pem.encode())
    packed = pkcs7.serialize_certificates(found, Encoding.DER)
    headers = (("content-type", CERTIFICATES), ("content-transfer-encoding", "base64"))
    return Reply(HTTPStatus.OK, encodebytes(packed), headers)


def _refusal(status: HTTPStatus, error: Exception, *headers: tuple[str, str]) -> Reply:
    words = f"{error}\n".encode()
    return Reply(status, words, (("content-type", "text/plain; charset=utf-8"), *headers))
