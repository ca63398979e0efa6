"""A live socket: who may open one, what it says, and how it ends."""

from typing import NoReturn

from starlette.websockets import WebSocket

from homeward.api.asked_often import SOCKET_COST, patience_of
from homeward.api.guarding import is_same_site
from homeward.model.errors import TooOften

UNAUTHORISED = 4401
FORBIDDEN = 4403
TOO_SLOW = 4408


class Left(Exception):
    """This socket is done."""


async def may_open(socket: WebSocket) -> bool:
    """Whether a socket may be opened from there at all; False, and it is closed, where not.

    Another site's page gets none: what it opens carries our cookie.
    """
    if not is_same_site(socket.headers):
        await socket.close(FORBIDDEN)
        return False
    try:
        await patience_of(socket).with_caller(socket, SOCKET_COST)
    except TooOften:
        await socket.close(TOO_SLOW)
        return False
    return True


async def said(socket: WebSocket) -> str:
    """The next text; bytes are nothing a page of ours says. Raises Left."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise Left
    return message.get("text") or ""


async def close(socket: WebSocket, code: int) -> NoReturn:
    """Close a socket, and leave whatever serves it. Raises Left."""
    await socket.close(code)
    raise Left
