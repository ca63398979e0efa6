"""Routes of apps: the secret of a device's app, and what patients' apps say was done."""

from typing import Any

import msgspec
from fastapi import Request

from homeward.guard.route import IN_PATH, STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking, Moment
from homeward.services.contract import Tools
from homeward.services.phones import implants, secrets
from homeward.services.phones import views as v
from homeward.services.phones.cloud_routes import CLOUD_ROUTES
from homeward.services.phones.secrets import sql
from homeward.settings import LOOPBACK, Settings
from homeward.standards.telling_readings import is_number

ENGINEERS = frozenset({Role.ENGINEER, Role.ADMINISTRATOR})
TREATMENTS_MAX = 1_000
FOREVER_MS = 2**43 - 1


def _tools(request: Request) -> Tools:
    return request.app.state.tools


def app_url(settings: Settings) -> str:
    """The address apps are given, empty where the interface is off; behind a proxy it is the
    proxy's, which we do not know."""
    if not settings.nightscout_port:
        return ""
    scheme = "http" if settings.nightscout_host in LOOPBACK else "https"
    host = settings.nightscout_host
    if scheme == "https":
        names = [name.strip() for name in settings.public_names.split(",")]
        host = next((name for name in names if name and name not in LOOPBACK), host)
    return f"{scheme}://{host}:{settings.nightscout_port}"


async def get_app_secrets(name: str, door: Asking) -> list[v.SecretView]:
    """The secrets a device's app had, newest first: when, by whom, until when."""
    return await secrets.made(door, name)


async def post_app_secret(name: str, door: Asking, request: Request) -> v.NewSecretView:
    """A new secret for a device's app; the one before ends."""
    tools = _tools(request)
    text = await secrets.make(door, name, tools.now())
    return v.NewSecretView(text, app_url(tools.settings))


async def post_app_secret_end(name: str, door: Asking, request: Request) -> list[v.SecretView]:
    """From now on no app speaks for the device."""
    await secrets.end(door, name, _tools(request).now())
    return await secrets.made(door, name)


async def get_treatments(
    patient_id: int, door: Asking, start: Moment = 0, end: Moment = FOREVER_MS
) -> list[v.TreatmentView]:
    """Insulin, carbohydrates and all else a patient's apps say was done, the newest first, between
    two moments (ms since 1970 UTC)."""
    rows = await door.all(
        sql.treatments, dict, patient=patient_id, start=start, end=end, rows_max=TREATMENTS_MAX
    )
    return [_treatment(row) for row in rows]


async def get_implant_reports(patient_id: int, door: Asking) -> list[v.ImplantReportView]:
    """Reports of a patient's implanted devices, the newest first."""
    return await implants.reports(door, patient_id)


def _treatment(row: dict[str, Any]) -> v.TreatmentView:
    try:
        said = msgspec.json.decode(row["body"], type=dict[str, Any])
    except msgspec.DecodeError:  # its key is not to be had
        said = {}
    return v.TreatmentView(
        row["id"], row["device"], row["at"], str(said.get("eventType", "")),
        _number(said.get("insulin")), _number(said.get("carbs")),
        _text(said.get("notes")), said,
    )  # fmt: skip


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


ROUTES = (
    *CLOUD_ROUTES,
    Route("GET", "/api/devices/{name}/app", get_app_secrets, ENGINEERS, as_platform=IN_PATH),
    Route("POST", "/api/devices/{name}/app", post_app_secret, ENGINEERS),
    Route("POST", "/api/devices/{name}/app/end", post_app_secret_end, ENGINEERS),
    Route(
        "GET", "/api/patients/{patient_id}/treatments", get_treatments, STAFF | {Role.PATIENT},
        part="readings",
    ),
    Route(
        "GET", "/api/patients/{patient_id}/implant-reports", get_implant_reports,
        STAFF | {Role.PATIENT}, part="readings",
    ),
)  # fmt: skip
