"""How a person is reached: their contacts, in order. A change ends a row and begins another."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from homeward.guard.sealing import Secret, of_person
from homeward.model.errors import Missing, Unreadable
from homeward.model.message import Way
from homeward.services.call.reach.outbox import Q
from homeward.settings import LOOPBACK, Settings
from homeward.store import Door

CONTACTS_MAX = 8
LABEL_LETTERS_MAX = 60
ADDRESS_LETTERS_MAX = 2_000
POINT_BYTES = 65  # an uncompressed P-256 point (RFC 8291, 3.1)
AUTH_BYTES = 16  # RFC 8291, 3.2
_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,255}")
_TELEPHONE = re.compile(r"\+[1-9]\d{6,14}")  # E.164
_CHANNEL = re.compile(r"[a-z0-9+]{2,20}://\S+")


@dataclass(frozen=True, slots=True)
class Wish:
    """A way somebody wants to be reached by."""

    way: Way
    address: str
    label: str = ""
    after_seconds: int = 0
    priority_min: str = "medium"
    may_name_health: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A contact as it is written."""

    id: int
    place: int
    way: str
    address: str
    label: str
    after_seconds: int
    priority_min: str
    may_name_health: bool
    verified: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes whose contacts, when and why; `by` is None for the command line."""

    person: int
    by: int | None
    now: datetime
    reason: str


def ways_set_up(settings: Settings) -> set[Way]:
    """Ways this installation can send on."""
    needs = {
        Way.EMAIL: settings.smtp_host,
        Way.SMS: settings.sms_gateway,
        Way.VOICE: settings.voice_gateway,
    }
    return {Way.WEB_PUSH, *(way for way, setting in needs.items() if setting)}


def checked(wish: Wish, settings: Settings) -> Wish:
    """The wish with its address in one form. Raises Unreadable for one that cannot be."""
    address = wish.address.strip()
    if len(address) > ADDRESS_LETTERS_MAX:
        raise Unreadable("This address is too long.", "address_long")
    if wish.way is Way.EMAIL and not _MAIL.fullmatch(address):
        raise Unreadable("This is no email address.", "email_wrong")
    if wish.way in (Way.SMS, Way.VOICE):
        address = re.sub(r"[\s()./-]", "", address)
        if not _TELEPHONE.fullmatch(address):
            raise Unreadable(
                "Write the number with its country, such as +44 20 7946 0000.", "number_wrong"
            )
    if wish.way is Way.WEB_PUSH:
        address = _checked_push(address, settings)
    if wish.way is Way.OTHER and not _CHANNEL.fullmatch(address):
        raise Unreadable("Write the channel as an address, such as ntfy://host/topic.")
    return replace(wish, address=address, label=wish.label.strip()[:LABEL_LETTERS_MAX])


def _checked_push(address: str, settings: Settings) -> str:
    """A browser's subscription. Only push services we know are ever spoken to: an address that a
    page hands in must not make this server call whom it likes."""
    try:
        told = json.loads(address)
        endpoint, keys = str(told["endpoint"]), told["keys"]
        point, auth = str(keys["p256dh"]), str(keys["auth"])
        sizes = [len(urlsafe_b64decode(each + "=" * (-len(each) % 4))) for each in (point, auth)]
        parts = urlsplit(endpoint)
        place = parts.hostname or ""
        port = parts.port
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable("This is no push subscription.", "push_wrong") from None
    if sizes != [POINT_BYTES, AUTH_BYTES] or parts.scheme != "https" or parts.username:
        raise Unreadable("This is no push subscription.", "push_wrong")
    known = [each.strip() for each in settings.push_services.split(",") if each.strip()]
    at = place if port in (None, 443) else f"{place}:{port}"
    if not any(fnmatchcase(at, each) for each in known) or (place in LOOPBACK and at == place):
        raise Unreadable(
            f"The push service {at} is not among those this installation uses.", "push_service"
        )
    return json.dumps({"endpoint": endpoint, "keys": {"p256dh": point, "auth": auth}})


async def add(door: Door, change: Change, wish: Wish) -> int:
    """A further way, after all others; the same browser or address again replaces itself.

    Raises Unreadable where there are too many.
    """
    async with door.transaction() as inside:
        kept = await _locked(inside, change.person)
        same = [each for each in kept if _is_same_place(each, wish)]
        rest = [each for each in kept if each not in same]
        if len(rest) >= CONTACTS_MAX:
            raise Unreadable(f"One person has at most {CONTACTS_MAX} ways.", "ways_most")
        if wish.way is Way.WEB_PUSH:
            values = {"person": change.person, "now": change.now, "by": change.by}
            await inside.run(Q.take_over, address=wish.address, **values)
        verified = next((e.verified for e in same if e.address == wish.address), None)
        new = _kept(0, wish, verified)
        at = kept.index(same[0]) if same else len(rest)
        wanted = [*rest[:at], new, *rest[at:]]
        return (await _rewrite(inside, change, kept, wanted))[at]


def _is_same_place(kept: Kept, wish: Wish) -> bool:
    if kept.way != wish.way.value:
        return False
    if wish.way is Way.WEB_PUSH:
        return json.loads(kept.address)["endpoint"] == json.loads(wish.address)["endpoint"]
    return kept.address == wish.address


async def alter(door: Door, change: Change, contact: int, **values: Any) -> None:
    """Change one: label, after_seconds, priority_min, may_name_health, address. Raises Missing."""
    async with door.transaction() as inside:
        kept = await _locked(inside, change.person)
        old = _one(kept, contact)
        new = replace(old, **values)
        if new.address != old.address:
            new = replace(new, verified=None)
        await _rewrite(inside, change, kept, [new if each is old else each for each in kept])


async def remove(door: Door, change: Change, contact: int) -> None:
    """Use one no more. Raises Missing."""
    async with door.transaction() as inside:
        kept = await _locked(inside, change.person)
        gone = _one(kept, contact)
        await _rewrite(inside, change, kept, [each for each in kept if each is not gone])


async def reorder(door: Door, change: Change, order: Sequence[int]) -> None:
    """Put them in this order. Raises Unreadable unless it names each of them once."""
    async with door.transaction() as inside:
        kept = await _locked(inside, change.person)
        if sorted(order) != sorted(each.id for each in kept):
            raise Unreadable("The order must name each way once.", "changed")
        await _rewrite(inside, change, kept, [_one(kept, each) for each in order])


async def _locked(door: Door, person: int) -> list[Kept]:
    await door.one(Q.lock_person, dict, person=person)
    return await door.all(Q.kept_contacts, Kept, person=person)


def _one(kept: Sequence[Kept], contact: int) -> Kept:
    found = [each for each in kept if each.id == contact]
    if not found:
        raise Missing("There is no such way to reach you.", "way_gone")
    return found[0]


def _kept(number: int, wish: Wish, verified: datetime | None) -> Kept:
    return Kept(
        number, 0, wish.way.value, wish.address, wish.label, wish.after_seconds,
        wish.priority_min, wish.may_name_health, verified,
    )  # fmt: skip


async def _rewrite(
    door: Door, change: Change, before: Sequence[Kept], after: Sequence[Kept]
) -> list[int]:
    """End what changed and write what is new; the ids as they are now, in order."""
    wanted = [replace(each, place=place) for place, each in enumerate(after, 1)]
    unchanged = [each for each in wanted if each in before]
    ended = [each.id for each in before if each not in unchanged]
    await door.run(
        Q.end_contacts, person=change.person, ids=ended, now=change.now, by=change.by,
        reason=change.reason,
    )  # fmt: skip
    ids: list[int] = []
    for each in wanted:
        if each in unchanged:
            ids.append(each.id)
            continue
        # A browser's address is compared by SQL; it is a push service's, and says who nobody is.
        is_open = each.way == Way.WEB_PUSH
        address = each.address if is_open else _sealed(change, "contact.address", each.address)
        row = await door.one(
            Q.add_contact, dict, person=change.person, place=each.place, way=each.way,
            address=address, label=_sealed(change, "contact.label", each.label),
            after_seconds=each.after_seconds, priority_min=each.priority_min,
            may_name_health=each.may_name_health, verified=each.verified, now=change.now,
            by=change.by,
        )  # fmt: skip
        ids.append(row["id"])
    return ids


def _sealed(change: Change, place: str, text: str) -> Secret:
    return Secret(of_person(change.person), place, text)
