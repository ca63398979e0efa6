"""The edge's own page: how it is, and what sounds. For whoever stands before it."""

import asyncio
import contextlib
import html
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import h11
import msgspec

from homeward.model.errors import Misconfigured

READ_BYTES = 16 * 1024
SECONDS_MAX = 10
CONNECTIONS_MAX = 50
STYLE = "body{font:1.1rem sans-serif;max-width:50rem;margin:1rem auto;padding:0 1rem}" + (
    "td,th{text-align:left;padding:.2rem 1rem .2rem 0}"
    ".sounds{background:#b00020;color:#fff;font-weight:bold}.trouble{background:#ffd54f}"
)

State = Callable[[], dict[str, Any]]


@asynccontextmanager
async def opened(host: str, port: int, state: State) -> AsyncIterator[str]:
    """Serve `/` and `/status` (JSON); gives the address, empty for port 0: no page.

    Raises Misconfigured where the port is taken.
    """
    if not port:
        yield ""
        return
    open_now: set[asyncio.StreamWriter] = set()

    async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(open_now) < CONNECTIONS_MAX:
            open_now.add(writer)
            with contextlib.suppress(OSError, TimeoutError, h11.ProtocolError):
                async with asyncio.timeout(SECONDS_MAX):
                    await _answer(reader, writer, state)
            open_now.discard(writer)
        writer.close()

    try:
        server = await asyncio.start_server(came, host, port, limit=READ_BYTES)
    except OSError as error:
        raise Misconfigured(f"the edge's page cannot listen on {host}:{port}: {error}") from None
    try:
        yield f"http://{host}:{port}/"
    finally:
        server.close()
        for each in tuple(open_now):
            each.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, state: State) -> None:
    talk = h11.Connection(h11.SERVER, max_incomplete_event_size=READ_BYTES)
    while (event := talk.next_event()) is h11.NEED_DATA:
        talk.receive_data(await reader.read(READ_BYTES))
    if not isinstance(event, h11.Request):
        return
    target = event.target.partition(b"?")[0]
    status, kind, body = HTTPStatus.OK, "application/json", b""
    if event.method != b"GET" or target not in (b"/", b"/status"):
        status, body = HTTPStatus.NOT_FOUND, b'{"error":"there are / and /status"}'
    elif target == b"/status":
        body = msgspec.json.encode(state())
    else:
        kind, body = "text/html; charset=utf-8", written(state()).encode()
    headers = [("content-type", kind), ("content-length", str(len(body)))]
    headers += [("connection", "close"), ("cache-control", "no-store")]
    head = h11.Response(status_code=int(status), headers=headers, reason=status.phrase)
    for each in (head, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(talk.send(each) or b"")
    await writer.drain()


def written(state: dict[str, Any]) -> str:
    """The page. Pure."""
    lines = [f"<tr><th>{html.escape(str(k))}<td>{html.escape(str(v))}" for k, v in _plain(state)]
    alarms = [
        f'<tr class="{"sounds" if each["sounds"] else ""}"><td>{html.escape(each["device"])}'
        f"<td>{html.escape(each['text'])}<td>since {html.escape(each['began'])}"
        f"<td>{'SOUNDS HERE' if each['sounds'] else 'at the server'}"
        for each in state["alarms"]
    ]
    trouble = f'<p class="trouble">{html.escape(state["trouble"])}' if state["trouble"] else ""
    nothing = "<tr><td>No critical limit is passed."
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" '
        f'content="2"><title>{html.escape(state["edge"])}</title><style>{STYLE}</style>'
        f"<h1>{html.escape(state['edge'])}</h1>{trouble}"
        f"<table>{''.join(alarms) or nothing}</table><table>{''.join(lines)}</table></html>"
    )


def _plain(state: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (name.replace("_", " "), value)
        for name, value in state.items()
        if name not in ("alarms", "trouble", "edge")
    ]
