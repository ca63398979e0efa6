"""One connection of an app: each request shows whose it is, and is answered after its commit."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Protocol

import h11
import msgspec

from homeward.connectors.contract import DevicePass, Link, Notebooks
from homeward.connectors.nightscout import v1, v3
from homeward.connectors.nightscout.operations import Reply, Visit, spoil
from homeward.connectors.nightscout.parse import BODY_BYTES_MAX, Call, call_of, shown_by
from homeward.connectors.talk import Talk, TooLarge
from homeward.model.errors import Forbidden, HomewardError, Missing, Unreachable, Unreadable
from homeward.model.notebook import Holder
from homeward.standards.inflating import inflated

IDLE_SECONDS_MAX = 60  # between two requests
STRANGER_SECONDS_MAX = 10  # before the first that showed a good secret
AHEAD_SECONDS = 1.0  # so much of its quota an app may use at once
TEXT = "application/json; charset=utf-8"
log = logging.getLogger("homeward.nightscout")


class House(Protocol):
    """The interface, as one connection sees it."""

    link: Link
    notebooks: Notebooks

    def is_here(self, device: DevicePass, address: str, agent: str) -> None:
        """A device has spoken through its app."""
        ...

    def may_guess(self, address: str) -> bool:
        """Whether this address may still show secrets that are none."""
        ...


class Connection:
    """One connection of whoever; what it may do each request says anew."""

    def __init__(
        self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._house, self._link = house, house.link
        self._writer = writer
        self._talk = Talk(reader, writer)
        self._loop = asyncio.get_running_loop()
        self._paid = self._loop.time()  # until when its quota is used
        peer = writer.get_extra_info("peername") or ("unknown", 0)
        self._address = str(peer[0])
        self.device = ""  # whose app it was at the last request
        self.is_answering = False

    async def run(self) -> None:
        """Answer until either side has enough."""
        try:
            with contextlib.suppress(OSError, TimeoutError, h11.LocalProtocolError):
                while await self._one():
                    pass
        finally:
            self._writer.close()

    async def _one(self) -> bool:
        """One request and its answer; whether another may follow."""
        try:
            request = await self._talk.head(
                IDLE_SECONDS_MAX if self.device else STRANGER_SECONDS_MAX
            )
            if request is None:
                return False
            self.is_answering = True
            try:
                reply, ends = await self._reply(request), False
            except TooLarge as error:
                reply, ends = _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error), True
            await self._tell(reply, ends=ends or reply.status is HTTPStatus.UNAUTHORIZED)
        except h11.RemoteProtocolError as error:
            log.warning("an app broke the protocol: %s", error)
            with contextlib.suppress(h11.LocalProtocolError):
                status = HTTPStatus(error.error_status_hint)
                await self._tell(_refusal(status, error), ends=True)
            return False
        finally:
            self.is_answering = False
        return self._talk.goes_on()

    async def _reply(self, request: h11.Request) -> Reply:
        headers = dict(request.headers)
        try:
            call = call_of(
                request.method.decode("ascii", "replace"), request.target.decode("ascii", "replace")
            )
            if call.what == "version":
                return Reply({"status": 200, "result": v3.version(self._link.now())})
            return await self._of_holder(call, headers)
        except Unreadable as error:
            return _refusal(HTTPStatus.BAD_REQUEST, error)
        except Missing as error:
            return _refusal(HTTPStatus.NOT_FOUND, error)
        except Forbidden as error:
            return _refusal(HTTPStatus.FORBIDDEN, error)
        except Unreachable as error:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, error)

    async def _of_holder(self, call: Call, headers: Mapping[bytes, bytes]) -> Reply:
        who = await self._holder(call, headers)
        if who is None:
            self.device = ""
            return (v1 if call.version == 1 else v3).unauthorized()
        visit = await self._visit(who, headers)
        if call.what == "session":
            return await self._session(who)
        if who.patient_id is None and call.what in ("documents", "history", "lastModified"):
            raise Forbidden("nobody wears this device now: say who does, then it goes on")
        body = b""
        if call.is_write:
            if self._link.is_full:
                raise Unreachable("more waits for the disk than may wait")
            body = await self._body(visit, call, headers)
        await self._quota(max(1, body.count(b"}")))
        visit = replace(visit, received=self._link.now())
        if call.version == 1:
            return await v1.answered(visit, call, body)
        return await v3.answered(visit, call, body, headers)

    async def _holder(self, call: Call, headers: Mapping[bytes, bytes]) -> Holder | None:
        shown = shown_by(call, headers)
        if not shown:
            return None
        found = await self._house.notebooks.holder(shown)
        if found is None and not self._house.may_guess(self._address):
            await asyncio.sleep(STRANGER_SECONDS_MAX / 2)
        return found

    async def _visit(self, who: Holder, headers: Mapping[bytes, bytes]) -> Visit:
        """The device of this app, let in. Raises Forbidden where the registry says no."""
        try:
            found = await self._link.admit(who.device)
        except HomewardError:
            raise Unreachable("the registry is away") from None
        if found is None or not found.active:
            raise Forbidden("this device is revoked")
        self.device = who.device
        agent = headers.get(b"user-agent", b"").decode("latin-1")
        self._house.is_here(found, self._address, agent)
        return Visit(self._link, self._house.notebooks, who, found.quarantined, self._link.now())

    async def _session(self, who: Holder) -> Reply:
        session = await self._house.notebooks.session(who)
        return Reply(
            {
                "token": session.text,
                "sub": who.device,
                "permissionGroups": [["*:*:read", "api:*:create,update,delete"]],
                "iat": int(session.made.timestamp()),
                "exp": int(session.expires.timestamp()),
            }
        )

    async def _body(self, visit: Visit, call: Call, headers: Mapping[bytes, bytes]) -> bytes:
        """What was sent, unpacked. What cannot be unpacked is put aside. Raises Unreadable."""
        body = await self._talk.body(BODY_BYTES_MAX)
        encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
        try:
            return inflated(body, encoding, BODY_BYTES_MAX)
        except Unreadable as error:
            await spoil(visit, call.collection, str(error), body)
            raise

    async def _quota(self, documents: int) -> None:
        """Wait where more came than may come: the socket is not read meanwhile."""
        now = self._loop.time()
        each = 1 / self._link.settings.device_messages_per_second_max
        self._paid = max(self._paid, now - AHEAD_SECONDS) + documents * each
        if self._paid > now:
            await asyncio.sleep(self._paid - now)

    async def _tell(self, reply: Reply, *, ends: bool) -> None:
        body = b"" if reply.said is None else msgspec.json.encode(reply.said)
        headers = [("content-type", TEXT), ("cache-control", "no-store")]
        headers += [("accept-encoding", "gzip"), *reply.headers]  # RFC 7694: so xDrip+ packs
        await self._talk.tell(reply.status, headers, body, ends=ends)


def _refusal(status: HTTPStatus, error: Exception) -> Reply:
    return Reply({"status": int(status), "message": str(error)}, status)
