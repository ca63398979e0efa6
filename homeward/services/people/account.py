"""Routes of one's own account: how one signs in, and where one is signed in.

How one signs in is changed soon after signing in alone: an unlocked screen that somebody left must
not give its finder a key of their own.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass as plain_dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import segno
from fastapi import Request, Response
from pydantic import Field
from pydantic.dataclasses import dataclass

from homeward.guard import one_time
from homeward.guard.route import EVERYBODY, OWN, Route
from homeward.model.errors import Forbidden, Missing, Refused
from homeward.model.person import Actor
from homeward.services.asking import Asking
from homeward.services.people import passkeys, second_factor, sessions
from homeward.services.people import views as v
from homeward.services.people.entering import Proven, counted, enter, token_of, tools_of
from homeward.services.people.new_password import hash_chosen
from homeward.services.people.sessions import Ended, Q
from homeward.services.people.sign_in import prove_own_password
from homeward.store import Door

FRESH = timedelta(minutes=15)


@plain_dataclass(frozen=True, slots=True)
class _Login:
    login: str
    name: str
    has_password: bool


async def get_account(door: Asking, request: Request) -> v.AccountView:
    """How one signs in, and where one is signed in."""
    tools, actor = tools_of(request), _actor(door)
    login = await door.one(Q.login_of, _Login, person=actor.person_id)
    own = sessions.hashed(token_of(request))
    return v.AccountView(
        login=login.login,
        has_password=login.has_password,
        is_fresh=await _is_fresh(request),
        may_have_passkeys=passkeys.place_of(tools.settings) is not None,
        passkeys=[
            v.PasskeyLine(passkeys.named(p.id), p.label, _ms(p.created), _ms(p.used))
            for p in await passkeys.of(door, actor.person_id)
        ],
        has_app=await second_factor.is_in_force(tools, actor.person_id),
        needs_more=actor.role in second_factor.required_of(tools),
        codes_left=await second_factor.codes_left(tools, actor.person_id),
        sessions=[
            v.SessionLine(
                bytes(s.token).hex(), bytes(s.token) == own, s.method, s.agent, _ms(s.created),
                _ms(s.seen),
            )
            for s in await sessions.lines(tools, actor)
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class NewPassword:
    """The password one has, and the one to come."""

    old: Annotated[str, Field(max_length=1000)]
    new: Annotated[str, Field(max_length=1000)]


async def post_password(
    said: NewPassword, door: Asking, request: Request, response: Response
) -> v.SessionView:
    """Change one's password; every session of theirs ends, and this browser gets another."""
    tools, actor = tools_of(request), _actor(door)
    login = await door.one(Q.login_of, _Login, person=actor.person_id)
    with _forbidding(), counted(request, login.login):
        proven = await prove_own_password(door, actor.person_id, said.old)
    platform = tools.store.door(actor).as_platform
    kept = await hash_chosen(platform, tools.settings, said.new, login.login, login.name)
    async with platform.transaction() as inside:
        values = {"person": actor.person_id, "hash": kept, "proven": proven}
        if not await inside.run(Q.change_password, **values):
            raise Forbidden("The password you have is another one.", "password_other")
        ended = await sessions.end_others(tools, inside, actor.person_id, None)
    # This browser's own socket is closed once somebody looks: by then it has its other token.
    ended.remove(sessions.hashed(token_of(request)).hex())
    await sessions.tell(tools.bus, Ended(tokens=ended))
    return await enter(request, response, Proven(actor.person_id, "password", kept))


async def delete_sessions(door: Asking, request: Request) -> None:
    """Sign out everywhere but here."""
    await _must_be_fresh(request)
    tools, actor = tools_of(request), _actor(door)
    here = token_of(request)
    ended = await sessions.end_others(
        tools, tools.store.door(actor).as_platform, actor.person_id, here
    )
    await sessions.tell(tools.bus, Ended(tokens=ended))


async def delete_one_session(session: str, door: Asking, request: Request) -> None:
    """Sign out elsewhere."""
    await _must_be_fresh(request)
    try:
        token = bytes.fromhex(session)
    except ValueError:
        raise Missing("There is no such sign-in.", "sign_in_gone") from None
    await sessions.end_one(tools_of(request), _actor(door).person_id, token)


async def post_passkey_asked(door: Asking, request: Request) -> dict[str, Any]:
    """What a browser is asked to make a passkey by."""
    await _must_be_fresh(request)
    actor = _actor(door)
    login = await door.one(Q.login_of, _Login, person=actor.person_id)
    return await passkeys.ask_for_new(tools_of(request), actor, login.login)


