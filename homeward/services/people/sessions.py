"""Sessions: begun by a sign-in, known by the hash of their token, ended everywhere at once.

What ends one is a committed row. That it ended is told on the bus as well, so that every process
closes the sockets that came by it; where nobody hears it, they look in the record
(homeward/api/seats.py).
"""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from homeward.bus import Bus
from homeward.model.errors import Missing, Refused, Unreachable
from homeward.model.person import AT_HOME, Actor, Role
from homeward.services.contract import Tools
from homeward.settings import Settings
from homeward.store import Door, queries

Q = queries("homeward.services.people")
TOLD = "told.session"
TOKEN_BYTES = 32
AGENT_CHARACTERS_MAX = 160
SEEN_EVERY = timedelta(minutes=1)
BOUNDS_AGAIN_SECONDS = 1.0


class Ended(msgspec.Struct):
    """What is told: every session of a person ended, or those of these tokens' hashes (hex)."""

    person_id: int | None = None
    tokens: list[str] = []


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of the session query."""

    person_id: int
    name: str
    role: Role
    patient_id: int | None
    seen: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A session that stands, by the hash of its token."""

    token: bytes
    role: Role


@dataclass(frozen=True, slots=True)
class Line:
    """Where somebody is signed in."""

    token: bytes
    method: str
    agent: str
    created: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class _Token:
    token: bytes


@dataclass(frozen=True, slots=True)
class _Begun:
    created: datetime


def hashed(token: str) -> bytes:
    """How a token is kept."""
    return hashlib.sha256(token.encode()).digest()


def life(settings: Settings, role: Role) -> timedelta:
    """How long a session lasts at most."""
    if role in AT_HOME:
        return timedelta(seconds=settings.home_session_seconds_max)
    return timedelta(seconds=settings.session_seconds_max)


async def begin(
    door: Door, person: int, method: str, agent: str, now: datetime, password_hash: str | None
) -> str:
    """The token of a new session: never one there was before, whoever asks.

    `password_hash`: of the password that was proven, if it was one. Raises Refused where that is
    not theirs any more, or they were shut out meanwhile: what ended their sessions ends this one.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {"person": person, "method": method, "agent": agent[:AGENT_CHARACTERS_MAX]}
    values |= {"token": hashed(token), "now": now, "password_hash": password_hash}
    if not await door.run(Q.open_session, **values):
        raise Refused("Login or password is wrong.", "login_wrong")
    return token


def bounds(settings: Settings) -> dict[str, int]:
    """How long a session lasts, in seconds: without a touch, in all, and at home."""
    return {
        "idle": settings.session_idle_seconds,
        "most": settings.session_seconds_max,
        "home": settings.home_session_seconds_max,
    }


async def keep_bounds(tools: Tools) -> None:
    """Have PostgreSQL know how long a session lasts here: by the same rule (migration 0046) row
    security knows who asks. Tries until it is written."""
    while True:
        try:
            await tools.store.door().run(Q.set_session_bounds, **bounds(tools.settings))
            return
        except Unreachable:
            await asyncio.sleep(BOUNDS_AGAIN_SECONDS)


async def who(
    door: Door, token: str | None, now: datetime, *, is_used: bool = True
) -> Actor | None:
    """The actor of a session, or None where it ended, idled out, grew old or never was.

    `is_used`: somebody is there; otherwise a page asks by itself, which keeps no session alive.
    """
    if not token:
        return None
    key = hashed(token)
    row = await door.maybe(Q.who, Seen, token=key, now=now)
    if row is None:
        return None
    if is_used and now - row.seen > SEEN_EVERY:
        await door.run(Q.seen, token=key, now=now)
    return Actor(row.person_id, row.name, Role(row.role), row.patient_id, token)


async def standing(door: Door, tokens: Sequence[bytes], now: datetime) -> dict[bytes, Role]:
    """Which sessions of these tokens' hashes stand, and the role of their person now."""
    rows = await door.all(Q.in_force, Standing, tokens=list(tokens), now=now)
    return {bytes(row.token): Role(row.role) for row in rows}


async def end(tools: Tools, token: str) -> None:
    """Sign out: the token is worth nothing from now on."""
    key = hashed(token)
    if await tools.store.door().run(Q.end_session, token=key, now=tools.now()):
        await tell(tools.bus, Ended(tokens=[key.hex()]))


async def end_one(tools: Tools, person: int, token: bytes) -> None:
    """End one session of somebody by its token's hash. Raises Missing where it is not theirs."""
    values = {"person": person, "token": token, "now": tools.now()}
    if not await tools.store.door().run(Q.end_one_session, **values):
        raise Missing("That sign-in has ended already.", "sign_in_gone")
    await tell(tools.bus, Ended(tokens=[token.hex()]))


async def end_others(tools: Tools, inside: Door, person: int, kept: str | None) -> list[str]:
    """End every session of somebody but the one kept; the hashes of their tokens, to be told once
    that is committed."""
    token = hashed(kept) if kept else None
    values = {"person": person, "kept": token, "now": tools.now()}
    rows = await inside.all(Q.end_sessions, _Token, **values)
    return [bytes(row.token).hex() for row in rows]


async def tell(bus: Bus, ended: Ended) -> None:
    """Say that sessions ended; where the bus is away, the record says it."""
    if bus.connected:
        await bus.tell(TOLD, ended)


async def lines(tools: Tools, actor: Actor) -> list[Line]:
    """Where somebody is signed in now."""
    door = tools.store.door(actor).as_platform
    return await door.all(Q.sessions, Line, person=actor.person_id, now=tools.now())


async def begun(tools: Tools, token: str) -> datetime:
    """When this session began. Raises Missing."""
    return (await tools.store.door().one(Q.signed_in, _Begun, token=hashed(token))).created
