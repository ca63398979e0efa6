"""Sends by Apprise, which knows some hundred and thirty services.

It is an optional extra, `homeward[channels]`. It blocks, so each message has a thread; it says
only whether the service took the message, so each receipt is "sent, and nobody will say more".
"""

import asyncio
from typing import Any

from homeward.connectors.outward import OutLink, SendLink
from homeward.connectors.sending import ATTEMPT_SECONDS, keep_sending
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured, Unreachable
from homeward.model.message import Message, Progress, Receipt, Way

TYPES = {Priority.HIGH: "failure", Priority.MEDIUM: "warning", Priority.LOW: "info"}
# These would run a program of this machine or write to its screens, by an address alone.
LOCAL_SCHEMAS = frozenset({"syslog", "dbus", "gnome", "kde", "qt", "glib", "macosx", "windows"})


async def run(link: OutLink) -> None:
    """Send by other channels, until cancelled. Raises Misconfigured where the extra is missing."""
    sender = Sender(link)
    await keep_sending(link, (Way.OTHER,), sender.send)


def check() -> Any:
    """The library. Raises Misconfigured where it is not installed."""
    try:
        import apprise  # 6 MB, and only where somebody has such a contact
    except ImportError:
        raise Misconfigured(
            "other channels need the extra: pip install 'homeward[channels]'"
        ) from None
    return apprise


class Sender:
    """The library, imported once."""

    def __init__(self, link: SendLink) -> None:
        self._link = link
        self._apprise = check()

    async def send(self, message: Message) -> Receipt:
        """One message; the library follows no redirect and waits no longer than we do."""
        if message.address.partition("://")[0].lower() in LOCAL_SCHEMAS:
            raise Misconfigured("this channel is of this machine, and reaches nobody")
        channel = self._apprise.Apprise.instantiate(message.address)
        if channel is None:
            raise Misconfigured("this is no channel that is known")
        channel.socket_connect_timeout = channel.socket_read_timeout = ATTEMPT_SECONDS - 1
        body = f"{message.text}\n{message.link}"
        is_taken = await asyncio.to_thread(
            channel.notify, body=body, title=message.title, notify_type=TYPES[message.priority]
        )
        if not is_taken:
            raise Unreachable("the channel did not take it")
        return Receipt(message.id, Progress.SENT, self._link.now(), is_final=True)
