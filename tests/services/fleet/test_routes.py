"""What each role is shown, and what the registry refuses."""

import asyncio
from base64 import b64decode
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.model.person import Role
from homeward.services.fleet import fleet, routes, views


@dataclass
class Request:
    """As much of a request as the routes look at."""

    tools: object
    host: str = "localhost"

    @property
    def app(self):
        return SimpleNamespace(state=SimpleNamespace(tools=self.tools))

    @property
    def url(self):
        return SimpleNamespace(hostname=self.host)


async def furnished(house):
    """A monitor on Ann in bed 3-01."""
    ann = await house.patient("ann")
    await house.sql("insert into ward (name, kind) values ('Ward 3', 'ward') returning id")
    await house.sql(
        "insert into stay (patient_id, ward_id, bed, starts) "
        "select %(ann)s, id, '3-01', %(now)s from ward returning id",
        ann=ann,
        now=house.clock[0],
    )
    await house.adds("monitor")
    await house.binds("monitor", "ann")
    return ann


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.NURSE, "ann"),
        (Role.DOCTOR, "ann"),
        (Role.ENGINEER, None),
        (Role.ADMINISTRATOR, None),
    ],
)
async def test_only_carers_are_told_whose_device_it_is(house, role, name):
    ann = await furnished(house)
    (device,) = await routes.get_devices(house.door_of(role))
    assert (device.patient, device.bed, device.ward) == (name, "3-01", "Ward 3")
    assert device.patient_id == ann


async def test_a_device_is_added_bound_and_given_a_token(house):
    ann = await house.patient("ann")
    door, request = house.door_of(Role.ENGINEER), Request(house.tools)
    shown = await routes.post_device(views.NewDevice("cgm-1", "cgm", ann), door, request)
    assert (shown.name, shown.status, shown.patient_id, shown.connected) == (
        "cgm-1",
        "active",
        ann,
        False,
    )
    assert await house.sql("select expects from device") == [{"expects": {"glucose": 300}}]
    token = await routes.post_device_token("cgm-1", door, request)
    assert token.expires == round(house.clock[0].timestamp() * 1000) + 15 * 60 * 1000
    assert token.token in token.command
    assert token.command.startswith("homeward device enrol http://127.0.0.1:")
    assert token.qr.startswith("<svg")
    assert token.token.endswith(house.authority.root_fingerprint[:32])


async def test_names_that_cannot_be_and_names_that_are_taken(house):
    await house.adds("monitor")
    with pytest.raises(Conflict, match="already"):
        await house.adds("monitor")
    for name in ("", "Monitor", "-x", "a/b", "a.b", "a" * 64, "+", "bed 3"):
        with pytest.raises(Unreadable, match="lower-case"):
            await house.adds(name)
    with pytest.raises(Unreadable, match="kind"):
        await house.adds("other", kind=" ")
    with pytest.raises(Unreadable, match="cannot be expected"):
        await fleet.add(house.door, house.tools.bus, "x", "y", house.clock[0], {"pulse": 0})
    with pytest.raises(Missing):
        await routes.post_device_token("ghost", house.door, Request(house.tools))


async def test_revoking_needs_a_reason_and_is_told(house):
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    await house.adds("monitor")
    stop = await house.tools.bus.listen("told.device", lambda _, body: heard.put(body))
    door, request = house.door_of(Role.ENGINEER), Request(house.tools)
    with pytest.raises(Unreadable, match="Say why"):
        await routes.post_device_status("monitor", views.NewStatus("revoked", " "), door, request)
    stolen = views.NewStatus("revoked", "stolen")
    shown = await routes.post_device_status("monitor", stolen, door, request)
    assert (shown.status, shown.detail) == ("revoked", "stolen")
    assert b'"what":"revoked"' in await asyncio.wait_for(heard.get(), 5)
    await stop()


async def test_the_quarantine_shows_text_as_text_and_bytes_as_their_number(house):
    device = await house.adds("monitor")
    for body in ('{"vital":"Sauerstoffsättigung"}'.encode(), b"\x00\x01\xff" * 10):
        await house.sql(
            "insert into quarantine (device_id, received, topic, reason, body) "
            "values (%(device)s, %(now)s, 't', 'why', %(body)s) returning id",
            device=device.id,
            now=house.clock[0],
            body=body,
        )
    binary, text = await routes.get_quarantine(house.door, "monitor")
    assert (text.text, text.device, text.reason) == (
        '{"vital":"Sauerstoffsättigung"}',
        "monitor",
        "why",
    )
    assert (binary.text, binary.bytes) == (None, 30)
    assert b64decode(binary.head) == b"\x00\x01\xff" * 10
    assert await routes.get_quarantine(house.door, "other") == []
    (shown,) = await routes.get_devices(house.door)
    assert shown.quarantined == 2
