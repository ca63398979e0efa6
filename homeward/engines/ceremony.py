"""The ceremony: the root's key leaves this machine, and comes back only to vouch for a new issuer.

Whoever holds the root's key can pose as this installation to every device for twenty years. It is
needed once in ten. So it is kept on a disk in a safe, encrypted with a passphrase that is written
down elsewhere; what signs daily are two issuers, one for devices, one for servers, and neither can
do the other's work.

Encrypted as PKCS #8, whose own derivation from a passphrase is quick (PBKDF2, 2,048 rounds) and
cannot be made slower here: so its password is what argon2id makes of the passphrase. How, stands
in a line of text before it, by which two common programs open it as well.
"""

import re
import secrets
from datetime import datetime
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import serialization

from homeward.engines.certificates import AUTHORITIES, Signer, alone, load, make_authority, new_root
from homeward.engines.identity import make_folder
from homeward.engines.secret import sync_folder, write_private
from homeward.model.errors import Conflict, Misconfigured

PASSPHRASE_CHARACTERS_MIN = 12
ROOT = "root"
SALT_BYTES = 16
# Twice the memory of RFC 9106's second choice: it is done a few times in twenty years.
_COSTS = (128 * 1024, 4, 1)  # KiB, passes, lanes
_LINE = re.compile(rb"argon2id m=(\d{1,7}) t=(\d{1,3}) p=(\d{1,2}) salt=([0-9a-f]{16,64})\n")


def move_root(folder: Path, place: Path, passphrase: str, now: datetime) -> Signer:
    """Put the root's key, encrypted, into `place`, and remove it from `folder`; the root.

    Where there is no root yet it is made, and its key never touches `folder`. Raises Conflict where
    it was moved before or `place` has a root, Misconfigured for a passphrase that is too short or a
    place that cannot be written.
    """
    if len(passphrase) < PASSPHRASE_CHARACTERS_MIN:
        raise Misconfigured(f"a passphrase has {PASSPHRASE_CHARACTERS_MIN} characters or more")
    make_folder(folder, None)
    with alone(folder):
        found = load(folder, ROOT)
        root = found or new_root(now)
        if root.key is None:
            raise Conflict("the root's key is not on this machine: it was moved before")
        _write(place, root, passphrase)
        if found is None:
            write_private(folder / "root.pem", root.certificate.public_bytes(_PEM))
        for file in AUTHORITIES:  # before it leaves: without it they could not be made
            if load(folder, file) is None:
                make_authority(folder, file, root, now)
        (folder / "root.key").unlink(missing_ok=True)
        sync_folder(folder)
    return root


def issue(folder: Path, place: Path, passphrase: str, file: str, now: datetime) -> Signer:
    """A new issuer (`devices-ca` or `servers-ca`), vouched for by the root in `place`; the one
    before is believed on until it ends.

    Raises Misconfigured where `place` has not this installation's root, or for another passphrase.
    """
    with alone(folder):
        here, root = load(folder, ROOT), _load(place, passphrase)
        if root is None or root.key is None:
            raise Misconfigured(f"{place} has no root.pem and root.key")
        if here is None or here.certificate != root.certificate:
            raise Misconfigured(f"{place} has the root of another installation")
        return make_authority(folder, file, root, now)


_PEM = serialization.Encoding.PEM


def _write(place: Path, root: Signer, passphrase: str) -> None:
    """Write it, and see that it can be read: the other copy is about to go."""
    if (place / "root.key").exists():
        raise Conflict(f"{place} has a root.key already")
    assert root.key is not None
    salt = secrets.token_hex(SALT_BYTES)  # taken as these letters, which one can type
    memory, passes, lanes = _COSTS
    line = f"argon2id m={memory} t={passes} p={lanes} salt={salt}\n".encode()
    encrypted = root.key.private_bytes(
        _PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_stretched(passphrase, salt, *_COSTS)),
    )
    try:
        write_private(place / "root.key", line + encrypted)
        write_private(place / "root.pem", root.certificate.public_bytes(_PEM))
    except OSError as error:
        raise Misconfigured(f"{place} cannot be written: {error.strerror}") from None
    back = _load(place, passphrase)
    if back is None or back.key is None or back.key.public_key() != root.key.public_key():
        raise Misconfigured(f"{place} does not give back what was written to it")


def _load(place: Path, passphrase: str) -> Signer | None:
    """The root in `place`; one that a version before this one put there, too."""
    file = place / "root.key"
    line = _LINE.match(file.read_bytes()) if file.exists() else None
    if line is None:
        return load(place, ROOT, passphrase.encode())
    memory, passes, lanes = (int(line[number]) for number in (1, 2, 3))
    opens = _stretched(passphrase, line[4].decode(), memory, passes, lanes)
    return load(place, ROOT, opens)


def _stretched(passphrase: str, salt: str, memory: int, passes: int, lanes: int) -> bytes:
    """What opens the key: 32 bytes in hexadecimal (RFC 9106)."""
    raw = hash_secret_raw(passphrase.encode(), salt.encode(), passes, memory, lanes, 32, Type.ID)
    return raw.hex().encode()
