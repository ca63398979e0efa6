"""The application: services' routes, the live sockets, and the pages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute

from homeward import __version__
from homeward.api import asked_often, at_home, hospital, locked, reports, security_txt, system
from homeward.api.guarding import check, milliseconds
from homeward.api.live import Hub, live
from homeward.api.live_waves import live_waves
from homeward.api.refusals import Refusals
from homeward.api.shield import Shield, refusal
from homeward.api.strict import Strict
from homeward.guard.password import Guessable
from homeward.guard.route import NOBODY_YET, Route
from homeward.model.errors import (
    AtRest,
    Conflict,
    Forbidden,
    HomewardError,
    Missing,
    Refused,
    TooOften,
    Unreachable,
    Unreadable,
)
from homeward.services.contract import SERVICES_WITH_ROUTES, Tools, routes_of
from homeward.services.people.sessions import keep_bounds
from homeward.services.people.sign_in import CodeWanted, Guesses
from homeward.store.refused import NO_SUCH_VALUE, NOTHING_THERE, TAKEN

STATUS: dict[type[HomewardError], int] = {
    Refused: 401,
    Forbidden: 403,
    Missing: 404,
    Conflict: 409,
    Unreadable: 422,
    Unreachable: 503,
}
# What it would take besides, for a page to ask for it where it stands.
WANTS: dict[type[HomewardError], str] = {
    CodeWanted: "code",
    AtRest: "rest",
    Guessable: "password",
}
# Without PostgreSQL's own words: they quote the row.
REFUSED_BY_THE_RECORD = (
    (NO_SUCH_VALUE, 422, Unreadable("A value does not fit where it is to be kept.")),
    (NOTHING_THERE, 404, Missing("What this is about is not there.")),
    (TAKEN, 409, Conflict()),
)
# Built files carry a hash in their name, so a browser may keep them for ever.
HASHED = "public, max-age=31536000, immutable"
STATIC = Path(str(files("homeward.api"))) / "static"
BOUNDS_SECONDS = 1.0  # pages wait no longer for the record to know how long a sign-in lasts


def create_app(tools: Tools, routes: Sequence[Route]) -> FastAPI:
    """The whole application over one set of tools."""
    hub, refusals = Hub(tools), Refusals(tools)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        settling = asyncio.create_task(refusals.keep_for_ever())
        bounding = asyncio.create_task(keep_bounds(tools))
        await asyncio.wait([bounding], timeout=BOUNDS_SECONDS)
        try:
            async with hub.running():
                yield
        finally:
            settling.cancel()
            bounding.cancel()

    app = FastAPI(
        title="Homeward",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.tools = tools
    app.state.hub = hub
    app.state.patience = asked_often.Patience(tools.settings)
    app.state.refusals = refusals
    app.state.guesses = Guesses()
    app.state.hospital = hospital.Hospital(tools)
    for route in routes:
        app.router.routes += _mounted(route)
    app.add_api_websocket_route("/api/live", live)
    app.add_api_websocket_route("/api/live/waves", live_waves)
    app.add_api_websocket_route("/api/live/locked", locked.live_locked)
    app.add_route("/{path:path}", _page, methods=["GET", "HEAD"])
    for error, status in STATUS.items():
        app.add_exception_handler(error, _answer(status))
    for errors, status, told in REFUSED_BY_THE_RECORD:
        for error in errors:
            app.add_exception_handler(error, _say(status, told))
    app.add_exception_handler(TooOften, _too_often)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_middleware(asked_often.Turnstile)
    app.add_middleware(Shield)  # outermost
    return app


def every_route() -> list[Route]:
    """Every HTTP route of the platform, those of the API itself first."""
    health = Route("GET", "/api/health", _health, NOBODY_YET, before_sign_in=True)
    return [
        health,
        *reports.ROUTES,
        *system.ROUTES,
        *locked.ROUTES,
        *hospital.ROUTES,
        *at_home.ROUTES,
        *security_txt.ROUTES,
        *(route for name in SERVICES_WITH_ROUTES for route in routes_of(name)),
    ]


@cache
def _mounted(route: Route) -> Sequence[BaseRoute]:
    """Made once in a process: what goes in and out of a route takes long to work out."""
    router = APIRouter(route_class=Strict)
    steps = (asked_often.before(route), check(route), asked_often.after(route))
    router.add_api_route(
        route.path,
        route.handler,
        methods=[route.method],
        dependencies=[Depends(step, scope="function") for step in steps if step is not None],
        operation_id=getattr(route.handler, "__name__", "route").strip("_"),
        status_code=status_of(route),
    )
    return router.routes


def status_of(route: Route) -> int | None:
    """The status of what a route answers where all is well; None: 200, or what it says itself."""
    return 204 if route.handler.__annotations__.get("return") is None else None


async def _health(request: Request) -> dict[str, Any]:
    """Whether the platform answers and both engines hear us."""
    tools: Tools = request.app.state.tools
    await tools.store.ping()
    return {"ok": tools.bus.connected, "now": milliseconds(tools.now())}


def _answer(status: int) -> Callable[[Request, Exception], Response]:
    def answer(_: Request, error: Exception) -> Response:
        assert isinstance(error, HomewardError)
        said = refusal(str(error), error.code)
        for kind, wanted in WANTS.items():
            if isinstance(error, kind):
                said["wants"] = wanted
        return JSONResponse(said, status_code=status)

    return answer


def _say(status: int, error: HomewardError) -> Callable[[Request, Exception], Response]:
    body = refusal(str(error), error.code)
    return lambda _, __: JSONResponse(body, status_code=status)


def _too_often(_: Request, error: Exception) -> Response:
    assert isinstance(error, TooOften)
    return asked_often.too_often(error)


def _unreadable(_: Request, error: Exception) -> Response:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    # The place and the rule, never the value: it may be a patient's.
    words = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults)
    body = refusal(words or "This could not be read.", Unreadable.code)
    return JSONResponse(body, status_code=422)


def _built(path: str) -> Path | None:
    """The built file of this path, where there is one."""
    try:
        wanted = (STATIC / path).resolve()
        is_ours = bool(path) and wanted.is_file() and wanted.is_relative_to(STATIC.resolve())
    except (OSError, ValueError):  # too long for a name, or none at all
        return None
    return wanted if is_ours else None


async def _page(request: Request) -> Response:
    """A built file, or the web app itself for every path it routes."""
    path = request.path_params["path"]
    if path.startswith("api/"):
        return JSONResponse(refusal("There is no such thing.", Missing.code), status_code=404)
    wanted = _built(path)
    if wanted is not None:
        is_hashed = path.startswith("assets/")
        return FileResponse(wanted, headers={"cache-control": HASHED if is_hashed else "no-cache"})
    if path.startswith("assets/"):  # of another version: that page loads anew
        return JSONResponse({"error": "There is no such file."}, status_code=404)
    index = STATIC / "index.html"
    if not index.is_file():
        words = "The pages are not built. Run: make run (or: cd web && npm ci && npm run build)"
        return JSONResponse({"error": words}, status_code=503)
    return FileResponse(index, headers={"cache-control": "no-cache"})
