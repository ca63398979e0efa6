"""Devices' sessions in memory, for doors that are tested without the record behind them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from homeward.model.errors import Conflict
from homeward.model.telling import Begun, Step, Told, Wanted, What


@dataclass
class Kept:
    """One device's session. `due` waits to be told, `flight` is told and not finished."""

    begun: Begun
    lives: bool = True
    due: list[tuple[What, bytes]] = field(default_factory=list)
    flight: dict[int, Told] = field(default_factory=dict)


class MemorySessions:
    """As much of `Sessions` as one door needs: nothing expires by itself."""

    def __init__(self) -> None:
        self.kept: dict[int, Kept] = {}
        self.config: dict[int, bytes] = {}
        self.ended: dict[int, int] = {}  # by told id: the reason
        self._numbers = count(1)
        self.wake: Callable[[str], None] = lambda name: None

    def tell(self, device_id: int, name: str, what: What, body: bytes) -> None:
        """As the platform does."""
        self.kept[device_id].due.append((what, body))
        self.wake(name)

    def on_due(self, wake: Callable[[str], None]) -> None:
        self.wake = wake

    async def begin(self, device_id: int, *, is_clean: bool, seconds: int) -> Begun:
        kept, number = self.kept.get(device_id), next(self._numbers)
        if is_clean or kept is None or not kept.lives:
            kept = self.kept[device_id] = Kept(Begun(device_id, number))
        else:
            kept.begun = replace(kept.begun, connection=number, is_present=True)
        return kept.begun

    def end(self, begun: Begun, seconds: int, unreleased: Collection[int]) -> None:
        kept = self.kept[begun.device_id]
        if kept.begun.connection == begun.connection:
            kept.lives = seconds > 0
            kept.begun = replace(kept.begun, unreleased=tuple(unreleased))

    async def is_away(self, begun: Begun) -> bool:
        return self.kept[begun.device_id].begun.connection == begun.connection

    async def want(
        self, begun: Begun, wanted: Mapping[What, Wanted], is_config_due: bool | None = None
    ) -> None:
        kept = self._mine(begun)
        kept.begun = replace(kept.begun, wanted=dict(wanted))
        if is_config_due and begun.device_id in self.config:
            kept.due.append((What.CONFIG, self.config[begun.device_id]))

    async def unfinished(self, begun: Begun) -> Sequence[Told]:
        return list(self._mine(begun).flight.values())

    async def take(
        self, begun: Begun, wanted: Mapping[What, Wanted], packet_ids: Sequence[int]
    ) -> Sequence[Told]:
        kept, told = self._mine(begun), []
        for packet_id in packet_ids:
            if not kept.due or kept.due[0][0] not in wanted:
                break
            what, body = kept.due.pop(0)
            qos = wanted[what].qos
            is_config = what is What.CONFIG
            one = Told(
                next(self._numbers), what, body, qos, is_config, packet_id if qos else 0, None,
                identifier=wanted[what].identifier,
            )  # fmt: skip
            if qos:
                kept.flight[one.id] = one
            told.append(one)
        return told

    async def received(self, told: Sequence[int]) -> None:
        for kept in self.kept.values():
            for one in told:
                if one in kept.flight:
                    kept.flight[one] = replace(kept.flight[one], step=Step.RECEIVED)

    async def finished(self, told: Mapping[int, int]) -> None:
        self.ended |= told
        for kept in self.kept.values():
            for one in told:
                kept.flight.pop(one, None)

    def _mine(self, begun: Begun) -> Kept:
        kept = self.kept[begun.device_id]
        if kept.begun.connection != begun.connection:
            raise Conflict
        return kept
