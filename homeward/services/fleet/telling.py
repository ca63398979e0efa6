"""What an engineer tells a device: commands, each with a life, and its configuration.

Each is committed before its device's door is told to look. How far it came is for the record to
say, which tells it; here that is only read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from homeward.bus import Bus
from homeward.model.errors import Conflict, Unreadable
from homeward.services.fleet import fleet
from homeward.services.fleet.views import CommandView, ConfigView
from homeward.store import Door

BODY_BYTES_MAX = 65_536
COMMAND_SECONDS_MAX = 7 * 86_400
COMMANDS_WAITING_MAX = 100  # for one device; past it the oldest is dropped, and told as a trouble
COMMANDS_KEPT_MAX = 1_000
CONFIGS_KEPT_MAX = 200
ROWS_MAX = 100

sql = fleet.sql


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


async def send(
    door: Door, bus: Bus, name: str, text: str, seconds: int, now: datetime
) -> CommandView:
    """Send a device a command that is worth telling for so many seconds.

    It waits where the device is away and its session lives. Raises Missing, Unreadable for a
    command that cannot be, and Conflict for a device that does not listen: nobody would ever
    tell it.
    """
    body = _body(text)
    if not body:
        raise Unreadable("A command says something.")
    if not 1 <= seconds <= COMMAND_SECONDS_MAX:
        raise Unreadable(f"A command lives for 1 to {COMMAND_SECONDS_MAX} seconds.")
    async with door.transaction() as inside:
        device = await fleet.find(inside, name)
        if device.status != "active":
            raise Conflict(f"{name} was {device.status}: it is told nothing.")
        session = await inside.maybe(sql.listening_session, _Id, device=device.id, now=now)
        if session is None:
            raise Conflict(f"{name} does not listen for commands: it is told none.")
        sent = await inside.one(
            sql.send_command, _Id, device=device.id, session=session.id, body=body, now=now,
            person=_person(door), expires=now + timedelta(seconds=seconds),
        )  # fmt: skip
        dropped = await inside.run(
            sql.drop_oldest_waiting, device=device.id, session=session.id, now=now,
            waiting_max=COMMANDS_WAITING_MAX,
        )  # fmt: skip
        await inside.run(sql.trim_commands, device=device.id, kept_max=COMMANDS_KEPT_MAX)
    await bus.publish(f"command.{name}", b"")
    if dropped:
        text = f"{name}: more than {COMMANDS_WAITING_MAX} commands wait; the oldest was dropped."
        await bus.tell("told.trouble", {"what": f"commands {name}", "text": text})
    return next(each for each in await commands(door, name, now) if each.id == sent.id)


async def commands(door: Door, name: str, now: datetime) -> list[CommandView]:
    """A device's newest commands and how far each came, newest first. Raises Missing."""
    device = await fleet.find(door, name)
    rows = await door.all(sql.commands, dict, device=device.id, now=now, rows_max=ROWS_MAX)
    return [_command(row) for row in rows]


async def configure(door: Door, bus: Bus, name: str, text: str, now: datetime) -> None:
    """This is a device's configuration from now on; empty: it has none. Told at once, and to
    whoever subscribes. Raises Missing, Unreadable, and Conflict for a revoked device."""
    body = _body(text)
    async with door.transaction() as inside:
        device = await fleet.find(inside, name)
        if device.status != "active":
            raise Conflict(f"{name} was {device.status}: it is told nothing.")
        await inside.one(sql.lock_device, _Id, device=device.id)
        await inside.run(sql.set_config, device=device.id, body=body, now=now, person=_person(door))
        await inside.run(sql.trim_configs, device=device.id, kept_max=CONFIGS_KEPT_MAX)
    await bus.publish(f"command.{name}", b"")


async def configs(door: Door, name: str) -> list[ConfigView]:
    """The configurations a device had, newest first: that one is in force. Raises Missing."""
    device = await fleet.find(door, name)
    rows = await door.all(sql.configs, dict, device=device.id, rows_max=ROWS_MAX)
    return [_config(row) for row in rows]


def _body(text: str) -> bytes:
    body = text.encode()
    if len(body) > BODY_BYTES_MAX:
        raise Unreadable(f"{len(body)} bytes; {BODY_BYTES_MAX} are allowed.")
    return body


def _command(row: dict[str, Any]) -> CommandView:
    return CommandView(body=_text(row.pop("body")), **row)


def _config(row: dict[str, Any]) -> ConfigView:
    return ConfigView(body=_text(row.pop("body")), **row)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _person(door: Door) -> int | None:
    return door.actor.person_id if door.actor else None
