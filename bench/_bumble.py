"""bleak over virtual Bluetooth: its public backends, on a controller of bumble's.

No hardware and no kernel: hub and meter are two devices on one link in this process.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble import att, core, hci
from bumble.controller import Controller
from bumble.device import Device, Peer
from bumble.host import Host
from bumble.link import LocalLink

ADVERTISED = core.AdvertisingData
_SERVICE_LISTS = (
    ADVERTISED.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    ADVERTISED.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
)
_PROPERTIES = {2: "read", 4: "write-without-response", 8: "write", 16: "notify", 32: "indicate"}
MTU = 247


def device_on(link: LocalLink, name: str, address: str) -> Device:
    """A device with a controller of its own. Its address must be a random static one."""
    controller = Controller(name, link=link)
    host = Host(controller, controller)
    return Device(name=name, address=hci.Address(address), host=host)


def backends(device: Device) -> tuple[type[BaseBleakClient], type[BaseBleakScanner]]:
    """bleak's backends that use this device as their adapter."""

    class Client(_Client):
        adapter = device

    class Scanner(_Scanner):
        adapter = device

    return Client, Scanner


class _Client(BaseBleakClient):
    adapter: Device

    def __init__(self, address_or_ble_device: Any, services: Any = None, **more: Any) -> None:
        more.pop("bluez", None), more.pop("winrt", None), more.pop("cb", None)
        super().__init__(address_or_ble_device, **more)
        self._link: Any = None
        self._peer: Any = None
        self._listening: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        return self.address

    @property
    def mtu_size(self) -> int:
        return self._peer.gatt_client.mtu

    @property
    def is_connected(self) -> bool:
        return self._link is not None

    async def connect(self, pair: bool, **more: Any) -> None:
        # bumble forgets a connection that it is told to give up, and the other side has it open.
        linking = asyncio.ensure_future(self.adapter.connect(hci.Address(self.address), timeout=10))
        try:
            self._link = await self._io(asyncio.shield(linking))
        except asyncio.CancelledError:
            with suppress(Exception):  # it came to nothing
                await (await linking).disconnect()
            raise
        self._link.on("disconnection", self._gone)
        try:
            await self._acquaint(pair)
        except BaseException:  # cancelled, too: whoever is not quite connected must hang up
            await self.disconnect()
            raise

    async def _acquaint(self, pair: bool) -> None:
        self._peer = Peer(self._link)
        await self._io(self._peer.request_mtu(MTU))
        if pair:
            await self.pair()
        await self._io(self._peer.discover_all())
        self.services = BleakGATTServiceCollection()
        for found in self._peer.services:
            service = BleakGATTService(found, found.handle, _uuid(found.uuid))
            self.services.add_service(service)
            for each in found.characteristics:
                self._found(service, each)

    def _found(self, service: BleakGATTService, each: Any) -> None:
        names: Any = [name for bit, name in _PROPERTIES.items() if int(each.properties) & bit]
        size = lambda: self.mtu_size - 3  # noqa: E731
        made = BleakGATTCharacteristic(each, each.handle, _uuid(each.uuid), names, size, service)
        assert self.services is not None
        self.services.add_characteristic(made)
        for one in each.descriptors:
            self.services.add_descriptor(
                BleakGATTDescriptor(one, one.handle, _uuid(one.type), made)
            )

    def _gone(self, *_: Any) -> None:
        self._link = None
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._link is not None:
            await self._link.disconnect()

    async def pair(self, *_: Any, **more: Any) -> None:
        await self._io(self._link.pair())

    async def unpair(self) -> None:
        raise NotImplementedError

    async def _io(self, waiting: Any) -> Any:
        try:
            return await waiting
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(int(error.error_code)) from error
        except Exception as error:
            raise BleakError(f"{type(error).__name__}: {error}") from error

    async def read_gatt_char(self, characteristic: Any, **more: Any) -> bytearray:
        value = self._peer.gatt_client.read_value(characteristic.handle)
        return bytearray(await self._io(value))

    async def read_gatt_descriptor(self, descriptor: Any, **more: Any) -> bytearray:
        return bytearray(await self._io(self._peer.gatt_client.read_value(descriptor.handle)))

    async def write_gatt_char(self, characteristic: Any, data: Any, response: bool) -> None:
        client = self._peer.gatt_client
        await self._io(client.write_value(characteristic.handle, bytes(data), response))

    async def write_gatt_descriptor(self, descriptor: Any, data: Any) -> None:
        client = self._peer.gatt_client
        await self._io(client.write_value(descriptor.handle, bytes(data), True))

    async def start_notify(self, characteristic: Any, callback: Any, **more: Any) -> None:
        heard = self._listening[characteristic.handle] = lambda value: callback(bytearray(value))
        await self._io(self._peer.gatt_client.subscribe(characteristic.obj, heard))

    async def stop_notify(self, characteristic: Any) -> None:
        heard = self._listening.pop(characteristic.handle, None)
        await self._io(self._peer.gatt_client.unsubscribe(characteristic.obj, heard))


class _Scanner(BaseBleakScanner):
    adapter: Device

    def __init__(
        self, detection_callback: Any, service_uuids: Any, scanning_mode: str = "active",
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices = {}
        self.adapter.on("advertisement", self._heard)
        await self.adapter.start_scanning(filter_duplicates=False)

    async def stop(self) -> None:
        self.adapter.remove_listener("advertisement", self._heard)
        await self.adapter.stop_scanning()

    def _heard(self, said: Any) -> None:
        found = [_uuid(each) for kind in _SERVICE_LISTS
                 for some in said.data.get_all(kind) or [] for each in some]  # fmt: skip
        name = said.data.get(ADVERTISED.COMPLETE_LOCAL_NAME)
        if not self.is_allowed_uuid(found):
            return
        address = str(said.address).partition("/")[0]
        data = AdvertisementData(name, {}, {}, found, None, said.rssi, ())
        device = self.create_or_update_device(address, address, name, said, data)
        self.call_detection_callbacks(device, data)


def _uuid(uuid: Any) -> str:
    text = bytes(reversed(uuid.to_bytes())).hex()
    if len(text) <= 8:
        return normalize_uuid_str(text)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
