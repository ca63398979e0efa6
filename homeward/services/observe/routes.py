"""Routes of observations: enter, correct, read back."""

from datetime import UTC, datetime

from fastapi import Request

from homeward.guard.route import STAFF, Route
from homeward.model.errors import Unreadable
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.observe import views as v
from homeward.services.observe.entering import Q, as_shown, enter


async def post_observation(
    patient_id: int, entry: v.Entry, door: Asking, request: Request
) -> v.EntryAnswer:
    """Enter what was observed at the bedside, or correct an entry; sent twice, it is one."""
    tools: Tools = request.app.state.tools
    return await enter(door, tools.bus, patient_id, entry, tools.now())


async def get_observations(
    patient_id: int, door: Asking, start: int, end: int
) -> list[v.ObservationShown]:
    """What was entered for a patient over a span, corrected entries too."""
    if not 0 <= start < end:
        raise Unreadable("A span needs a start before its end, in milliseconds since 1970 UTC.")
    since, until = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (start, end))
    rows = await door.all(Q.shown, dict, patient=patient_id, start=since, end=until)
    return [as_shown(row) for row in rows]


ROUTES = (
    Route("POST", "/api/patients/{patient_id}/observations", post_observation, STAFF),
    Route("GET", "/api/patients/{patient_id}/observations", get_observations, STAFF),
)
