"""Pretend devices that send readings of their own time, and remember what was acknowledged."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from homeward.device.connection import Connection
from homeward.device.outbox import Outbox
from homeward.device.papers import Papers
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, OXYGEN_SATURATION, PULSE, Vital
from homeward.store import Store
from homeward.store.chunks import samples

READINGS_PER_SECOND = 25.0
MESSAGES_MAX = 1_000_000
SHUFFLED = 8  # readings a device holds back before it sends them in another order
LOW, WELL = 60.0, 97.0  # % SpO2: beyond the limit where nobody waits, and well
Measure = Callable[[int], tuple[Vital, float]]


class Receipts(Outbox):
    """An outbox that remembers which messages it was told are safe."""

    def __init__(self) -> None:
        super().__init__(messages_max=MESSAGES_MAX)
        self.safe: set[int] = set()
        self.last = self.gap_seconds = 0.0  # the last answer (monotonic); the longest without one

    def settle(self, packet: int, reason: int) -> bool:
        """Note it, then do as every outbox."""
        flying = self._flying.get(packet)
        if flying is not None and reason < 0x80:
            self.safe.add(flying[1].seq)
            now = time.monotonic()
            self.gap_seconds = max(self.gap_seconds, now - (self.last or now))
            self.last = now
        return super().settle(packet, reason)


@dataclass(frozen=True, slots=True)
class Sent:
    """One reading as its device measured it. `at` in microseconds since 1970."""

    vital: int
    at: int
    value: float


class Sender:
    """One device that sends a reading of its own time every few milliseconds."""

    def __init__(
        self, badge: Papers, measure: Measure, per_second: float = READINGS_PER_SECOND
    ) -> None:
        self.device = Connection(badge, int(time.time()))
        self.receipts = Receipts()
        self.device.outbox = self.receipts
        self.sent: list[Sent] = []  # by sequence number
        self.measure = measure
        self.clock_ahead = timedelta(0)
        self.shuffles: random.Random | None = None
        self.is_over = False
        self._pause = 1 / per_second
        self._held_back: list[Reading] = []

    @property
    def acknowledged(self) -> list[Sent]:
        """What it was told is safe."""
        return [self.sent[seq] for seq in self.receipts.safe]

    async def run(self) -> None:
        """Send until it is over, and stay connected until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.device.run())
            tasks.create_task(self._send())

    async def _send(self) -> None:
        last = datetime.min.replace(tzinfo=UTC)
        number = 0
        while not self.is_over:
            now = datetime.now(UTC) + self.clock_ahead
            at = now.replace(microsecond=now.microsecond // 1000 * 1000)
            if at <= last < at + timedelta(seconds=1):  # no two readings at one time
                at = last + timedelta(milliseconds=1)
            last = at
            vital, value = self.measure(number)
            number += 1
            self._held_back.append(Reading(vital, value, at))
            if self.shuffles is None or len(self._held_back) >= SHUFFLED:
                self._let_go()
            await asyncio.sleep(self._pause)
        self._let_go()

    def _let_go(self) -> None:
        if self.shuffles is not None:
            self.shuffles.shuffle(self._held_back)
        for reading in self._held_back:
            at = round(reading.at.timestamp() * 1e6)
            self.sent.append(Sent(reading.vital.index, at, reading.value))
            self.device.send([reading])
        self._held_back.clear()


def pulse(number: int) -> tuple[Vital, float]:
    """A heart that is well."""
    return PULSE, 60.0 + number % 30


def oxygen(is_low: Callable[[], bool]) -> Measure:
    """A patient whose oxygen saturation is low, or is not."""
    return lambda _: (OXYGEN_SATURATION, LOW if is_low() else WELL)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the record holds of what was acknowledged."""

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0  # another value than was measured at that time


async def held_against(url: str, senders: Sequence[Sender], patients: Sequence[int]) -> Kept:
    """Each reading one by one; the patient of each sender has no other device."""
    acknowledged = lost = doubled = altered = 0
    async with Store.open(url, size_max=2) as store:
        for sender, patient in zip(senders, patients, strict=True):
            if not sender.sent:
                continue
            times = [each.at for each in sender.sent]
            found = await samples(store.door(), patient, list(BY_INDEX), min(times), max(times) + 1)
            kept: dict[tuple[int, int], list[float]] = {}
            for vital, rows in found.items():
                for at, value in zip(rows["at"].tolist(), rows["value"].tolist(), strict=True):
                    kept.setdefault((vital, at), []).append(value)
            safe = sender.acknowledged
            acknowledged += len(safe)
            lost += sum((each.vital, each.at) not in kept for each in safe)
            measured = Counter((each.vital, each.at) for each in sender.sent)
            doubled += sum(max(0, len(kept[key]) - count) for key, count in measured.items()
                           if key in kept)  # fmt: skip
            altered += sum(
                each.value not in kept[each.vital, each.at]
                for each in safe
                if (each.vital, each.at) in kept
            )
    return Kept(acknowledged, lost, doubled, altered)
