"""What stands before every route: sizes, headers, and what is said when something of ours fails.

Outermost of what is ours, so that no answer leaves without its headers, and nothing that went
wrong tells a stranger how: the log gets the place, never the message, which may be a patient's.
"""

from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from homeward.connectors.keep_running import log_bug

# Forms and orders are some kilobytes; the longest is a rota of a year.
BODY_BYTES_MAX = 256 * 1024
LENGTH_DIGITS_MAX = 12
# 'unsafe-inline' for style attributes only: Mantine computes them at run time. Scripts are ours
# or nothing, and no text becomes markup or a script's address but by web/src/trusted.ts.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types default"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# RFC 6797; two years, as Mozilla's guideline has it. Browsers heed it only where they trust the
# certificate, so nobody is locked out by our own authority.
STRICT_TRANSPORT = "max-age=63072000"
WENT_WRONG = "Something went wrong here. It was noted; please try again."
TOO_LARGE = f"This is larger than {BODY_BYTES_MAX:,} bytes."
WEBSOCKET_BUG = 1011  # RFC 6455, 7.4.1


def refusal(words: str, code: str) -> dict[str, str]:
    """The body of a refusal: why, in English, and by which code the pages know it."""
    return {"error": words, "code": code}


class _TooLarge(Exception):
    """More came than may."""


class Shield:
    """ASGI, around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http":
            await _Exchange(scope, receive, send).run(self._app)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # a bug: the log gets its place, the screen its end
            log_bug(f"socket {_route_of(scope)}", error)
            with suppress(RuntimeError, OSError):  # it may be closed
                await send({"type": "websocket.close", "code": WEBSOCKET_BUG})


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._has_begun = False
        self._is_too_large = False
        self._bytes = 0

    async def run(self, app: ASGIApp) -> None:
        """Let the application answer, within bounds."""
        if _announced(self._scope) > BODY_BYTES_MAX:
            await self._say(413, TOO_LARGE, "too_large")  # before any of it was read
            return
        try:
            await app(self._scope, self._read, self._headed)
        except _TooLarge:
            pass
        except Exception as error:  # a bug: the log gets its place, who asked a plain sentence
            log_bug(f"{self._scope['method']} {_route_of(self._scope)}", error)
            # An answer that has begun is left unfinished: the connection ends, and it shows.
            if not self._has_begun:
                await self._say(500, WENT_WRONG, "failed")
        if self._is_too_large and not self._has_begun:
            await self._say(413, TOO_LARGE, "too_large")

    async def _read(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > BODY_BYTES_MAX:
            self._is_too_large = True
            raise _TooLarge
        return message

    async def _headed(self, message: Message) -> None:
        if self._is_too_large and not self._has_begun:
            return  # whoever caught it on its way answers something else
        if message["type"] == "http.response.start":
            self._has_begun = True
            _add_headers(message, self._scope)
        await self._send(message)

    async def _say(self, status: int, words: str, code: str) -> None:
        answer = JSONResponse(refusal(words, code), status, {"connection": "close"})
        await answer(self._scope, self._receive, self._headed_plainly)

    async def _headed_plainly(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_begun = True
            _add_headers(message, self._scope)
        await self._send(message)


def _announced(scope: Scope) -> int:
    """How large a body is to come; 0 where that is not said."""
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) <= LENGTH_DIGITS_MAX else 0


def _add_headers(message: MutableMapping[str, Any], scope: Scope) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers[name] = value
    if scope.get("scheme") == "https":
        headers["strict-transport-security"] = STRICT_TRANSPORT
    if scope["path"].startswith("/api/"):
        headers["cache-control"] = "no-store"


def _route_of(scope: Scope) -> str:
    """The route's own path, without what stood in its places: that is somebody's."""
    return getattr(scope.get("route"), "path", "before its route")
