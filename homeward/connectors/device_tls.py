"""Mutual TLS of the doors devices come in by, and whom a certificate names."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from homeward.connectors.tls import hardened
from homeward.model.errors import Misconfigured

IDENTITY = "urn:homeward:device:"
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for


def tls_of(folder: Path, say: Callable[[str], None], *, enrols: bool = False) -> ssl.SSLContext:
    """Mutual TLS, 1.2 or newer: a peer without a certificate of our Devices CA gets no further.

    Where devices are enrolled (`enrols`) it may have none yet, or one that has expired: whoever
    asks for this looks at both himself. `say` is told why, for whoever wonders what became of a
    device.
    """
    context = hardened(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.verify_mode = ssl.CERT_REQUIRED
    # A leaf of this CA is enough: the CA itself need not be a root in this file.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if enrols:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= NO_CHECK_TIME
    context.sslobject_class = _telling(say)
    # A device that comes back resumes, which is cheap. The ticket carries its certificate: its name
    # and expiry are looked at as if it were new, and the registry is asked each time.
    context.num_tickets = 1
    try:
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        context.load_verify_locations(folder / "devices-ca.pem")
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"the door's certificates in {folder}: {error}") from None
    return context


def _telling(say: Callable[[str], None]) -> type[ssl.SSLObject]:
    """A handshake that says why it failed: asyncio keeps that to itself."""

    class Telling(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):  # it goes on
                raise
            except ssl.SSLCertVerificationError as error:
                say(f"refused: its certificate is not accepted ({error.verify_message})")
                raise
            except ssl.SSLError as error:
                reason = (error.reason or type(error).__name__).replace("_", " ").lower()
                say(f"refused: no TLS connection came about ({reason})")
                raise

    return Telling


def device_names(certificate: dict[str, Any]) -> list[str]:
    """The devices a verified certificate names, as `ssl.getpeercert` gives it."""
    return [
        value.removeprefix(IDENTITY)
        for kind, value in certificate.get("subjectAltName", ())
        if kind == "URI" and value.startswith(IDENTITY)
    ]


def issued_at(certificate: dict[str, Any]) -> datetime | None:
    """When a certificate began to be good (UTC); None: there is none."""
    before = certificate.get("notBefore")
    return None if before is None else datetime.fromtimestamp(ssl.cert_time_to_seconds(before), UTC)


def expiry(certificate: dict[str, Any]) -> float | None:
    """When a certificate expires, seconds since 1970."""
    after = certificate.get("notAfter")
    return None if after is None else float(ssl.cert_time_to_seconds(after))
