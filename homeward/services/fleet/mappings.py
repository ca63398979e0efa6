"""How a device's own JSON is read: mapping templates that an engineer gave it."""

import asyncio
from datetime import datetime

from homeward.model.errors import Conflict, Missing
from homeward.services.contract import Tools
from homeward.services.fleet.fleet import sql
from homeward.services.fleet.views import MappingShown
from homeward.standards.mapped import DeviceMapping, mapping_of
from homeward.standards.mapping_templates import check
from homeward.store import Door

TEMPLATES_CHARACTERS_MAX = 262_144
ENDED = ("revoked", "retired")


async def give(door: Door, name: str, content: str, codes: str, now: datetime) -> list[str]:
    """From now on a device's own JSON is read by these templates; what they map, in words.

    Raises Missing, Conflict for a device whose life has ended, Unreadable for templates that are
    not sound, or that say what is not read here.
    """
    if max(len(content), len(codes)) > TEMPLATES_CHARACTERS_MAX:
        raise Conflict(f"A file of templates has at most {TEMPLATES_CHARACTERS_MAX:,} characters.")
    await asyncio.to_thread(mapping_of, content, codes)
    async with door.transaction() as inside:
        device = await _device(inside, name)
        await inside.run(sql.end_mapping, device=device["id"], now=now, person=_person(door))
        await inside.run(
            sql.add_mapping, device=device["id"], content=content, codes=codes, now=now,
            person=_person(door),
        )  # fmt: skip
    return [each.words for each in check(content.encode(), codes.encode()).mapped]


async def end(door: Door, name: str, now: datetime) -> None:
    """From now on no JSON of its own is read of this device. Raises Missing, Conflict."""
    async with door.transaction() as inside:
        device = await _device(inside, name)
        await inside.run(sql.end_mapping, device=device["id"], now=now, person=_person(door))


async def shown(door: Door, name: str) -> list[MappingShown]:
    """The mappings a device had, newest first. Raises Missing."""
    device = await door.maybe(sql.device_for_mapping, dict, name=name)
    if device is None:
        raise Missing("There is no device of that name.")
    rows = await door.all(sql.mappings, dict, device=device["id"])
    return [
        MappingShown(
            row["made"], row["made_by"], row["ended"], row["ended_by"],
            [each.words for each in check(row["content"].encode(), row["codes"].encode()).mapped],
        )
        for row in rows
    ]  # fmt: skip


class Mappings:
    """The platform's side of a door to which devices bring JSON of their own."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def of(self, device_id: int) -> DeviceMapping | None:
        """How this device's JSON is read; None: it was given no templates. Raises Unreachable."""
        door = self._tools.store.door()
        row = await door.maybe(sql.mapping_of_device, dict, device=device_id)
        return None if row is None else mapping_of(row["content"], row["codes"])


async def _device(door: Door, name: str) -> dict[str, object]:
    """The device, held so that of two who give it templates one is first."""
    device = await door.maybe(sql.device_for_mapping, dict, name=name)
    if device is None:
        raise Missing("There is no device of that name.")
    if device["status"] in ENDED:
        raise Conflict(f"{name} was {device['status']}: it brings nothing any more.")
    await door.one(sql.hold_device, dict, device=device["id"])
    return device


def _person(door: Door) -> int | None:
    return door.actor.person_id if door.actor else None
