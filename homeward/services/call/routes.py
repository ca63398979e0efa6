"""Routes of call: the receipt that a call was seen, rotas, relatives."""

from fastapi import Request

from homeward.guard.route import EVERYBODY, STAFF, Route
from homeward.model.errors import Forbidden
from homeward.model.person import Role
from homeward.model.shown import CallShown
from homeward.services.asking import Asking
from homeward.services.call import rota_routes
from homeward.services.call.reach.routes import REACH_ROUTES
from homeward.services.call.receipts import Q, mark_seen
from homeward.services.call.telling.routes import TELLING_ROUTES
from homeward.services.contract import Tools


async def get_calls(door: Asking, ward: int | None = None) -> list[CallShown]:
    """Who is called now: for alarms of one ward and of none, or for all."""
    return await door.all(Q.open_on_ward, CallShown, ward=ward)


async def post_call_seen(call_id: int, door: Asking, request: Request) -> None:
    """I have seen that I am called."""
    if door.actor is None:
        raise Forbidden
    tools: Tools = request.app.state.tools
    # A call for somebody else is as missing as one that never was: ids tell nothing.
    await door.one(Q.is_own, dict, id=call_id, person=door.actor.person_id)
    await mark_seen(door, tools.bus, [call_id], tools.now())


async def post_today_alarm_seen(alarm_id: int, door: Asking, request: Request) -> None:
    """A patient's own page shows this alarm: the calls to them for it are seen.

    The page may be quicker than the call; it asks again when it hears of one.
    """
    if door.actor is None:
        raise Forbidden
    tools: Tools = request.app.state.tools
    calls = await door.all(Q.own_calls, dict, alarm=alarm_id, person=door.actor.person_id)
    await mark_seen(door, tools.bus, [call["id"] for call in calls], tools.now())


PATIENT = frozenset({Role.PATIENT})

ROUTES = (
    Route("GET", "/api/calls", get_calls, STAFF),
    Route("POST", "/api/calls/{call_id}/seen", post_call_seen, EVERYBODY),
    Route("POST", "/api/today/alarms/{alarm_id}/seen", post_today_alarm_seen, PATIENT),
    *REACH_ROUTES,
    *rota_routes.ROUTES,
    *TELLING_ROUTES,
)
