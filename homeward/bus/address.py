"""Where NATS is: one server or several, and how we show who we are. Pure.

`nats://user:password@a:4222,b:4222,c:4222` or `nats://token@a`, and with TLS
`tls://a:4222,b:4222?ca=FILE&cert=FILE&key=FILE`. Credentials are written once: servers of a cluster
name one another, and those we were not told of want them too.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from homeward.model.errors import Misconfigured

SCHEMES = ("nats", "tls")
OPTIONS = ("ca", "cert", "key")  # files in PEM
PORT = 4222


@dataclass(frozen=True, slots=True)
class Address:
    """Servers as the client wants them, user and password apart, and files by OPTIONS."""

    servers: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    files: Mapping[str, str] = field(default_factory=dict[str, str])

    def options(self) -> dict[str, Any]:
        """What the client is given besides. Raises Misconfigured for a file that cannot be used."""
        given: dict[str, Any] = {"user": self.user, "password": self.password}
        if self.user is not None and self.password is None:
            given = {"token": self.user}
        if self.servers[0].startswith("tls:"):
            given["tls"] = self._tls()
        return given

    def _tls(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.files.get("ca"))
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if "cert" in self.files:
                context.load_cert_chain(self.files["cert"], self.files.get("key"))
        except OSError as error:
            raise Misconfigured(f"nats_url: its certificates cannot be used: {error}") from None
        return context


def read_address(url: str) -> Address:
    """Take a `nats_url` apart. Raises Misconfigured, without the password that may be in it."""
    written, _, query = url.partition("?")
    scheme, separator, rest = written.partition("://")
    if not separator or scheme not in SCHEMES:
        raise Misconfigured("nats_url must begin with nats:// or tls://")
    files = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(set(files) - set(OPTIONS)):
        raise Misconfigured(f"nats_url: unknown {', '.join(unknown)}; there are {OPTIONS}")
    servers: list[str] = []
    user = password = None
    for each in rest.split(","):
        mixed, _, place = each.strip().rpartition("://")
        if mixed not in ("", scheme):
            raise Misconfigured(f"nats_url: {mixed}:// and {scheme}:// do not go together")
        try:
            parts = urlsplit(f"{scheme}://{place}")
            host, port = parts.hostname, parts.port or PORT
        except ValueError:
            raise Misconfigured("nats_url: a port must be a number") from None
        if not host:
            raise Misconfigured("nats_url: a server without a name")
        if parts.username is not None and user is None:
            user = unquote(parts.username)
            password = None if parts.password is None else unquote(parts.password)
        servers.append(f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}")
    return Address(tuple(servers), user, password, files)
