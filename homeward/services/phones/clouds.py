"""Accounts at clouds of wearables: whose device each is, and what opens it.

A cloud names people by names of its own. Who links one says whose it is, once; from then on it is
that patient's, for as long as they wear the device that stands for it.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.guard.sealing import Blind, Secret, of_patient
from homeward.model.cloud import CloudLink, Service
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.services.contract import Tools
from homeward.services.phones.secrets import ENDED, proof, sql
from homeward.services.phones.views import CloudLinkView, OpenCloudLinkView
from homeward.standards.open_wearables import USER
from homeward.store import Door

KIND = "cloud"  # of a device; also in the questions of watch and chart, which pass it over
LEAVE_LIFE = timedelta(hours=24)  # to say yes at the service, from when the way there was made
HOLD = timedelta(minutes=5)  # a door asks one account for no longer
MESSAGES_LIFE = timedelta(days=2)  # Svix tries for 28 hours


@dataclass(frozen=True, slots=True)
class _Device:
    id: int
    name: str
    kind: str
    status: str
    patient_id: int | None


async def link(door: Door, name: str, service: Service, account: str, now: datetime) -> str:
    """Link a device with an account of a cloud; the link before ends. Gives what its owner must
    show on the way back from giving leave; empty where none is asked for.

    Raises Missing, Unreadable for a name that is none, Conflict for a device nobody wears or of
    another kind, and for an account that is another device's.
    """
    account = account.strip().lower()
    has_leave = service is Service.WITHINGS
    if not has_leave and not USER.fullmatch(account):
        raise Unreadable("A user there is a number of letters, digits and dashes.")
    shown = secrets.token_hex(16) if has_leave else ""
    async with door.transaction() as inside:
        device = await _locked(inside, name)
        if device.patient_id is None:
            raise Conflict(f"Nobody wears {name}: say first whose it is.")
        found_by = None if has_leave else _found_by(service, account, is_kept=True)
        await _end(inside, device.id, now)
        if not has_leave:
            await _refuse_double(inside, service, account)
        await inside.run(
            sql.add_link, device=device.id, patient=device.patient_id, service=service,
            found_by=found_by, account=_account(device.patient_id, "" if has_leave else account),
            shown_by=proof(shown) if shown else None, now=now, person=_person(door),
        )  # fmt: skip
    return shown


async def unlink(door: Door, name: str, now: datetime) -> None:
    """From now on nothing comes in from a cloud for this device. Raises Missing."""
    async with door.transaction() as inside:
        device = await _device(inside, name)
        await inside.one(sql.lock_device, dict, device=device.id)
        await _end(inside, device.id, now)


async def links(door: Door, name: str) -> list[CloudLinkView]:
    """The links a device had: with what, since when, and how it goes. Raises Missing."""
    device = await _device(door, name)
    return await door.all(sql.links, CloudLinkView, device=device.id)


async def open_links(door: Door, now: datetime) -> list[OpenCloudLinkView]:
    """Every link that is open, and how it goes."""
    return await door.all(sql.all_links, OpenCloudLinkView, since=now - LEAVE_LIFE)


class Clouds:
    """The platform's side of a connector to clouds. Every method raises Unreachable."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def of_account(self, service: Service, account: str) -> CloudLink | None:
        """The link of an account; None: nobody here is linked with it."""
        found_by = _found_by(service, account)
        door = self._tools.store.door()
        return await door.maybe(sql.cloud_by_account, CloudLink, service=service, account=found_by)

    async def of_shown(self, shown: str) -> CloudLink | None:
        """The link that this was made for; None: there is none, or it was too long ago."""
        since = self._tools.now() - LEAVE_LIFE
        door = self._tools.store.door()
        return await door.maybe(sql.cloud_by_proof, CloudLink, proof=proof(shown), since=since)

    async def heard(self, link: CloudLink, trouble: str = "") -> None:
        """Something of it came; or why nothing will, in our own words."""
        at = None if trouble else self._tools.now()
        await self._tools.store.door().run(sql.cloud_heard, id=link.id, heard=at, trouble=trouble)

    async def given(self, link: CloudLink, account: str, tokens: str, shown: str) -> None:
        """Its owner gave leave. Raises Conflict where that account is another device's."""
        async with self._tools.store.door().transaction() as inside:
            if link.account not in ("", account):
                raise Conflict("leave was given by another account than before")
            if not link.account:
                await _refuse_double(inside, Service.WITHINGS, account)
            await inside.run(
                sql.cloud_given, id=link.id, now=self._tools.now(), shown_by=proof(shown),
                found_by=_found_by(Service.WITHINGS, account, is_kept=True),
                account=_account(link.patient_id, account), tokens=_tokens(link, tokens),
            )  # fmt: skip

    async def renewed(self, link: CloudLink, tokens: str) -> None:
        """What opens it from now on; back after the commit."""
        await self._tools.store.door().run(
            sql.cloud_renewed, id=link.id, tokens=_tokens(link, tokens)
        )

    async def wanted(self, link: CloudLink) -> None:
        """There is something new in it: it is asked for next."""
        await self._tools.store.door().run(sql.cloud_wanted, id=link.id, now=self._tools.now())

    async def next(self) -> CloudLink | None:
        """An account that is due, which no other door asks for meanwhile; None: none is."""
        now, door = self._tools.now(), self._tools.store.door()
        row = await door.maybe(sql.cloud_next, dict, now=now, until=now + HOLD)
        if row is None:
            return None
        return await door.maybe(sql.cloud_held, CloudLink, id=row["id"])

    async def asked(
        self, link: CloudLink, *, known_until: int, failures: int, trouble: str,
        after: timedelta | None,
    ) -> None:  # fmt: skip
        """How far it is known now, and after how long to ask again; None: not until there is leave
        anew."""
        now = self._tools.now()
        await self._tools.store.door().run(
            sql.cloud_asked, id=link.id, known_until=known_until, failures=failures,
            trouble=trouble, heard=now if not failures and not trouble else None,
            due=None if after is None else now + after,
        )  # fmt: skip

    async def is_done(self, service: Service, message: str) -> bool:
        """Whether this message was done already."""
        door = self._tools.store.door()
        found = await door.maybe(
            sql.is_cloud_message_done, dict, known_by=_known_by(service, message)
        )
        return found is not None

    async def done(self, service: Service, message: str) -> None:
        """This message is done: sent again it does nothing."""
        now = self._tools.now()
        await self._tools.store.door().run(
            sql.cloud_message_done, known_by=_known_by(service, message), now=now,
            before=now - MESSAGES_LIFE,
        )  # fmt: skip


