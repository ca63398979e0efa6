"""A gateway frame: whose each message is, and one answer once all of it is on disk."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from homeward.connectors.contract import (
    Delivery,
    DevicePass,
    Gateways,
    Hop,
    Link,
    Outcome,
    SensorsOff,
    Spoiled,
)
from homeward.connectors.http_ingest.parse import PUT_ASIDE_TOLD_MAX
from homeward.standards.gateway import Heard, parts_of, understand

TOGETHER = 500  # messages understood in one go: the door has others to listen to
DELAYED = timedelta(seconds=5)  # on its way for longer: when the gateway took it is kept apart


@dataclass
class Taken:
    """What became of a frame: how much was stored, what was put aside and why."""

    stored: int = 0
    put_aside: int = 0
    reasons: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def spoil(self, name: str, reason: str) -> None:
        """Note one that was put aside."""
        self.put_aside += 1
        if len(self.reasons) < PUT_ASIDE_TOLD_MAX:
            self.reasons.append((name, reason))


class Pile:
    """Settles once everything offered has been."""

    def __init__(self) -> None:
        self._left = 1  # our own hand on it, until everything was offered
        self._outcome = Outcome.STORED
        self._done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def add(self) -> Callable[[Outcome], None]:
        """One more; what to settle it with."""
        self._left += 1
        return self._settle

    async def settled(self) -> Outcome:
        """What became of the whole: stored only where each was."""
        self._settle(Outcome.STORED)
        return await self._done

    def _settle(self, outcome: Outcome) -> None:
        self._left -= 1
        if outcome is not Outcome.STORED:
            self._outcome = outcome
        if not self._left and not self._done.done():
            self._done.set_result(self._outcome)


async def take(
    link: Link,
    gateways: Gateways,
    gateway: DevicePass,
    body: bytes,
    met: Callable[[DevicePass], None],
) -> Taken | None:
    """Offer every message of a frame; None where not all could be stored: it is sent again.

    A gateway speaks for the devices that the registry gave it and for itself; what it says for
    others is put aside under its own name. `met` is told of each device that spoke. Raises
    Unreadable for a frame that is not whole, Unreachable while the registry is away.
    """
    received = link.now()
    parts = parts_of(body)
    known = {**await gateways.devices(gateway.device_id), gateway.name: gateway}
    pile, taken, hops = Pile(), Taken(), _Hops(received)
    for place in range(0, len(parts), TOGETHER):
        if place:
            await asyncio.sleep(0)
        for heard in understand(parts[place : place + TOGETHER], received):
            _offer(link, gateway, known, heard, received, pile, taken)
            device = known.get(heard.name)
            if device is not None and device.active:
                met(device)
                hops.note(device, heard)
    if await pile.settled() is not Outcome.STORED:
        return None
    await gateways.passed(gateway.device_id, hops.found())
    return taken


def _offer(
    link: Link,
    gateway: DevicePass,
    known: Mapping[str, DevicePass],
    heard: Heard,
    received: datetime,
    pile: Pile,
    taken: Taken,
) -> None:
    device = known.get(heard.name)
    why, owner, topic = heard.why, device, heard.topic
    if device is None or not device.active:
        state = "is revoked" if device else f"is not of those that {gateway.name} speaks for"
        why, owner = f"{heard.name} {state}", gateway
    if why is not None or device is None:
        topic = topic or f"{gateway.name} for {heard.name}"
        body = heard.body
        owner_id = (owner or gateway).device_id
        link.offer(Spoiled(owner_id, received, topic, why or "", body), pile.add())
        taken.spoil(heard.name, why or "")
        return
    taken.stored += 1
    if heard.off is not None:
        link.sensors(SensorsOff(device.device_id, received, heard.off), pile.add())
        return
    delivery = Delivery(
        device.device_id,
        heard.boot,
        heard.seq,
        received,
        heard.readings,
        heard.waves,
        heard.body if heard.waves is not None else b"",
        heard.taken,
    )
    link.offer(delivery, pile.add())


class _Hops:
    """When the gateway took what was long on its way, by device and boot."""

    def __init__(self, received: datetime) -> None:
        self._received = received
        self._found: dict[tuple[int, int], Hop] = {}

    def note(self, device: DevicePass, heard: Heard) -> None:
        """One message, if it was long on its way."""
        at = heard.taken
        if at is None or self._received - at <= DELAYED or heard.why or heard.off is not None:
            return
        key = (device.device_id, heard.boot)
        hop = self._found.get(key)
        if hop is None:
            self._found[key] = Hop(*key, heard.seq, heard.seq, 1, at, at, self._received)
            return
        hop.messages += 1
        hop.first_seq, hop.last_seq = min(hop.first_seq, heard.seq), max(hop.last_seq, heard.seq)
        hop.taken_first, hop.taken_last = min(hop.taken_first, at), max(hop.taken_last, at)

    def found(self) -> list[Hop]:
        """All of them."""
        return list(self._found.values())
