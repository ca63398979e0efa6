"""Routes of the sentinel: it tells its rounds, and people see them."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from fastapi import Request

from homeward.guard.route import STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.sentinel import views as v
from homeward.store import queries

Q = queries("homeward.services.sentinel")
SPAN = timedelta(days=1)
KEPT_FOR = timedelta(days=30)
ORDER = ("stored", "heard", "acknowledged", "told", "over")


async def post_round(told: v.RoundTold, door: Asking, request: Request) -> None:
    """The sentinel tells one round."""
    tools: Tools = request.app.state.tools
    now = tools.now()
    at = min(datetime.fromtimestamp(told.at / 1000, UTC), now)
    await door.run(
        Q.add_round, at=at, now=now, outcome=told.outcome, hops=json.dumps(told.hops),
        detail=told.detail,
    )  # fmt: skip
    await door.run(Q.forget_rounds, before=now - KEPT_FOR)
    if tools.bus.connected:
        await tools.bus.tell("told.sentinel", asdict(told))


async def get_sentinel(door: Asking, request: Request) -> v.SentinelView:
    """Whether alarms arrive, as seen from outside, and how fast."""
    tools: Tools = request.app.state.tools
    since = tools.now() - SPAN
    last = await door.maybe(Q.last_round, v.RoundView)
    counted = await door.one(Q.outcomes, dict, since=since)
    hops = await door.all(Q.figures, v.HopView, since=since)
    hops.sort(key=lambda hop: ORDER.index(hop.name))
    return v.SentinelView(last, counted["rounds"], counted["lost"], counted["late"], hops)


KEEPERS = STAFF | {Role.ENGINEER, Role.ADMINISTRATOR}

ROUTES = (
    Route("POST", "/api/sentinel/rounds", post_round, frozenset({Role.SENTINEL})),
    Route("GET", "/api/sentinel", get_sentinel, KEEPERS),
)
