"""Who asks, and may they: every request passes here before its handler.

Deny by default: a path that no service declared is a page of the web app or a 404, never data.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request

from homeward.api.asked_often import patience_of
from homeward.api.audited import Audited, act_of, audited_of, by_path
from homeward.api.refusals import Refusals
from homeward.api.rights import must_hear_of, must_keep, must_see, must_work_on
from homeward.guard.route import Route, may_use
from homeward.model.errors import (
    Forbidden,
    HomewardError,
    Missing,
    Refused,
    TooOften,
    Unreachable,
)
from homeward.model.person import Actor
from homeward.services.contract import Tools
from homeward.services.people.entering import COOKIE
from homeward.services.people.sessions import hashed, who
from homeward.services.trail.noting import By, owe
from homeward.store import Door

SESSION_CHARACTERS = 16  # of a token's hash: enough to tell sign-ins apart
# A page that nobody has touched for a minute says so: what it asks by itself keeps nothing alive.
UNTOUCHED = "x-untouched"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def _signed_out() -> Refused:
    return Refused("Nobody is signed in.", "signed_out")


def token_of(connection: HTTPConnection) -> str:
    """The token of the session cookie; empty where there is none."""
    return connection.cookies.get(COOKIE, "")


async def actor_behind(connection: HTTPConnection, tools: Tools) -> Actor | None:
    """Whose session cookie this is; None where nobody is signed in."""
    # A socket is opened again by a page itself, whenever it was lost.
    is_used = connection.scope["type"] == "http" and connection.headers.get(UNTOUCHED) is None
    token = token_of(connection)
    return await who(tools.store.door(), token, tools.now(), is_used=is_used)


def is_same_site(headers: Headers) -> bool:
    """Whether a browser sent this from our own pages (or it is no browser at all)."""
    fetched = headers.get("sec-fetch-site")
    if fetched is not None and fetched not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:  # no address at all, and so not ours
        return False


def by_whom(connection: HTTPConnection, actor: Actor | None, route: str, now: datetime) -> By:
    """Who asks, for the audit."""
    token = connection.cookies.get(COOKIE, "")
    session = hashed(token).hex()[:SESSION_CHARACTERS] if token else ""
    address = connection.client.host if connection.client else ""
    return By(actor, route, now, session, address)


def check(route: Route) -> Callable[[Request], AsyncIterator[None]]:
    """The dependency that guards one route, and has what it does audited.

    Raises Refused (nobody) or Forbidden (not them); Unreachable where what is done cannot be
    written into the audit: then nothing is answered.
    """
    audited = audited_of(route)
    as_refused = audited or by_path(route)
    name = f"{route.method} {route.path}"

    async def checked(request: Request) -> AsyncIterator[None]:
        tools: Tools = request.app.state.tools
        actor = await actor_behind(request, tools)
        if actor is not None:
            patience_of(request).know(request)
        by, door = by_whom(request, actor, name, tools.now()), tools.store.door(actor)
        try:
            await _let_in(route, request, door)
        except Unreachable:
            raise
        except HomewardError as error:
            await _refused(request, as_refused, by)
            if isinstance(error, Forbidden) and await _has_ended(request, actor):
                raise _signed_out() from error
            raise
        if "patient_id" in route.named:
            door = door.about(int(request.path_params["patient_id"]))
        request.state.door = door if route.is_guarded else door.as_platform
        if audited is not None and not audited.is_told_where_refused:
            owe(door, await act_of(audited, request, actor), by)
        try:
            yield
        except (Unreachable, TooOften, RequestValidationError):  # nothing was done
            raise
        except HomewardError as error:
            if actor is None or isinstance(error, (Forbidden, Refused)):
                await _refused(request, as_refused, by)
            else:
                await _settled(request, actor)
            raise
        except Exception:  # a bug, and told as one; where it is that of the audit, as that
            await _settled(request, actor)
            raise
        await _settled(request, actor)

    return checked


async def note_refused(request: Request, route: Route) -> None:
    """Have it audited that this was refused, by a handler that answers a refusal in its own way."""
    tools: Tools = request.app.state.tools
    audited = audited_of(route) or by_path(route)
    by = by_whom(request, None, f"{route.method} {route.path}", tools.now())
    refusals: Refusals = request.app.state.refusals
    await refusals.note(await act_of(audited, request, None), by)


async def _let_in(route: Route, request: Request, door: Door) -> None:
    if request.method not in SAFE_METHODS and not is_same_site(request.headers):
        raise Forbidden("This came from another site.", "other_site")
    if not may_use(route, door.actor):
        if door.actor is None:
            raise _signed_out()
        raise Forbidden
    if not route.before_sign_in:
        await _ask_whose(route, request, door)


_ASK: dict[str, Callable[[Door, int], Awaitable[None]]] = {
    "ward_id": must_work_on,
    "alarm_id": must_hear_of,
    "rota_id": partial(must_keep, of="rota"),
    "plan_id": partial(must_keep, of="plan"),
    "override_id": partial(must_keep, of="override"),
}
NUMBERED = "_id"
_DIGITS_MAX = 18  # of a bigint


async def _ask_whose(route: Route, request: HTTPConnection, door: Door) -> None:
    """Of whatever the path names. A handler would take +7, 7.0 or 7_0 for numbers too: what is no
    plain one is not there, or it would be asked about nobody and shown all the same."""
    for name in route.named:
        said = request.path_params[name]
        if not name.endswith(NUMBERED):
            continue
        if not (said.isascii() and said.isdecimal() and len(said) <= _DIGITS_MAX):
            raise Missing
        if name == "patient_id":
            await must_see(door, int(said), route.part, route.let)
        elif name in _ASK:
            await _ASK[name](door, int(said))


async def _has_ended(request: Request, actor: Actor | None) -> bool:
    """Whether their session ended since they were let in, and that is why they may not."""
    tools: Tools = request.app.state.tools
    if actor is None:
        return False
    return await who(tools.store.door(), actor.session, tools.now(), is_used=False) is None


async def _settled(request: Request, actor: Actor | None) -> None:
    """Have written what no question took along."""
    try:
        await request.state.door.settle()
    except HomewardError:
        raise
    except Exception as error:  # whatever it is, an act that is not written does not happen
        if await _has_ended(request, actor):
            raise _signed_out() from error
        raise Unreachable("The audit cannot be written, so nothing is shown.") from error


async def _refused(request: Request, audited: Audited, by: By) -> None:
    """A browser that is not signed in asks who it is: that is no attempt at anything."""
    refusals: Refusals = request.app.state.refusals
    if by.actor is not None or by.session or request.method != "GET":
        await refusals.note(await act_of(audited, request, by.actor), by)


def milliseconds(at: datetime) -> int:
    """A time as the pages know it: milliseconds since 1970 UTC."""
    return round(at.timestamp() * 1000)
