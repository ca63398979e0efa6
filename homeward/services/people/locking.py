"""Locked boards: nobody has touched a ward's board for a while, and it must still sound.

Its session ends. The browser gets a token that is no session: it opens the alarms of that one ward,
without whose they are, and every other door is as closed to it as to a stranger. Who works on that
ward and signs in there takes the board over. Anybody else is turned away, and it goes on: else a
stranger's sign-in would silence a ward's board.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.model.errors import Forbidden
from homeward.model.person import Actor, Role
from homeward.services.contract import Tools
from homeward.services.people.sessions import TOKEN_BYTES, Q, end, hashed
from homeward.store import Door

LIFE = timedelta(days=7)  # a board that nobody unlocked for a week hangs in an empty room
WATCHERS = (Role.NURSE, Role.DOCTOR)


@dataclass(frozen=True, slots=True)
class LockedBoard:
    """Which ward's, and by whom."""

    ward_id: int
    locked_by: int
    role: Role


async def lock(tools: Tools, actor: Actor, ward: int, token: str) -> str:
    """End this session and lock its board; the token its browser goes on with."""
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    values = {"ward": ward, "person": actor.person_id, "now": tools.now()}
    await tools.store.door(actor).as_platform.run(Q.lock_board, token=hashed(fresh), **values)
    await end(tools, token)
    return fresh


async def locked_by(door: Door, token: str, now: datetime) -> LockedBoard | None:
    """Which board this token's browser shows; None for none, or where it may no more."""
    values = {"token": hashed(token), "since": now - LIFE}
    found = await door.maybe(Q.locked_board, LockedBoard, **values)
    return found if found is not None and found.role in WATCHERS else None


async def must_be_theirs(tools: Tools, token: str, person: int) -> None:
    """Raises Forbidden where this token's browser shows a locked board of a ward on which this
    person does not work."""
    door = tools.store.door()
    board = await locked_by(door, token, tools.now())
    if board is None:
        return
    row = await door.one(Q.board_is_theirs, dict, ward=board.ward_id, person=person)
    if not row["is_theirs"]:
        raise Forbidden(
            f"This is the board of {row['ward']}: only who works there unlocks it. It stays "
            "locked, and its alarms go on. Sign in at another screen.",
            "board_locked",
        )


async def unlock(tools: Tools, token: str) -> None:
    """The board's token is worth nothing from now on."""
    await tools.store.door().run(Q.end_locked_board, token=hashed(token), now=tools.now())


def behind(board: LockedBoard) -> Actor:
    """In whose right it is shown: whoever locked it, without their name."""
    if board.role not in WATCHERS:
        raise Forbidden
    return Actor(board.locked_by, "", Role(board.role))
