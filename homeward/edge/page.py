"""The edge's own page: how it is, and what sounds. For whoever stands before it."""

import asyncio
import contextlib
import html
import ssl
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
LATELY_SECONDS = 0.1
STYLE = """
:root{color-scheme:light dark;--line:#8884;
--soft:#667;--red:#b00020;--amber:#8a5a00;--green:#1b6e3c}
@media (prefers-color-scheme:dark){:root{--soft:#99a;--red:#d8324a;--amber:#e0a030;--green:#5fc48a}}
body{font:1rem/1.45 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem}
h1{font-size:1.05rem;margin:0 0 1rem;color:var(--soft);font-weight:600}
h2{font-size:1.6rem;line-height:1.2;margin:0 0 1rem}
h2.well{color:var(--green)}h2.ill{color:var(--red)}h2.poor{color:var(--amber)}
.alarm{border:2px solid var(--red);border-radius:.5rem;padding:.6rem 1rem;margin:0 0 .6rem}
.alarm b{display:block;font-size:1.25rem}.alarm span{color:var(--soft)}
.alarm.sounds{background:var(--red);color:#fff}.alarm.sounds span{color:#fffc}
.trouble{border-left:.3rem solid var(--amber);padding:.2rem .8rem;margin:0 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;margin:1.5rem 0 0;
border-top:1px solid var(--line)}
dt,dd{margin:0;padding:.35rem 1rem .35rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
@media (max-width:30rem){dl{grid-template-columns:1fr}
dt{border:0;padding-bottom:0}dd{padding-top:0}}"""

# Nothing but this page's own style: no script, no other page around it.
GUARDED = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
]
State = Callable[[], dict[str, Any]]


@asynccontextmanager
async def opened(
    host: str, port: int, state: State, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve `/` and `/status` (JSON); gives the address, empty for port 0: no page.

    Raises Misconfigured where the port is taken.
    """
    if not port:
        yield ""
        return
    open_now: set[asyncio.StreamWriter] = set()
    now = _Lately(state)

    async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(open_now) < CONNECTIONS_MAX:
            open_now.add(writer)
            with contextlib.suppress(OSError, TimeoutError, h11.ProtocolError):
                async with asyncio.timeout(SECONDS_MAX):
                    await _answer(reader, writer, now)
            open_now.discard(writer)
        writer.close()

    try:
        server = await asyncio.start_server(came, host, port, limit=READ_BYTES, ssl=tls)
    except OSError as error:
        raise Misconfigured(f"the edge's page cannot listen on {host}:{port}: {error}") from None
    try:
        yield f"{'https' if tls else 'http'}://{host}:{port}/"
    finally:
        server.close()
        for each in tuple(open_now):
            each.close()


class _Lately:
    """The state of a moment ago at most: whoever asks without end must not cost the doors."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._loop = asyncio.get_running_loop()
        self._until = 0.0
        self._found: dict[str, Any] = {}

    def __call__(self) -> dict[str, Any]:
        if self._loop.time() >= self._until:
            self._found = self._state()
            self._until = self._loop.time() + LATELY_SECONDS
        return self._found


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
    headers += [("connection", "close"), ("cache-control", "no-store"), *GUARDED]
    head = h11.Response(status_code=int(status), headers=headers, reason=status.phrase)
    for each in (head, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(talk.send(each) or b"")
    await writer.drain()


def written(state: dict[str, Any]) -> str:
    """The page: what sounds first, then what is wrong, then the rest. Pure."""
    alarms = sorted(state["alarms"], key=lambda each: not each["sounds"])
    trouble = f'<p class="trouble">{_text(state["trouble"])}' if state["trouble"] else ""
    lines = "".join(f"<dt>{_text(name)}<dd>{_text(value)}" for name, value in _lines(state))
    kind, headline = _headline(state)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{_text(state['edge'])}</title>"
        '<meta http-equiv="refresh" content="2">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style><h1>Edge {_text(state['edge'])}</h1>"
        f'<h2 class="{kind}" role="status">{_text(headline)}</h2>'
        f"{''.join(map(_alarm, alarms))}{trouble}<dl>{lines}</dl></html>"
    )


def _headline(state: dict[str, Any]) -> tuple[str, str]:
    sounding = sum(each["sounds"] for each in state["alarms"])
    if sounding:
        return "ill", "An alarm sounds here" if sounding == 1 else f"{sounding} alarms sound here"
    if state["alarms"]:
        return "ill", "A critical limit is passed; the server calls"
    if state["server_is_away"]:
        return "poor", "The server is away: what comes is kept and watched here"
    return ("poor", "Something is wrong") if state["trouble"] else ("well", "All is well")


def _alarm(alarm: dict[str, Any]) -> str:
    where = "SOUNDS HERE" if alarm["sounds"] else "at the server"
    return (
        f'<div class="alarm{" sounds" if alarm["sounds"] else ""}"><b>{_text(alarm["text"])}</b>'
        f"<span>{_text(alarm['device'])}, since {_text(alarm['began'])}, {where}</span></div>"
    )


def _lines(state: dict[str, Any]) -> list[tuple[str, str]]:
    share = state["spool_bytes"] / state["spool_bytes_max"]
    return [
        ("Server", f"{state['server']}, {'away' if state['server_is_away'] else 'answers'}"),
        ("Last answer", _time(state["last_answer"])),
        ("Devices here", ", ".join(state["devices_here"]) or "none"),
        ("Waiting to be sent", f"{state['waiting']:,} messages"),
        ("Spool", f"{share * 100:.0f} % of {state['spool_bytes_max'] / 1e6:,.0f} MB"),
        ("Kept", f"{state['kept']:,} messages; {state['refused']:,} refused"),
        ("Sent", f"{state['sent_live']:,} at once, {state['sent_from_backlog']:,} later"),
        ("Put aside by the server", f"{state['put_aside_by_server']:,}"),
        ("Alarms not yet told", f"{state['alarms_not_told']:,}"),
    ]


def _time(at: str | None) -> str:
    return "none yet" if at is None else f"{at[:10]} {at[11:19]} UTC"


def _text(value: object) -> str:
    return html.escape(str(value))
