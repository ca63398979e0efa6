"""Print the OpenAPI document, for the pages' generated types.

`python -m homeward.api.openapi > openapi.json`
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI

from homeward import __version__
from homeward.api.app import every_route
from homeward.guard.route import Route


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """OpenAPI 3.1 of every route, with the roles each allows."""
    app = FastAPI(title="Homeward", version=__version__)
    for route in routes:
        app.add_api_route(
            route.path,
            route.handler,
            methods=[route.method],
            operation_id=getattr(route.handler, "__name__", "route").strip("_"),
            openapi_extra={"x-roles": sorted(route.roles) or ["before sign-in"]},
        )
    return app.openapi()


if __name__ == "__main__":
    json.dump(document(every_route()), sys.stdout, indent=1)
    sys.stdout.write("\n")
