"""Routes of the fleet: devices, tokens, enrolment, quarantine."""

import asyncio
from base64 import b64encode
from dataclasses import replace
from urllib.parse import quote

from fastapi import Request

from homeward.engines.certificates import Authority, names_of
from homeward.engines.folder import DataFolder
from homeward.guard.route import IN_PATH, NOBODY_YET, STAFF, Route
from homeward.model.errors import Forbidden
from homeward.model.person import Role
from homeward.services.asking import Asking, Moment
from homeward.services.contract import Tools
from homeward.services.fleet import edges, fleet, meter_records, own_meters, own_views, telling
from homeward.services.fleet import views as v
from homeward.services.fleet.mapping_routes import MAPPING_ROUTES
from homeward.services.picture import qr
from homeward.settings import Settings
from homeward.store import Door

ENGINEERS = frozenset({Role.ENGINEER, Role.ADMINISTRATOR})
PATIENT = frozenset({Role.PATIENT})
QUARANTINE_ROWS_MAX = 200
UNREAD = "what nobody could read, for whoever wires devices"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _tools(request: Request) -> Tools:
    return request.app.state.tools


def _authority(settings: Settings) -> Authority:
    return Authority.open(DataFolder(settings.data).certificates)


def public_url(settings: Settings, host: str | None = None) -> str:
    """Where a device finds our pages: by the name it was asked for, where that is ours."""
    if settings.web_host in LOOPBACK:
        return f"http://{settings.web_host}:{settings.web_port}"
    return f"https://{public_host(settings, host)}:{settings.web_port}"


def public_host(settings: Settings, host: str | None = None) -> str:
    """A name by which devices reach us: the one used just now, else the first we have."""
    names = names_of(settings.public_names)
    return host if host in names else names[0]


async def get_devices(door: Asking) -> list[v.DeviceView]:
    """Every device. Only carers see who wears it; others see the bed."""
    return [_for_role(door, device) for device in await fleet.devices(door)]


async def post_device(device: v.NewDevice, door: Asking, request: Request) -> v.DeviceView:
    """Register a device."""
    tools, now = _tools(request), _tools(request).now()
    await fleet.add(
        door, tools.bus, device.name, device.kind, now, through=device.through, door_at=device.door
    )
    if device.patient_id is not None:
        source = _source(door)
        await fleet.bind(door, tools.bus, device.name, device.patient_id, source, now)
    return await _shown(door, device.name)


async def post_device_token(name: str, door: Asking, request: Request) -> v.TokenView:
    """A one-time token for a device, with the command that uses it and a QR code of both."""
    tools = _tools(request)
    authority = await asyncio.to_thread(_authority, tools.settings)
    token = await fleet.new_token(door, name, authority.root_fingerprint, tools.now())
    url = public_url(tools.settings, request.url.hostname)
    expires = round(token.expires.timestamp() * 1000)
    command = enrol_command(url, token, name)
    return v.TokenView(token.text, expires, command, _qr(url, token))


async def post_device_status(
    name: str, status: v.NewStatus, door: Asking, request: Request
) -> v.DeviceView:
    """Take a device into quarantine and out of it, revoke it, or let it retire."""
    tools = _tools(request)
    await fleet.change(door, tools.bus, name, status.status, status.reason, tools.now())
    return await _shown(door, name)


async def post_device_patient(
    name: str, wearer: v.Wearer, door: Asking, request: Request
) -> v.DeviceView:
    """Say who wears a device from now on. A nurse says it of those she may see, and takes it from
    nobody else while they lie in a bed: what is worn there watches them."""
    tools = _tools(request)
    is_nurse = door.actor is not None and door.actor.role is Role.NURSE
    if is_nurse and wearer.patient_id is not None:
        guarded = tools.store.door(door.actor)
        await guarded.one(fleet.sql.patient_exists, dict, patient=wearer.patient_id)

    async def may_take_from(patient: int) -> None:
        seen = await tools.store.door(door.actor).maybe(
            fleet.sql.patient_exists, dict, patient=patient
        )
        place = None if seen else await door.maybe(fleet.sql.lies_on, dict, patient=patient)
        if place is not None:
            raise Forbidden(
                f"{name} is worn on {place['ward']}: who works there, or an engineer, takes it off."
            )

    await fleet.bind(
        door, tools.bus, name, wearer.patient_id, _source(door), tools.now(),
        may_take_from=may_take_from if is_nurse else None, instead_of=wearer.instead_of,
    )  # fmt: skip
    return await _shown(door, name)


async def post_device_gateway(name: str, through: v.Through, door: Asking) -> v.DeviceView:
    """Say through which gateway a device speaks from now on."""
    await edges.speaks_through(door, name, through.gateway)
    return await _shown(door, name)


async def get_device_config(name: str, door: Asking) -> list[v.ConfigView]:
    """The configurations a device had, newest first: that one is in force."""
    return await telling.configs(door, name)


async def post_device_config(
    name: str, config: v.NewConfig, door: Asking, request: Request
) -> list[v.ConfigView]:
    """Set a device's configuration: it is told at once, or when it is back."""
    tools = _tools(request)
    await telling.configure(door, tools.bus, name, config.body, tools.now())
    return await telling.configs(door, name)


async def get_device_commands(name: str, door: Asking, request: Request) -> list[v.CommandView]:
    """The newest commands of a device, and how far each came."""
    return await telling.commands(door, name, _tools(request).now())


