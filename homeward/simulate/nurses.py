"""The demo's nurses: what no monitor knows, they enter at the bedside as a page does.

Consciousness and the oxygen given: a NEWS2 needs both. Each patient's own nurse signs in and files
them by the route of the pages. Of each patient only the newest look waits; one that cannot be filed
now is tried again under its own key, and is one entry.
"""

import asyncio
import json
import logging
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from homeward.model.errors import Unreachable
from homeward.model.vital import CONSCIOUSNESS_LETTERS
from homeward.simulate import cast

ANSWER_SECONDS = 5.0
ANSWER_BYTES_MAX = 256 * 1024
AGAIN_SECONDS = 1.0
log = logging.getLogger("homeward.demo")


@dataclass(frozen=True, slots=True)
class Look:
    """What a nurse saw of one patient: a place in ACVPU, and whether oxygen is given."""

    patient: cast.Patient
    consciousness: int
    on_oxygen: bool
    at: datetime
    key: UUID = field(default_factory=uuid4)


class Nurses:
    """All of them. `ids` are patients by record number; `root` is whom to trust, for https."""

    def __init__(self, web: str, root: str, ids: Mapping[str, int]) -> None:
        self._web = web
        self._trust = ssl.create_default_context(cadata=root)
        self._ids = ids
        self._waiting: dict[str, Look] = {}
        self._something = asyncio.Event()
        self._cookies: dict[str, str] = {}  # by login

    def look(self, look: Look) -> None:
        """Somebody was looked at; it is filed soon."""
        self._waiting[look.patient.record_number] = look
        self._something.set()

    async def run(self) -> None:
        """File what was seen, until cancelled."""
        while True:
            await self._something.wait()
            self._something.clear()
            for number in list(self._waiting):
                look = self._waiting.pop(number)
                try:
                    await asyncio.to_thread(self._file, look)
                except Unreachable as error:  # the pages start beside us, or restart
                    log.debug("%s is entered later: %s", number, error)
                    self._waiting.setdefault(number, look)
                    self._something.set()
                    await asyncio.sleep(AGAIN_SECONDS)

    def _file(self, look: Look) -> None:
        login = cast.NURSE_OF[look.patient.bed]
        if login not in self._cookies:
            _, cookie = self._ask("/api/session", {"login": login, "password": cast.PASSWORD}, "")
            self._cookies[login] = cookie.partition(";")[0]
        letter = CONSCIOUSNESS_LETTERS[look.consciousness]
        entry = {
            "key": str(look.key),
            "at": round(look.at.timestamp() * 1000),
            "confirmed": True,
            "values": [
                {"vital": "consciousness", "value": letter},
                {"vital": "on_oxygen", "value": look.on_oxygen},
            ],
        }
        path = f"/api/patients/{self._ids[look.patient.record_number]}/observations"
        status, _ = self._ask(path, entry, self._cookies[login])
        if status == 401:  # her session is over
            del self._cookies[login]
            raise Unreachable("signed out")
        if status >= 400:
            # A number, whatever was asked for.
            log.warning("what she saw is not filed: %d", status)  # nosemgrep: logged-patient-data

    def _ask(self, path: str, body: Any, cookie: str) -> tuple[int, str]:
        """The status, and the cookie that was set. Raises Unreachable."""
        headers = {"content-type": "application/json"} | ({"cookie": cookie} if cookie else {})
        request = urllib.request.Request(  # noqa: S310 - our own address
            self._web + path, json.dumps(body).encode(), headers
        )
        try:
            with urllib.request.urlopen(  # noqa: S310
                request, timeout=ANSWER_SECONDS, context=self._trust
            ) as answer:
                answer.read(ANSWER_BYTES_MAX)
                return answer.status, answer.headers.get("set-cookie", "")
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise Unreachable(f"the pages answer {error.code}") from None
            return error.code, ""
        except OSError as error:
            raise Unreachable(str(error)) from None
