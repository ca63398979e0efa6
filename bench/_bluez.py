"""org.bluez on a bus of its own, with virtual meters behind it: what speaks to BlueZ speaks to it.

Chromium's Web Bluetooth and bleak find the same meter by DBUS_SYSTEM_BUS_ADDRESS. Behind the bus is
a virtual radio (bench/_bumble.py) with bumble's own link, ATT and GATT, so that cuts, errors and
notifications are a link's. No kernel and no hardware; what is missing of BlueZ is its own code.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

ADAPTER = "/org/bluez/hci0"
ADDRESS = "DBUS_SYSTEM_BUS_ADDRESS"  # in the environment of whoever is to find it
# What Chromium on Linux needs to be told.
FLAGS = ("--enable-features=WebBluetooth", "--enable-blink-features=WebBluetooth")
TELL_SECONDS = 0.1  # between two advertisements
_BUS = """<busconfig><type>session</type><listen>unix:path={place}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/><allow user="*"/></policy></busconfig>"""
_PROPERTIES = "org.freedesktop.DBus.Properties"
_OBJECTS = "org.freedesktop.DBus.ObjectManager"
_DEVICE, _CHARACTERISTIC = "org.bluez.Device1", "org.bluez.GattCharacteristic1"

Interfaces = dict[str, dict[str, Variant]]


def _adapter() -> Interfaces:
    return {
        "org.bluez.Adapter1": {
            "Address": Variant("s", "00:AA:01:00:00:01"), "AddressType": Variant("s", "public"),
            "Name": Variant("s", "virtual"), "Alias": Variant("s", "virtual"),
            "Class": Variant("u", 0), "Powered": Variant("b", True),
            "Discoverable": Variant("b", False), "DiscoverableTimeout": Variant("u", 0),
            "Pairable": Variant("b", True), "PairableTimeout": Variant("u", 0),
            "Discovering": Variant("b", False), "UUIDs": Variant("as", []),
            "Modalias": Variant("s", "usb:v1D6Bp0246d0540"),
            "Roles": Variant("as", ["central", "peripheral"]),
        },
        "org.bluez.GattManager1": {},
    }  # fmt: skip


def _device(address: str, name: str, services: list[str]) -> Interfaces:
    no = Variant("b", False)
    return {
        _DEVICE: {
            "Address": Variant("s", address), "AddressType": Variant("s", "random"),
            "Name": Variant("s", name), "Alias": Variant("s", name), "Paired": no, "Bonded": no,
            "Trusted": no, "Blocked": no, "LegacyPairing": no, "RSSI": Variant("n", -50),
            "Connected": no, "UUIDs": Variant("as", services), "Adapter": Variant("o", ADAPTER),
            "ServicesResolved": no, "AdvertisingFlags": Variant("ay", b"\x06"),
        }
    }  # fmt: skip


class BlueZ:
    """The daemon. `radio` are bleak's backends of a virtual adapter, `meters` their addresses."""

    def __init__(self, bus: MessageBus, radio: tuple[Any, Any], meters: Sequence[str]) -> None:
        self.links = 0  # that were made
        self.is_near = True  # whether meters are heard
        self._bus, self._radio, self._meters = bus, radio, meters
        self._objects: dict[str, Interfaces] = {
            "/org/bluez": {"org.bluez.AgentManager1": {}, "org.bluez.ProfileManager1": {}},
            ADAPTER: _adapter(),
        }
        self._handles: dict[str, int] = {}
        self._clients: dict[str, BleakClient] = {}  # by the path of their device
        self._looking: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._wanted: dict[tuple[str, str], Callable[[Message], Awaitable[Message]]] = {
            (_OBJECTS, "GetManagedObjects"): self._managed,
            (_PROPERTIES, "Get"): self._get,
            (_PROPERTIES, "GetAll"): self._get_all,
            (_PROPERTIES, "Set"): self._set,
            ("org.bluez.Adapter1", "StartDiscovery"): self._look,
            ("org.bluez.Adapter1", "StopDiscovery"): self._look_no_more,
            (_DEVICE, "Connect"): self._connect,
            (_DEVICE, "Disconnect"): self._disconnect,
            (_CHARACTERISTIC, "ReadValue"): self._read,
            (_CHARACTERISTIC, "WriteValue"): self._write,
            (_CHARACTERISTIC, "StartNotify"): self._notify,
            (_CHARACTERISTIC, "StopNotify"): self._notify_no_more,
        }

    async def run(self) -> None:
        """Find the meters, and take the name. All that will be there is there before, since some
        look once."""
        for address in self._meters:
            await self._export(address)
        self._bus.add_message_handler(self._called)
        await self._bus.request_name("org.bluez")
        self._begin(self._advertise())

    async def end(self) -> None:
        """Let go of all links."""
        for task in self._tasks:
            task.cancel()
        for client in tuple(self._clients.values()):
            with contextlib.suppress(BleakError):
                await client.disconnect()

    def _begin(self, what: Any) -> None:
        task = asyncio.get_running_loop().create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _export(self, address: str) -> None:
        path = f"{ADAPTER}/dev_{address.replace(':', '_')}"
        self._objects[path] = _device(address, "GM 1", [])
        client = await self._linked(path)
        for service in client.services:
            here = f"{path}/service{service.handle:04x}"
            self._objects[here] = {"org.bluez.GattService1": {
                "UUID": Variant("s", service.uuid), "Device": Variant("o", path),
                "Primary": Variant("b", True), "Includes": Variant("ao", []),
            }}  # fmt: skip
            for each in service.characteristics:
                self._export_one(here, each)
        uuids = [service.uuid for service in client.services]
        self._objects[path][_DEVICE]["UUIDs"] = Variant("as", uuids)
        await client.disconnect()

    def _export_one(self, service: str, each: Any) -> None:
        path = f"{service}/char{each.handle:04x}"
        self._handles[path] = each.handle
        self._objects[path] = {_CHARACTERISTIC: {
            "UUID": Variant("s", each.uuid), "Service": Variant("o", service),
            "Value": Variant("ay", b""), "Notifying": Variant("b", False),
            "Flags": Variant("as", list(each.properties)), "MTU": Variant("q", 247),
        }}  # fmt: skip
        if {"notify", "indicate"} & set(each.properties):
            self._objects[f"{path}/desc{each.handle + 1:04x}"] = {"org.bluez.GattDescriptor1": {
                "UUID": Variant("s", "00002902-0000-1000-8000-00805f9b34fb"),
                "Characteristic": Variant("o", path), "Value": Variant("ay", b"\0\0"),
                "Flags": Variant("as", ["read", "write"]),
            }}  # fmt: skip

    # -- the bus -----------------------------------------------------------------------------------

    def _called(self, call: Message) -> bool:
        is_ours = call.destination in ("org.bluez", self._bus.unique_name)
        if call.message_type is not MessageType.METHOD_CALL or not is_ours:
            return False
        if call.interface in ("org.freedesktop.DBus.Introspectable", "org.freedesktop.DBus.Peer"):
            return False
        self._begin(self._answer(call))
        return True

    async def _answer(self, call: Message) -> None:
        act = self._wanted.get((call.interface or "", call.member or ""), _nothing)
        try:
            answer = await act(call)
        except BleakGATTProtocolError as error:
            why = f"Operation failed with ATT error: {int(error.args[0]):#04x}"
            answer = Message.new_error(call, "org.bluez.Error.Failed", why)
        except (BleakError, TimeoutError, KeyError) as error:
            answer = Message.new_error(call, "org.bluez.Error.Failed", str(error) or "timed out")
        await self._bus.send(answer)

    def _change(self, path: str, interface: str, **values: Variant) -> None:
        self._objects[path][interface].update(values)
        body = [interface, values, []]
        signal = Message.new_signal(path, _PROPERTIES, "PropertiesChanged", "sa{sv}as", body)
        self._bus.send(signal)

    async def _managed(self, call: Message) -> Message:
        return Message.new_method_return(call, "a{oa{sa{sv}}}", [self._objects])

    async def _get(self, call: Message) -> Message:
        interface, name = call.body
        value = self._objects[call.path or ""][interface][name]
        return Message.new_method_return(call, "v", [value])

    async def _get_all(self, call: Message) -> Message:
        values = self._objects[call.path or ""].get(call.body[0], {})
        return Message.new_method_return(call, "a{sv}", [values])

    async def _set(self, call: Message) -> Message:
        interface, name, value = call.body
        self._change(call.path or "", interface, **{name: value})
        return Message.new_method_return(call)

    # -- looking for meters ------------------------------------------------------------------------

    async def _look(self, call: Message) -> Message:
        self._looking.add(call.sender or "")
        self._change(ADAPTER, "org.bluez.Adapter1", Discovering=Variant("b", True))
        return Message.new_method_return(call)

    async def _look_no_more(self, call: Message) -> Message:
        self._looking.discard(call.sender or "")
        is_looking = Variant("b", bool(self._looking))
        self._change(ADAPTER, "org.bluez.Adapter1", Discovering=is_looking)
        return Message.new_method_return(call)

    async def _advertise(self) -> None:
        while True:
            for path, each in self._objects.items() if self._looking and self.is_near else ():
                if _DEVICE in each and not each[_DEVICE]["Connected"].value:
                    self._change(path, _DEVICE, RSSI=Variant("n", -50))
            await asyncio.sleep(TELL_SECONDS)

    # -- a link ------------------------------------------------------------------------------------

    async def _linked(self, path: str) -> BleakClient:
        address = self._objects[path][_DEVICE]["Address"].value
        found = await BleakScanner.find_device_by_address(address, backend=self._radio[1])
        if found is None:
            raise BleakError("it is not here")
        client = BleakClient(found, lambda _: self._gone(path), backend=self._radio[0])
        await client.connect()
        self._clients[path] = client
        return client

    def _gone(self, path: str) -> None:
        self._clients.pop(path, None)
        for each, interfaces in self._objects.items():
            has = interfaces.get(_CHARACTERISTIC, {}).get("Notifying")
            if each.startswith(path) and has is not None and has.value:
                self._change(each, _CHARACTERISTIC, Notifying=Variant("b", False))
        no = Variant("b", False)
        self._change(path, _DEVICE, ServicesResolved=no)
        self._change(path, _DEVICE, Connected=no)

    async def _connect(self, call: Message) -> Message:
        path = call.path or ""
        if path not in self._clients:
            await self._linked(path)
            self.links += 1
            yes = Variant("b", True)
            self._change(path, _DEVICE, Connected=yes)
            self._change(path, _DEVICE, ServicesResolved=yes)
        return Message.new_method_return(call)

    async def _disconnect(self, call: Message) -> Message:
        client = self._clients.get(call.path or "")
        if client is not None:
            await client.disconnect()
        return Message.new_method_return(call)

    def _behind(self, path: str) -> BleakClient:
        client = self._clients.get(path.partition("/service")[0])
        if client is None:
            raise BleakError("Not connected")
        return client

    async def _read(self, call: Message) -> Message:
        path = call.path or ""
        octets = bytes(await self._behind(path).read_gatt_char(self._handles[path]))
        self._change(path, _CHARACTERISTIC, Value=Variant("ay", octets))
        return Message.new_method_return(call, "ay", [octets])

    async def _write(self, call: Message) -> Message:
        path, octets = call.path or "", bytes(call.body[0])
        await self._behind(path).write_gatt_char(self._handles[path], octets, response=True)
        return Message.new_method_return(call)

    async def _notify(self, call: Message) -> Message:
        path = call.path or ""
        if not self._objects[path][_CHARACTERISTIC]["Notifying"].value:
            await self._behind(path).start_notify(
                self._handles[path],
                lambda _, octets: self._change(
                    path, _CHARACTERISTIC, Value=Variant("ay", bytes(octets))
                ),
            )
            self._change(path, _CHARACTERISTIC, Notifying=Variant("b", True))
        return Message.new_method_return(call)

    async def _notify_no_more(self, call: Message) -> Message:
        path = call.path or ""
        await self._behind(path).stop_notify(self._handles[path])
        self._change(path, _CHARACTERISTIC, Notifying=Variant("b", False))
        return Message.new_method_return(call)


