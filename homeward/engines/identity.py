"""Who the database runs as. PostgreSQL refuses root, and rightly."""

import fcntl
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from homeward.model.errors import Misconfigured

ACCOUNT = "homeward-pg"
OTHERS_ENTER = 0o001
NO_ACCOUNT = (-1, -1)  # owns nothing, enters what everybody may enter


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of this machine."""

    uid: int
    gid: int


def database_identity() -> Identity | None:
    """The account PostgreSQL runs as: None (ourselves) unless we are root.

    Started by root, the account `homeward-pg` is made where it is missing; it owns the
    database files and nothing else. Raises Misconfigured where that cannot be done.
    """
    if os.geteuid() != 0:
        return None
    found = _account() or _make_account_once()
    return Identity(found.pw_uid, found.pw_gid)


def expected_identity() -> Identity | None:
    """The account PostgreSQL runs as, or will once it is made; nothing is made here."""
    if os.geteuid() != 0:
        return None
    found = _account()
    return Identity(found.pw_uid, found.pw_gid) if found else Identity(*NO_ACCOUNT)


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return None


def _make_account_once() -> pwd.struct_passwd:
    """One after the other: of two `useradd` at once the later overwrites the number that the
    earlier gave, and files would belong to nobody."""
    turn = os.open("/etc", os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _account() or _make_account()
    finally:
        os.close(turn)


def _make_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        raise Misconfigured(
            f"PostgreSQL does not run as root and there is no useradd to make {ACCOUNT}; "
            "start Homeward as an ordinary user"
        )
    words = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(
        [useradd, *words, "--shell", "/usr/sbin/nologin", ACCOUNT], capture_output=True, text=True
    )
    found = _account()
    if found is None:
        raise Misconfigured(
            f"cannot make the account {ACCOUNT} for PostgreSQL: {made.stderr.strip()}; "
            "start Homeward as an ordinary user"
        )
    return found


def closed_door(path: Path, who: Identity | None) -> Path | None:
    """The first folder on the way to `path` that `who` may not enter; None where all are open."""
    if who is None:
        return None
    for folder in [*reversed(path.parents), path]:
        if not folder.exists():
            return None
        status = folder.stat()
        owner_enters = status.st_uid == who.uid and status.st_mode & 0o100
        group_enters = status.st_gid == who.gid and status.st_mode & 0o010
        if folder.is_dir() and not (owner_enters or group_enters or status.st_mode & OTHERS_ENTER):
            return folder
    return None


def make_folder(path: Path, who: Identity | None, mode: int = 0o700) -> Path:
    """A folder with exactly these rights, owned by `who`."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    if who is not None:
        os.chown(path, who.uid, who.gid)
    return path
