"""Secrets of apps: made once for a device, shown once, kept as hashes, ended at once.

An app has no certificate. What it shows instead speaks for one device of one patient and for
nothing else; a device that is revoked or retired takes its secret along.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.model.errors import Conflict, Missing
from homeward.model.notebook import Holder
from homeward.services.phones.views import SecretView
from homeward.store import Door, queries

SECRET_BYTES = 16  # 128 bits: nobody guesses it, and it can still be typed
SESSION_LIFE = timedelta(hours=1)
SESSIONS_MAX = 8  # good at once, of one secret
ENDED = ("revoked", "retired")

sql = queries("homeward.services.phones")


@dataclass(frozen=True, slots=True)
class Session:
    """A token an app was given for its secret, good until then."""

    text: str
    made: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class _Device:
    id: int
    name: str
    status: str


async def make(door: Door, name: str, now: datetime) -> str:
    """A new secret for a device, which ends the one before. Only its hashes are kept.

    Raises Missing, and Conflict for a device whose life has ended.
    """
    # As Nightscout's tokens look: clients know it by the dash and what follows.
    text = f"{name[:10].strip('-')}-{secrets.token_hex(SECRET_BYTES)}"
    async with door.transaction() as inside:
        device = await _locked(inside, name)
        if device.status in ENDED:
            raise Conflict(f"{name} was {device.status}; no app can speak for it.")
        await _end(inside, device.id, now)
        await inside.run(
            sql.add_secret, device=device.id, now=now, person=_person(door),
            found_by=proof(text), sha1_found_by=proof(sha1(text)),
        )  # fmt: skip
    return text


async def end(door: Door, name: str, now: datetime) -> None:
    """From now on no app speaks for the device. Raises Missing."""
    async with door.transaction() as inside:
        device = await _locked(inside, name)
        await _end(inside, device.id, now)


async def made(door: Door, name: str) -> list[SecretView]:
    """The secrets a device had: when, by whom, until when. Raises Missing."""
    device = await _device(door, name)
    return await door.all(sql.secrets, SecretView, device=device.id)


def proof(text: str) -> bytes:
    """By what a secret or a token is found."""
    return hashlib.sha256(text.encode()).digest()


def sha1(text: str) -> str:
    """A secret as Nightscout's clients send it. It guards nothing: what it is made of is chance."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


async def holder(door: Door, shown: str, now: datetime) -> Holder | None:
    """Whose app shows this; None: nobody's."""
    return await door.maybe(sql.holder, Holder, proof=proof(shown), now=now)


async def session(door: Door, who: Holder, now: datetime) -> Session:
    """A token for an app that showed its secret."""
    expires = now + SESSION_LIFE
    text = _token(who.device, now, expires)
    async with door.transaction() as inside:
        await inside.run(
            sql.add_session, token=proof(text), secret=who.secret_id, now=now, expires=expires
        )
        await inside.run(sql.trim_sessions, secret=who.secret_id, now=now, kept_max=SESSIONS_MAX)
    return Session(text, now, expires)


def _token(subject: str, now: datetime, expires: datetime) -> str:
    """In the form of a JWT, for clients that look into it. We look it up: in place of a signature
    it ends with chance."""
    said = {"accessToken": subject, "iat": int(now.timestamp()), "exp": int(expires.timestamp())}
    parts = [{"alg": "HS256", "typ": "JWT"}, said]
    head = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=")
            for each in parts]  # fmt: skip
    return ".".join((*head, secrets.token_urlsafe(32)))


async def _locked(door: Door, name: str) -> _Device:
    device = await _device(door, name)
    await door.one(sql.lock_device, dict, device=device.id)
    return await _device(door, name)


async def _device(door: Door, name: str) -> _Device:
    found = await door.maybe(sql.device_for_secret, _Device, name=name)
    if found is None:
        raise Missing("There is no device of that name.")
    return found


async def _end(door: Door, device_id: int, now: datetime) -> None:
    await door.run(sql.end_secrets, device=device_id, now=now, person=_person(door))
    await door.run(sql.end_sessions, device=device_id)


def _person(door: Door) -> int | None:
    return door.actor.person_id if door.actor else None
