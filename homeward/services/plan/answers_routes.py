"""Routes of questionnaires: what is asked, what was answered, and a hospital's own."""

from dataclasses import replace
from datetime import timedelta

from fastapi import Request

from homeward.clinical.plan import Item
from homeward.guard.route import STAFF, Route
from homeward.model.errors import Conflict, Missing, Unreadable
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.plan import answers
from homeward.services.plan import answers_views as v
from homeward.services.plan.body import read
from homeward.services.plan.zone_routes import Q

MISSED_FOR = timedelta(days=1)
LATELY = 10


async def get_questionnaires(door: Asking) -> list[v.FormShown]:
    """Questionnaires that may be asked."""
    return await answers.forms(door)


async def put_questionnaire(said: v.NewForm, door: Asking, request: Request) -> v.FormShown:
    """A hospital's own questionnaire, or a new version of it."""
    tools: Tools = request.app.state.tools
    form = await answers.bring(door, said.resource, tools.now())
    return next(each for each in await answers.forms(door) if each.url == form.url)


async def get_questions(patient_id: int, door: Asking, request: Request) -> v.QuestionsShown:
    """What a patient is asked now, with all that it takes to ask it without a network."""
    tools: Tools = request.app.state.tools
    now = tools.now()
    plans = await door.all(Q.plans_of, dict, patient=patient_id)
    items = {(plan["id"], item.key): item for plan in plans for item in _items(plan["body"])}
    dues = await door.all(Q.asked_now, dict, patient=patient_id, now=now, since=now - MISSED_FOR)
    named = {item.reference.split("|")[0] for item in items.values() if item.reference}
    asked = [
        v.AskedShown(
            due["id"], item.reference.split("|")[0], item.label, due["at"], due["closes"],
            due["state"] == "missed",
        )
        for due in dues
        if (item := items.get((due["plan_id"], due["item"]))) is not None
    ]  # fmt: skip
    return v.QuestionsShown(
        round(now.timestamp() * 1000), asked,
        [form for form in await answers.forms(door) if form.url in named],
        await answers.shown(door, patient_id, LATELY), tools.settings.emergency_telephone,
    )  # fmt: skip


def _items(body: str) -> list[Item]:
    try:
        return list(read(body).items)
    except Unreadable:
        return []


async def get_answers(patient_id: int, door: Asking) -> list[v.AnsweredShown]:
    """What a patient answered, the newest first."""
    return await answers.shown(door, patient_id)


async def post_answers(
    patient_id: int, said: v.NewAnswers, door: Asking, request: Request
) -> v.AnswersKept:
    """Questions are answered: by the patient, or by a carer with them."""
    tools: Tools = request.app.state.tools
    _, kept = await answers.answer(door, patient_id, said, tools.now())
    return kept


async def post_begun(
    patient_id: int, said: v.NewAnswers, door: Asking, request: Request
) -> v.AnswersKept:
    """A warning sign is chosen, or taken back, and the answers are not sent yet."""
    tools: Tools = request.app.state.tools
    wish = replace(said, is_begun=True)
    try:
        _, kept = await answers.answer(door, patient_id, wish, tools.now())
    except Missing as error:  # 404 is what a server of before says, and the page waits for a newer
        raise Conflict(str(error), error.code) from error
    return kept


_AT = "/api/patients/{patient_id}/questions"
_BOTH = STAFF | {Role.PATIENT}
ANSWERS_ROUTES = (
    Route("GET", "/api/questionnaires", get_questionnaires, STAFF),
    Route("PUT", "/api/questionnaires", put_questionnaire, frozenset({Role.DOCTOR})),
    Route("GET", _AT, get_questions, _BOTH, part="readings"),
    Route("POST", _AT, post_answers, _BOTH),
    Route("POST", f"{_AT}/begun", post_begun, _BOTH),
    Route("GET", f"{_AT}/answers", get_answers, _BOTH, part="readings"),
)
