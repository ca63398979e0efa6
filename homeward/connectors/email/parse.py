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
    token = message.link.rpartition("/")[2]
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.address
    mail["Subject"] = message.sentence[:SUBJECT_LETTERS_MAX]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{token}.{message.id}@{domain}>"
    mail["Importance"] = IMPORTANCE[message.priority]
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice, please
    mail.set_content(f"{message.sentence}\n\nOpen: {message.link}\n")
    return mail
