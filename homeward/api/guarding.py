"""Who asks, and may they: every request passes here before its handler.

Deny by default: a path that no service declared is a page of the web app or a 404, never data.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from homeward.guard.route import Route, may_use
from homeward.model.errors import Forbidden, Refused
from homeward.model.person import Actor
from homeward.services.contract import Tools
from homeward.services.people.routes import COOKIE
from homeward.services.people.sign_in import who

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


async def actor_behind(connection: HTTPConnection, tools: Tools) -> Actor | None:
    """Whose session cookie this is; None where nobody is signed in."""
    token = connection.cookies.get(COOKIE)
    idle_seconds = tools.settings.session_idle_seconds
    return await who(tools.store.door(), token, tools.now(), idle_seconds)


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


def check(route: Route) -> Callable[[HTTPConnection], Any]:
    """The dependency that guards one route. Raises Refused (nobody) or Forbidden (not them)."""

    async def checked(request: HTTPConnection) -> None:
        tools: Tools = request.app.state.tools
        method = request.scope.get("method", "GET")
        if method not in SAFE_METHODS and not is_same_site(request.headers):
            raise Forbidden("This came from another site.")
        actor = await actor_behind(request, tools)
        if not may_use(route, actor):
            if actor is None:
                raise Refused("Nobody is signed in.")
            raise Forbidden
        request.state.door = tools.store.door(actor)

    return checked


def milliseconds(at: datetime) -> int:
    """A time as the pages know it: milliseconds since 1970 UTC."""
    return round(at.timestamp() * 1000)
