"""Routes of observations: enter, correct, read back."""

from datetime import UTC, datetime

from fastapi import Request

from homeward.guard.route import STAFF, Route
from homeward.model.errors import Unreadable
from homeward.services.asking import Asking, Moment
from homeward.services.contract import Tools
from homeward.services.observe import views as v
from homeward.services.observe.bedside import bedside, preview
from homeward.services.observe.entering import Q, as_shown, enter
from homeward.services.observe.round import order, orders, ward_round


async def post_observation(
    patient_id: int, entry: v.Entry, door: Asking, request: Request
) -> v.EntryAnswer:
    """Enter what was observed at the bedside, or correct an entry; sent twice, it is one."""
    tools: Tools = request.app.state.tools
    return await enter(door, tools.bus, patient_id, entry, tools.now())


async def get_observations(
    patient_id: int, door: Asking, start: Moment, end: Moment
) -> list[v.ObservationShown]:
    """What was entered for a patient over a span, corrected entries too."""
    if not 0 <= start < end:
        raise Unreadable("A span needs a start before its end, in milliseconds since 1970 UTC.")
    since, until = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (start, end))
    rows = await door.all(Q.shown, dict, patient=patient_id, start=since, end=until)
    return [as_shown(row) for row in rows]


async def post_observation_preview(
    patient_id: int, entry: v.Entry, door: Asking, request: Request
) -> v.Preview:
    """The score an entry would make; nothing is filed."""
    return await preview(door, patient_id, entry, _now(request))


async def get_bedside(patient_id: int, door: Asking, request: Request) -> v.Bedside:
    """What to see beside an entry: last values, and what is due."""
    return await bedside(door, patient_id, _now(request))


async def post_observation_order(
    patient_id: int, said: v.NewOrder, door: Asking, request: Request
) -> v.BedRound:
    """Order how often a patient is observed; a longer interval is a doctor's to order."""
    return await order(door, patient_id, said, _now(request))


async def get_observation_orders(patient_id: int, door: Asking, request: Request) -> v.OrdersShown:
    """How often a patient is observed, by whose word, and all that was ever ordered."""
    return await orders(door, patient_id, _now(request))


async def get_round(ward_id: int, door: Asking, request: Request) -> v.RoundShown:
    """Every bed of a ward with what is due and since when, whom to see first on top."""
    return await ward_round(door, ward_id, _now(request))


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


ROUTES = (
    Route("POST", "/api/patients/{patient_id}/observations", post_observation, STAFF),
    Route(
        "GET",
        "/api/patients/{patient_id}/observations",
        get_observations,
        STAFF,
        part="readings",
    ),
    Route(
        "POST",
        "/api/patients/{patient_id}/observations/preview",
        post_observation_preview,
        STAFF,
        part="readings",
    ),
    Route("GET", "/api/patients/{patient_id}/bedside", get_bedside, STAFF, part="readings"),
    Route("POST", "/api/patients/{patient_id}/observation-order", post_observation_order, STAFF),
    Route("GET", "/api/patients/{patient_id}/observation-order", get_observation_orders, STAFF),
    Route("GET", "/api/wards/{ward_id}/round", get_round, STAFF),
)
