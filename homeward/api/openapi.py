"""Print the OpenAPI document, for the pages' generated types.

`python -m homeward.api.openapi > openapi.json`
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from homeward import __version__
from homeward.api.app import every_route, status_of
from homeward.guard.route import Route


@dataclass(frozen=True)
class Refusal:
    """Why not, in plain English, and by which code that is known whatever the words; `wants` is
    what it would take besides."""

    error: str
    code: str
    wants: str | None = None


# Whatever a route does, it may refuse: who asks is not known or may not, it is not there, somebody
# was first, it is too much or cannot be read, it is asked too often. Or something of ours is away.
REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Refusal, "description": "Refused"},
    503: {"model": Refusal, "description": "Not now"},
}


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """OpenAPI 3.1 of every route, with the roles each allows."""
    app = FastAPI(title="Homeward", version=__version__)
    for route in routes:
        app.add_api_route(
            route.path,
            route.handler,
            methods=[route.method],
            operation_id=getattr(route.handler, "__name__", "route").strip("_"),
            status_code=status_of(route),
            responses=REFUSALS,
            openapi_extra={"x-roles": sorted(route.roles) or ["before sign-in"]},
        )
    return app.openapi()


if __name__ == "__main__":
    json.dump(document(every_route()), sys.stdout, indent=1)
    sys.stdout.write("\n")
