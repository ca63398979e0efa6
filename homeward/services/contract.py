"""What a service is: its routes, and its work, a loop that converges."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from homeward.bus import Bus
from homeward.guard.route import Route
from homeward.settings import Settings
from homeward.store import Door, Store


def asking(request: Request) -> Door:
    """The door of the person behind a request; the API sets it once it knows who asks."""
    return request.state.door


Asking = Annotated[Door, Depends(asking)]


@dataclass(frozen=True, slots=True)
class Tools:
    """What work is given. `now` is the clock; tests give another."""

    store: Store
    bus: Bus
    settings: Settings
    now: Callable[[], datetime]


Work = Callable[[Tools], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Service:
    """A job of the house. `work` runs until cancelled and may be restarted at any moment."""

    name: str
    routes: tuple[Route, ...] = ()
    work: Work | None = None
