"""How a device gets its papers: a key that never leaves its folder, and a one-time token.

The token's second half pins the installation's root certificate, so that the device trusts
nobody but the one who handed out the token.
"""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from homeward.engines.secret import write_private
from homeward.model.errors import Refused, Unreachable

ANSWER_SECONDS = 10
FINGERPRINT_CHARACTERS = 32


def enrol(url: str, token: str, folder: Path) -> str:
    """Enrol at `url` with a one-time token; the device's name.

    Writes key.pem, cert.pem, ca.pem and device.json. Raises Refused where the token is not
    taken or the root is not the one the token promises, Unreachable where nobody answers.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    told = _ask(url, {"token": token, "csr": _request(key)})
    root = x509.load_pem_x509_certificate(told["root"].encode())
    promised = token.rpartition(".")[2]
    if root.fingerprint(hashes.SHA256()).hex()[:FINGERPRINT_CHARACTERS] != promised:
        raise Refused(f"{url} is not the installation that handed out this token")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(folder / "key.pem", _key_pem(key))
    (folder / "cert.pem").write_text(told["certificate"])
    (folder / "ca.pem").write_text(told["root"])
    kept = {name: told[name] for name in ("name", "mqtt_host", "mqtt_port")}
    # Last: a folder that has it is complete.
    (folder / "device.json").write_text(json.dumps(kept, indent=2) + "\n")
    return told["name"]


def _request(key: ec.EllipticCurvePrivateKey) -> str:
    # The name is what the token says; what the request says does not count.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _ask(url: str, body: dict[str, str]) -> dict[str, str]:
    if not url.startswith(("http://", "https://")):
        raise Unreachable(f"{url} is no web address")
    request = urllib.request.Request(  # noqa: S310
        f"{url.rstrip('/')}/api/enrol",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    # The root cannot be known yet: the answer is believed only once its root's fingerprint is
    # the one in the token, and nothing secret is sent before that but the token itself.
    unverified = ssl._create_unverified_context()  # noqa: S323
    try:
        with urllib.request.urlopen(  # noqa: S310
            request, timeout=ANSWER_SECONDS, context=unverified
        ) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Refused(f"{url} refused the token: {error.read().decode()[:200]}") from None
    except OSError as error:
        raise Unreachable(f"{url}: {error}") from None
