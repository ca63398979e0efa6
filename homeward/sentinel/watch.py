"""The sentinel's loop: a round, its log, a word to the platform, and to people when it is time."""

import asyncio
import json
import logging
import ssl
import time
from collections import deque
from dataclasses import asdict
from logging.handlers import RotatingFileHandler
from typing import Any

from homeward.connectors.https import ask
from homeward.model.errors import HomewardError
from homeward.sentinel.calling import Callers
from homeward.sentinel.config import Config
from homeward.sentinel.nurse import Nurse
from homeward.sentinel.probe import Probe
from homeward.sentinel.rounds import Round, go_round
from homeward.sentinel.watchman import Watchman

AGAIN_SECONDS = 1.0  # after a lost round: is it so?
UNTOLD_MAX = 200  # rounds the platform could not be told of yet
LOG_BYTES_MAX = 2_000_000
PING_SECONDS = 10.0
log = logging.getLogger(__name__)


async def watch(config: Config) -> None:
    """Go round until cancelled."""
    sentinel = Sentinel(config)
    try:
        while True:
            began = time.monotonic()
            is_well = await sentinel.once()
            pause = config.every_seconds if is_well or sentinel.is_known_down else AGAIN_SECONDS
            await asyncio.sleep(max(AGAIN_SECONDS, began + pause - time.monotonic()))
    finally:
        await sentinel.close()


class Sentinel:
    """One sentinel and what it remembers between rounds."""

    def __init__(self, config: Config) -> None:
        self._config = config
        tls = ssl.create_default_context()  # a proxy before the pages may have a public one
        tls.load_verify_locations(config.folder / "ca.pem")
        self._probe = Probe(config.folder)
        self._nurse = Nurse(config.url, config.login, config.password, tls)
        self._callers = Callers(config)
        self._watchman = Watchman(time.monotonic(), config.grace_seconds, config.repeat_seconds)
        self._untold: deque[dict[str, Any]] = deque(maxlen=UNTOLD_MAX)
        self._log = _own_log(config)

    @property
    def is_known_down(self) -> bool:
        """Whether people know already that it does not work."""
        return self._watchman.called is not None

    async def once(self) -> bool:
        """One round and all that follows from it; whether the alarm came."""
        made = await go_round(self._probe, self._nurse, self._config.bound_seconds)
        is_well = made.outcome != "lost"
        if is_well:
            word = self._watchman.well()
        else:
            log.warning("a round was lost: %s", made.detail)
            await self._nurse.leave()
            word = self._watchman.lost(time.monotonic(), made.detail)
        if word is not None:
            self._callers.tell(word)
        self._note(made)
        await self._tell_platform()
        if made.outcome == "well":
            await self._ping()
        return is_well

    def _note(self, made: Round) -> None:
        told: dict[str, Any] = {**asdict(made), "at": round(made.at.timestamp() * 1000)}
        told["calls"] = sorted({called.way.value for called in self._config.calls})
        self._log.info(json.dumps(told))
        self._untold.append(told)

    async def _tell_platform(self) -> None:
        """Also what it could not be told while it was away. Its ear is not ours to wait for."""
        try:
            while self._untold:
                await self._nurse.tell(self._untold[0])
                self._untold.popleft()
        except HomewardError:
            return

    async def _ping(self) -> None:
        """A sign of life to somebody outside: when it stops, they call (a dead man's switch)."""
        if not self._config.ping_url:
            return
        try:
            async with asyncio.timeout(PING_SECONDS):
                await ask("GET", self._config.ping_url, {}, b"", self._config.settings.out_proxy)
        except (HomewardError, TimeoutError) as error:
            log.warning("the sign of life could not be given: %s", error or "no answer")

    async def close(self) -> None:
        """Leave."""
        await self._callers.close()
        await self._nurse.leave()
        await asyncio.to_thread(self._probe.close)


def _own_log(config: Config) -> logging.Logger:
    """Every round as a line of JSON in the sentinel's own folder, bounded."""
    kept = logging.getLogger("homeward.sentinel.rounds")
    kept.setLevel(logging.INFO)
    kept.propagate = False
    for old in list(kept.handlers):
        kept.removeHandler(old)
    file = config.folder / "rounds.log"
    handler = RotatingFileHandler(file, maxBytes=LOG_BYTES_MAX, backupCount=2)
    handler.setFormatter(logging.Formatter("%(message)s"))
    kept.addHandler(handler)
    return kept
