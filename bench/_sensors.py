"""Devices that are not there and say things by themselves: a cuff, a chest strap, a CGM. On bumble.

Each has one service; `said` is what it notifies or indicates once it is subscribed to.
"""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from bumble import att, gatt
from bumble.core import UUID, AdvertisingData
from bumble.device import Device

_P = gatt.Characteristic.Properties
_A = att.Attribute.Permissions
RACP = 0x2A52


class Sensor:
    """`said`: what each characteristic says, in order, at each connection. `values` can be read;
    with `is_secret` only over a link that is encrypted. With `records` it has a record access."""

    def __init__(
        self, device: Device, service: int, said: Mapping[int, Sequence[bytes]],
        values: Mapping[int, bytes] | None = None, records: Sequence[bytes] = (), *,
        is_secret: bool = False,
    ) -> None:  # fmt: skip
        self.asked: list[bytes] = []
        self.is_paired = False
        self._device, self._said, self._records = device, said, records
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: set[int] = set()
        guard = _A.READ_REQUIRES_ENCRYPTION if is_secret else _A(0)
        self._found = {uuid: self._made(uuid, _P.NOTIFY | _P.INDICATE, _A(0), b"") for uuid in said}
        if records:
            access = gatt.CharacteristicValue(write=self._written)
            self._found[RACP] = self._made(RACP, _P.WRITE | _P.INDICATE, _A.WRITEABLE, access)
        readable = [
            self._made(uuid, _P.READ, _A.READABLE | guard, value)
            for uuid, value in (values or {}).items()
        ]
        for each in self._found.values():
            each.on("subscription", self._subscribed(each))
        characteristics = [*self._found.values(), *readable]
        device.add_service(gatt.Service(UUID.from_16_bits(service), characteristics))
        device.on("connection", self._connected)
        device.advertising_data = bytes(
            AdvertisingData(
                [(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
                  struct.pack("<H", service))]
            )
        )  # fmt: skip

    async def here(self) -> None:
        """Power on, and be found."""
        await self._device.power_on()
        await self._device.start_advertising(
            auto_restart=True, advertising_interval_min=20, advertising_interval_max=20
        )

    def _made(self, uuid: int, properties: Any, permissions: Any, value: Any) -> Any:
        return gatt.Characteristic(UUID.from_16_bits(uuid), properties, permissions, value)

    def _connected(self, link: Any) -> None:
        self._told.clear()
        link.on("pairing", lambda *_: setattr(self, "is_paired", True))

    def _subscribed(self, characteristic: Any) -> Any:
        def begins(link: Any, notifies: bool, indicates: bool) -> None:
            uuid = next(u for u, each in self._found.items() if each is characteristic)
            if uuid in self._said and uuid not in self._told and (notifies or indicates):
                self._told.add(uuid)
                self._do(self._say(link, uuid, self._said[uuid], notifies=notifies))

        return begins

    async def _say(self, link: Any, uuid: int, said: Sequence[bytes], *, notifies: bool) -> None:
        tell = self._device.notify_subscriber if notifies else self._device.indicate_subscriber
        for octets in said:
            await tell(link, self._found[uuid], octets)

    def _written(self, link: Any, octets: Any) -> None:
        self.asked.append(bytes(octets))
        self._do(self._access(link, bytes(octets)))

    async def _access(self, link: Any, octets: bytes) -> None:
        count = len(self._records)
        measurement = next(uuid for uuid in self._found if uuid != RACP)
        if octets[0] == 4:
            answer = b"\x05\x00" + count.to_bytes(2, "little")
        else:
            await self._say(link, measurement, self._records, notifies=True)
            answer = b"\x06\x00\x01\x01"
        await self._device.indicate_subscriber(link, self._found[RACP], answer)

    def _do(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