@dataclass(frozen=True)
class NewPasskey:
    """A passkey a browser made, and what its owner calls it."""

    credential: dict[str, Any]
    label: Annotated[str, Field(max_length=100)] = ""


async def post_new_passkey(said: NewPasskey, door: Asking, request: Request) -> None:
    """Keep a passkey."""
    await _must_be_fresh(request)
    with _forbidding():
        await passkeys.add(tools_of(request), _actor(door), said.credential, said.label)


async def delete_passkey(passkey: str, door: Asking, request: Request) -> None:
    """Remove a passkey."""
    await _must_be_fresh(request)
    await passkeys.remove(tools_of(request), _actor(door), passkey)


async def post_app(door: Asking, request: Request) -> v.AppView:
    """Begin to set up an authenticator app."""
    await _must_be_fresh(request)
    actor = _actor(door)
    login = await door.one(Q.login_of, _Login, person=actor.person_id)
    secret = await second_factor.begin_app(tools_of(request), actor.person_id)
    address = one_time.address(secret, "Homeward", login.login)
    return v.AppView(one_time.written(secret), address, _picture(address))


@dataclass(frozen=True)
class Code:
    """A code from an authenticator app."""

    code: Annotated[str, Field(max_length=40)]


async def post_app_code(said: Code, door: Asking, request: Request) -> v.CodesView:
    """The app's first code puts it in force."""
    await _must_be_fresh(request)
    tools, actor = tools_of(request), _actor(door)
    with _forbidding():
        codes = await second_factor.confirm_app(tools, actor.person_id, said.code)
    return v.CodesView(codes)


async def delete_app(door: Asking, request: Request) -> None:
    """Ask for no code any more."""
    await _must_be_fresh(request)
    await second_factor.end_app(tools_of(request), _actor(door).person_id)


async def post_codes(door: Asking, request: Request) -> v.CodesView:
    """New codes of one use; those there were are good no more."""
    await _must_be_fresh(request)
    tools, actor = tools_of(request), _actor(door)
    if not await second_factor.is_in_force(tools, actor.person_id):
        raise Missing("Set up an authenticator app first.", "app_missing")
    return v.CodesView(await second_factor.new_codes(tools, actor.person_id))


@contextmanager
def _forbidding() -> Iterator[None]:
    """What is refused here is what was said, and not the session, which a 401 would end."""
    try:
        yield
    except Refused as error:
        raise Forbidden(str(error), error.code) from None


async def _is_fresh(request: Request) -> bool:
    tools = tools_of(request)
    return tools.now() - await sessions.begun(tools, token_of(request)) < FRESH


async def _must_be_fresh(request: Request) -> None:
    if not await _is_fresh(request):
        raise Forbidden(
            "Sign in again first: how and where you sign in is changed soon after that alone.",
            "sign_in_again",
        )


def _actor(door: Door) -> Actor:
    if door.actor is None:
        raise Refused("Nobody is signed in.", "signed_out")
    return door.actor


def _picture(address: str) -> str:
    made = io.BytesIO()
    # A quiet zone of four modules and no transparency: cameras read it on a dark page too.
    segno.make(address, error="m").save(
        made, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return made.getvalue().decode()


def _ms(at: datetime | None) -> Any:
    return None if at is None else round(at.timestamp() * 1000)


ROUTES = (
    Route("GET", "/api/account", get_account, EVERYBODY, as_platform=OWN),
    Route("POST", "/api/account/password", post_password, EVERYBODY),
    Route("DELETE", "/api/account/sessions", delete_sessions, EVERYBODY),
    Route("DELETE", "/api/account/sessions/{session}", delete_one_session, EVERYBODY),
    Route("POST", "/api/account/passkeys/options", post_passkey_asked, EVERYBODY),
    Route("POST", "/api/account/passkeys", post_new_passkey, EVERYBODY),
    Route("DELETE", "/api/account/passkeys/{passkey}", delete_passkey, EVERYBODY),
    Route("POST", "/api/account/app", post_app, EVERYBODY),
    Route("POST", "/api/account/app/code", post_app_code, EVERYBODY),
    Route("DELETE", "/api/account/app", delete_app, EVERYBODY),
    Route("POST", "/api/account/codes", post_codes, EVERYBODY),
)
