"""A device's certificate is renewed by the device itself, long before it ends (RFC 7030, 4.2.2).

On a new key, which never leaves the folder, over the HTTPS door of the server that issued the first
one. The old certificate is good until the device comes with the new one, so an answer that is lost
costs nothing; and one that expired less than 30 days ago can still be renewed.
"""

import asyncio
import base64
import http.client
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from homeward.device.papers import Papers
from homeward.engines.enrolment import pem_of, request_of
from homeward.engines.secret import write_private
from homeward.model.errors import Misconfigured, Refused, Unreachable

PATH = "/.well-known/est/"
RENEW_PART = 1 / 3  # of a life that is left
LOOK_SECONDS = 600.0
AGAIN_SECONDS = 900.0
ANSWER_SECONDS = 10
ANSWER_BYTES_MAX = 64 * 1024
log = logging.getLogger("homeward.device")


def is_due(folder: Path, now: datetime) -> bool:
    """Whether two thirds of the certificate's life are over. Raises Misconfigured."""
    found = certificate_in(folder)
    life = found.not_valid_after_utc - found.not_valid_before_utc
    return found.not_valid_after_utc - now < life * RENEW_PART


def certificate_in(folder: Path) -> x509.Certificate:
    """The certificate an enrolled folder has. Raises Misconfigured."""
    try:
        return x509.load_pem_x509_certificates((folder / "cert.pem").read_bytes())[0]
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{folder / 'cert.pem'}: {error}") from None


def renew(papers: Papers) -> x509.Certificate:
    """Get the next certificate and keep it; from the next connection on it is shown.

    Raises Unreachable where nobody answers, Refused where it is not given, Misconfigured for a
    folder that cannot be used or a server without an HTTPS door.
    """
    if not papers.http_port:
        raise Misconfigured(f"{papers.folder}: its server has no HTTPS door to renew it at")
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.load_pem_x509_csr(request_of(key).encode())
    body = base64.encodebytes(request.public_bytes(Encoding.DER))
    line = http.client.HTTPSConnection(
        papers.host, papers.http_port, timeout=ANSWER_SECONDS, context=papers.tls()
    )
    try:
        (made,) = _certificates(line, "POST", "simplereenroll", body)
        authorities = _certificates(line, "GET", "cacerts", b"")
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(f"{papers.host} does not answer with certificates: {error}") from None
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{papers.host}: {error or type(error).__name__}") from None
    finally:
        line.close()
    if made.public_key() != key.public_key():
        raise Refused(f"{papers.host} answers with a certificate for another key")
    # Who issued it comes along: a door may not know a new one yet. The root everybody has.
    chain = [made, *(each for each in authorities if each.subject != each.issuer)]
    whole = b"".join(each.public_bytes(Encoding.PEM) for each in chain)
    # With its key in one file, written whole or not at all: no power cut leaves half of it.
    write_private(papers.folder / "cert.pem", whole + pem_of(key))
    write_private(papers.folder / "key.pem", pem_of(key))  # for clients that want it apart
    return made


def _certificates(
    line: http.client.HTTPSConnection, method: str, what: str, body: bytes
) -> list[x509.Certificate]:
    line.request(method, PATH + what, body, {"Content-Type": "application/pkcs10"} if body else {})
    answer = line.getresponse()
    said = answer.read(ANSWER_BYTES_MAX)
    if answer.status == http.client.SERVICE_UNAVAILABLE:
        raise Unreachable(f"{line.host}: not now")
    if answer.status != http.client.OK:
        raise Refused(said.decode("utf-8", "replace").strip() or f"status {answer.status}")
    return pkcs7.load_der_pkcs7_certificates(base64.b64decode(said))


async def keep_renewed(
    papers: Papers,
    renewed: Callable[[], None],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Renew it whenever it is due, until cancelled; `renewed` is called when it was."""
    if not papers.http_port:
        return
    while True:
        wait = LOOK_SECONDS
        try:
            if is_due(papers.folder, now()):
                made = await asyncio.to_thread(renew, papers)
                log.info("%s: certificate renewed until %s", papers.name, made.not_valid_after_utc)
                renewed()
        except (Unreachable, Refused, Misconfigured, OSError) as error:
            log.warning("%s: its certificate is not renewed: %s", papers.name, error)
            wait = AGAIN_SECONDS
        # S311: the jitter keeps a ward from asking in one blow; it guards no secret.
        await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311
