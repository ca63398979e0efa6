"""Who asks too often is told to wait: by address before sign-in, by account where it is costly.

In memory, each process for itself: as many processes, so many times what one allows.
"""

import time
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection, Request

from homeward.guard.rate import Rate, Rates, who_asks
from homeward.guard.route import Route
from homeward.model.errors import TooOften
from homeward.settings import Settings

moment = time.monotonic  # a test's stands still
BURST_SECONDS = 10  # a page that opens asks for much at once
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
        self._strangers = self._guesses = self._accounts = None
        if most:
            self._strangers = Rates(Rate(most, most * BURST_SECONDS))
            few = most / GUESSING_PART
            self._guesses = Rates(Rate(few, max(1, round(few * BURST_SECONDS))))
            self._accounts = Rates(Rate(most, most * BURST_SECONDS))

    def with_stranger(self, address: str | None, *, is_guess: bool = False) -> None:
        """Somebody asks who has not signed in. Raises TooOften."""
        _take(self._guesses if is_guess else self._strangers, who_asks(address))

    def with_account(self, person_id: int) -> None:
        """This person asks for something costly. Raises TooOften."""
        _take(self._accounts, str(person_id))


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


def bound_of(route: Route) -> str:
    """By what it is bounded how often a route may be asked, in words; empty: by nothing."""
    if route.before_sign_in:
        return "a tenth, by address" if _is_guess(route) else "by address"
    return "by account" if route.path in COSTLY else ""


def _is_guess(route: Route) -> bool:
    return route.path in GUESSES and route.method == "POST"


def before(route: Route) -> Callable[[Request], Any] | None:
    """What to do before anybody knows who asks, where this route is open to strangers."""
    if not route.before_sign_in:
        return None
    is_guess = _is_guess(route)

    async def waited(request: Request) -> None:
        patience_of(request).with_stranger(address_of(request), is_guess=is_guess)

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
