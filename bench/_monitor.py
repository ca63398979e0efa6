"""A continuous glucose monitor that is not there: the CGM Service with its record access, on
bumble. It follows the service's specification and shares no code with what reads it; it tells two
records in a notification, and writes down what is written where sessions are started and stopped.
"""

import asyncio
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from bumble import att, gatt
from bumble.core import UUID
from bumble.device import Device

from bench._meter import Meter, date_time

_P = gatt.Characteristic.Properties
_A = att.Attribute.Permissions
_HAS_CRC = 1 << 12


def sealed(octets: bytes, has_crc: bool = True) -> bytes:
    """With the checksum of its service, bit by bit (x^16 + x^12 + x^5 + 1, the lowest first)."""
    crc = 0xFFFF
    for bit in (octet >> place & 1 for octet in octets for place in range(8)):
        crc = crc >> 1 ^ (0x8408 if (crc ^ bit) & 1 else 0)
    return octets + struct.pack("<H", crc) if has_crc else octets


class Monitor(Meter):
    """One monitor. `begun` is when its session began (UTC, without a zone), `start` what it says of
    that; `behind` minutes old is its status."""

    def __init__(
        self, device: Device, begun: datetime, values: dict[int, int], has_crc: bool = True
    ) -> None:
        self.begun, self.has_crc = begun, has_crc
        self.start: datetime | None = begun
        self.behind = 3
        self.is_over = self.is_mute = False
        self.written: list[bytes] = []  # to the point that starts, stops and calibrates
        super().__init__(device, {})
        self.measures(values)

    def measures(self, values: dict[int, int]) -> None:
        """So much (mg/dL) at each minute of the session."""
        size = 8 if self.has_crc else 6
        self.records = {
            minute: sealed(struct.pack("<BBHH", size, 0, value, minute), self.has_crc)
            for minute, value in values.items()
        }

    def _add_services(self) -> None:
        def told(uuid: int, say: Any) -> gatt.Characteristic[Any]:
            value = gatt.CharacteristicValue(read=lambda _: say())
            return gatt.Characteristic(UUID.from_16_bits(uuid), _P.READ, _A.READABLE, value)

        def keeps(_: Any, octets: Any) -> None:
            self.written.append(bytes(octets))

        written = gatt.CharacteristicValue(write=keeps)
        self._measurement = gatt.Characteristic(UUID.from_16_bits(0x2AA7), _P.NOTIFY, _A(0))
        self._control = gatt.Characteristic(
            UUID.from_16_bits(0x2A52), _P.WRITE | _P.INDICATE, _A.WRITEABLE,
            gatt.CharacteristicValue(write=self._written),
        )  # fmt: skip
        ops = gatt.Characteristic(
            UUID.from_16_bits(0x2AAC), _P.WRITE | _P.INDICATE, _A.WRITEABLE, written
        )
        start = gatt.Characteristic(
            UUID.from_16_bits(0x2AAA), _P.READ | _P.WRITE, _A.READABLE | _A.WRITEABLE,
            gatt.CharacteristicValue(read=lambda _: self._start(), write=keeps),
        )  # fmt: skip
        more = [told(0x2AA8, self._feature), told(0x2AA9, self._status), told(0x2AAB, self._run)]
        service = [self._measurement, *more, start, self._control, ops]
        self._device.add_service(gatt.Service(UUID.from_16_bits(0x181F), service))

    def _feature(self) -> bytes:
        octets = _HAS_CRC.to_bytes(3, "little") + b"\x59"  # interstitial fluid, subcutaneous
        return sealed(octets) if self.has_crc else bytes(3) + b"\x59\xff\xff"

    def _start(self) -> bytes:
        told = bytes(9) if self.start is None else date_time(self.start) + b"\0\0"
        return sealed(told, self.has_crc)

    def _run(self) -> bytes:
        return sealed(struct.pack("<H", 240), self.has_crc)

    def _status(self) -> bytes:
        if self.is_mute:
            return b""
        now = datetime.now(UTC).replace(tzinfo=None)
        minutes = (now - self.begun) // timedelta(minutes=1) - self.behind
        status = struct.pack("<HBBB", max(0, minutes), 1 if self.is_over else 0, 0, 0)
        return sealed(status, self.has_crc)

    async def _report(self, link: Any, numbers: list[int]) -> None:
        self._stops = False
        for first in range(0, len(numbers), 2):
            if self._stops:
                return
            if self.cut_after == 0:
                self.cut_after, self._stops = None, True
                await link.disconnect()
                return
            if self.cut_after is not None:
                self.cut_after -= 1
            both = b"".join(self.records[number] for number in numbers[first : first + 2])
            self.told += 1
            await self._device.notify_subscriber(link, self._measurement, both)
            await asyncio.sleep(0)
        await self._say(link, bytes((6, 0, 1, 1)))
