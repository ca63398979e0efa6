"""Devices that know two doors: whichever answers, and the other where one falls silent."""

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.cluster.apps import Apps
from bench.soak_kills import Load, Receipts, packed_readings
from homeward.device.connection import Connection
from homeward.device.papers import Papers
from homeward.model.reading import Reading
from homeward.model.vital import BY_INDEX, OXYGEN_SATURATION
from homeward.store import Store
from homeward.store.chunks import samples

SILENT_MILLISECONDS = 3000  # what was sent and not even received for so long: the other door
READINGS_PER_SECOND = 10
WELL, ILL = 97.0, 70.0  # percent; 70 rings at once


class Roaming(Connection):
    """A device that tries its doors in turn."""

    def __init__(self, badge: Papers, doors: Sequence[str], boot: int) -> None:
        super().__init__(badge, boot)
        self.outbox = Receipts()
        self._doors = list(doors)
        self._next = self._doors.index(badge.host)

    async def _connect(self) -> None:
        host = self._doors[self._next % len(self._doors)]
        self._next += 1  # wherever this ends, the other one is next
        self.papers = replace(self.papers, host=host)
        async with asyncio.timeout(2 * SILENT_MILLISECONDS / 1000):
            await super()._connect()
        if self._client is not None and (line := self._client.socket()) is not None:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_MILLISECONDS)

    @property
    def door(self) -> str:
        """Where it is, or tries to be."""
        return self.papers.host


class Oximeters(Load):
    """Oximeters that measure ten times a second, each moment once; some on people who fall ill."""

    def __init__(self, badges: Sequence[Papers], doors: Sequence[str]) -> None:
        boot = int(time.time())
        self.devices = [Roaming(badge, doors, boot) for badge in badges]
        self.sent: list[list[int]] = [[] for _ in badges]
        self.is_over = False
        self.ill: set[int] = set()  # places

    def acknowledged(self) -> list[set[int]]:
        """The times (us) of what each device saw acknowledged: one reading a message."""
        return [
            {self.sent[place][seq] for seq in device.outbox.safe}
            for place, device in enumerate(self.devices)
        ]

    async def _send(self, place: int, device: Connection) -> None:
        last = datetime.now(UTC)
        while not self.is_over:
            last = max(datetime.now(UTC), last + timedelta(milliseconds=1))
            last = last.replace(microsecond=last.microsecond // 1000 * 1000)
            self.sent[place].append(round(last.timestamp() * 1e6))
            value = ILL if place in self.ill else WELL
            device.send([Reading(OXYGEN_SATURATION, value, last)])
            await asyncio.sleep(1 / READINGS_PER_SECOND)


async def held(house: Apps, patients: Sequence[int]) -> tuple[list[set[int]], int]:
    """The times (us) the record holds, by patient, and how many readings it holds twice.

    It is packed for that: readers drop doubles by themselves, chunks do not.
    """
    times: list[set[int]] = []
    doubled = 0
    async with Store.open(house.postgres_url) as store:
        packed = await packed_readings(store)
        for patient in patients:
            found = await samples(store.door(), patient, list(BY_INDEX), 0, 2**60)
            each = [set(rows["at"].tolist()) for rows in found.values()]
            doubled += packed[patient] - sum(map(len, each))
            times.append(set[int]().union(*each))
    return times, doubled
