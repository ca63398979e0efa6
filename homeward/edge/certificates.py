"""The edge's two certificates: by one it is known to the server, by the other to its devices.

Both are made on keys that never leave its disk, and renewed over the line to the server when two
thirds of their life are over. A certificate that runs out while the link is down has to be
enrolled anew; nothing in the spool is lost by that.
"""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from homeward.engines.enrolment import pem_of, request_of
from homeward.engines.secret import write_private

RENEW_PART = 1 / 3  # of a life that is left
DOOR = "door"  # folder of what the doors need


def needs_door(folder: Path, host: str, now: datetime) -> bool:
    """Whether the doors' certificate is missing, ageing, or for another name or key."""
    found = _read(folder / DOOR / "server.pem")
    if found is None or not _has_its_key(folder, found):
        return True
    spoken = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = [str(each.value) for each in spoken]
    return _is_ageing(found, now) or host not in names


def needs_identity(folder: Path, now: datetime) -> bool:
    """Whether the certificate by which the server knows us is ageing."""
    found = _read(folder / "cert.pem")
    return found is not None and _is_ageing(found, now)


def days_left(folder: Path, now: datetime) -> float:
    """How many days the server will still know us."""
    found = _read(folder / "cert.pem")
    return 0.0 if found is None else (found.not_valid_after_utc - now).total_seconds() / 86_400


def issued(folder: Path) -> datetime | None:
    """When the server made our certificate, by its clock: earlier than that it cannot be now."""
    found = _read(folder / "cert.pem")
    return None if found is None else found.not_valid_before_utc


def new_request() -> tuple[bytes, str]:
    """A new key (PEM), and a request for a certificate on it."""
    key = ec.generate_private_key(ec.SECP256R1())
    return pem_of(key), request_of(key)


def keep_door(folder: Path, key: bytes, certificate: str) -> None:
    """From now on devices are met with this one."""
    write_private(folder / DOOR / "server.key", key)
    write_private(folder / DOOR / "server.pem", certificate.encode())


def keep_identity(folder: Path, key: bytes, certificate: str) -> None:
    """From now on we come with this one. Both in one file: no power cut leaves half of it."""
    write_private(folder / "cert.pem", certificate.encode() + key)


def keep_authority(folder: Path, pem: str) -> bool:
    """Whose devices are let in; whether that is news."""
    path = folder / DOOR / "devices-ca.pem"
    if path.exists() and path.read_text() == pem:
        return False
    write_private(path, pem.encode())
    return True


def is_door_complete(folder: Path) -> bool:
    """Whether the doors have all they need to open."""
    found = _read(folder / DOOR / "server.pem")
    is_known = (folder / DOOR / "devices-ca.pem").exists()
    return is_known and found is not None and _has_its_key(folder, found)


def _has_its_key(folder: Path, found: x509.Certificate) -> bool:
    """Whether the key beside it is its own: they are two files, and a power cut may come between.
    The doors would stay shut for good, where they only have to wait for the next pair."""
    try:
        pem = (folder / DOOR / "server.key").read_bytes()
        return load_pem_private_key(pem, None).public_key() == found.public_key()
    except (OSError, ValueError, TypeError):
        return False


def _read(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError):
        return None


def _is_ageing(found: x509.Certificate, now: datetime) -> bool:
    life = found.not_valid_after_utc - found.not_valid_before_utc
    return found.not_valid_after_utc - now.astimezone(UTC) < life * RENEW_PART
