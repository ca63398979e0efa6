"""Who asks, and may they: every request passes here before its handler.

Deny by default: a path that no service declared is a page of the web app or a 404, never data.
"""

from collections.abc import Callable, MutableMapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection

from homeward.guard.route import Route, may_use
from homeward.model.errors import Forbidden, Refused
from homeward.model.person import Actor
from homeward.services.contract import Tools
from homeward.services.people.entering import COOKIE
from homeward.services.people.sessions import who

# A page that nobody has touched for a minute says so: what it asks by itself keeps nothing alive.
UNTOUCHED = "x-untouched"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# 'unsafe-inline' for style attributes only: Mantine computes them at run time.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws: wss:; "
    "worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}


def token_of(connection: HTTPConnection) -> str:
    """The token of the session cookie; empty where there is none."""
    return connection.cookies.get(COOKIE, "")


async def actor_behind(connection: HTTPConnection, tools: Tools) -> Actor | None:
    """Whose session cookie this is; None where nobody is signed in."""
    is_used = connection.headers.get(UNTOUCHED) is None
    token = token_of(connection)
    return await who(tools.store.door(), token, tools.now(), tools.settings, is_used=is_used)


def is_same_site(headers: Headers) -> bool:
    """Whether a browser sent this from our own pages (or it is no browser at all)."""
    fetched = headers.get("sec-fetch-site")
    if fetched is not None and fetched not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


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


class Headed:
    """Adds the security headers to every answer, and keeps data out of caches."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def headed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["path"].startswith("/api/"):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, headed)


def milliseconds(at: datetime) -> int:
    """A time as the pages know it: milliseconds since 1970 UTC."""
    return round(at.timestamp() * 1000)
