"""Who asks too often waits, and whoever goes on all the same is told to: by address until they are
known, then by session; and by account where it is costly.

In memory, each process for itself: as many processes, so many times what one allows.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from homeward.api.shield import refusal
from homeward.guard.rate import KEYS_MAX, Debts, Rate, Rates, who_asks
from homeward.guard.route import Route
from homeward.model.errors import TooOften
from homeward.services.people.entering import COOKIE
from homeward.services.people.sessions import hashed
from homeward.settings import Settings

moment, pause = time.monotonic, asyncio.sleep  # a test's stand still
BURST_SECONDS = 10  # of what is costly, or guessed, at once
# A page that opens asks for a dozen things at once, and a screen in somebody's hands for a few a
# second. What one takes from all the others must stay a small part of what a process can answer.
SESSION_PART = 0.2
AT_ONCE_SECONDS = 4
WAIT_SECONDS_MAX = 2.0  # whoever asks more waits so long for an answer; who does not wait gets none
NEARLY = 1e-6  # sums of tenths
SOCKET_COST = 5  # to open one costs as much as so many answers
BY_ADDRESS = "homeward.counted_by_address"  # in the scope of what was: how much
COUNTED = ("/api/", "/.well-known/")  # what else there is are built files
GUESSING_PART = 10  # of what may be asked, so little of what tries a secret or signs a key
# An argon2 hash takes 64 MiB and most of 0.1 s; a certificate is a signature and a row.
GUESSES = frozenset(
    {
        "/api/session",
        "/api/passkey",
        "/api/invitation/account",
        "/api/invitation",
        "/api/enrol",
    }
)
# Their cost grows with the record: days of readings, a ward of a thousand, thirty days again.
COSTLY = frozenset(
    {
        "/api/patients",
        "/api/patients/search",
        "/api/emergency/search",
        "/api/audit",
        "/api/audit/patients/search",
        "/api/patients/{patient_id}/trend",
        "/api/patients/{patient_id}/scores",
        "/api/patients/{patient_id}/waves",
        "/api/patients/{patient_id}/observations",
        "/api/patients/{patient_id}/alarms",
        "/api/patients/{patient_id}/limits/replay",
        "/api/patients/{patient_id}/export",
        "/api/patients/{patient_id}/export/summary",
        "/api/wards/{ward_id}/board",
        "/api/wards/{ward_id}/worklist",
        "/api/wards/{ward_id}/alarm-load",
        "/api/wards/{ward_id}/limits/replay",
        "/api/limits/replay",
        "/api/alarms/past",
        "/api/system/latency",
    }
)


class Patience:
    """What one process allows. A setting of 0 allows everything."""

    def __init__(self, settings: Settings) -> None:
        most = settings.requests_per_second_max
        self._strangers = self._sessions = self._guesses = self._accounts = None
        self._known: OrderedDict[str, None] = OrderedDict()  # sessions that were somebody's
        if most:
            self._sessions = _paced(most * SESSION_PART)
            self._strangers = _paced(most)
            few = most / GUESSING_PART
            self._guesses = Rates(Rate(few, max(1, round(few * BURST_SECONDS))))
            self._accounts = Rates(Rate(most, most * BURST_SECONDS))

    async def with_caller(self, connection: HTTPConnection, cost: int = 1) -> None:
        """Somebody asks, whoever it turns out to be. Raises TooOften."""
        if self._sessions is None or self._strangers is None:
            return
        key, debts = _session_of(connection), self._sessions
        if key not in self._known:
            key, debts = who_asks(address_of(connection)), self._strangers
            connection.scope[BY_ADDRESS] = cost
        rest = debts.rest(key, moment())
        if rest > WAIT_SECONDS_MAX - NEARLY:
            raise TooOften(rest)
        if seconds := debts.charge(key, cost, moment()):
            await pause(seconds)

    def know(self, connection: HTTPConnection) -> None:
        """It turned out to be somebody's session: it is counted by itself from now on, so that
        neither a ward behind one address nor a stranger there takes from the others."""
        cost = connection.scope.pop(BY_ADDRESS, 0)
        if not cost or self._strangers is None:
            return
        self._strangers.charge(who_asks(address_of(connection)), -cost, moment())
        self._known[_session_of(connection)] = None
        if len(self._known) > KEYS_MAX:
            self._known.popitem(last=False)

    def with_guess(self, address: str | None) -> None:
        """Somebody tries a secret. Raises TooOften."""
        _take(self._guesses, who_asks(address))

    def with_account(self, person_id: int) -> None:
        """This person asks for something costly. Raises TooOften."""
        _take(self._accounts, str(person_id))


def _paced(per_second: float) -> Debts:
    return Debts(Rate(per_second, math.ceil(per_second * AT_ONCE_SECONDS)), WAIT_SECONDS_MAX)


def _take(rates: Rates | None, key: str) -> None:
    wait = 0.0 if rates is None else rates.wait(key, moment())
    if wait:
        raise TooOften(wait)


def patience_of(connection: HTTPConnection) -> Patience:
    """What this application allows."""
    return connection.app.state.patience


def address_of(connection: HTTPConnection) -> str | None:
    """Where it comes from; behind a proxy of this machine, what that says (uvicorn does this)."""
    return connection.client.host if connection.client else None


def _session_of(connection: HTTPConnection) -> str:
    token = connection.cookies.get(COOKIE, "")
    return hashed(token).hex() if token else ""


class Turnstile:
    """ASGI: counts before anything else is done, and says 429 where it was too often.

    Sockets are counted as they are opened (homeward/api/sockets.py): they are closed in words.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["path"].startswith(COUNTED):
            connection = HTTPConnection(scope)
            try:
                await patience_of(connection).with_caller(connection)
            except TooOften as error:
                await too_often(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def too_often(error: TooOften) -> Response:
    """What is said to who has to wait (RFC 6585, 4)."""
    seconds = str(math.ceil(error.seconds))
    return JSONResponse(refusal(str(error), error.code), 429, {"retry-after": seconds})


def bound_of(route: Route) -> str:
    """By what it is bounded how often a route may be asked, in words."""
    if route.before_sign_in:
        return "a tenth, by address" if _is_guess(route) else "by address"
    return "by session, and by account" if route.path in COSTLY else "by session"


def _is_guess(route: Route) -> bool:
    return route.path in GUESSES and route.method == "POST"


def before(route: Route) -> Callable[[Request], Any] | None:
    """What to do before anybody knows who asks, where this route tries a secret."""
    if not (route.before_sign_in and _is_guess(route)):
        return None

    async def waited(request: Request) -> None:
        patience_of(request).with_guess(address_of(request))

    return waited


def after(route: Route) -> Callable[[Request], Any] | None:
    """What to do once it is known who asks, where this route is costly."""
    if route.path not in COSTLY:
        return None

    async def waited(request: Request) -> None:
        actor = request.state.door.actor
        if actor is not None:
            patience_of(request).with_account(actor.person_id)

    return waited
