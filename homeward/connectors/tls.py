"""TLS of every listener that may leave this machine: Mozilla's intermediate profile.

Mozilla, Server Side TLS 5.7: TLS 1.2 and 1.3, forward secrecy and AEAD alone. Our certificates are
ECDSA, so suites for RSA keys are of use only to who brings a certificate of their own.
"""

import ssl
from pathlib import Path

CIPHERS = ":".join(
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
    )
)
# Python 3.11 can name one curve or take all that OpenSSL has, of which two are not in the profile.
# Every client has this one (RFC 8446, 9.1); one that guesses another is asked again, a round trip.
CURVE = "prime256v1"


def hardened(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context, within the profile."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.set_ecdh_curve(CURVE)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def server_tls(chain: Path, key: Path) -> ssl.SSLContext:
    """For people's own browsers. Raises OSError or ssl.SSLError for files that cannot be."""
    context = hardened(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.load_cert_chain(chain, key)
    return context
