"""One HTTPS connection of a device: each request is answered after its commit."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Protocol

import h11

from homeward.connectors.contract import (
    Delivery,
    DevicePass,
    Gateways,
    Issuer,
    Link,
    Mappings,
    Outcome,
    Reports,
    Spoiled,
    Totals,
    accept,
)
from homeward.connectors.device_tls import device_names, expiry, issued_at
from homeward.connectors.http_ingest import est
from homeward.connectors.http_ingest.frames import Pile, take
from homeward.connectors.http_ingest.parse import (
    FORMATS,
    FRAMES,
    MAPPED,
    PUT_ASIDE_TOLD_MAX,
    REPORT,
    Asked,
    asked,
    body_bytes_max,
    message,
    said,
    told_in,
)
from homeward.connectors.http_ingest.reports import reported
from homeward.connectors.resting import CONNECTION, MESSAGE, Errors
from homeward.connectors.talk import Talk, TooLarge
from homeward.model.errors import Forbidden, HomewardError, Missing, Unreachable, Unreadable
from homeward.standards import mapped
from homeward.standards.inflating import inflated
from homeward.standards.telling_readings import Told

IDLE_SECONDS_MAX = 75  # between two requests
STRANGER_SECONDS_MAX = 10  # the same of who shows no certificate
ASK_AGAIN_SECONDS = 60.0  # a connection may last for months: is its certificate still the newest?
AHEAD_SECONDS = 1.0  # so much of its quota a device may use at once
_JSON = (("content-type", "application/json"),)


class House(Protocol):
    """The door, as one connection sees it."""

    link: Link
    gateways: Gateways | None
    issuer: Issuer | None
    totals: Totals | None
    reports: Reports | None
    mappings: Mappings | None
    errors: Errors

    @property
    def is_crowded(self) -> bool:
        """Whether there are more connections than there may be."""
        ...

    def has_too_many(self, name: str) -> bool:
        """Whether one device has more connections than one may have."""
        ...

    def say(self, name: str, what: str) -> None:
        """Log what became of it."""
        ...


class _Answer(Exception):
    """What to answer instead of going on."""

    def __init__(self, status: HTTPStatus, why: str, *, ends: bool = False) -> None:
        super().__init__(why)
        self.status, self.why, self.ends = status, why, ends


class Connection:
    """One connection of one device."""

    def __init__(
        self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._house, self._link = house, house.link
        self._writer = writer
        self._talk = Talk(reader, writer)
        self._loop = asyncio.get_running_loop()
        self._paid = self._loop.time()  # until when its quota is used
        self._pass: DevicePass | None = None
        self._asked = self._loop.time()  # when the registry was, last
        self._agent = ""  # what it says it runs
        self._is_last = False  # this request is answered, and no other
        self._met: dict[int, DevicePass] = {}
        certificate = writer.get_extra_info("peercert") or {}
        names = device_names(certificate)
        self._issued, self._expires = issued_at(certificate), expiry(certificate)
        self.name = names[0] if len(names) == 1 else ""
        self.detail = "left"
        self.is_answering = False

    async def run(self) -> None:
        """Answer until either side has enough."""
        try:
            while await self._one():
                pass
        except (OSError, h11.LocalProtocolError):  # also what is no TLS within TLS
            self.detail = "lost"
        finally:
            self._gone()
            self._writer.close()

    def _gone(self) -> None:
        for device in self._met.values():
            self._link.went(device.device_id, f"its gateway {self.name} is away")
        if self._pass is not None:
            self._link.went(self._pass.device_id, self.detail)

    def no_longer_speaks_for(self, name: str) -> None:
        """A device lost its right to speak, also through this gateway."""
        for device in [each for each in self._met.values() if each.name == name]:
            del self._met[device.device_id]
            self._link.went(device.device_id, "cut: revoked")

    async def _one(self) -> bool:
        """One request and its answer; whether another may follow."""
        try:
            idle = IDLE_SECONDS_MAX if self.name else STRANGER_SECONDS_MAX
            request = await self._talk.head(idle)
            if request is None:
                return False
            self.is_answering = True
            try:
                reply = await self._enrolled(request) or await self._answered(request)
            except _Answer as answer:
                await self._tell(_said(answer), ends=answer.ends)
                if answer.ends:
                    return False
            else:
                await self._tell(reply)
        except h11.RemoteProtocolError as error:
            self._house.say(self.name or "unknown", f"broke the protocol: {error}")
            with contextlib.suppress(h11.LocalProtocolError):
                status = HTTPStatus(error.error_status_hint)
                await self._tell(_said(_Answer(status, str(error))), ends=True)
            await self._rest(MESSAGE)
            return False
        finally:
            self.is_answering = False
        return self._talk.goes_on()

    # -- answering -----------------------------------------------------------------------------

    async def _body(self, bytes_max: int) -> bytes:
        try:
            return await self._talk.body(bytes_max)
        except TooLarge:
            raise _too_large(bytes_max) from None

    async def _enrolled(self, request: h11.Request) -> est.Reply | None:
        """The answer to who asks for a certificate; None: it asks for something else."""
        issuer = self._house.issuer
        if issuer is None:
            return None
        target = request.target.decode("ascii", "replace")
        try:
            what = est.operation(request.method.decode("ascii", "replace"), target)
        except Missing as error:
            raise _Answer(HTTPStatus.NOT_FOUND, str(error), ends=True) from None
        if what is None:
            return None
        await self._quota(1)
        body = await self._body(est.BODY_BYTES_MAX)
        said_of_itself = dict(request.headers).get(b"authorization", b"").decode("latin-1")
        expires = None if self._expires is None else datetime.fromtimestamp(self._expires, UTC)
        asker = est.Asker(self.name, self._issued, expires, said_of_itself)
        return await est.answered(issuer, what, asker, body, self._link.now())

    async def _answered(self, request: h11.Request) -> est.Reply:
        self._agent = dict(request.headers).get(b"user-agent", b"").decode("latin-1")
        device = await self._admitted()
        target = request.target.decode("ascii", "replace")
        try:
            what = asked(request.method.decode("ascii", "replace"), target, device.name)
        except Forbidden as error:
            raise _Answer(HTTPStatus.FORBIDDEN, str(error), ends=True) from None
        except Missing as error:
            raise _Answer(HTTPStatus.NOT_FOUND, str(error), ends=True) from None
        headers = dict(request.headers)
        bytes_max = body_bytes_max(what, self._link.settings.payload_bytes_max)
        length = headers.get(b"content-length", b"0")
        if len(length) > 12 or int(length) > bytes_max:
            raise _too_large(bytes_max)
        if self._link.is_full and not what.is_edge:
            raise _Answer(HTTPStatus.SERVICE_UNAVAILABLE, "more waits for the disk than may wait")
        await self._quota(1)
        body = await self._body(bytes_max)
        encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
        try:
            plain = inflated(body, encoding, bytes_max)
            if what.what == REPORT:
                return await self._reported(device, what, plain)
            return est.Reply(*await self._done(device, what, plain), _JSON)
        except Unreadable as error:
            return est.Reply(*await self._put_aside(device, what, body, str(error)), _JSON)
        except Unreachable as error:
            raise _Answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None
        except Forbidden as error:
            raise _Answer(HTTPStatus.FORBIDDEN, str(error)) from None
        except Missing as error:
            raise _Answer(HTTPStatus.NOT_FOUND, str(error)) from None

    async def _admitted(self) -> DevicePass:
        """The device of this connection, let in once."""
        if self._house.is_crowded or self._house.has_too_many(self.name):
            raise _Answer(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections", ends=True)
        if not self.name:
            raise _Answer(HTTPStatus.FORBIDDEN, "no certificate names a device", ends=True)
        if self._expires is not None and self._link.now().timestamp() > self._expires:
            raise _Answer(HTTPStatus.FORBIDDEN, "the certificate has expired", ends=True)
        if self._pass is not None and self._loop.time() - self._asked < ASK_AGAIN_SECONDS:
            return self._pass
        try:
            found = await self._link.admit(self.name, self._issued)
        except HomewardError:
            raise _Answer(HTTPStatus.SERVICE_UNAVAILABLE, "the registry is away") from None
        self._asked = self._loop.time()
        if self._pass is not None and found is not None and found.active:
            self._is_last = found.outdated  # it comes back with its newer one
            return self._pass
        why = "this device is unknown" if found is None else found.refusal
        if found is None or why:
            self._house.say(self.name, f"refused: {why}")
            raise _Answer(HTTPStatus.FORBIDDEN, why, ends=True)
        self._pass = found
        await self._rest(CONNECTION)
        peer = self._writer.get_extra_info("peername") or ("unknown", 0)
        self._link.came(found.device_id, f"{peer[0]}:{peer[1]}", self._agent)
        return found

    async def _done(self, device: DevicePass, what: Asked, body: bytes) -> tuple[HTTPStatus, bytes]:
        """Store it, or answer an edge; back after the commit."""
        gateways = self._house.gateways
        if what.is_edge:
            if gateways is None:
                raise Missing("nothing is told to edges here")
            return HTTPStatus.OK, await gateways.edge(device, what.what, body)
        if what.what == FRAMES:
            if gateways is None:
                raise Forbidden("no gateway's frames are taken here")
            taken = await take(self._link, gateways, device, body, self._meet)
            if taken is None:
                raise _not_stored()
            await self._quota(taken.stored // max(1, len(self._met)))
            if taken.put_aside:
                await self._rest(MESSAGE)
            reasons = [{"device": name, "error": why} for name, why in taken.reasons]
            told = said(stored=taken.stored, put_aside=taken.put_aside, reasons=reasons)
            return HTTPStatus.OK, told
        if what.what in FORMATS:
            return await self._told(device, what, body, FORMATS[what.what])
        if what.what == MAPPED:
            return await self._told(device, what, body, await self._mapping(device))
        thing = message(what.what, device.device_id, body, self._link.now())
        if isinstance(thing, Delivery):
            outcome = await accept(self._link, thing)
        else:
            pile = Pile()
            self._link.sensors(thing, pile.add())
            outcome = await pile.settled()
        if outcome is not Outcome.STORED:
            raise _not_stored()
        return HTTPStatus.OK, said(stored=1)

    async def _mapping(self, device: DevicePass) -> Callable[[bytes, datetime], Told]:
        """How this device's own JSON is read."""
        mappings = self._house.mappings
        found = None if mappings is None else await mappings.of(device.device_id)
        if found is None:
            raise Unreadable("this device was given no mapping templates")
        return partial(mapped.understand, found)

    async def _told(
        self,
        device: DevicePass,
        what: Asked,
        body: bytes,
        understand: Callable[[bytes, datetime], Told],
    ) -> tuple[HTTPStatus, bytes]:
        """Store what a body in a format of others told; what of it cannot be read is put aside."""
        now = self._link.now()
        told, delivery = told_in(understand, device.device_id, body, now)
        await self._quota(len(told.readings) + len(told.totals))
        counted = await self._counted(device, told)
        pile = Pile()
        if told.readings:
            self._link.offer(delivery, pile.add())
        for why, thing in told.aside:
            self._link.offer(Spoiled(device.device_id, now, what.topic, why, thing), pile.add())
        if await pile.settled() is not Outcome.STORED:
            raise _not_stored()
        if told.aside:
            await self._rest(MESSAGE)
        reasons = [why for why, _ in told.aside[:PUT_ASIDE_TOLD_MAX]]
        stored = len(told.readings) + counted
        answer = said(
            stored=stored, put_aside=len(told.aside), absent=told.absent,
            reasons=reasons,
        )  # fmt: skip
        is_refused = told.aside and not stored and not told.absent
        return HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK, answer

    async def _reported(self, device: DevicePass, what: Asked, body: bytes) -> est.Reply:
        """Keep a report of an implant, and answer it by an ACK."""
        reports = self._house.reports
        if reports is None:
            raise Missing("no reports of implants are taken here")
        reply = await reported(self._link, reports, device, body, what.topic)
        if reply is None:
            raise _not_stored()
        if reply.status is not HTTPStatus.OK:
            await self._rest(MESSAGE)
        return reply

    async def _counted(self, device: DevicePass, told: Told) -> int:
        """Keep what was counted over a time, and how much; what is nobody's is put aside."""
        if not told.totals:
            return 0
        totals = self._house.totals
        each = [total for total, _ in told.totals]
        kept = [False] * len(each) if totals is None else await totals.keep(device.device_id, each)
        for is_kept, (_, thing) in zip(kept, told.totals, strict=True):
            if not is_kept:
                told.spoil("nobody wore the device for all of that time, or it is apart", thing)
        return sum(kept)

    def _meet(self, device: DevicePass) -> None:
        """A device spoke through this connection: it is here for as long as this is."""
        if device.device_id not in self._met and device != self._pass:
            self._met[device.device_id] = device
            self._link.came(device.device_id, f"through {self.name}", visit=device.visit)

    async def _put_aside(
        self, device: DevicePass, what: Asked, body: bytes, why: str
    ) -> tuple[HTTPStatus, bytes]:
        if not what.is_edge:
            spoiled = Spoiled(device.device_id, self._link.now(), what.topic, why, body)
            if await accept(self._link, spoiled) is not Outcome.STORED:
                raise _not_stored()
        await self._rest(MESSAGE)
        return HTTPStatus.UNPROCESSABLE_ENTITY, said(error=why, put_aside=not what.is_edge)

    async def _quota(self, messages: int) -> None:
        """Wait where more came than may come: the socket is not read meanwhile."""
        now = self._loop.time()
        each = 1 / self._link.settings.device_messages_per_second_max
        self._paid = max(self._paid, now - AHEAD_SECONDS) + messages * each
        if self._paid > now:
            await asyncio.sleep(self._paid - now)

    async def _rest(self, cost: int) -> None:
        """It erred: wait where that was too often lately."""
        await asyncio.sleep(self._house.errors.charge(self.name, cost))

    async def _tell(self, reply: est.Reply, *, ends: bool = False) -> None:
        ends = ends or self._is_last
        await self._talk.tell(reply.status, reply.headers, reply.body, ends=ends)


def _said(answer: _Answer) -> est.Reply:
    return est.Reply(answer.status, said(error=answer.why), _JSON)


def _too_large(bytes_max: int) -> _Answer:
    why = f"larger than {bytes_max:,} bytes"
    return _Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why, ends=True)


def _not_stored() -> _Answer:
    return _Answer(HTTPStatus.SERVICE_UNAVAILABLE, "not stored: send it again")