async def _nothing(call: Message) -> Message:
    """What needs no doing here: filters, agents, profiles, pairing."""
    return Message.new_method_return(call)


@asynccontextmanager
async def private_bus() -> AsyncIterator[str]:
    """A bus of one's own; its address."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-bus-"))
    place = folder / "bus"
    (folder / "bus.conf").write_text(_BUS.format(place=place))
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile",
        "--print-address=1", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert daemon.stdout is not None
        await daemon.stdout.readline()  # it listens
        yield f"unix:path={place}"
    finally:
        daemon.terminate()
        await daemon.wait()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def bluez(radio: tuple[Any, Any], meters: Sequence[str]) -> AsyncIterator[tuple[BlueZ, str]]:
    """The daemon on a bus of its own, and the address of that bus."""
    async with private_bus() as address:
        bus = await MessageBus(bus_address=address).connect()
        made = BlueZ(bus, radio, meters)
        try:
            await made.run()
            yield made, address
        finally:
            await made.end()
            bus.disconnect()


def environment(address: str) -> dict[str, str]:
    """Of a process that is to find it."""
    return {**os.environ, ADDRESS: address}


async def chooses(page: Any, address: str) -> Callable[[str], None]:
    """Have a page's browser answer its list of meters near; what is given back changes the answer.

    A list is answered once: Chromium ends where it is answered twice.
    """
    asked = await page.context.new_cdp_session(page)
    wanted, answered, waiting = [address], set[str](), set[asyncio.Task[Any]]()

    def listed(event: dict[str, Any]) -> None:
        found = [each["id"] for each in event["devices"] if each["id"] == wanted[0]]
        if not found or event["id"] in answered:
            return
        answered.add(event["id"])
        answer = {"id": event["id"], "deviceId": found[0]}
        task = asyncio.ensure_future(asked.send("DeviceAccess.selectPrompt", answer))
        waiting.add(task)
        task.add_done_callback(waiting.discard)

    asked.on("DeviceAccess.deviceRequestPrompted", listed)
    await asked.send("DeviceAccess.enable")
    return lambda other: wanted.__setitem__(0, other)
