"""The other side of messages, for real: a mail server, an HTTPS server that does as it is told,
and a browser that opens its pushes with its own key."""

import asyncio
import hashlib
import hmac
import json
import os
import ssl
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request as Asked
from starlette.responses import Response

from homeward.engines.certificates import Authority
from homeward.engines.nats import free_port

HOST = "127.0.0.1"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`server.pem`, `server.key` and the `root.pem` that vouches for them."""
    folder = tmp_path_factory.mktemp("peers")
    Authority.open(folder).issue_server(["localhost", HOST])
    return folder


@pytest.fixture
def trusted(keys: Path) -> Iterator[Path]:
    """Our side trusts the peers' root, as a system's trust store would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(keys / "root.pem"))
        yield keys


def server_tls(keys: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(keys / "server.pem", keys / "server.key")
    return context


@dataclass
class Mails:
    """A real SMTP server. `says` is what it answers to the next mails instead of taking them;
    the word "hang" is no answer at all."""

    port: int = 0
    account: tuple[str, str] | None = None
    says: deque[str] = field(default_factory=deque)
    got: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    was_private: list[bool] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        if self.says:
            answer = self.says.popleft()
            if answer == "hang":
                await asyncio.sleep(3600)
            return answer
        self.raw.append(envelope.content)
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        assert server.transport is not None
        self.was_private.append(server.transport.get_extra_info("ssl_object") is not None)
        self.arrived.set()
        return "250 OK queued as 4711"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def check(
        self, _server: Any, _session: Any, _envelope: Any, _how: str, said: Any
    ) -> AuthResult:
        is_right = (said.login.decode(), said.password.decode()) == self.account
        return AuthResult(success=is_right, handled=False)

    @asynccontextmanager
    async def serving(
        self, keys: Path, how: str = "starttls", port: int = 0
    ) -> AsyncIterator["Mails"]:
        """Listen. `how`: starttls, tls or none."""
        tls = server_tls(keys)
        wants_account = self.account is not None

        def protocol() -> SMTP:
            return SMTP(
                self, hostname="mail.test", enable_SMTPUTF8=True,
                tls_context=tls if how == "starttls" else None,
                require_starttls=how == "starttls",
                authenticator=self.check if wants_account else None,
                auth_required=wants_account, auth_require_tls=how == "starttls",
                loop=asyncio.get_running_loop(),
            )  # fmt: skip

        server = await asyncio.get_running_loop().create_server(
            protocol, HOST, port, ssl=tls if how == "tls" else None
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()


@dataclass
class Got:
    """One request, whole."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """A real HTTPS server. `says` holds what it answers to the next requests, then it is 201.

    Each is (status, headers, body), or "hang".
    """

    port: int = 0
    says: deque[Any] = field(default_factory=deque)
    usual: Any = (201, {}, b"")
    got: list[Got] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = Asked(scope, receive)
        query = f"?{asked.url.query}" if asked.url.query else ""
        self.got.append(
            Got(asked.method, asked.url.path + query, dict(asked.headers), await asked.body())
        )
        said = self.says.popleft() if self.says else self.usual
        self.arrived.set()
        if said == "hang":
            await asyncio.sleep(3600)
        status, headers, body = said
        await Response(body, status, headers)(scope, receive, send)

    @asynccontextmanager
    async def serving(self, keys: Path | None, port: int = 0) -> AsyncIterator["Site"]:
        """Listen, over TLS unless there are no keys."""
        self.port = port or free_port()
        config = uvicorn.Config(
            self, host=HOST, port=self.port, log_level="critical", lifespan="off",
            ssl_certfile=keys / "server.pem" if keys else None,
            ssl_keyfile=keys / "server.key" if keys else None,
        )  # fmt: skip
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server._serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield self
        finally:
            server.should_exit = server.force_exit = True
            await asyncio.wait([task])


class Subscriber:
    """A browser that asked for pushes: it alone can open them."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.endpoint = endpoint

    @property
    def address(self) -> str:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": encoded(point), "auth": encoded(self.auth)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys})

    def opens(self, body: bytes) -> Any:
        """As RFC 8291 and 8188 tell a receiver to, by nothing of ours."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        own = decoded(json.loads(self.address)["keys"]["p256dh"])
        info = b"WebPush: info\0" + own + theirs + b"\1"
        secret = mac(mac(self.auth, self.key.exchange(ec.ECDH(), sender)), info)
        pseudo = mac(salt, secret)
        key = mac(pseudo, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = mac(pseudo, b"Content-Encoding: nonce\0\1")[:12]
        text = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert text.endswith(b"\2")
        return json.loads(text[:-1])


def mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def checked_vapid(header: str, public_key: str) -> dict[str, Any]:
    """The claims of an Authorization header, once its signature is that of this key."""
    scheme, _, rest = header.partition(" ")
    parts = dict(each.strip().split("=", 1) for each in rest.split(","))
    assert scheme == "vapid"
    assert parts["k"] == public_key
    head, claims, signature = parts["t"].split(".")
    assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = decoded(signature)
    der = utils.encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public_key))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(decoded(claims))


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
