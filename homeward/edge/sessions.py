"""Devices' sessions at an edge: in memory, for as long as the edge runs.

An edge tells its devices of alarms that sound, and nothing else: commands and configurations come
from the server to devices that are at its own door. After a restart a session is not present, so
a device subscribes anew; what QoS 2 then sends twice, the record knows for the same.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from homeward.model.errors import Conflict
from homeward.model.telling import Begun, Step, Told, Wanted, What

DUE_MAX = 20  # for one device; the oldest is dropped


@dataclass(slots=True)
class _Kept:
    begun: Begun
    lives: bool = True
    due: deque[bytes] = field(default_factory=lambda: deque[bytes](maxlen=DUE_MAX))
    flight: dict[int, Told] = field(default_factory=dict[int, Told])


class EdgeSessions:
    """The `Sessions` of an edge's doors."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._numbers = count(1)
        self._wake: Callable[[str], None] = lambda name: None

    def tell(self, device_id: int, name: str, body: bytes) -> None:
        """A command for a device that is here and listens for commands; else nothing happens."""
        kept = self._kept.get(device_id)
        if kept is not None and kept.lives and What.COMMANDS in kept.begun.wanted:
            kept.due.append(body)
            self._wake(name)

    def on_due(self, wake: Callable[[str], None]) -> None:
        """Call `wake(device name)` whenever that device may be due something."""
        self._wake = wake

    async def begin(self, device_id: int, *, is_clean: bool, seconds: int) -> Begun:
        """A connection begins."""
        kept, number = self._kept.get(device_id), next(self._numbers)
        if is_clean or kept is None or not kept.lives:
            kept = self._kept[device_id] = _Kept(Begun(device_id, number))
        else:
            kept.begun = replace(kept.begun, connection=number, is_present=True)
        return kept.begun

    def end(self, begun: Begun, seconds: int, unreleased: Collection[int]) -> None:
        """It ended."""
        kept = self._kept[begun.device_id]
        if kept.begun.connection == begun.connection:
            kept.lives = seconds > 0
            kept.due.clear()  # an alarm of a while ago is no news to a device that comes back
            kept.begun = replace(kept.begun, unreleased=tuple(unreleased))

    async def is_away(self, begun: Begun) -> bool:
        """Whether the device has not come back since."""
        return self._kept[begun.device_id].begun.connection == begun.connection

    async def want(
        self, begun: Begun, wanted: Mapping[What, Wanted], is_config_due: bool | None = None
    ) -> None:
        """Keep these subscriptions."""
        kept = self._mine(begun)
        kept.begun = replace(kept.begun, wanted=dict(wanted))

    async def unfinished(self, begun: Begun) -> Sequence[Told]:
        """What was sent and is not finished."""
        return list(self._mine(begun).flight.values())

    async def take(
        self, begun: Begun, wanted: Mapping[What, Wanted], packet_ids: Sequence[int]
    ) -> Sequence[Told]:
        """What is due."""
        kept = self._mine(begun)
        told: list[Told] = []
        how = wanted.get(What.COMMANDS)
        for packet_id in packet_ids:
            if how is None or not kept.due:
                break
            number, body = next(self._numbers), kept.due.popleft()
            one = Told(
                number, What.COMMANDS, body, how.qos, False, packet_id if how.qos else 0, None,
                identifier=how.identifier,
            )  # fmt: skip
            if how.qos:
                kept.flight[number] = one
            told.append(one)
        return told

    async def received(self, told: Sequence[int]) -> None:
        """QoS 2: the device has these."""
        for kept in self._kept.values():
            for one in told:
                if one in kept.flight:
                    kept.flight[one] = replace(kept.flight[one], step=Step.RECEIVED)

    async def finished(self, told: Mapping[int, int]) -> None:
        """These are over."""
        for kept in self._kept.values():
            for one in told:
                kept.flight.pop(one, None)

    def _mine(self, begun: Begun) -> _Kept:
        kept = self._kept[begun.device_id]
        if kept.begun.connection != begun.connection:
            raise Conflict
        return kept
