"""One connection of a cloud: each request is answered after what it brought is committed."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import h11
import msgspec

from homeward.connectors.clouds.keeping import admit, keep
from homeward.connectors.clouds.landing import FAULT, End, page
from homeward.connectors.clouds.parse import BODY_BYTES_MAX, Call, What, call_of
from homeward.connectors.clouds.withings import Withings
from homeward.connectors.contract import Clouds, Link, Totals
from homeward.connectors.talk import Talk, TooLarge
from homeward.model.cloud import Service
from homeward.model.errors import (
    Conflict,
    Forbidden,
    Missing,
    Refused,
    Unreachable,
    Unreadable,
)
from homeward.standards import open_wearables, svix
from homeward.standards.withings import MEASURED, NOTIFICATION_BYTES_MAX, notification

IDLE_SECONDS_MAX = 10
ENDED_THERE = "its owner took our leave back at Withings"
log = logging.getLogger("homeward.clouds")
_STATUS = {
    Refused: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    Missing: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Unreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unreachable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class House(Protocol):
    """The receiver, as one connection sees it."""

    link: Link
    clouds: Clouds
    totals: Totals
    keys: tuple[bytes, ...]
    withings: Withings | None

    def say(self, what: str) -> None:
        """Log why something was refused."""
        ...


@dataclass(frozen=True, slots=True)
class _Reply:
    status: HTTPStatus
    body: bytes
    kind: str = "application/json"


class Connection:
    """One connection of whoever; what it may do each request shows anew."""

    def __init__(
        self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._house, self._link, self._clouds = house, house.link, house.clouds
        self._writer = writer
        self._talk = Talk(reader, writer)

    async def run(self) -> None:
        """Answer until either side has enough."""
        try:
            with contextlib.suppress(OSError, TimeoutError, h11.LocalProtocolError):
                while await self._one():
                    pass
        finally:
            self._writer.close()

    async def _one(self) -> bool:
        try:
            request = await self._talk.head(IDLE_SECONDS_MAX)
            if request is None:
                return False
            try:
                reply = await self._reply(request)
            except TooLarge as error:
                reply = _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error=str(error))
            except tuple(_STATUS) as error:
                self._house.say(str(error))
                status = next(each for kind, each in _STATUS.items() if isinstance(error, kind))
                reply = _said(status, error=str(error))
            headers = [("content-type", reply.kind), ("cache-control", "no-store")]
            headers += [("referrer-policy", "no-referrer"), ("x-content-type-options", "nosniff")]
            ends = reply.status is not HTTPStatus.OK
            body = b"" if request.method == b"HEAD" else reply.body
            await self._talk.tell(reply.status, headers, body, ends=ends)
        except h11.RemoteProtocolError as error:
            log.warning("a cloud broke the protocol: %s", error)
            return False
        return not ends and self._talk.goes_on()

    async def _reply(self, request: h11.Request) -> _Reply:
        headers = dict(request.headers)
        call = call_of(
            request.method.decode("ascii", "replace"), request.target.decode("ascii", "replace")
        )
        if call.what is What.EVENT:
            return await self._event(headers)
        if self._house.withings is None:
            raise Missing("nothing is taken from Withings here")
        if call.what is What.BACK:
            return await self._back(call, self._house.withings, headers)
        account = await self._clouds.of_shown(call.shown) if call.shown else None
        if account is None:
            raise Missing("there is no such path")  # nor is it said that there was
        if call.what is What.LOOK:
            return _said(HTTPStatus.OK)
        return await self._notice(call)

    async def _event(self, headers: Mapping[bytes, bytes]) -> _Reply:
        """An event of Open Wearables: signed, of late, not done before, and of somebody here."""
        if not self._house.keys:
            raise Missing("nothing is taken from Open Wearables here")
        name = svix.named(headers, self._link.now())
        body = await self._talk.body(BODY_BYTES_MAX)
        svix.check(self._house.keys, headers, body)
        if await self._clouds.is_done(Service.OPEN_WEARABLES, name):
            return _said(HTTPStatus.OK, stored=0)
        received = self._link.now()
        event = open_wearables.understand(body, received)
        account = await self._clouds.of_account(Service.OPEN_WEARABLES, event.user)
        if account is None:  # they send it again for a day: until then it can be said whose it is
            raise Missing("nobody here is linked with this user")
        await admit(self._link, account)
        topic = f"open-wearables {event.kind}"
        made = svix.made(name)
        # A clock of theirs that is ahead must not keep out what they say when it is right again.
        stated = None if made is None else min(made, received)
        kept = await keep(
            self._link, self._house.totals, account, event.told, received, topic, stated
        )
        await self._clouds.heard(account, event.lost)
        await self._clouds.done(Service.OPEN_WEARABLES, name)
        return _said(
            HTTPStatus.OK, stored=kept.stored, put_aside=kept.put_aside, not_kept=event.told.absent
        )

    async def _notice(self, call: Call) -> _Reply:
        """Withings has something new. It signs nothing: what its address shows was made for one
        account, and all that believing it does is that Withings itself is asked."""
        said = notification(await self._talk.body(NOTIFICATION_BYTES_MAX))
        account = await self._clouds.of_shown(call.shown)
        if account is None or said.user != account.account:
            raise Forbidden("this address was made for another account")
        if said.ended:
            await self._clouds.heard(account, ENDED_THERE)
        if said.ended or said.category in MEASURED:
            await self._clouds.wanted(account)
        return _said(HTTPStatus.OK)

    async def _back(self, call: Call, withings: Withings, headers: Mapping[bytes, bytes]) -> _Reply:
        """An owner comes back: their leave is a code, good for half a minute. Whatever became of it
        they read, in their language: nobody else is there to tell them."""
        end = await self._ended(call, withings)
        accepted = headers.get(b"accept-language", b"").decode("latin-1")
        status = HTTPStatus.OK if end is End.DONE else _STATUS[FAULT[end]]
        return _Reply(status, page(end, accepted), "text/html; charset=utf-8")

    async def _ended(self, call: Call, withings: Withings) -> End:
        try:
            account = await self._clouds.of_shown(call.shown) if call.shown else None
            if account is None or account.account:
                return End.LATE
            if not call.code:
                return End.DECLINED
            await admit(self._link, account)
            await withings.leave(account, call.code)
        except (Conflict, Forbidden) as error:
            self._house.say(str(error))
            return End.OTHERS
        except (Refused, Unreachable, Unreadable) as error:
            self._house.say(str(error))
            return End.AGAIN
        return End.DONE


def _said(status: HTTPStatus, **words: object) -> _Reply:
    return _Reply(status, msgspec.json.encode(words))
