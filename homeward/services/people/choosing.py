"""Routes of one's own choices: language, unit of glucose, size of letters.

Nothing of it is guessed by where somebody is: a wrong unit of glucose is a wrong number.
"""

from dataclasses import dataclass

from fastapi import Request

from homeward.guard.route import Route
from homeward.model.choice import Choices, GlucoseUnit, Language, TextSize
from homeward.model.errors import Refused
from homeward.model.person import AT_HOME, Actor
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.people.sessions import Q
from homeward.services.people.views import ChoicesView
from homeward.settings import Settings
from homeward.store import Door


@dataclass(frozen=True)
class NewChoices:
    """What somebody chooses now. What is not said stays as it was."""

    language: Language | None = None
    glucose_unit: GlucoseUnit | None = None
    text_size: TextSize | None = None


async def choices_view(door: Door, settings: Settings, person: int) -> ChoicesView:
    """What somebody chose, and what holds where they never did."""
    chosen = await door.maybe(Q.choices, Choices, person=person) or Choices()
    return ChoicesView(
        Language(chosen.language) if chosen.language else None,
        GlucoseUnit(chosen.glucose_unit or settings.glucose_unit),
        chosen.glucose_unit is not None,
        TextSize(chosen.text_size or TextSize.NORMAL),
    )


async def get_choices(door: Asking, request: Request) -> ChoicesView:
    """What I chose."""
    tools: Tools = request.app.state.tools
    return await choices_view(door, tools.settings, _me(door).person_id)


async def put_choices(said: NewChoices, door: Asking, request: Request) -> ChoicesView:
    """I choose my language, my unit of glucose, or the size of my letters."""
    tools, me = request.app.state.tools, _me(door).person_id
    await door.run(
        Q.choose, person=me, now=tools.now(), language=said.language,
        glucose_unit=said.glucose_unit, text_size=said.text_size,
    )  # fmt: skip
    return await choices_view(door, tools.settings, me)


def _me(door: Door) -> Actor:
    if door.actor is None:
        raise Refused("Nobody is signed in.", "signed_out")
    return door.actor


CHOICE_ROUTES = (
    Route("GET", "/api/choices", get_choices, AT_HOME),
    Route("PUT", "/api/choices", put_choices, AT_HOME),
)
