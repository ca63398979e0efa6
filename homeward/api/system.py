"""Whether the platform itself is well: which processes are heard, and whether counters agree."""

from dataclasses import dataclass

from starlette.requests import Request

from homeward.api.guarding import milliseconds
from homeward.api.live import Hub
from homeward.guard.route import STAFF, Route
from homeward.model.person import Role

EXPECTED = ("door", "watch", "work", "web", "pack")
OPERATORS = STAFF | {Role.ENGINEER, Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class ProcessShown:
    """One process; `heard` is its last beat (ms since 1970 UTC), None where none was heard."""

    name: str
    heard: int | None


@dataclass(frozen=True, slots=True)
class ShareShown:
    """One share of the patients, counted from 1: when its watcher last said that it watches (ms
    since 1970 UTC, None: never heard), and which process that is."""

    number: int
    heard: int | None
    by: str


@dataclass(frozen=True, slots=True)
class CountersShown:
    """Messages at the door since it started, at `at` (ms). `lost` is what became of none."""

    at: int
    received: int
    stored: int
    quarantined: int
    refused: int
    waiting: int
    lost: int


@dataclass(frozen=True, slots=True)
class SystemShown:
    """How the platform is. `is_watched`: what is heard is judged, and what is judged is written."""

    now: int
    is_bus_connected: bool
    is_watched: bool | None
    processes: list[ProcessShown]
    shares: list[ShareShown]
    counters: CountersShown | None


async def get_system(request: Request) -> SystemShown:
    """Whether every process is heard, and whether what was received is accounted for."""
    hub: Hub = request.app.state.hub
    names = dict.fromkeys((*EXPECTED, *sorted(hub.beats)))
    counts = hub.counts
    return SystemShown(
        now=milliseconds(hub.tools.now()),
        is_bus_connected=hub.tools.bus.connected,
        is_watched=hub.is_kept(),
        processes=[ProcessShown(name, hub.beats.get(name)) for name in names],
        shares=[
            ShareShown(share + 1, *hub.guards.get(share, (None, ""))) for share in range(hub.shares)
        ],
        counters=None if counts is None else CountersShown(**counts),
    )


ROUTES = (Route("GET", "/api/system", get_system, OPERATORS),)
