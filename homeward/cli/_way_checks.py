"""What `homeward doctor` looks at in the ways to reach people: each is spoken to, nobody told."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from homeward.cli._found import Found, Grade
from homeward.engines.push_key import push_key_file
from homeward.model.errors import HomewardError
from homeward.model.message import Way
from homeward.settings import LOOPBACK, Settings

if TYPE_CHECKING:
    from homeward.connectors.https_gateway.parse import Gateway

ANSWER_SECONDS = 5.0
OTHERS = 0o077


def ways(settings: Settings) -> Iterator[Found]:
    """The ways to reach people away from the pages."""
    yield from _push(settings)
    yield from _mail(settings)
    for way in (Way.SMS, Way.VOICE):
        yield from _gateway(settings, way)
    yield from _sentinel(settings)
    if not (settings.smtp_host or settings.sms_gateway or settings.voice_gateway):
        what = "people can be reached by push alone: no mail server and no gateway is set up"
        yield Found(Grade.WORRY, what, "see docs/guides/reaching-people.md")


def _sentinel(settings: Settings) -> Iterator[Found]:
    if settings.sentinel and not settings.sentinel_calls:
        what = "the sentinel watches, but has nobody to call"
        yield Found(Grade.WORRY, what, "set sentinel_calls, such as email:ops@hospital.org")
    elif not settings.sentinel:
        what = "no sentinel watches the monitoring from this machine"
        fix = "see docs/guides/who-watches-the-watcher.md; another machine is better still"
        yield Found(Grade.WORRY, what, fix)
    else:
        yield Found(Grade.WELL, "the sentinel watches the monitoring, and has somebody to call")


def _push(settings: Settings) -> Iterator[Found]:
    file = push_key_file(settings.data)
    if file.exists() and file.stat().st_mode & OTHERS:
        yield Found(Grade.WRONG, f"{file} is open to others", f"chmod go= {file}")
    host = urlsplit(settings.pages_url).hostname
    if not settings.pages_url.startswith("https://"):
        what = f"links in messages lead to {settings.pages_url}, which no telephone can open"
        yield Found(Grade.WORRY, what, "set web_host, or public_url where a proxy stands before us")
    elif host in LOOPBACK:
        what = f"links in messages lead to {host}: this machine alone can open them"
        yield Found(Grade.WORRY, what, "set public_names or public_url")
    else:
        yield Found(Grade.WELL, f"links in messages lead to {settings.pages_url}")


def _mail(settings: Settings) -> Iterator[Found]:
    if not settings.smtp_host:
        return
    from homeward.connectors.email.send import check, client, words

    async def knock() -> None:
        server = client(settings)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await server.connect()
        finally:
            server.close()

    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        check(settings)
        asyncio.run(knock())
    except HomewardError as error:
        yield Found(Grade.WRONG, f"mail: {error}", "see smtp_* in `homeward settings`")
    except Exception as error:  # whatever it is, mail does not work; the doctor says so
        fix = "are smtp_host, smtp_port, smtp_security, smtp_user and smtp_password right?"
        yield Found(Grade.WRONG, f"mail: {place}: {words(error)}", fix)
    else:
        yield Found(Grade.WELL, f"mail: {place} lets us in ({settings.smtp_security})")


def _gateway(settings: Settings, way: Way) -> Iterator[Found]:
    from homeward.connectors.https_gateway.send import file_of, read

    file = file_of(settings, way)
    if not file:
        return
    try:
        made = read(settings, way)
    except HomewardError as error:
        yield Found(Grade.WRONG, f"{way}: {error}", "see docs/guides/reaching-people.md")
        return
    if Path(file).expanduser().stat().st_mode & OTHERS:
        yield Found(Grade.WORRY, f"{file} holds secrets and is open to others", f"chmod go= {file}")
    yield _answers(way, made, settings.out_proxy)


def _answers(way: Way, made: "Gateway", proxy: str) -> Found:
    parts = urlsplit(made.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if proxy:
        return Found(Grade.WELL, f"{way}: {host} is reached through {proxy}; only a test can tell")
    try:
        with socket.create_connection((host, port), ANSWER_SECONDS) as plain:
            if parts.scheme == "https":
                context = ssl.create_default_context()
                context.wrap_socket(plain, server_hostname=host).close()
    except OSError as error:
        return Found(Grade.WRONG, f"{way}: {host}:{port}: {error}", "is the gateway's url right?")
    return Found(Grade.WELL, f"{way}: {host}:{port} answers, and is who it says")
