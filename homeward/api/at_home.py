"""Somebody came home from a ward: their plan begins and limits of the ward are set, in one act.

Here, on the floor above both: plans are one service's and limits another's, and neither knows the
other. Both are asked within one transaction, so that there is all of it or nothing.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Request
from pydantic import Field

from homeward.guard.route import STAFF, Route
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.plan.plans import begin_first
from homeward.services.plan.views import NewHomePlan
from homeward.services.watch.limits import Scope, tell_set
from homeward.services.watch.limits_carried import LimitKept, set_carried

LIMITS_MAX = 100  # more than there are rules


@dataclass(frozen=True)
class BegunAtHome:
    """The plan of somebody who came home, and which of the limits that ended with their stay hold
    from now on: those that somebody chose, and no others."""

    plan: NewHomePlan
    limits: Annotated[list[LimitKept], Field(max_length=LIMITS_MAX)]


async def post_begun_at_home(
    patient_id: int, said: BegunAtHome, door: Asking, request: Request
) -> None:
    """Begin the first plan of who came home, and set these limits; all of it, or nothing.

    The plan's lock is taken first, as by every change of a plan, then that of the limits.
    """
    tools: Tools = request.app.state.tools
    now, plan = tools.now(), said.plan.plan()
    async with door.transaction() as inside:
        await begin_first(inside, patient_id, plan, now, said.plan.first_rota)
        rules = await set_carried(inside, patient_id, said.limits, now)
    for rule in rules:
        await tell_set(tools.bus, Scope(patient_id=patient_id), rule)


ROUTES = (Route("POST", "/api/patients/{patient_id}/begun-at-home", post_begun_at_home, STAFF),)
