"""A mail server that keeps what it was given, and takes its time to say so.

Its pause is where a kill hurts: the mail is handed over, and nobody has noted that yet.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, Envelope, Session

from homeward.engines.nats import free_port

PAUSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived. `bundle` is the delivery that leads it, by its Message-ID."""

    at: float
    address: str
    message_id: str
    bundle: int


@dataclass
class Mails:
    """Every mail there was."""

    port: int = field(default_factory=free_port)
    got: list[Mail] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep it; say so a little later, heard or not."""
        assert isinstance(envelope.content, bytes)
        named = str(message_from_bytes(envelope.content, policy=policy.default)["Message-ID"])
        bundle = int(named.strip("<>").partition("@")[0].rpartition(".")[2])
        at = asyncio.get_running_loop().time()
        self.got += [Mail(at, address, named, bundle) for address in envelope.rcpt_tos]
        await asyncio.sleep(PAUSE_SECONDS)
        return "250 OK"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Mails"]:
        """Listen on loopback."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self, hostname="mail.bench", loop=loop), "127.0.0.1", self.port
        )
        try:
            yield self
        finally:
            server.close()
