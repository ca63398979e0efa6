"""Asking Withings: leave for tokens, tokens anew, and what changed since the last time.

All of it goes to the one address of the settings; no answer says where to ask next.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from homeward.connectors.clouds.keeping import admit, keep
from homeward.connectors.contract import CloudLink, Clouds, Link, Totals
from homeward.connectors.https import ask
from homeward.model.errors import HomewardError, Misconfigured, Refused, Unreachable, Unreadable
from homeward.standards.withings import MEASURED, TYPES, Tokens, body_of, measures, tokens

ANSWER_BYTES_MAX = 8 * 1024 * 1024
ASKING_SECONDS_MAX = 30.0
PAGES_MAX = 200  # of one account at one time; the rest comes the next time
EVERY = timedelta(hours=6)  # where no notice comes
AGAIN = (
    timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6),
)  # fmt: skip
EARLY = timedelta(minutes=5)  # tokens are renewed before they end
TROUBLES_AFTER = 3  # failures in a row, before anybody is told that nothing comes
NO_LEAVE = "Withings takes our leave no more: its owner must give it again"
OFTEN_SECONDS = 1.0  # between two pages: 120 requests a minute are let through for all of a house


class _Opens(msgspec.Struct):
    """What opens an account, as it is sealed. `until` in s since 1970; `told`: notices were
    ordered."""

    access: str
    refresh: str
    until: float
    shown: str
    told: bool = False


class Withings:
    """All that is asked of Withings by one process."""

    def __init__(self, link: Link, clouds: Clouds, totals: Totals) -> None:
        """Raises Misconfigured."""
        self._link, self._clouds, self._totals = link, clouds, totals
        settings = link.settings
        name, _, secret = settings.withings_client.partition(":")
        if not (name and secret):
            raise Misconfigured("withings_client is name:secret")
        if not settings.clouds_url.startswith("https://"):
            raise Misconfigured("clouds_url is where Withings finds us: https://...")
        self._client = {"client_id": name, "client_secret": secret}
        self._home = settings.withings_url.rstrip("/")
        self._ours = settings.clouds_url.rstrip("/")

    async def leave(self, account: CloudLink, code: str) -> None:
        """Its owner gave leave by this code. Raises Refused, Unreachable, Conflict."""
        wanted = {
            "grant_type": "authorization_code", "code": code,
            "redirect_uri": f"{self._ours}/withings/back",
        }  # fmt: skip
        given = await self._tokens(wanted)
        opens = self._opening(given, secrets.token_hex(16))
        await self._clouds.given(account, given.user, _text(opens), opens.shown)

    async def pull(self, account: CloudLink) -> None:
        """Ask for what is new in this account, and store it; how it went is kept with it."""
        try:
            known, trouble = await self._news(account), ""
            await self._clouds.asked(
                account, known_until=known, failures=0, trouble=trouble, after=EVERY
            )
        except Refused:
            await self._clouds.asked(
                account, known_until=account.known_until, failures=0, trouble=NO_LEAVE, after=None
            )
        except HomewardError as error:
            failures = account.failures + 1
            trouble = str(error) if failures >= TROUBLES_AFTER else ""
            await self._clouds.asked(
                account, known_until=account.known_until, failures=failures,
                trouble=trouble, after=AGAIN[min(failures, len(AGAIN)) - 1],
            )  # fmt: skip

    async def _news(self, account: CloudLink) -> int:
        """Store all that changed since the last time; up to when all is here now. Raises Refused
        where what opens it cannot be renewed: tokens that end before their time are no leave taken
        back, nor are a clock's seconds."""
        await admit(self._link, account)
        try:
            opens = msgspec.json.decode(account.tokens, type=_Opens)
        except msgspec.DecodeError:
            raise Refused("there is nothing that opens this account") from None
        if opens.until >= (self._link.now() + EARLY).timestamp():
            with contextlib.suppress(Refused):
                return await self._pages(account, opens)
        return await self._pages(account, await self._renewed(account, opens))

    async def _pages(self, account: CloudLink, opens: _Opens) -> int:
        await self._order_notices(account, opens)
        known, offset = account.known_until, 0
        for page in range(PAGES_MAX):
            if page:
                await asyncio.sleep(OFTEN_SECONDS)
            wanted = {
                "action": "getmeas", "meastypes": ",".join(map(str, TYPES)), "category": "1",
                "lastupdate": str(account.known_until),
            }  # fmt: skip
            wanted |= {"offset": str(offset)} if offset else {}
            received = self._link.now()
            try:
                answer = measures(await self._ask("/measure", wanted, opens.access), received)
            except Unreadable as error:
                raise Unreachable(f"Withings answered what cannot be read: {error}") from None
            await keep(
                self._link, self._totals, account, answer.told, received, "withings measures"
            )
            # What changes while the pages are read is asked for again the next time.
            known = known if page else answer.updated
            if answer.offset is None:
                return known
            if answer.offset <= offset:
                raise Unreachable("Withings answers the same page again")
            offset = answer.offset
        raise Unreachable("there is more than fits into one time")

    async def _renewed(self, account: CloudLink, opens: _Opens) -> _Opens:
        given = await self._tokens({"grant_type": "refresh_token", "refresh_token": opens.refresh})
        if given.user != account.account:
            raise Refused("these tokens are of another account")
        opens = self._opening(given, opens.shown, is_told=opens.told)
        await self._clouds.renewed(account, _text(opens))  # before all else: it is good once
        return opens

    async def _order_notices(self, account: CloudLink, opens: _Opens) -> None:
        if opens.told:
            return
        for category in sorted(MEASURED):
            order = {
                "action": "subscribe", "appli": str(category),
                "callbackurl": f"{self._ours}/withings/{opens.shown}",
            }  # fmt: skip
            body_of(await self._ask("/notify", order, opens.access))
        opens.told = True
        await self._clouds.renewed(account, _text(opens))

    def _opening(self, given: Tokens, shown: str, *, is_told: bool = False) -> _Opens:
        until = self._link.now().timestamp() + given.seconds
        return _Opens(given.access, given.refresh, until, shown, is_told)

    async def _tokens(self, wanted: Mapping[str, str]) -> Tokens:
        said = {"action": "requesttoken", **self._client, **wanted}
        return tokens(await self._ask("/v2/oauth2", said))

    async def _ask(self, path: str, form: Mapping[str, Any], access: str = "") -> bytes:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        headers |= {"authorization": f"Bearer {access}"} if access else {}
        try:
            async with asyncio.timeout(ASKING_SECONDS_MAX):
                answer = await ask(
                    "POST", self._home + path, headers, urlencode(form).encode(),
                    self._link.settings.out_proxy, answer_bytes_max=ANSWER_BYTES_MAX,
                )  # fmt: skip
        except TimeoutError:
            raise Unreachable("Withings does not answer") from None
        if answer.status == 401:
            raise Refused("Withings refuses us")
        if answer.status != 200:
            raise Unreachable(f"Withings answers {answer.status}")
        return answer.body


def _text(opens: _Opens) -> str:
    return msgspec.json.encode(opens).decode()
