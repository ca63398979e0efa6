"""What the operator at the terminal does with a patient's data, or with who may see it, is audited
as what a person does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from homeward.guard.audit import Action
from homeward.services.trail.noting import Act, By, Whose, owe

if TYPE_CHECKING:
    from homeward.services.contract import Tools
    from homeward.store import Door

_SUBTYPES = {Action.CREATE: "create", Action.READ: "read", Action.UPDATE: "update"}


@asynccontextmanager
async def acted(
    tools: "Tools", action: Action, record_number: str, command: str
) -> AsyncIterator["Door"]:
    """A door for one act on a patient: it and its row in the audit are done together, or neither.

    The patient is looked up when it is done: one who is admitted by it is there then.
    """
    async with tools.store.door().transaction() as door:
        yield door
        owed(tools, door, action, record_number, command)


def owed(
    tools: "Tools",
    door: "Door",
    action: Action,
    about: str,
    command: str,
    whose: Whose = "record number",
) -> None:
    """Have it audited with the first question of this door, as that of the operator."""
    act = Act(action, _SUBTYPES[action], "patient", whose, object=about)
    owe(door, act, _operator(tools, command))


def owed_of_account(
    tools: "Tools", door: "Door", action: Action, person: int, command: str
) -> None:
    """The same of an act on somebody's account, who is named by their number."""
    act = Act(action, _SUBTYPES[action], "account", object=str(person))
    owe(door, act, _operator(tools, command))


def _operator(tools: "Tools", command: str) -> By:
    return By(None, f"homeward {command}", tools.now(), is_operator=True)
