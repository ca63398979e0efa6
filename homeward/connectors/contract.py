"""What a connector is given, and what it gives back.

`offer` is the hand-over: the platform stores the delivery and calls `settle` exactly once,
after the COMMIT that holds it. Nothing else may be acknowledged to a peer. `accept` is the
same for connectors that would rather wait.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from homeward.connectors.outward import OutLink
from homeward.model.cloud import CloudLink, Service
from homeward.model.delivery import (
    Delivery,
    DevicePass,
    Hop,
    Outcome,
    SensorsOff,
    Settle,
    Spoiled,
)
from homeward.model.notebook import Body, Document, Holder, Kept, Page
from homeward.model.telling import Begun, Told, Wanted, What
from homeward.model.total import Total
from homeward.settings import Settings
from homeward.standards.mapped import DeviceMapping

__all__ = [
    "CloudLink",
    "Clouds",
    "Delivery",
    "DevicePass",
    "Gateways",
    "Hop",
    "Issuer",
    "Link",
    "Mappings",
    "Notebooks",
    "OutLink",
    "Outcome",
    "Reports",
    "SensorsOff",
    "Sessions",
    "Settle",
    "Spoiled",
    "Totals",
    "accept",
]


class Sessions(Protocol):
    """What lasts of devices' sessions: rows, so that any door goes on where another stopped.

    Every method that waits raises Unreachable where the rows cannot be reached, and those of a
    connection raise Conflict once a newer connection of the device took over.
    """

    def on_due(self, wake: Callable[[str], None]) -> None:
        """Call `wake(device name)` whenever that device may be due something."""
        ...

    async def begin(self, device_id: int, *, is_clean: bool, seconds: int) -> Begun:
        """A connection begins: its session goes on, or where `is_clean` or none lives, anew. It
        lives on for `seconds` after the connection ends."""
        ...

    def end(self, begun: Begun, seconds: int, unreleased: Collection[int]) -> None:
        """The connection ended; what it leaves is written soon, and before the next begins."""
        ...

    async def is_away(self, begun: Begun) -> bool:
        """Whether the device has not come back since this connection."""
        ...

    async def want(
        self, begun: Begun, wanted: Mapping[What, Wanted], is_config_due: bool | None = None
    ) -> None:
        """Keep these subscriptions, all the session has. `is_config_due`: tell the configuration
        as it is now (True), only when it changes (False), or as before (None)."""
        ...

    async def unfinished(self, begun: Begun) -> Sequence[Told]:
        """What was sent in this session and is not finished, in order."""
        ...

    async def take(
        self, begun: Begun, wanted: Mapping[What, Wanted], packet_ids: Sequence[int]
    ) -> Sequence[Told]:
        """What is due, in order, at most one for each of these free packet identifiers, and from
        now on sent: the caller sends it."""
        ...

    async def received(self, told: Sequence[int]) -> None:
        """QoS 2: the device has these."""
        ...

    async def finished(self, told: Mapping[int, int]) -> None:
        """These are finished, each with its reason code (MQTT 5.0, 2.4)."""
        ...


class Link(Protocol):
    """All a connector sees of the platform."""

    settings: Settings

    @property
    def sessions(self) -> Sessions:
        """What lasts of devices' sessions."""
        ...

    def now(self) -> datetime:
        """The time, with its zone."""
        ...

    def offer(self, thing: Delivery | Spoiled, settle: Settle) -> None:
        """Store it; `settle` is called once, after the commit or once it is clear there is none."""
        ...

    def sensors(self, said: SensorsOff, settle: Settle) -> None:
        """Keep what a device says of its sensors; `settle` as of an offer."""
        ...

    @property
    def is_full(self) -> bool:
        """More is waiting for the disk than may wait: stop reading sockets."""
        ...

    def when_drained(self, resume: Callable[[], None]) -> None:
        """Call `resume` once there is room again."""
        ...

    async def admit(self, name: str, issued: datetime | None = None) -> DevicePass | None:
        """What the registry says of this device now; None where it knows none. `issued` is its
        certificate's not-before: once it came with a newer one, older ones are outdated."""
        ...

    def on_revoked(self, cut: Callable[[str], None]) -> None:
        """Call `cut(device name)` at once when a device loses its right to speak."""
        ...

    def on_moved(self, end: Callable[[str], None]) -> None:
        """Call `end(device name)` when a device that is here has come in by another door."""
        ...

    def came(self, device_id: int, address: str, firmware: str = "", visit: int = 0) -> None:
        """A device connected; `firmware` is what it says it runs. `visit`: the one it was on last,
        of a device that a gateway brings, which nobody asked to be admitted."""
        ...

    def went(self, device_id: int, detail: str) -> None:
        """A device is gone: `detail` says how (left, lost, will, cut)."""
        ...

    def last_words(self, device_id: int, detail: str) -> None:
        """The will of a device that is gone, which it wanted told later than that."""
        ...


class Gateways(Protocol):
    """What the platform knows and keeps of devices that speak for others."""

    async def devices(self, gateway_id: int) -> Mapping[str, DevicePass]:
        """The devices the registry gave it, by name. Raises Unreachable."""
        ...

    async def passed(self, gateway_id: int, hops: Sequence[Hop]) -> None:
        """Keep when it took what was long on its way; back after the commit. Raises Unreachable."""
        ...

    async def edge(self, edge: DevicePass, what: str, body: bytes) -> bytes:
        """Answer an edge's question, or keep its word; back after the commit.

        Raises Forbidden for who is no edge, Missing, Unreadable, Unreachable.
        """
        ...


