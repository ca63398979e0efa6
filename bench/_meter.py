"""A glucose meter that is not there: the Glucose Service with its record access, on bumble.

It follows the service's specification and shares no code with what reads it; a test may cut its
link, reset it, replace it, set its clock wrong, or make it answer as few meters do.
"""

import asyncio
import struct
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bumble import att, gatt
from bumble.core import UUID, AdvertisingData
from bumble.device import Device

_GLUCOSE, _DEVICE_INFORMATION = 0x1808, 0x180A
_P = gatt.Characteristic.Properties
_A = att.Attribute.Permissions


def date_time(at: datetime) -> bytes:
    """Date Time."""
    return struct.pack("<HBBBBB", at.year, at.month, at.day, at.hour, at.minute, at.second)


def measurement(number: int, at: datetime, mg_dl: int, *, has_context: bool = False) -> bytes:
    """A record: capillary whole blood of a finger, in kg/L, without an offset."""
    flags = 0x02 | (0x10 if has_context else 0)
    value = (mg_dl & 0x0FFF) | (0xB << 12)  # times 10^-5
    head = struct.pack("<BH", flags, number) + date_time(at)
    return head + struct.pack("<HB", value, 0x11)


def context(number: int, meal: int) -> bytes:
    """What belongs to a record: the meal."""
    return struct.pack("<BHB", 0x02, number, meal)


def stored(count: int, contexts: int, newest: datetime) -> "tuple[Records, Records]":
    """So many records, ten minutes apart, and contexts of the first; all by the meter's clock."""
    times = [newest - timedelta(minutes=10 * (count - 1 - n)) for n in range(count)]
    records = {
        n: measurement(n, at, 80 + n % 150, has_context=n < contexts)
        for n, at in enumerate(times)
    }  # fmt: skip
    return records, {n: context(n, 1 + n % 5) for n in range(contexts)}


Records = dict[int, bytes]


class Meter:
    """One meter. `cut_after`: it drops the link after so many more notifications, or does `then`
    and tells no more."""

    def __init__(
        self, device: Device, records: Records, contexts: Records | None = None,
        serial: str = "GM-1",
    ) -> None:  # fmt: skip
        self.records, self.contexts = records, contexts or {}
        self.serial = serial
        self._set: tuple[datetime, float] | None = None  # what its clock was set to, and when
        self.cut_after: int | None = None
        self.then: Callable[[], object] | None = None
        self.answers: list[bytes] = []  # said instead of what is right, first to last
        self.told = 0
        self.asked: list[bytes] = []
        self._device = device
        self._busy = self._stops = False
        self._link: Any = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._add_services()
        device.on("connection", self._connected)

    async def here(self) -> None:
        """Power on, and be found."""
        await self._device.power_on()
        await self._device.start_advertising(
            auto_restart=True, advertising_interval_min=20, advertising_interval_max=20
        )

    def _add_services(self) -> None:
        read = gatt.CharacteristicValue
        self._measurement = gatt.Characteristic(UUID.from_16_bits(0x2A18), _P.NOTIFY, _A(0))
        self._context = gatt.Characteristic(UUID.from_16_bits(0x2A34), _P.NOTIFY, _A(0))
        self._control = gatt.Characteristic(
            UUID.from_16_bits(0x2A52),
            _P.WRITE | _P.INDICATE,
            _A.WRITEABLE,
            gatt.CharacteristicValue(write=self._written),
        )
        clock = gatt.Characteristic(
            UUID.from_16_bits(0x2A08), _P.READ, _A.READABLE, read(read=self._time)
        )
        serial = gatt.Characteristic(
            UUID.from_16_bits(0x2A25),
            _P.READ,
            _A.READABLE,
            read(read=lambda _: self.serial.encode()),
        )
        glucose = [self._measurement, self._context, clock, self._control]
        self._device.add_service(gatt.Service(UUID.from_16_bits(_GLUCOSE), glucose))
        self._device.add_service(gatt.Service(UUID.from_16_bits(_DEVICE_INFORMATION), [serial]))
        self._device.advertising_data = bytes(
            AdvertisingData(
                [
                    (AdvertisingData.COMPLETE_LOCAL_NAME, b"Meter"),
                    (
                        AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
                        struct.pack("<H", _GLUCOSE),
                    ),
                ]
            )
        )

    @property
    def clock(self) -> datetime | None:
        """What it says it is now; a clock that is set goes on from there."""
        if self._set is None:
            return None
        at, since = self._set
        return at + timedelta(seconds=time.monotonic() - since)

    @clock.setter
    def clock(self, at: datetime) -> None:
        self._set = at, time.monotonic()

    def _time(self, _: Any) -> bytes:
        return bytes(7) if self.clock is None else date_time(self.clock)

    def _connected(self, link: Any) -> None:
        self._busy = self._stops = False
        self._link = link
        link.on("disconnection", self._disconnected)

    def _disconnected(self, *_: Any) -> None:
        self._stops = True
        self._link = None

    async def leave(self) -> None:
        """End the link, as meters do when nobody asks them anything."""
        self._stops = True
        if self._link is not None:
            await self._link.disconnect()

    def _written(self, link: Any, octets: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._handle(link, bytes(octets)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, link: Any, octets: bytes) -> None:
        self.asked.append(octets)
        op, operator, operand = octets[0], octets[1], octets[2:]
        if self.answers:
            return await self._say(link, self.answers.pop(0))
        if op == 3:
            self._stops = True
            return await self._say(link, bytes((6, 0, 3, 1)))
        chosen = self._chosen(operator, operand)
        if chosen is None or op not in (1, 4):
            return await self._say(link, bytes((6, 0, op, 5 if chosen is None else 2)))
        if op == 4:
            return await self._say(link, b"\x05\x00" + struct.pack("<H", len(chosen)))
        if not chosen:
            return await self._say(link, bytes((6, 0, 1, 6)))
        await self._report(link, chosen)
        return None

    def _chosen(self, operator: int, operand: bytes) -> list[int] | None:
        numbers = sorted(self.records)
        if operator == 1:
            return numbers
        if operator == 3 and len(operand) == 3 and operand[0] == 1:
            least = int.from_bytes(operand[1:], "little")
            return [each for each in numbers if each >= least]
        return None

    async def _report(self, link: Any, numbers: list[int]) -> None:
        self._stops = False
        for number in numbers:
            for characteristic, octets in (
                (self._measurement, self.records[number]),
                (self._context, self.contexts.get(number)),
            ):
                if self._stops:
                    return
                if octets is None:
                    continue
                if self.cut_after == 0:
                    self.cut_after = None
                    self._stops = True
                    await (link.disconnect() if self.then is None else _done(self.then))
                    return
                if self.cut_after is not None:
                    self.cut_after -= 1
                self.told += 1
                await self._device.notify_subscriber(link, characteristic, octets)
            await asyncio.sleep(0)
        await self._say(link, bytes((6, 0, 1, 1)))

    async def _say(self, link: Any, octets: bytes) -> None:
        await self._device.indicate_subscriber(link, self._control, octets)


async def _done(act: Callable[[], object]) -> None:
    act()
