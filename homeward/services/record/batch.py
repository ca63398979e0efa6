"""Messages on their way to the disk: rows, and whom to tell what became of each."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Self

from homeward.model.delivery import Delivery, SensorsOff, Settle, Spoiled
from homeward.services.record.hot import ROW
from homeward.standards.payload import UNCOUNTED_BOOT, encode, encode_sensors
from homeward.store.bundles import Message
from homeward.store.inbox import QuarantineRow

ROW_BYTES = 400  # what one waiting message costs besides its body and its readings
ROWS_MAX = 5_000
BYTES_MAX = 4 * 1024 * 1024
IN_QUARANTINE = "this device is in quarantine"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Batch:
    """Lists side by side: a pair for every message would be one more thing to make and to free."""

    rows: list[Message | QuarantineRow]
    settles: list[Settle]

    @classmethod
    def empty(cls) -> Self:
        """Nothing yet."""
        return cls([], [])

    @property
    def size(self) -> int:
        """Bytes, as `size_of` says them of what was offered."""
        return ROW_BYTES * len(self.rows) + sum([len(row[-1]) for row in self.rows])

    def cut(self, size_max: int) -> tuple[Self, Self]:
        """As much as one commit takes, and the rest. It is known to have at most so many bytes."""
        if len(self.rows) <= ROWS_MAX and size_max <= BYTES_MAX:
            return self, self.empty()
        ends = accumulate(ROW_BYTES + len(row[-1]) for row in self.rows[: ROWS_MAX - 1])
        return self.split(1 + sum(end < BYTES_MAX for end in ends))

    def split(self, count: int) -> tuple[Self, Self]:
        """The first so many, and the rest."""
        rows, settles = self.rows, self.settles
        return type(self)(rows[:count], settles[:count]), type(self)(rows[count:], settles[count:])


def size_of(thing: Delivery | Spoiled) -> int:
    """Bytes it takes until it is settled, roughly: the same as of its row."""
    if type(thing) is Delivery and thing.waves is None:
        return ROW_BYTES + ROW.size * len(thing.readings)
    return ROW_BYTES + len(thing.body)


def kept_apart(delivery: Delivery, name: str) -> Spoiled:
    """What a device in quarantine says: nobody is judged by it, and it can be read by hand."""
    is_waves = delivery.waves is not None
    topic = f"devices/{name or delivery.device_id}/{'waves' if is_waves else 'readings'}"
    counted = (delivery.boot, delivery.seq) if delivery.boot != UNCOUNTED_BOOT else (None, None)
    body = delivery.body if is_waves else encode(delivery.readings, *counted)
    return Spoiled(delivery.device_id, delivery.received, topic, IN_QUARANTINE, body)


def word_kept_apart(said: SensorsOff, name: str) -> Spoiled:
    """The same of what it says of its sensors: its silence is not to be explained by itself."""
    topic = f"devices/{name or said.device_id}/sensors"
    body = encode_sensors(said.names)
    return Spoiled(said.device_id, said.received, topic, IN_QUARANTINE, body)


def spoiled_row(spoiled: Spoiled) -> QuarantineRow:
    """As it rests in the quarantine."""
    topic, reason = spoiled.topic.encode(), spoiled.reason.encode()
    return QuarantineRow(spoiled.device_id, micros(spoiled.received), topic, reason, spoiled.body)


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    span = at - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
