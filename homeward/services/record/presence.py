"""Which devices are connected and when each last spoke: told at once, written in batches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeward.model.delivery import Delivery
from homeward.store import Store, queries

WRITE_SECONDS = 2.0
FIRMWARE_CHARACTERS_MAX = 80

sql = queries("homeward.services.record")


@dataclass(slots=True)
class _State:
    connections: int = 0
    since: datetime | None = None
    last_seen: datetime | None = None
    offset_seconds: float | None = None
    detail: str = ""
    firmware: str = ""  # what it says it runs
    visit: int = 0


class Presence:
    """The state of each device this door has met."""

    def __init__(self, store: Store, door: str) -> None:
        self._store = store
        self._door = door
        self._states: dict[int, _State] = {}
        self._changed: set[int] = set()
        # the newest delivery of each device since the last write: set for every message
        self.newest: dict[int, Delivery] = {}

    def came(self, device_id: int, visit: int, detail: str, firmware: str, now: datetime) -> None:
        """A session of this device began; a take-over counts two for a moment."""
        state = self._states.setdefault(device_id, _State())
        state.connections += 1
        state.since, state.last_seen, state.detail, state.visit = now, now, detail, visit
        state.firmware = "".join(filter(str.isprintable, firmware))[:FIRMWARE_CHARACTERS_MAX]
        self._changed.add(device_id)

    def went(self, device_id: int, detail: str, now: datetime) -> bool:
        """A session ended; whether the device is away with it."""
        state = self._states.setdefault(device_id, _State())
        if not state.connections:  # it has come in by another door
            return False
        state.connections -= 1
        if state.connections:
            return False
        state.since, state.detail = now, detail
        self._changed.add(device_id)
        return True

    def detail(self, device_id: int, detail: str) -> None:
        """More is known of how a device went."""
        self._states.setdefault(device_id, _State()).detail = detail
        self._changed.add(device_id)

    def moved(self, device_id: int, visit: int) -> bool:
        """The device came in by another door, on that visit; whether it was here until then."""
        state = self._states.get(device_id)
        if state is None or not state.connections or state.visit >= visit:
            return False
        del self._states[device_id]
        self._changed.discard(device_id)
        return True

    def is_here(self, device_id: int) -> bool:
        """Whether the device has a session at this door."""
        state = self._states.get(device_id)
        return state is not None and state.connections > 0

    def connected(self) -> list[int]:
        """Every device with a session now."""
        return list(self.visits())

    def visits(self) -> dict[int, int]:
        """The visit of each of them."""
        return {device: s.visit for device, s in self._states.items() if s.connections}

    async def write(self, now: datetime) -> None:
        """Write what changed since the last time. Raises Unreachable; nothing is forgotten then."""
        newest, self.newest = self.newest, {}
        for device_id, delivery in newest.items():
            self._spoke(device_id, delivery)
        changed, self._changed = self._changed, set()
        if not changed:
            return
        try:
            await self._store.door().run(sql.write_states, **self._columns(sorted(changed), now))
        except BaseException:  # whatever it was: write them the next time
            self._changed |= changed
            raise

    def _spoke(self, device_id: int, delivery: Delivery) -> None:
        state = self._states.setdefault(device_id, _State())
        state.last_seen = delivery.received
        if delivery.readings:
            newest = max(reading.at for reading in delivery.readings)
            # What waited at a gateway is as old as its wait, and its clock none the worse.
            met = delivery.taken or delivery.received
            state.offset_seconds = (newest - met).total_seconds()  # + is ahead
        self._changed.add(device_id)

    def _columns(self, devices: list[int], now: datetime) -> dict[str, Any]:
        states = [self._states[device] for device in devices]
        return {
            "devices": devices,
            "connected": [state.connections > 0 for state in states],
            "since": [state.since or now for state in states],
            "last_seen": [state.last_seen for state in states],
            "offsets": [state.offset_seconds for state in states],
            "details": [state.detail for state in states],
            "firmwares": [state.firmware or None for state in states],
            "visits": [state.visit for state in states],
            "door": self._door,
        }
