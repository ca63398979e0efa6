"""Passwords: kept as argon2id hashes, checked slowly, and more slowly for those who guess."""

import asyncio
import os
import secrets
import sys
import threading
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.low_level import ARGON2_VERSION

from homeward.model.errors import Refused
from homeward.services.people.sessions import Q
from homeward.store import Door

Hashed = TypeVar("Hashed")
TRIES_MAX = 8  # wrong passwords or codes for one login ...
ADDRESS_TRIES_MAX = 100  # ... or from one address, behind which a whole ward may be ...
TRIES_WINDOW = timedelta(minutes=5)  # ... in this time; then even the right one must wait
NAMES_MAX = 10_000  # logins or addresses remembered, oldest forgotten first
_HASHER = PasswordHasher()  # argon2id, RFC 9106 low-memory profile: 64 MiB, 3 passes
HASHING_NICE = 5  # more than our own: a quarter of a processor that others of ours want


def _nobodys_hash() -> str:
    """A hash that no password has, as slow to check as any other; chosen, not computed.

    Checked where the login does not exist, so that both answers take the same time.
    """
    costs = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_HASHER.salt_len, _HASHER.hash_len)
    )
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


NOBODYS_HASH = _nobodys_hash()


@dataclass(frozen=True, slots=True)
class Known:
    """A login's person, and the hash of their password."""

    person_id: int
    password_hash: str | None


class Patience:
    """Counts wrong passwords and codes by login or address, in bounded memory."""

    def __init__(self, tries_max: int = TRIES_MAX) -> None:
        self._max = tries_max
        self._tries: OrderedDict[str, list[datetime]] = OrderedDict()

    def is_out(self, name: str, now: datetime) -> bool:
        """Too many wrong ones lately."""
        return len(self._recent(self._tries.get(name, []), now)) >= self._max

    def wrong(self, name: str, now: datetime) -> None:
        """One more wrong one."""
        recent = self._recent(self._tries.pop(name, []), now)
        self._tries[name] = [*recent[-self._max :], now]
        while len(self._tries) > NAMES_MAX:
            self._tries.popitem(last=False)

    def right(self, name: str) -> None:
        """The last one counted was not wrong."""
        if tries := self._tries.get(name):
            tries.pop()

    @staticmethod
    def _recent(tries: list[datetime], now: datetime) -> list[datetime]:
        return [at for at in tries if now - at < TRIES_WINDOW]


class CodeWanted(Refused):
    """Enter the code of your authenticator app as well."""

    code = "code_wanted"


class Guesses:
    """What was refused, by login and by address: each process counts for itself."""

    def __init__(self) -> None:
        self._of_login = Patience(TRIES_MAX)
        self._of_address = Patience(ADDRESS_TRIES_MAX)

    @contextmanager
    def counted(self, address: str, now: datetime, login: str | None = None) -> Iterator[None]:
        """Count what is refused within. Raises Refused where it was too often.

        Of a login each try counts from its beginning: a thousand at once are not let through
        because none of them has been refused yet.
        """
        if login is not None and self._of_login.is_out(login, now):
            raise Refused(
                "Too many wrong passwords for this login. Try again in five minutes.",
                "wrong_too_often",
            )
        if self._of_address.is_out(address, now):
            raise Refused(
                "Too many wrong tries from this address. Try again in five minutes.",
                "wrong_too_often",
            )
        if login is not None:
            self._of_login.wrong(login, now)
        try:
            yield
        except CodeWanted:  # the password was right
            self._forgive(login)
            raise
        except Refused:
            self._of_address.wrong(address, now)
            raise
        except BaseException:  # it was not looked at: the record is away, or the browser
            self._forgive(login)
            raise
        self._forgive(login)

    def _forgive(self, login: str | None) -> None:
        if login is not None:
            self._of_login.right(login)


def hash_password(password: str) -> str:
    """An argon2id hash with its own salt."""
    return _HASHER.hash(password)


def _give_way() -> None:
    """The hash of a password takes all processors there are, for 0.1 s: a ward's board goes first.
    On Linux a thread has a priority of its own, which its own threads inherit."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        nice = os.getpriority(os.PRIO_PROCESS, thread) + HASHING_NICE
        os.setpriority(os.PRIO_PROCESS, thread, nice)


# One after the other: whoever guesses waits for whoever guessed before.
_HASHING = ThreadPoolExecutor(1, "passwords", _give_way)


async def hashing(do: Callable[[], Hashed]) -> Hashed:
    """What `do` gives, which hashes a password: one at a time, and giving way to all else."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, do)


async def prove_password(door: Door, login: str, password: str) -> Known:
    """Whose login and password these are. Raises Refused, never saying which was wrong."""
    known = await door.maybe(Q.sign_in, Known, login=login)
    kept = known.password_hash if known and known.password_hash else NOBODYS_HASH
    is_right = await hashing(partial(_verify, kept, password))
    if known is None or known.password_hash is None or not is_right:
        raise Refused("Login or password is wrong.", "login_wrong")
    return known


def _verify(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except VerificationError:
        return False


async def prove_own_password(door: Door, person: int, password: str) -> str:
    """The hash of somebody's password, which this is. Raises Refused."""
    known = await door.maybe(Q.password_of, Known, person=person)
    kept = known.password_hash if known and known.password_hash else NOBODYS_HASH
    if not await hashing(partial(_verify, kept, password)):
        raise Refused("The password you have is another one.", "password_other")
    return kept
