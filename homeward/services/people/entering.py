"""Coming in and going out: whoever has proven who they are gets a session and its cookie."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response

from homeward.model.errors import Refused
from homeward.model.person import Role
from homeward.services.contract import Tools
from homeward.services.people import locking, sessions
from homeward.services.people.choosing import choices_view
from homeward.services.people.sessions import Q
from homeward.services.people.sign_in import Guesses
from homeward.services.people.views import PersonView, SessionView
from homeward.store import Door

COOKIE = "__Host-homeward"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; `patient_id` is the record that is their own, if any."""

    person_id: int
    name: str
    role: Role
    patient_id: int | None


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody who has proven who they are, and by which method.

    `password_hash` is what their password was held against, where it was one: it must be theirs
    still. `browser` is the token it had before, where this request does not bring it.
    """

    person_id: int
    method: str
    password_hash: str | None = None
    browser: str = ""


def tools_of(request: Request) -> Tools:
    """The tools of the application a request came to."""
    return request.app.state.tools


def token_of(request: Request) -> str:
    """The token of the session a request came by; empty where there is none."""
    return request.cookies.get(COOKIE, "")


def counted(request: Request, login: str | None = None) -> AbstractContextManager[None]:
    """Count what is refused within, by the address a request came from and by login.

    Raises Refused where it was too often.
    """
    guesses: Guesses = request.app.state.guesses
    address = request.client.host if request.client else ""
    return guesses.counted(address, tools_of(request).now(), login)


async def enter(request: Request, response: Response, proven: Proven) -> SessionView:
    """Begin a session for somebody who has proven who they are; the one this browser had before
    ends. Raises Refused where they may not sign in, Forbidden at a locked board of a ward they do
    not work on."""
    tools = tools_of(request)
    account = await tools.store.door().maybe(Q.account, Account, person=proven.person_id)
    if account is None:
        raise Refused("This account may not sign in.", "account_closed")
    if old := token_of(request) or proven.browser:
        await locking.must_be_theirs(tools, old, proven.person_id)
        await sessions.end(tools, old)
        await locking.unlock(tools, old)
    agent = request.headers.get("user-agent", "")
    token = await sessions.begin(
        tools.store.door(), proven.person_id, proven.method, agent, tools.now(),
        proven.password_hash,
    )  # fmt: skip
    give_cookie(response, token)
    shown = PersonView(account.person_id, account.name, Role(account.role))
    return await session_view(tools, tools.store.door(), shown, account.patient_id, tools.now())


async def session_view(
    tools: Tools, door: Door, person: PersonView, patient: int | None, begun: datetime
) -> SessionView:
    """Who is signed in, what their pages should know of this site, and what they chose: so that a
    page is right as soon as it is there."""
    settings = tools.settings
    lock_seconds = 0 if settings.demo else settings.board_lock_seconds
    ends = round((begun + sessions.life(settings, person.role)).timestamp() * 1000)
    choices = await choices_view(door, settings, person.id)
    return SessionView(person, patient, settings.demo, lock_seconds, ends, choices)


def give_cookie(response: Response, token: str) -> None:
    """Give a browser its token: for this host, over a safe channel, and not for scripts."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="strict", path="/")


async def leave(request: Request, response: Response) -> None:
    """End the session of this browser."""
    await locking.unlock(tools_of(request), token_of(request))
    await sessions.end(tools_of(request), token_of(request))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True)