class Issuer(Protocol):
    """What gives devices their certificates. PEM; a request is DER (PKCS #10).

    Every method raises Unreachable where the registry is away.
    """

    async def authorities(self) -> str:
        """The root's certificate and the device issuer's."""
        ...

    async def enrol(self, token: str, request: bytes) -> str:
        """A certificate for the device this one-time token was made for. Raises Refused for a
        token that is none, Unreadable for a request that cannot be used."""
        ...

    async def renew(self, name: str, issued: datetime, request: bytes) -> str:
        """The next certificate of a device that came with the one of then. Raises Forbidden,
        Unreadable."""
        ...


class Totals(Protocol):
    """What the platform keeps of what devices count over a time."""

    async def keep(
        self, device_id: int, totals: Sequence[Total], stated: datetime | None = None
    ) -> list[bool]:
        """Keep these, but none over one that was stated later than `stated`; back after
        the commit. False for each that is not kept: nobody wore the device for all of its time, or
        it is not believed. Raises Unreachable."""
        ...


class Reports(Protocol):
    """Where reports of implanted devices go."""

    async def keep(self, device_id: int, message: bytes) -> bool:
        """Keep a report that this device brings of who wears it; back after the commit. False: it
        was there already. Raises Unreadable for what is none or names somebody else, Unreachable.
        """
        ...


class Mappings(Protocol):
    """How devices' own JSON is read."""

    async def of(self, device_id: int) -> DeviceMapping | None:
        """The mapping of this device; None: it was given none. Raises Unreachable."""
        ...


class Notebooks(Protocol):
    """What apps keep here beside readings; each method that waits raises Unreachable."""

    async def holder(self, shown: str) -> Holder | None:
        """Whose app shows this secret, its SHA-1 or a token for it; None: nobody's."""
        ...

    async def session(self, who: Holder) -> "AppSession":
        """A token for an app that showed its secret."""
        ...

    async def keep(
        self,
        who: Holder,
        collection: str,
        documents: Sequence[Document],
        merged: Callable[[Body, Body], Body] | None = None,
    ) -> list[Kept | None]:
        """Keep these; back after the commit. None for one of a time when they did not wear the
        device. `merged` makes of what is there and what is sent what is kept. Raises Forbidden."""
        ...

    async def delete(self, who: Holder, collection: str, kept: Sequence[Kept]) -> None:
        """Mark these as deleted. Raises Forbidden."""
        ...

    async def page(self, who: Holder, page: Page) -> list[Kept]:
        """Documents between two moments."""
        ...

    async def changed(self, who: Holder, collection: str, since: int, rows_max: int) -> list[Kept]:
        """What changed since then (ms since 1970), in order."""
        ...

    async def named(self, who: Holder, collection: str, name: str) -> Kept | None:
        """The document of this name."""
        ...

    async def last_changes(self, who: Holder) -> Mapping[str, int]:
        """When each collection changed last, ms since 1970."""
        ...

    async def noted(self, who: Holder, collection: str) -> None:
        """Have it audited that the app reads."""
        ...


class Clouds(Protocol):
    """Accounts at clouds of wearables; each method raises Unreachable."""

    async def of_account(self, service: Service, account: str) -> CloudLink | None:
        """The link of an account; None: nobody here is linked with it."""
        ...

    async def of_shown(self, shown: str) -> CloudLink | None:
        """The link that this was made for; None: there is none, or it was too long ago."""
        ...

    async def heard(self, link: CloudLink, trouble: str = "") -> None:
        """Something of it came; or why nothing will, in our own words."""
        ...

    async def given(self, link: CloudLink, account: str, tokens: str, shown: str) -> None:
        """Its owner gave leave; notices will show `shown`. Raises Conflict."""
        ...

    async def renewed(self, link: CloudLink, tokens: str) -> None:
        """What opens it from now on; back after the commit."""
        ...

    async def wanted(self, link: CloudLink) -> None:
        """There is something new in it: it is asked for next."""
        ...

    async def next(self) -> CloudLink | None:
        """An account that is due, which no other door asks for meanwhile; None: none is."""
        ...

    async def asked(
        self, link: CloudLink, *, known_until: int, failures: int, trouble: str,
        after: timedelta | None,
    ) -> None:  # fmt: skip
        """How far it is known, and after how long to ask again; None: not without leave anew."""
        ...

    async def is_done(self, service: Service, message: str) -> bool:
        """Whether this message was done already."""
        ...

    async def done(self, service: Service, message: str) -> None:
        """This message is done: sent again it does nothing."""
        ...


class AppSession(Protocol):
    """A token an app was given for its secret."""

    @property
    def text(self) -> str:
        """The token."""
        ...

    @property
    def made(self) -> datetime:
        """Since when it is good."""
        ...

    @property
    def expires(self) -> datetime:
        """Until when."""
        ...


async def accept(link: Link, thing: Delivery | Spoiled) -> Outcome:
    """Offer, and wait for what became of it."""
    settled: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def settle(outcome: Outcome) -> None:
        if not settled.done():
            settled.set_result(outcome)

    link.offer(thing, settle)
    return await settled
