"""Routes of the sentinel: it tells its rounds, and people see them."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from fastapi import Request

from homeward.guard.route import FIGURES, STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.sentinel import views as v
from homeward.services.sentinel.work import KNOWN_FOR, SILENT_FOR
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
        detail=told.detail, calls=told.calls,
    )  # fmt: skip
    await door.run(Q.forget_rounds, before=now - KEPT_FOR)
    if tools.bus.connected:
        await tools.bus.tell("told.sentinel", asdict(told))


async def get_sentinel(door: Asking, request: Request) -> v.SentinelView:
    """Whether alarms arrive, as seen from outside, and how fast."""
    tools: Tools = request.app.state.tools
    now = tools.now()
    since = now - SPAN
    recent = await door.all(Q.last_rounds, v.RoundView)
    told = await door.maybe(Q.last_told, dict)
    counted = await door.one(Q.outcomes, dict, since=since)
    hops = await door.all(Q.figures, v.HopView, since=since)
    hops.sort(key=lambda hop: ORDER.index(hop.name))
    return v.SentinelView(
        _state(None if told is None else told["received"], recent, now),
        None if told is None else round(told["received"].timestamp() * 1000),
        None if told is None else told["calls"],
        recent, counted["rounds"], counted["lost"], counted["late"], hops,
    )  # fmt: skip


def _state(heard: datetime | None, recent: list[v.RoundView], now: datetime) -> v.State:
    if heard is None or not recent or now - heard > KNOWN_FOR:
        return "none"
    return "silent" if now - heard > SILENT_FOR else recent[0].outcome


KEEPERS = STAFF | {Role.ENGINEER, Role.ADMINISTRATOR}

ROUTES = (
    Route("POST", "/api/sentinel/rounds", post_round, frozenset({Role.SENTINEL})),
    Route("GET", "/api/sentinel", get_sentinel, KEEPERS, as_platform=FIGURES),
)