def _known_by(service: Service, message: str) -> bytes:
    return hashlib.sha256(f"{service}\0{message}".encode()).digest()


def _found_by(service: Service, account: str, *, is_kept: bool = False) -> Blind:
    return Blind("cloud_link.account", f"{service}/{account}", is_kept=is_kept)


def _account(patient: int, account: str) -> Secret:
    return Secret(of_patient(patient), "cloud_link.account", account)


def _tokens(link: CloudLink, tokens: str) -> Secret:
    return Secret(of_patient(link.patient_id), "cloud_link.tokens", tokens)


async def _refuse_double(door: Door, service: Service, account: str) -> None:
    found: Mapping[str, str] | None = await door.maybe(
        sql.link_of_account, dict, service=service, account=_found_by(service, account)
    )
    if found is not None:
        raise Conflict(f"That account is linked with {found['device']} already.")


async def _locked(door: Door, name: str) -> _Device:
    device = await _device(door, name)
    await door.one(sql.lock_device, dict, device=device.id)
    device = await _device(door, name)
    if device.status in ENDED:
        raise Conflict(f"{name} was {device.status}; no account can be linked with it.")
    if device.kind != KIND:
        raise Conflict(
            f"{name} is of the kind {device.kind}. What comes through a cloud comes when it will: "
            f"register a device of the kind {KIND}, for which nobody waits."
        )
    return device


async def _device(door: Door, name: str) -> _Device:
    found = await door.maybe(sql.cloud_device, _Device, name=name)
    if found is None:
        raise Missing("There is no device of that name.")
    return found


async def _end(door: Door, device_id: int, now: datetime) -> None:
    await door.run(sql.end_link, device=device_id, now=now, person=_person(door))


def _person(door: Door) -> int | None:
    return door.actor.person_id if door.actor else None
