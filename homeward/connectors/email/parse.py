"""A message as an email. Pure."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from homeward.model.alarm import Priority
from homeward.model.message import Message

SUBJECT_LETTERS_MAX = 120
IMPORTANCE = {Priority.HIGH: "high", Priority.MEDIUM: "normal", Priority.LOW: "normal"}


def letter(message: Message, sender: str, now: datetime) -> EmailMessage:
    """Plain text. Its Message-ID stays the same over every attempt, so that a mail server may
    see that it has it already."""
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.address
    # In one line: a device's words may have several, and a header with two is no header.
    mail["Subject"] = " ".join(message.sentence.split())[:SUBJECT_LETTERS_MAX]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{_name(message)}@{domain}>"
    mail["Importance"] = IMPORTANCE[message.priority]
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice, please
    mail.set_content(f"{message.sentence}\n\n{message.open_word}: {message.link}\n")
    return mail


def _name(message: Message) -> str:
    """The same over every attempt, and no other message's; dots and letters only."""
    token = message.link.rpartition("/")[2]
    return f"{''.join(letter for letter in token if letter.isalnum())}.{message.id}"
