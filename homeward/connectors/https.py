"""One HTTPS request, bounded in every way, over h11 (docs/decisions/0008).

Certificates are verified against the system's trust store (SSL_CERT_FILE names another). Plain
HTTP is for this machine only. Redirects are not followed: whom we speak to is what was set up.
"""

import asyncio
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

import h11

from homeward.model.errors import Misconfigured, Unreachable
from homeward.settings import LOOPBACK

ANSWER_BYTES_MAX = 64 * 1024
HEAD_BYTES_MAX = 16 * 1024
READ_BYTES = 16 * 1024
WAIT_SECONDS_MAX = 3600.0  # a "Retry-After" beyond this is not believed


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def retry_at(self, now: datetime) -> datetime | None:
        """When it wants to be asked again (RFC 9110, 10.2.3); None where it does not say."""
        said = self.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdecimal():
            wait = min(float(said), WAIT_SECONDS_MAX)
            return now + timedelta(seconds=wait)
        try:
            return min(parsedate_to_datetime(said), now + timedelta(seconds=WAIT_SECONDS_MAX))
        except (ValueError, TypeError, OverflowError):
            return None


def checked_url(url: str) -> SplitResult:
    """The parts of an address we may speak to. Raises Misconfigured."""
    try:
        parts = urlsplit(url)
        is_sound = parts.hostname is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        raise Misconfigured("an address cannot be read") from None
    if not is_sound or parts.scheme not in ("https", "http") or parts.username is not None:
        raise Misconfigured(f"{parts.scheme}://{parts.hostname} is no web address")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Misconfigured(f"http://{parts.hostname}: plain http is for this machine only")
    return parts


async def ask(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    proxy: str = "",
    trust: ssl.SSLContext | None = None,
    answer_bytes_max: int = ANSWER_BYTES_MAX,
) -> Answer:
    """Ask once. Raises Unreachable where no whole answer comes, Misconfigured for the address.

    The caller bounds the time. `trust` is for a server of our own authority.
    """
    parts = checked_url(url)
    host = parts.hostname or ""
    try:
        reader, writer = await _connected(parts, proxy, trust)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            place = host if parts.port is None else f"{host}:{parts.port}"
            sent = [("host", place), ("connection", "close"), ("content-length", str(len(body)))]
            sent += [(name.lower(), value) for name, value in headers.items()]
            return await _exchange(reader, writer, method, path, sent, body, answer_bytes_max)
        finally:
            writer.close()
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(
            f"{host}: its certificate is not trusted: {error.verify_message}"
        ) from None
    except (OSError, h11.ProtocolError, UnicodeError) as error:
        raise Unreachable(f"{host}: {_words(error)}") from None


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


async def _connected(
    parts: SplitResult, proxy: str, trust: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    trusted = trust or _trust(os.environ.get("SSL_CERT_FILE", ""))
    tls = trusted if parts.scheme == "https" else None
    if not proxy or host in LOOPBACK:
        return await asyncio.open_connection(host, port, ssl=tls)
    reader, writer = await _through(proxy, f"{host}:{port}")
    if tls is not None:
        await writer.start_tls(tls, server_hostname=host)
    return reader, writer


async def _through(proxy: str, place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A tunnel through a proxy (RFC 9110, 9.3.6)."""
    at, _, port = proxy.rpartition(":")
    if not at or not port.isdigit():
        raise Misconfigured("out_proxy must be host:port")
    reader, writer = await asyncio.open_connection(at, int(port))
    writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        head = b""
    if head.split(b" ", 2)[1:2] != [b"200"]:
        writer.close()
        raise Unreachable("the proxy does not let us through")
    return reader, writer


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    method: str,
    path: str,
    headers: list[tuple[str, str]],
    body: bytes,
    answer_bytes_max: int,
) -> Answer:
    talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES_MAX)
    request = h11.Request(method=method, target=path, headers=headers)
    for event in (request, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(talk.send(event) or b"")
    await writer.drain()
    head: h11.Response | None = None
    said = bytearray()
    while True:
        event = talk.next_event()
        if event is h11.NEED_DATA:
            talk.receive_data(await reader.read(READ_BYTES))
        elif isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            said += event.data
            if len(said) > answer_bytes_max:
                raise Unreachable("the answer is too long")
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            named = {name.decode(): value.decode("latin-1") for name, value in head.headers}
            return Answer(head.status_code, named, bytes(said))
        elif isinstance(event, h11.ConnectionClosed):
            raise Unreachable("the connection ended without an answer")


@lru_cache(maxsize=4)
def _trust(file: str) -> ssl.SSLContext:
    """Whom we trust: the system's authorities, or those in `file`."""
    context = ssl.create_default_context(cafile=file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
