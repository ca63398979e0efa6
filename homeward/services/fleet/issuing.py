"""Certificates for devices that ask at their door (RFC 7030): by token, or by the one they have.

The registry says who is asking and whether it may; the certificate shown is only the key.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.engines.certificates import Authority, Issued
from homeward.engines.folder import DataFolder
from homeward.model.errors import Forbidden
from homeward.services.contract import Tools
from homeward.services.fleet import fleet

A_DAY_MAX = 20  # certificates for one device: one that asks for ever fills no table


@dataclass(frozen=True, slots=True)
class _Asking:
    id: int
    name: str
    status: str
    lately: int
    certified: datetime | None


class Issuing:
    """The fleet's side of a connector's Issuer."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def authorities(self) -> str:
        """The root's certificate and the device issuer's, PEM."""
        authority = await self._authority()
        return authority.root_pem + authority.devices_pem

    async def enrol(self, token: str, request: bytes) -> str:
        """A certificate for the device this token was made for. Raises Refused, Unreadable."""
        tools = self._tools
        authority = await self._authority()
        _, issued = await fleet.enrol(
            tools.store.door(), tools.bus, authority, token, request,
            tools.settings.certificate_days, tools.now(),
        )  # fmt: skip
        return issued.own

    async def renew(self, name: str, issued: datetime, request: bytes) -> str:
        """The next certificate of the device that came with the one of then. Raises Forbidden for
        one that may not have it, Unreadable for a request that cannot be used."""
        return (await renewed(self._tools, await self._authority(), name, issued, request)).own

    async def _authority(self) -> Authority:
        folder = DataFolder(self._tools.settings.data).certificates
        return await asyncio.to_thread(Authority.open, folder)


async def renewed(
    tools: Tools, authority: Authority, name: str, issued: datetime | None, request: bytes | str
) -> Issued:
    """Issue a device its next certificate; the one it has stays good until it comes with this one.

    Raises Forbidden where the registry has no active device of that name, where `issued` (the
    not-before of the certificate it shows) is not its newest, and for more than A_DAY_MAX a day;
    Unreadable for a request that cannot be used.
    """
    now, days = tools.now(), tools.settings.certificate_days
    async with tools.store.door().transaction() as inside:
        since = now - timedelta(days=1)
        device = await inside.maybe(fleet.sql.asking, _Asking, name=name, since=since)
        if device is None or device.status != "active":
            raise Forbidden(f"{name} is {device.status if device else 'unknown'}")
        if issued is not None and device.certified is not None and issued < device.certified:
            raise Forbidden(f"{name} has a newer certificate")
        if device.lately >= A_DAY_MAX:
            raise Forbidden(f"{name} had {A_DAY_MAX} certificates within a day")
        made = authority.issue_device(device.name, request, days, now)
        await inside.run(
            fleet.sql.add_certificate, serial=made.serial, device=device.id, now=now,
            expires=made.expires,
        )  # fmt: skip
        await inside.run(fleet.sql.forget_ahead, device=device.id, now=now)
    return made
