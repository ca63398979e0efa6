"""Print the OpenAPI document, for the pages' generated types.

`python -m homeward.api.openapi > openapi.json`
"""

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from fastapi import FastAPI

from homeward import __version__
from homeward.api.app import every_route
from homeward.services.contract import Service

SERVICES = ("people", "fleet", "chart", "watch", "call", "record")


def all_services() -> list[Service]:
    """Every service of the house, in the order the reference lists them."""
    return [import_module(f"homeward.services.{name}").SERVICE for name in SERVICES]


def document(services: Sequence[Service]) -> dict[str, Any]:
    """OpenAPI 3.1 of every route, with the roles each allows."""
    app = FastAPI(title="Homeward", version=__version__)
    for route in every_route(services):
        app.add_api_route(
            route.path,
            route.handler,
            methods=[route.method],
            operation_id=getattr(route.handler, "__name__", "route").strip("_"),
            openapi_extra={"x-roles": sorted(route.roles) or ["before sign-in"]},
        )
    return app.openapi()


if __name__ == "__main__":
    json.dump(document(all_services()), sys.stdout, indent=1)
    sys.stdout.write("\n")
