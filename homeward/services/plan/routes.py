"""Routes of plans: what somebody does at home, what was kept of it, and by whose clock."""

from datetime import datetime

from fastapi import Request

from homeward.guard.route import STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.plan import plans
from homeward.services.plan import views as v
from homeward.services.plan.answers_routes import ANSWERS_ROUTES
from homeward.services.plan.letters.routes import LETTER_ROUTES
from homeward.services.plan.panel_routes import PANEL_ROUTES
from homeward.services.plan.zone_routes import ZONE_ROUTES
from homeward.services.speaking import language_of


async def get_plan_templates(door: Asking) -> list[v.TemplateShown]:
    """Plans to begin with."""
    return await plans.templates(door)


async def put_plan_template(said: v.NewHomePlan, door: Asking, request: Request) -> None:
    """A plan to begin with, as the hospital wants it from now on."""
    await plans.keep_template(door, said.plan(), _now(request), said.first_rota)


async def get_home_plans(patient_id: int, door: Asking, request: Request) -> v.HomePlansShown:
    """A patient's plans, what is due, and what was kept. Lines that nobody wrote anew are in the
    language of a patient who reads them."""
    tools: Tools = request.app.state.tools
    accepted = request.headers.get("accept-language", "")
    language = await language_of(door, tools.settings, accepted)
    return await plans.shown(door, patient_id, _now(request), language)


async def post_home_plan(
    patient_id: int, said: v.NewHomePlan, door: Asking, request: Request
) -> None:
    """A plan of a condition holds from now on, in the place of the one before."""
    now = _now(request)
    await plans.begin(door, patient_id, said.plan(), now, said.instead_of, said.first_rota)


async def post_home_plan_end(
    patient_id: int, said: v.Ended, door: Asking, request: Request
) -> None:
    """A plan is over."""
    await plans.end(door, patient_id, said.condition, _now(request))


async def post_home_plan_answer(
    patient_id: int, said: v.HomeAnswer, door: Asking, request: Request
) -> None:
    """Something was done, or need not be."""
    await plans.answer(door, patient_id, said, _now(request))


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


_AT = "/api/patients/{patient_id}/plans"
BOTH = STAFF | {Role.PATIENT}
ROUTES = (
    *ZONE_ROUTES,
    *PANEL_ROUTES,
    *ANSWERS_ROUTES,
    *LETTER_ROUTES,
    Route("GET", "/api/plan-templates", get_plan_templates, STAFF),
    Route("PUT", "/api/plan-templates", put_plan_template, frozenset({Role.DOCTOR})),
    Route("GET", _AT, get_home_plans, BOTH, part="readings"),
    Route("POST", _AT, post_home_plan, STAFF),
    Route("POST", f"{_AT}/end", post_home_plan_end, STAFF),
    Route("POST", f"{_AT}/answer", post_home_plan_answer, BOTH),
)
