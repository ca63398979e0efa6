"""Routes of scores in use: which is used for whom, by whose word, and the switching."""

from datetime import datetime

from fastapi import Request

from homeward.guard.route import FIGURES, STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.watch import scores_in_use
from homeward.services.watch.own_tables import Scope
from homeward.services.watch.scores_views import NewSwitch, ScoresInUse
from homeward.store import Door


async def get_site_scores(door: Asking, request: Request) -> ScoresInUse:
    """The scores there are, whom each is for and who uses it; own tables and their keys."""
    return await scores_in_use.seen(door, Scope(), _now(request))


async def get_ward_scores(ward_id: int, door: Asking, request: Request) -> ScoresInUse:
    """Which scores are in use on a ward, and by whose word."""
    return await scores_in_use.seen(door, Scope(ward_id=ward_id), _now(request))


async def get_patient_scores(patient_id: int, door: Asking, request: Request) -> ScoresInUse:
    """Which scores a patient has, which of them leads, and why."""
    return await scores_in_use.seen(door, Scope(patient_id=patient_id), _now(request))


async def post_site_score(said: NewSwitch, door: Asking, request: Request) -> ScoresInUse:
    """Switch a score on or off for the whole site."""
    return await _switched(door, Scope(), said, _now(request))


async def post_ward_score(
    ward_id: int, said: NewSwitch, door: Asking, request: Request
) -> ScoresInUse:
    """Switch a score on or off for a ward."""
    return await _switched(door, Scope(ward_id=ward_id), said, _now(request))


async def post_patient_score(
    patient_id: int, said: NewSwitch, door: Asking, request: Request
) -> ScoresInUse:
    """Switch a score on or off for one patient."""
    return await _switched(door, Scope(patient_id=patient_id), said, _now(request))


async def _switched(door: Door, scope: Scope, said: NewSwitch, now: datetime) -> ScoresInUse:
    await scores_in_use.switch(door, scope, said, now)
    return await scores_in_use.seen(door, scope, now)


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


KEEPERS = frozenset({Role.ADMINISTRATOR})
DOCTORS = frozenset({Role.DOCTOR})

ROUTES = (
    Route("GET", "/api/scores-in-use", get_site_scores, STAFF | KEEPERS, as_platform=FIGURES),
    Route("POST", "/api/scores-in-use", post_site_score, KEEPERS),
    Route(
        "GET",
        "/api/wards/{ward_id}/scores-in-use",
        get_ward_scores,
        STAFF | KEEPERS,
        as_platform=FIGURES,
    ),
    Route("POST", "/api/wards/{ward_id}/scores-in-use", post_ward_score, DOCTORS),
    Route("GET", "/api/patients/{patient_id}/scores-in-use", get_patient_scores, STAFF),
    Route("POST", "/api/patients/{patient_id}/scores-in-use", post_patient_score, DOCTORS),
)
