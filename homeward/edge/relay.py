"""An edge's devices renew their certificates through it: they may reach nobody else.

It asks the server on a line of its own, and shows what the device showed. It signs nothing.
"""

import asyncio
from base64 import b64encode
from datetime import datetime
from pathlib import Path

import msgspec

from homeward.device.line import Line
from homeward.edge import certificates
from homeward.edge.lanes import OK, UNREADABLE
from homeward.model.errors import Forbidden, Refused, Unreachable, Unreadable

FORBIDDEN = 403


class Relay:
    """The edge's side of a connector's Issuer."""

    def __init__(self, folder: Path, line: Line) -> None:
        self._folder, self._line = folder, line
        self._asking = asyncio.Lock()

    async def authorities(self) -> str:
        """The device issuer's certificate and the root's."""
        return (self._folder / certificates.DOOR / "devices-ca.pem").read_text()

    async def enrol(self, token: str, request: bytes) -> str:
        """A device is enrolled at the server, where the token was made. Raises Refused."""
        raise Refused("a device enrols at the server, not at an edge")

    async def renew(self, name: str, issued: datetime, request: bytes) -> str:
        """What the server gives it. Raises Forbidden, Unreadable and Unreachable."""
        csr = b64encode(request).decode()
        body = msgspec.json.encode({"device": name, "issued": issued.timestamp(), "csr": csr})
        async with self._asking:
            told = await self._line.post("/edge/renew", body)
        why = str(told.said.get("error", told.status))
        if told.status == FORBIDDEN:
            raise Forbidden(why)
        if told.status == UNREADABLE:
            raise Unreadable(why)
        if told.status != OK:
            raise Unreachable(why)
        return str(told.said["certificate"])