async def post_device_command(
    name: str, command: v.NewCommand, door: Asking, request: Request
) -> v.CommandView:
    """Send a device a command."""
    tools = _tools(request)
    return await telling.send(door, tools.bus, name, command.body, command.seconds, tools.now())


async def get_quarantine(door: Asking, device: str | None = None) -> list[v.QuarantineView]:
    """What could not be read, newest first, with the reason."""
    rows = await door.all(fleet.sql.quarantined, dict, device=device, rows_max=QUARANTINE_ROWS_MAX)
    return [_quarantined(row) for row in rows]


async def post_measurements(
    patient_id: int, said: own_views.NewMeasurements, door: Asking, request: Request
) -> own_views.MeasurementsKept:
    """Keep what a patient's own page read from a meter, or what they entered; sent again, it is
    there once."""
    tools = _tools(request)
    return await own_meters.keep(door, tools, patient_id, said, tools.now())


async def get_meter_records(
    patient_id: int, door: Asking, start: Moment, end: Moment
) -> list[own_views.MeterSaid]:
    """What a patient's meters said beside their numbers between two moments (ms since 1970 UTC),
    the newest first: the meal, medicines, who measured, and the time by the meter's own clock."""
    return await meter_records.records_between(door, patient_id, start, end)


async def get_enrol(request: Request) -> v.RootView:
    """The root certificate, which a device compares with its token before it sends it."""
    authority = await asyncio.to_thread(_authority, _tools(request).settings)
    return v.RootView(authority.root_pem)


async def post_enrol(enrolment: v.Enrolment, door: Asking, request: Request) -> v.EnrolledView:
    """Exchange a one-time token and a certificate request for a certificate."""
    tools = _tools(request)
    settings = tools.settings
    authority = await asyncio.to_thread(_authority, settings)
    device, issued = await fleet.enrol(
        door,
        tools.bus,
        authority,
        enrolment.token,
        enrolment.csr,
        settings.certificate_days,
        tools.now(),
    )
    host, port = public_host(settings, request.url.hostname), settings.mqtt_port
    http_port = settings.http_ingest_port
    behind = await door.maybe(fleet.sql.door_of_gateway, dict, name=device.name)
    if behind is not None and behind["door"]:  # it speaks to the edge it was given to
        host, _, told = behind["door"].rpartition(":")
        port, http_port = int(told), behind["https_port"]
    return v.EnrolledView(device.name, issued.pem, authority.root_pem, host, port, http_port)


def enrol_command(url: str, token: fleet.Token, name: str) -> str:
    """What to type on the device, or on the computer beside it."""
    if token.kind == fleet.EDGE:
        return f"homeward edge {name} --server {url} --token {token.text} --host 0.0.0.0"
    return f"homeward device enrol {url} {token.text} --out {name}"


def _qr(url: str, token: fleet.Token) -> str:
    text = f"homeward://enrol?url={quote(url, safe='')}&token={quote(token.text, safe='')}"
    return qr(text)


def _source(door: Door) -> str:
    return f"person {door.actor.person_id}" if door.actor else "platform"


async def _shown(door: Door, name: str) -> v.DeviceView:
    return _for_role(door, await fleet.shown(door, name))


def _for_role(door: Door, device: v.DeviceView) -> v.DeviceView:
    is_carer = door.actor is not None and door.actor.role in STAFF
    return device if is_carer else replace(device, patient=None)


def _quarantined(row: dict[str, object]) -> v.QuarantineView:
    head = row.pop("head")
    assert isinstance(head, bytes)
    return v.QuarantineView(text=_text(head), head=b64encode(head).decode(), **row)  # type: ignore[arg-type]


def _text(body: bytes) -> str | None:
    """Bytes as text where they are text (a cut may have split the last letter)."""
    text = body.decode(errors="ignore")
    is_text = len(body) - len(text.encode()) < 4 and all(
        letter.isprintable() or letter in "\r\n\t" for letter in text
    )
    return text if is_text else None


ROUTES = (
    *MAPPING_ROUTES,
    Route("GET", "/api/devices", get_devices, STAFF | ENGINEERS),
    Route("POST", "/api/devices", post_device, ENGINEERS),
    Route("POST", "/api/devices/{name}/token", post_device_token, ENGINEERS),
    Route("POST", "/api/devices/{name}/status", post_device_status, ENGINEERS),
    Route("POST", "/api/devices/{name}/patient", post_device_patient, ENGINEERS | {Role.NURSE}),
    Route("POST", "/api/devices/{name}/gateway", post_device_gateway, ENGINEERS),
    Route("GET", "/api/devices/{name}/config", get_device_config, ENGINEERS, as_platform=IN_PATH),
    Route("POST", "/api/devices/{name}/config", post_device_config, ENGINEERS),
    Route(
        "GET", "/api/devices/{name}/commands", get_device_commands, ENGINEERS, as_platform=IN_PATH
    ),
    Route("POST", "/api/devices/{name}/commands", post_device_command, ENGINEERS),
    Route("GET", "/api/quarantine", get_quarantine, ENGINEERS, as_platform=UNREAD),
    Route("POST", "/api/patients/{patient_id}/measurements", post_measurements, PATIENT),
    Route(
        "GET",
        "/api/patients/{patient_id}/meter-records",
        get_meter_records,
        STAFF | {Role.PATIENT},
        part="readings",
    ),
    Route("GET", "/api/enrol", get_enrol, NOBODY_YET, before_sign_in=True),
    Route("POST", "/api/enrol", post_enrol, NOBODY_YET, before_sign_in=True),
)
