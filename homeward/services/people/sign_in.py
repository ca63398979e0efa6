"""Signing in: argon2id passwords, opaque tokens kept as hashes, slow for those who guess."""

import asyncio
import hashlib
import secrets
from base64 import b64encode
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.low_level import ARGON2_VERSION

from homeward.model.errors import Refused
from homeward.model.person import Actor, Role
from homeward.store import Door, queries

Q = queries("homeward.services.people")
TOKEN_BYTES = 32
TRIES_MAX = 8  # wrong passwords for one login ...
TRIES_WINDOW = timedelta(minutes=5)  # ... in this time; then even the right one must wait
LOGINS_MAX = 10_000  # tried logins remembered, oldest forgotten first
SEEN_EVERY = timedelta(minutes=1)
_HASHER = PasswordHasher()  # argon2id, RFC 9106 low-memory profile: 64 MiB, 3 passes


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
class Account:
    """A row of the sign-in query."""

    person_id: int
    name: str
    role: Role
    password_hash: str | None
    patient_id: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of the session query."""

    person_id: int
    name: str
    role: Role
    patient_id: int | None
    seen: datetime


class Patience:
    """Counts wrong passwords by login, in bounded memory."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, list[datetime]] = OrderedDict()

    def is_out(self, login: str, now: datetime) -> bool:
        """Too many wrong ones lately."""
        recent = [at for at in self._tries.get(login, []) if now - at < TRIES_WINDOW]
        return len(recent) >= TRIES_MAX

    def wrong(self, login: str, now: datetime) -> None:
        """One more wrong one."""
        recent = [at for at in self._tries.pop(login, []) if now - at < TRIES_WINDOW]
        self._tries[login] = [*recent[-TRIES_MAX:], now]
        while len(self._tries) > LOGINS_MAX:
            self._tries.popitem(last=False)


def hashed(token: str) -> bytes:
    """How a token is kept."""
    return hashlib.sha256(token.encode()).digest()


def hash_password(password: str) -> str:
    """An argon2id hash with its own salt."""
    return _HASHER.hash(password)


async def sign_in(door: Door, login: str, password: str, now: datetime) -> tuple[str, Account]:
    """A new session's token, and whose it is. Raises Refused, never saying which was wrong."""
    account = await door.maybe(Q.sign_in, Account, login=login)
    known = account.password_hash if account and account.password_hash else NOBODYS_HASH
    is_right = await asyncio.to_thread(_verify, known, password)
    if account is None or account.password_hash is None or not is_right:
        raise Refused("Login or password is wrong.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await door.run(Q.open_session, token=hashed(token), person=account.person_id, now=now)
    return token, account


def _verify(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except VerificationError:
        return False


async def who(door: Door, token: str | None, now: datetime, idle_seconds: int) -> Actor | None:
    """The actor of a session, or None where it ended, idled out or never was."""
    if not token:
        return None
    key = hashed(token)
    idle_since = now - timedelta(seconds=idle_seconds)
    row = await door.maybe(Q.who, Seen, token=key, idle_since=idle_since)
    if row is None:
        return None
    if now - row.seen > SEEN_EVERY:
        await door.run(Q.seen, token=key, now=now)
    return Actor(row.person_id, row.name, Role(row.role), row.patient_id, token)
