"""Sends web pushes (RFC 8030)."""

import json
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from homeward.connectors.https import Answer, ask
from homeward.connectors.outward import OutLink, SendLink
from homeward.connectors.sending import keep_sending
from homeward.connectors.web_push.parse import SALT_BYTES, Subscription, encrypted, signed
from homeward.model.alarm import Priority
from homeward.model.errors import Misconfigured, Unreadable
from homeward.model.message import Message, Progress, Receipt, Way

# RFC 8030, 5.3. "high" alone may wake a phone that saves its battery.
URGENCY = {Priority.HIGH: "high", Priority.MEDIUM: "high", Priority.LOW: "normal"}
GONE = (404, 410)  # RFC 8030, 7.3: the subscription is no more
BUSY = (429, 500, 502, 503, 504)
FALLBACK_SUBJECT = "https://localhost"


async def run(link: OutLink) -> None:
    """Send pushes, until cancelled."""
    sender = Sender(link)
    await keep_sending(link, (Way.WEB_PUSH,), sender.send)


class Sender:
    """Holds our key. Raises Misconfigured where it is missing."""

    def __init__(self, link: SendLink) -> None:
        self._link = link
        self._key = read_key(link.settings.data / "keys" / "vapid.pem")
        self._subject = subject_of(link.settings.mail_from, link.settings.pages_url)

    async def send(self, message: Message) -> Receipt:
        """One push; "sent" once the push service has taken it."""
        now = self._link.now()
        try:
            to = Subscription.read(message.address)
            body = encrypted(
                payload(message),
                to,
                ec.generate_private_key(ec.SECP256R1()),
                os.urandom(SALT_BYTES),
            )
        except Unreadable as error:
            return Receipt(message.id, Progress.FAILED, now, str(error), is_final=True)
        headers = {
            "authorization": signed(to.endpoint, self._key, self._subject, now),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(max(0, int((message.expires - now).total_seconds()))),
            "urgency": URGENCY[message.priority],
        }
        answer = await ask("POST", to.endpoint, headers, body, self._link.settings.out_proxy)
        return receipt_of(answer, message, self._link.now())


def payload(message: Message) -> bytes:
    """What the service worker reads (web/public/worker.js)."""
    told = {
        "title": message.title,
        "text": message.text,
        "priority": message.priority.value,
        "link": message.link,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def receipt_of(answer: Answer, message: Message, now: datetime) -> Receipt:
    """What the push service's answer means."""
    if 200 <= answer.status < 300:
        reference = answer.headers.get("location", "")
        return Receipt(message.id, Progress.SENT, now, reference=reference)
    detail = f"the push service answered {answer.status}"
    if answer.status in GONE:
        return Receipt(
            message.id, Progress.FAILED, now, "the browser no longer takes pushes",
            is_final=True, is_gone=True,
        )  # fmt: skip
    if answer.status in BUSY:
        later = answer.retry_at(now)
        return Receipt(message.id, Progress.FAILED, now, detail, not_before=later)
    return Receipt(message.id, Progress.FAILED, now, detail, is_final=True)


def read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """Our key. Raises Misconfigured."""
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError):
        raise Misconfigured(f"{file} cannot be read; the first start makes it") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Misconfigured(f"{file} is no ECDSA key")
    return key


def subject_of(mail_from: str, pages_url: str) -> str:
    """How the push service's operators can reach ours (RFC 8292, 2.1)."""
    if mail_from:
        return f"mailto:{mail_from}"
    return pages_url if pages_url.startswith("https://") else FALLBACK_SUBJECT
