"""The registry's acts: add, hand out tokens, enrol, put on a patient, and how a life goes on.

Each is committed before it is told on told.device. The device is always the one the registry
names, never what a request claims.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.bus import Bus
from homeward.engines.certificates import Authority, Issued
from homeward.model.errors import Conflict, Missing, Refused, Unreadable
from homeward.model.vital import BY_NAME
from homeward.services.fleet.views import DeviceView
from homeward.store import Door, queries

TOKEN_BYTES = 24
TOKEN_LIFE = timedelta(minutes=15)
# So many hex digits of the root's SHA-256 end a token: 128 bits nobody can forge.
FINGERPRINT_DIGITS = 32
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
DOOR = re.compile(r"[A-Za-z0-9.:-]{1,253}:[0-9]{1,5}")
KIND_CHARACTERS_MAX = 40
EDGE = "edge"  # the kind of a box that others speak through and that keeps what they say
REASON_CHARACTERS_MAX = 500

# How often, in seconds, each vital is expected of a kind of device: its silence is judged by it.
EXPECTS: Mapping[str, Mapping[str, float]] = {
    "monitor": {"heart_rate": 1, "oxygen_saturation": 1, "respiratory_rate": 1},
    "oximeter": {"pulse": 1, "oxygen_saturation": 1},
    "cgm": {"glucose": 300},
}

# A device's life: in quarantine it is heard and not believed. Whatever ended for good may come back
# under a new name only.
LIFE: Mapping[str, frozenset[str]] = {
    "active": frozenset({"quarantined", "revoked", "retired"}),
    "quarantined": frozenset({"active", "revoked", "retired"}),
    "revoked": frozenset(),
    "retired": frozenset(),
}
ENDED = frozenset({"revoked", "retired"})

sql = queries("homeward.services.fleet")


@dataclass(frozen=True, slots=True)
class Registered:
    """A device as the registry has it."""

    id: int
    name: str
    kind: str
    status: str


@dataclass(frozen=True, slots=True)
class Token:
    """What is handed out once; only its hash is kept."""

    text: str
    expires: datetime
    kind: str  # of the device it enrols


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Wearer:
    patient_id: int
    by: str | None


async def find(door: Door, name: str) -> Registered:
    """The device of this name. Raises Missing."""
    found = await door.maybe(sql.registered, Registered, name=name)
    if found is None:
        raise Missing("There is no device of that name.")
    return found


async def shown(door: Door, name: str) -> DeviceView:
    """The device as screens know it. Raises Missing."""
    found = await devices(door, name)
    if not found:
        raise Missing("There is no device of that name.")
    return found[0]


async def devices(door: Door, name: str | None = None) -> list[DeviceView]:
    """Every device, or the one of this name."""
    rows = await door.all(sql.devices, dict, name=name)
    return [DeviceView(**{key: row[key] for key in row if key != "id"}) for row in rows]


async def add(
    door: Door,
    bus: Bus,
    name: str,
    kind: str,
    now: datetime,
    expects: Mapping[str, float] | None = None,
    through: str | None = None,
    door_at: str | None = None,
) -> Registered:
    """Register a device; `expects` in seconds by vital, else what its kind says. `through` names
    the gateway it speaks through; `door_at` is where the devices of an edge reach it (host:port).

    Raises Unreadable for a name that cannot be, Conflict where it is taken, Missing for no such
    gateway.
    """
    if not NAME.fullmatch(name):
        raise Unreadable("A device's name has lower-case letters, digits and dashes, at most 63.")
    if not 0 < len(kind.strip()) <= KIND_CHARACTERS_MAX:
        raise Unreadable(
            f"A device's kind is a word or two, at most {KIND_CHARACTERS_MAX} letters."
        )
    expected = EXPECTS.get(kind, {}) if expects is None else expects
    for vital, seconds in expected.items():
        if vital not in BY_NAME or not seconds > 0:
            raise Unreadable(f"{vital} every {seconds:g} seconds cannot be expected.")
    if door_at is not None and not DOOR.fullmatch(door_at):
        raise Unreadable("Where its devices reach it is written host:port.")
    gateway = None if through is None else (await find(door, through)).id
    try:
        await door.run(
            sql.add_device, name=name, kind=kind, now=now, gateway=gateway, door=door_at,
            expects=json.dumps(dict(expected)),
        )  # fmt: skip
    except Conflict:
        raise Conflict(f"There is a device called {name} already.") from None
    device = await find(door, name)
    await _tell(bus, device, "added")
    return device


async def new_token(door: Door, name: str, root_fingerprint: str, now: datetime) -> Token:
    """A token that enrols this device once, within fifteen minutes; older ones end.

    Raises Missing, and Conflict for a device that was revoked.
    """
    secret = secrets.token_hex(TOKEN_BYTES)
    expires = now + TOKEN_LIFE
    async with door.transaction() as inside:
        device = await find(inside, name)
        if device.status in ENDED:
            raise Conflict(
                f"{name} was {device.status}. Register it under a new name.", "meter_retired"
            )
        if device.status != "active":
            raise Conflict(f"{name} is in quarantine. Release it first.")
        await inside.run(sql.drop_tokens, device=device.id)
        hashed = _hashed(secret)
        await inside.run(sql.add_token, token=hashed, device=device.id, now=now, expires=expires)
    text = f"{secret}.{root_fingerprint[:FINGERPRINT_DIGITS]}"
    return Token(text, expires, device.kind)


async def enrol(
    door: Door,
    bus: Bus,
    authority: Authority,
    token: str,
    csr: str | bytes,
    days: int,
    now: datetime,
) -> tuple[Registered, Issued]:
    """Use a token up and issue its device's certificate on the request's key.

    Raises Refused for a token that is unknown, used or too old, and Unreadable for a request
    that cannot be used; the token stays good then.
    """
    secret = token.partition(".")[0]
    async with door.transaction() as inside:
        device = await inside.maybe(sql.use_token, Registered, token=_hashed(secret), now=now)
        if device is None:
            raise Refused("This token is unknown, used or older than 15 minutes: get a new one.")
        issued = authority.issue_device(device.name, csr, days, now)
        await inside.run(
            sql.add_certificate,
            serial=issued.serial,
            device=device.id,
            now=now,
            expires=issued.expires,
        )
        await inside.run(sql.forget_ahead, device=device.id, now=now)
    await _tell(bus, device, "enrolled")
    return device, issued


async def revoke(door: Door, bus: Bus, name: str, reason: str, now: datetime) -> None:
    """Take away a device's right to speak, for good: its session is cut at once. Raises as
    `change`."""
    await change(door, bus, name, "revoked", reason, now)


async def change(door: Door, bus: Bus, name: str, status: str, reason: str, now: datetime) -> None:
    """Take a device to another place of its life: `quarantined` it may connect, and what it says is
    kept apart; `revoked` and `retired` it is cut at once, for good, and nobody wears it any more.

    Raises Missing, Unreadable without a reason, Conflict where no way leads from what it is.
    """
    if not 0 < len(reason.strip()) <= REASON_CHARACTERS_MAX:
        raise Unreadable("Say why, in a sentence: it is kept with the device.")
    async with door.transaction() as inside:
        device = await find(inside, name)
        await inside.one(sql.lock_device, _Id, device=device.id)
        device = await find(inside, name)  # as it is now that nobody else changes it
        if status not in LIFE[device.status]:
            raise Conflict(f"{name} is {device.status} and cannot become {status}.")
        await inside.run(sql.set_status, device=device.id, status=status, reason=reason, now=now)
        if status != "active":
            await inside.run(sql.drop_tokens, device=device.id)
        if status in ENDED:
            await inside.run(sql.revoke_certificates, device=device.id, now=now)
            await inside.run(sql.end_association, device=device.id, now=now)
    await _tell(bus, device, "released" if status == "active" else status)


async def bind(
    door: Door,
    bus: Bus,
    name: str,
    patient_id: int | None,
    source: str,
    now: datetime,
    since: datetime | None = None,
    *,
    may_take_from: Callable[[int], Awaitable[None]] | None = None,
    instead_of: int | None = None,
) -> None:
    """From now on this patient (None: nobody) wears the device. Doing it twice changes nothing.
    `since`: they have worn it since then already, as a phone of their own. `may_take_from` raises
    where it must not be taken from this patient, who wears it until now. `instead_of`: who wore it
    when it was read, 0 for nobody (None: whoever does).

    Raises Missing, Unreadable for a time to come, and Conflict for a revoked device or where
    somebody else was first, or wore it since then.
    """
    if since is not None and since > now:
        raise Unreadable("They cannot have worn it since a time to come.")
    async with door.transaction() as inside:
        device = await find(inside, name)
        await inside.one(sql.lock_device, _Id, device=device.id)
        device = await find(inside, name)  # as it is now: it may just have been revoked
        if patient_id is not None:
            await _must_be_possible(inside, device, patient_id)
        worn = await inside.maybe(sql.worn_by, _Wearer, device=device.id)
        if (worn.patient_id if worn else None) == patient_id:
            return
        if instead_of not in (None, worn.patient_id if worn else 0):
            raise Conflict(_otherwise(name, worn), "changed")
        if worn is not None and may_take_from is not None:
            await may_take_from(worn.patient_id)
        await _change(inside, device, patient_id, source, now, since or now)
    await _tell(bus, device, "unbound" if patient_id is None else "bound")


def _otherwise(name: str, worn: _Wearer | None) -> str:
    if worn is None:
        return f"{name} was taken off meanwhile: nobody wears it. Look again."
    who = worn.by or "The platform"
    return f"{who} gave {name} to somebody else meanwhile. Look again."


async def _must_be_possible(door: Door, device: Registered, patient_id: int) -> None:
    if device.status in ENDED:
        raise Conflict(f"{device.name} was {device.status}; nobody can wear it.", "meter_retired")
    if await door.maybe(sql.patient_to_wear, _Id, patient=patient_id) is None:
        raise Missing("There is no such patient.")


async def _change(
    door: Door,
    device: Registered,
    patient_id: int | None,
    source: str,
    now: datetime,
    since: datetime,
) -> None:
    await door.run(sql.end_association, device=device.id, now=now)
    if patient_id is None:
        return
    try:
        await door.run(
            sql.begin_association, device=device.id, patient=patient_id, now=since, source=source
        )
    except Conflict:
        raise Conflict(
            f"{device.name} was given to somebody at this very time. Look again, then decide.",
            "changed",
        ) from None


async def _tell(bus: Bus, device: Registered, what: str) -> None:
    await bus.tell("told.device", {"device": device.name, "device_id": device.id, "what": what})


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
