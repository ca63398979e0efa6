"""What a service is: a folder here, with its routes, its work, or both.

`routes.py` has ROUTES, a tuple of guard.route.Route; only the web process imports it, since with
it come FastAPI and pydantic, 30 MB. `work.py` has `work`, a loop that converges; only the process
that runs it imports it. A service's own `__init__.py` imports neither.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from homeward.bus import Bus
from homeward.guard.route import Route
from homeward.settings import Settings
from homeward.store import Store


@dataclass(frozen=True, slots=True)
class Tools:
    """What work is given. `now` is the clock; tests give another. `at` is which process this is,
    and on which machine: one of several that do the same."""

    store: Store
    bus: Bus
    settings: Settings
    now: Callable[[], datetime]
    at: str = ""


Work = Callable[[Tools], Awaitable[None]]
SERVICES_WITH_ROUTES = (
    "people", "fleet", "chart", "watch", "observe", "call", "sentinel", "trail", "release",
    "phones",
    "plan", "report",
)  # fmt: skip


def routes_of(service: str) -> tuple[Route, ...]:
    """The routes of a service, imported now."""
    return import_module(f"homeward.services.{service}.routes").ROUTES


def work_of(service: str) -> Work:
    """The work of a service, imported now. It may be cancelled and restarted at any moment."""
    return import_module(f"homeward.services.{service}.work").work
