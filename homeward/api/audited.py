"""What is audited of each route: every one says it, or the suite fails.

A route that names a patient, a ward, an alarm or a call in its path is audited as that. So is
whatever changes something. All others stand in one of two tables: what they show of whom, or why
that is nobody's data.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from homeward.guard.audit import Action
from homeward.guard.route import Route
from homeward.model.errors import Misconfigured
from homeward.model.person import Actor
from homeward.services.trail.noting import Act, Whose

NUMBER_MAX = 2**63 - 1  # of a bigint
_WHOLE = TypeAdapter(int)
_BY_PARAMETER: Mapping[str, Whose] = {
    "patient_id": "named", "ward_id": "ward", "alarm_id": "alarm", "call_id": "call",
}  # fmt: skip
_BY_METHOD = {
    "GET": (Action.READ, "read"),
    "POST": (Action.CREATE, "create"),
    "PUT": (Action.UPDATE, "update"),
    "DELETE": (Action.DELETE, "delete"),
}
SEARCH = (Action.EXECUTE, "search")


@dataclass(frozen=True, slots=True)
class Audited:
    """What is noted of a route. `query` and `body` name where whose data it is stands."""

    action: Action
    subtype: str
    kind: str
    whose: Whose = "named"
    path: str = ""
    query: str = ""
    body: str = ""
    is_own: bool = False  # the actor's own record
    otherwise: Whose = "named"  # where the query does not say
    is_told_where_refused: bool = False  # else the session itself is the record of it

    @property
    def said(self) -> str:
        """For the reference page."""
        whose = "own record" if self.is_own else self.path or self.query or self.body or self.whose
        return f"{self.action} {self.kind}" + ("" if whose == "named" else f" ({whose})")


# What nobody's data is read by, and why.
NOT_AUDITED: Mapping[str, str] = {
    "GET /api/health": "of the platform",
    "GET /.well-known/security.txt": "whom to tell of a weakness",
    "GET /api/system": "of the platform",
    "GET /api/system/latency": "of the platform",
    "GET /api/session": "who asks",
    "GET /api/demo": "accounts of the demo",
    "GET /api/account": "who asks",
    "GET /api/locked": "alarms of a ward, without whose they are",
    "GET /api/plan-templates": "plans to begin with, of nobody",
    "GET /api/questionnaires": "what may be asked, of nobody",
    "GET /api/hospital": "where the hospital's own sign-in is",
    "GET /api/wards": "counts",
    "GET /api/wards/{ward_id}/limits": "settings of a ward",
    "GET /api/wards/{ward_id}/scores-in-use": "settings of a ward",
    "GET /api/wards/{ward_id}/letters": "counts",
    "GET /api/wards/{ward_id}/rotas": "of staff",
    "GET /api/wards/{ward_id}/team": "of staff",
    "GET /api/wards/{ward_id}/alarm-load": "counts",
    "POST /api/wards/{ward_id}/limits/replay": "counts",
    "GET /api/limits": "settings of the site",
    "POST /api/limits/replay": "counts",
    "GET /api/scores-in-use": "settings of the site",
    "GET /api/devices/{name}/config": "of a device",
    "GET /api/devices/{name}/commands": "of a device",
    "GET /api/devices/{name}/app": "of a device",
    "GET /api/devices/{name}/cloud": "of a device",
    "GET /api/devices/{name}/mapping": "of a device",
    "GET /api/enrol": "the root certificate",
    "GET /api/reach": "who asks",
    "GET /api/reach/messages/{delivery_id}": "of a message to who asks",
    "GET /api/me/quiet": "who asks",
    "GET /api/choices": "who asks",
    "GET /api/sentinel": "of the platform",
    "POST /api/sentinel/rounds": "of a patient who is nobody",
    "POST /api/gateways/{way}/report": "what became of a message; shows nothing",
    "POST /api/messages/{token}/receipt": "what became of a message; shows nothing",
    "POST /api/push/moved": "an address of a browser; shows nothing",
    # Asked by anybody who opens the sign-in: with a row for each, strangers would fill the disk.
    "POST /api/passkey/options": "what a browser is asked; shows nothing",
}
DECLARED: Mapping[str, Audited] = {
    "POST /api/session": Audited(Action.EXECUTE, "login", "session", is_told_where_refused=True),
    "POST /api/passkey": Audited(Action.EXECUTE, "login", "session", is_told_where_refused=True),
    "GET /api/hospital/back": Audited(
        Action.EXECUTE, "login", "session", is_told_where_refused=True
    ),
    "POST /api/wards/{ward_id}/lock": Audited(Action.UPDATE, "update", "board"),
    "GET /api/patients": Audited(*SEARCH, "patient"),
    "POST /api/patients/search": Audited(*SEARCH, "patient"),
    "GET /api/places": Audited(*SEARCH, "bed"),
    "GET /api/devices": Audited(*SEARCH, "device"),
    "GET /api/quarantine": Audited(*SEARCH, "quarantine"),
    "GET /api/clouds": Audited(*SEARCH, "cloud"),
    "POST /api/devices": Audited(
        Action.CREATE, "create", "device", "wearer", path="", body="patient_id"
    ),
    "POST /api/devices/{name}/patient": Audited(
        Action.UPDATE, "update", "device", "wearer", path="name", body="patient_id"
    ),
    "GET /api/today": Audited(Action.READ, "read", "patient", is_own=True),
    "GET /api/alarms": Audited(*SEARCH, "alarm", "ward", query="ward", otherwise="open alarms"),
    "GET /api/alarms/past": Audited(*SEARCH, "alarm", "ward", query="ward"),
    "GET /api/calls": Audited(*SEARCH, "call", "ward", query="ward", otherwise="open alarms"),
    "GET /api/reach/calls": Audited(*SEARCH, "call", "own calls"),
    "GET /api/told": Audited(*SEARCH, "alarm", "relative"),
    "POST /api/invitation": Audited(Action.READ, "read", "invitation"),
    "POST /api/messages/{token}/open": Audited(Action.READ, "read", "message"),
    "POST /api/patients/{patient_id}/observations/preview": Audited(
        Action.READ, "read", "patient", path="patient_id"
    ),
    "POST /api/patients/{patient_id}/limits/replay": Audited(
        Action.READ, "read", "patient", path="patient_id"
    ),
    "PUT /api/wards/{ward_id}/chain": Audited(Action.UPDATE, "update", "chain"),
    "POST /api/wards/{ward_id}/rotas": Audited(Action.CREATE, "create", "rota"),
    "POST /api/wards/{ward_id}/limits": Audited(Action.UPDATE, "update", "limits"),
    "POST /api/wards/{ward_id}/scores-in-use": Audited(Action.UPDATE, "update", "scores"),
    "POST /api/wards/{ward_id}/team": Audited(Action.UPDATE, "update", "team"),
    "POST /api/emergency/search": Audited(*SEARCH, "patient"),
    "POST /api/emergency": Audited(Action.CREATE, "create", "emergency", body="patient_id"),
    "GET /api/emergency": Audited(*SEARCH, "emergency"),
    "GET /api/erasures": Audited(*SEARCH, "erasure"),
    "GET /api/erasures/{erasure_id}": Audited(Action.READ, "read", "erasure", path="erasure_id"),
    "POST /api/erasures/{erasure_id}/refusal": Audited(
        Action.UPDATE, "update", "erasure", body="patient_id"
    ),
    "POST /api/erasures/{erasure_id}": Audited(
        Action.DELETE, "delete", "patient", body="patient_id"
    ),
    "GET /api/requests": Audited(*SEARCH, "request"),
    "GET /api/restrictions": Audited(*SEARCH, "request"),
    "GET /api/audit": Audited(*SEARCH, "audit", query="patient"),
    "POST /api/audit/patients/search": Audited(*SEARCH, "patient"),
    "GET /api/audit/{entry_id}/events": Audited(Action.READ, "read", "audit", path="entry_id"),
}


def audited_of(route: Route) -> Audited | None:
    """What is noted of a route; None: it shows nobody's data. Raises Misconfigured for one of
    which that was not said."""
    name = f"{route.method} {route.path}"
    if name in NOT_AUDITED:
        return None
    if name in DECLARED:
        return DECLARED[name]
    found = by_path(route)
    if route.method == "GET" and not found.path:
        raise Misconfigured(f"{name} must say what is audited of it (homeward/api/audited.py)")
    return found


def by_path(route: Route) -> Audited:
    """What is noted of a route by its path; where it is refused, whatever it would have shown."""
    action, subtype = _BY_METHOD[route.method]
    for parameter, whose in _BY_PARAMETER.items():
        if parameter in route.named:
            return Audited(action, subtype, parameter.removesuffix("_id"), whose, path=parameter)
    return Audited(action, subtype, route.path.split("/")[2])


async def act_of(audited: Audited, request: Request, actor: Actor | None) -> Act:
    """What is noted of this request."""
    said = request.path_params.get(audited.path, "")
    number, whose = _number(said), audited.whose
    if audited.query:
        number = _number(request.query_params.get(audited.query))
        whose = whose if number is not None else audited.otherwise
    patients = [number] if whose == "named" and audited.kind == "patient" else []
    if audited.query == "patient":
        patients = [number]
    if audited.body:
        patients = [await _of_body(request, audited.body)]
    if audited.is_own:
        patients = [actor.patient_id if actor else None]
    return Act(
        audited.action, audited.subtype, audited.kind, whose, number,
        str(said) if whose == "wearer" else "" if number is None else str(number),
        tuple(each for each in patients if each is not None),
    )  # fmt: skip


async def _of_body(request: Request, name: str) -> int | None:
    """A number in the body. FastAPI has read it before, and refuses what it cannot be."""
    try:
        body = await request.json()
    except ValueError:
        return None
    return _number(body.get(name)) if isinstance(body, dict) else None


def _number(said: object) -> int | None:
    """A row's number; None for what can be none, which the route itself refuses.

    Read as the routes read theirs: a 17.0 that opens a record must not be nobody's here.
    """
    try:
        number = _WHOLE.validate_python(said)
    except ValidationError:
        return None
    return number if 0 <= number <= NUMBER_MAX else None
