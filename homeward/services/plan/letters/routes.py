"""Routes of letters: read, write, say that they were read, and what waits on a ward."""

from typing import Annotated

from fastapi import Query, Request

from homeward.guard.route import STAFF, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.plan.letters import letters
from homeward.services.plan.letters import views as v
from homeward.services.plan.letters.letters import Q
from homeward.services.speaking import language_of_patient
from homeward.store import Door

Before = Annotated[int, Query(ge=1, lt=2**63)]


async def get_letters(
    patient_id: int, door: Asking, request: Request, before: Before = letters.NEWEST
) -> v.LettersShown:
    """What a patient and their team wrote to each other, newest first."""
    tools: Tools = request.app.state.tools
    found, has_more = await letters.shown(door, patient_id, before)
    person = (await door.one(Q.whose, dict, patient=patient_id))["person_id"]
    language = await language_of_patient(door.as_platform, patient_id, person)
    return v.LettersShown(
        round(tools.now().timestamp() * 1000), found, has_more,
        language, person is not None, tools.settings.emergency_telephone,
    )  # fmt: skip


async def post_letter(
    patient_id: int, said: v.NewLetter, door: Asking, request: Request
) -> v.LetterKept:
    """Write to a patient, or as the patient to their team."""
    tools: Tools = request.app.state.tools
    async with door.transaction() as inside:
        number, _ = await letters.write(inside, written(tools, patient_id, said))
    await tell(tools, patient_id)
    return v.LetterKept(number)


async def post_letters_read(
    patient_id: int, said: v.ReadUntil, door: Asking, request: Request
) -> None:
    """I have read what the others wrote, up to this letter."""
    tools: Tools = request.app.state.tools
    if await letters.mark_read(door, patient_id, said.until, tools.now()):
        await tell(tools, patient_id)


async def post_letters_settled(
    patient_id: int, said: v.ReadUntil, door: Asking, request: Request
) -> None:
    """What the patient wrote needs no answer, or was answered otherwise."""
    tools: Tools = request.app.state.tools
    if await letters.settle(door, patient_id, said.until, tools.now()):
        await tell(tools, patient_id)


async def get_ward_letters(ward_id: int, door: Asking, request: Request) -> v.WardLetters:
    """How many messages of patients wait on a ward."""
    tools: Tools = request.app.state.tools
    now = tools.now().timestamp() * 1000
    rows = await open_on(door, ward_id)
    return v.WardLetters(
        sum(row["unread"] for row in rows), sum(row["open"] for row in rows),
        sum(row["answer_by"] <= now for row in rows),
    )  # fmt: skip


async def open_on(door: Door, ward: int) -> list[dict[str, int]]:
    """What waits for an answer of whoever is on a ward, one a patient."""
    return await door.all(Q.open_on_ward, dict, ward=ward)


def written(tools: Tools, patient: int, said: v.NewLetter) -> letters.Written:
    """A letter as this house keeps it."""
    settings = tools.settings
    return letters.Written(
        patient, said.key, said.text, tools.now(), settings.letter_hours, settings.zone
    )


async def tell(tools: Tools, patient: int) -> None:
    """Pages that show this patient ask anew. After the commit; who misses it asks by themselves."""
    if tools.bus.connected:
        await tools.bus.tell("told.letter", {"patient_id": patient})


_AT = "/api/patients/{patient_id}/letters"
WRITERS = STAFF | {Role.PATIENT, Role.RELATIVE}
LETTER_ROUTES = (
    Route("GET", _AT, get_letters, WRITERS, let="letters"),
    Route("POST", _AT, post_letter, WRITERS, let="letters"),
    Route("POST", f"{_AT}/read", post_letters_read, WRITERS, let="letters"),
    Route("POST", f"{_AT}/settled", post_letters_settled, STAFF),
    Route("GET", "/api/wards/{ward_id}/letters", get_ward_letters, STAFF),
)
