"""Sends mail by SMTP: STARTTLS or TLS, and nothing else off this machine.

A mail server says that it has taken a mail, never that somebody has it: so each receipt is
"sent, and nobody will say whether it arrived". The link in the mail proves that it was seen.
"""

import ssl
from contextlib import suppress
from datetime import datetime

import aiosmtplib

from homeward.connectors.email.parse import letter
from homeward.connectors.outward import OutLink, SendLink
from homeward.connectors.sending import ATTEMPT_SECONDS, keep_sending
from homeward.model.errors import Misconfigured, Refused, Unreachable
from homeward.model.message import Message, Progress, Receipt, Way
from homeward.settings import LOOPBACK, Settings

SECURITIES = ("starttls", "tls", "none")
GREETING_NAME = "homeward"  # EHLO: our host's own name is nobody's business
QUIT_SECONDS = 1.0
PERMANENT = 500  # RFC 5321, 4.2.1: from here on a retry will not help


async def run(link: OutLink) -> None:
    """Send mails, until cancelled. Raises Misconfigured."""
    sender = Sender(link)
    await keep_sending(link, (Way.EMAIL,), sender.send)


def check(settings: Settings) -> None:
    """Raise Misconfigured where no mail could be sent with these settings."""
    if not settings.smtp_host:
        raise Misconfigured("no mail server is set up (smtp_host)")
    if not settings.mail_from:
        raise Misconfigured("mail_from is empty: a mail needs an address it comes from")
    if settings.smtp_security not in SECURITIES:
        raise Misconfigured(f"smtp_security must be one of {', '.join(SECURITIES)}")
    if settings.smtp_security == "none" and settings.smtp_host not in LOOPBACK:
        raise Misconfigured("smtp_security = none is for a mail server on this machine only")


class Sender:
    """Our mail server. Raises Misconfigured."""

    def __init__(self, link: SendLink) -> None:
        check(link.settings)
        self._link = link

    async def send(self, message: Message) -> Receipt:
        """One mail in one connection: a connection kept open is one more thing that breaks."""
        settings, now = self._link.settings, self._link.now()
        server = client(settings)
        try:
            await server.connect()
            _, said = await server.send_message(letter(message, settings.mail_from, now))
            with suppress(OSError, aiosmtplib.SMTPException):  # it has the mail already
                await server.quit(timeout=QUIT_SECONDS)
        except aiosmtplib.SMTPAuthenticationError as error:
            raise Refused(f"the mail server rejects our account ({error.code})") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(message, error.recipients[0].code, "this address", now)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(message, error.code, "this mail", now)
        except (OSError, aiosmtplib.SMTPException) as error:
            raise Unreachable(words(error)) from None
        finally:
            server.close()
        return Receipt(message.id, Progress.SENT, now, reference=said[:120], is_final=True)


def client(settings: Settings) -> aiosmtplib.SMTP:
    """A connection to the mail server, yet to be made."""
    context = ssl.create_default_context()
    return aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password or None,
        local_hostname=GREETING_NAME,
        timeout=ATTEMPT_SECONDS,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        tls_context=None if settings.smtp_security == "none" else context,
    )


def _refused(message: Message, code: int, what: str, now: datetime) -> Receipt:
    detail = f"the mail server does not take {what} ({code})"
    return Receipt(message.id, Progress.FAILED, now, detail, is_final=code >= PERMANENT)


def words(error: Exception) -> str:
    """Why the mail server was not reached, without what it said: that may quote an address."""
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        return "the mail server's certificate is not trusted"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the mail server's certificate is not trusted"
    if isinstance(error, TimeoutError):
        return "the mail server does not answer"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return "the mail server hung up"
    if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
        return "the mail server does not offer what smtp_security asks for"
    return f"the mail server cannot be reached ({type(error).__name__})"
