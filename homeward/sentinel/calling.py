"""The sentinel's own way to people: the same connectors, and nothing of the platform's."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

from homeward.connectors.sending import attempted
from homeward.model.alarm import Priority
from homeward.model.errors import HomewardError, Misconfigured
from homeward.model.message import Message, Progress, Receipt, Way
from homeward.sentinel.config import Called, Config

RETRY_SECONDS = 10.0
WORTH = timedelta(minutes=10)
log = logging.getLogger(__name__)

# Imported when they are needed.
SENDERS = {
    Way.WEB_PUSH: "homeward.connectors.web_push.send",
    Way.EMAIL: "homeward.connectors.email.send",
    Way.SMS: "homeward.connectors.https_gateway.send",
    Way.VOICE: "homeward.connectors.https_gateway.send",
    Way.OTHER: "homeward.connectors.many_channels.send",
}


class _Link:
    """What a sender sees (connectors.outward.SendLink): settings and the clock."""

    def __init__(self, config: Config) -> None:
        self.settings = config.settings

    def now(self) -> datetime:
        """The time, with its zone."""
        return datetime.now(UTC)


def sender_of(config: Config, called: Called) -> Callable[[Message], Awaitable[Receipt]]:
    """How one person is sent a message. Raises Misconfigured."""
    module = import_module(SENDERS[called.way])
    link = _Link(config)
    if called.way in (Way.SMS, Way.VOICE):
        return module.Sender(link, called.way).send
    return module.Sender(link).send


class Callers:
    """Tells everybody one thing at a time: a newer word takes the place of one still on its way."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._telling: asyncio.Task[None] | None = None

    def tell(self, text: str) -> None:
        """Tell it, by every route, again until each has taken it or there is newer news."""
        if self._telling is not None:
            self._telling.cancel()
        if not self._config.calls:
            log.error("the sentinel has nobody to call: %s", text)
        self._telling = asyncio.create_task(self._tell(text))

    async def _tell(self, text: str) -> None:
        number = round(time.time() * 1000)
        await asyncio.gather(
            *(self._until_taken(called, text, number) for called in self._config.calls)
        )

    async def _until_taken(self, called: Called, text: str, number: int) -> None:
        attempt = 0
        while True:
            attempt += 1
            now = datetime.now(UTC)
            message = Message(
                number, called.way, called.address, "Homeward sentinel", text, Priority.HIGH,
                self._config.url, now + WORTH, attempt,
            )  # fmt: skip
            receipt = await self._once(called, message)
            if receipt.progress is Progress.SENT:
                log.warning("told %s: %s", called.way, text)
                return
            # What a gateway says of the sentinel's own words, which name no patient.
            log.error("%s: %s", called.way, receipt.detail)  # nosemgrep: logged-patient-data
            await asyncio.sleep(RETRY_SECONDS)

    async def _once(self, called: Called, message: Message) -> Receipt:
        try:
            send = sender_of(self._config, called)
        except (Misconfigured, HomewardError) as error:
            return Receipt(message.id, Progress.FAILED, datetime.now(UTC), str(error))
        return await attempted(send, message, lambda: datetime.now(UTC))

    async def close(self) -> None:
        """Stop telling."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])
