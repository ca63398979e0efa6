"""The key the audit's checkpoints are signed with (Ed25519): one an installation, made once."""

from pathlib import Path

from homeward.engines.secret import write_private
from homeward.guard.signed import make_key, public_half
from homeward.model.errors import Misconfigured, Unreadable


def audit_key_file(data: Path) -> Path:
    """Where it lies."""
    return data / "keys" / "audit.pem"


def keep_audit_key(data: Path) -> bytes:
    """The private key in PEM, made where there is none yet. Raises Misconfigured."""
    file = audit_key_file(data)
    try:
        if not file.exists():
            write_private(file, make_key()[0])
        return file.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}") from None


def public_audit_key(data: Path) -> bytes:
    """Its public half, 32 bytes. Raises Misconfigured where there is none, or it is none."""
    file = audit_key_file(data)
    try:
        return public_half(file.read_bytes())
    except (OSError, Unreadable) as error:
        raise Misconfigured(f"{file} cannot be read: {error}") from None
