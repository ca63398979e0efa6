"""Messages to people outside the pages, and receipts for them.

A message is one notice to one address of one person. A receipt says how far it came, as far as
that is known: "sent" means a gateway has taken it, and no more than that.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homeward.model.alarm import Priority


class Way(StrEnum):
    """How somebody is reached away from the pages."""

    WEB_PUSH = "web_push"
    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"
    OTHER = "other"


class Progress(StrEnum):
    """How far a message came. Ordered: each but the last proves all before it."""

    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """What a connector sends. `id` stays the same over every attempt, so a gateway can refuse
    to send it twice; `attempt` counts from 1. After `expires` it is worth nothing. `open_word` is
    what to do with the link, in the language of the text."""

    id: int
    way: Way
    address: str
    title: str
    text: str
    priority: Priority
    link: str
    expires: datetime
    attempt: int = 1
    open_word: str = "Open"

    @property
    def sentence(self) -> str:
        """Title and text in one line, without the link."""
        return f"{self.title}: {self.text}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a message came. `message` is its id, or 0 where only `reference` is known.

    `reference` is the gateway's own name for it. `is_final`: nothing more will be heard of it;
    with "failed" it is not tried again, with "sent" nobody will say whether it arrived.
    `not_before` is when the other side wants to be asked again; `is_gone` says that the address
    does not exist any more.
    """

    message: int
    progress: Progress
    at: datetime
    detail: str = ""
    reference: str = ""
    is_final: bool = False
    not_before: datetime | None = None
    is_gone: bool = False
