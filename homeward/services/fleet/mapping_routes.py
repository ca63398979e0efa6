"""Routes of mappings: the templates by which a device's own JSON is read."""

from fastapi import Request

from homeward.guard.route import IN_PATH, Route
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.fleet import mappings
from homeward.services.fleet import views as v

ENGINEERS = frozenset({Role.ENGINEER, Role.ADMINISTRATOR})


async def get_mappings(name: str, door: Asking) -> list[v.MappingShown]:
    """The templates a device had, newest first."""
    return await mappings.shown(door, name)


async def post_mapping(
    name: str, said: v.NewMapping, door: Asking, request: Request
) -> list[v.MappingShown]:
    """A device's own JSON is read by these templates from now on."""
    tools: Tools = request.app.state.tools
    await mappings.give(door, name, said.content, said.codes, tools.now())
    return await mappings.shown(door, name)


async def post_mapping_end(name: str, door: Asking, request: Request) -> list[v.MappingShown]:
    """No JSON of its own is read of this device any more."""
    tools: Tools = request.app.state.tools
    await mappings.end(door, name, tools.now())
    return await mappings.shown(door, name)


_AT = "/api/devices/{name}/mapping"
MAPPING_ROUTES = (
    Route("GET", _AT, get_mappings, ENGINEERS, as_platform=IN_PATH),
    Route("POST", _AT, post_mapping, ENGINEERS),
    Route("POST", f"{_AT}/end", post_mapping_end, ENGINEERS),
)
