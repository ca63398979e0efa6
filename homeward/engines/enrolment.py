"""How a device gets its papers: a key that never leaves its folder, and a one-time token.

The token's second half pins the installation's root certificate. The root is fetched and checked
against it first; the token is sent only over a connection that this root vouches for, so nobody
in between can use it.
"""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from homeward.engines.secret import write_private
from homeward.model.errors import Refused, Unreachable, Unreadable

ANSWER_SECONDS = 10
ANSWER_BYTES_MAX = 64 * 1024
FINGERPRINT_DIGITS = 32
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def enrol(url: str, token: str, folder: Path) -> str:
    """Enrol at `url` with a one-time token; the device's name.

    Writes key.pem, cert.pem, ca.pem and device.json. Raises Refused where the token is not
    taken or the installation is not the one that made it, Unreachable where nobody answers,
    Unreadable for an address or token that cannot be.
    """
    address = _checked(url)
    root = _pinned_root(address, token)
    key = ec.generate_private_key(ec.SECP256R1())
    told = _ask(address, _trusting(root), {"token": token, "csr": request_of(key)})
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(folder / "key.pem", pem_of(key))
    (folder / "cert.pem").write_text(told["certificate"])
    (folder / "ca.pem").write_text(root)
    kept = {name: told[name] for name in ("name", "mqtt_host", "mqtt_port")}
    kept["http_port"] = told.get("http_port", 0)
    # Last: a folder that has it is complete.
    (folder / "device.json").write_text(json.dumps(kept, indent=2) + "\n")
    return told["name"]


def _checked(url: str) -> str:
    """The address of enrolment. Raises Unreadable for one that would send the token in clear."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreadable(f"{url} is no web address")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Unreadable(f"{url}: plain http is for this machine only; use https")
    return f"{url.rstrip('/')}/api/enrol"


def _pinned_root(address: str, token: str) -> str:
    """The root certificate, once it is the one the token names. Raises Refused."""
    promised = token.partition(".")[2].lower()
    if len(promised) != FINGERPRINT_DIGITS:
        raise Unreadable("this is no token; it has two parts with a dot between")
    # Nothing is known yet whom to trust, and nothing secret is sent.
    unverified = ssl._create_unverified_context()  # noqa: S323
    root = _ask(address, unverified)["root"]
    try:
        certificate = x509.load_pem_x509_certificate(root.encode())
    except ValueError:
        raise Refused(f"{address} does not answer with a root certificate") from None
    if certificate.fingerprint(hashes.SHA256()).hex()[:FINGERPRINT_DIGITS] != promised:
        raise Refused(f"{address} is not the installation that made this token")
    return root


def _trusting(root: str) -> ssl.SSLContext:
    """A client that trusts this root and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=root)
    return context


class _Straight(urllib.request.HTTPRedirectHandler):
    """Whom we speak to is whom we were told: who sends us elsewhere is refused."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """Nowhere else."""


def _ask(address: str, context: ssl.SSLContext, body: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(  # noqa: S310  (the scheme was checked)
        address,
        json.dumps(body).encode() if body else None,
        {"Content-Type": "application/json"},
    )
    safe = urllib.request.HTTPSHandler(context=context)
    try:
        opener = urllib.request.build_opener(safe, _Straight)
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            return json.loads(answer.read(ANSWER_BYTES_MAX))
    except urllib.error.HTTPError as error:
        raise Refused(_words(error.read(ANSWER_BYTES_MAX)) or f"{address}: {error}") from None
    except OSError as error:
        raise Unreachable(f"{address}: {error}") from None
    except ValueError:
        raise Refused(f"{address} does not answer as Homeward does") from None


def _words(answer: bytes) -> str | None:
    """The server's own words for why not."""
    try:
        return str(json.loads(answer)["error"])
    except (ValueError, KeyError, TypeError):
        return None


def request_of(key: ec.EllipticCurvePrivateKey) -> str:
    """A certificate request for this key (PEM)."""
    # The name is what the token says; what the request says does not count.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key as it is kept (PEM)."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
