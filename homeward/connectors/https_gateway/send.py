"""Sends text messages and voice calls by HTTPS gateways."""

from datetime import datetime
from pathlib import Path

from homeward.connectors.https import Answer, ask, checked_url
from homeward.connectors.https_gateway.parse import (
    Gateway,
    gateway,
    is_taken,
    reference_in,
    request,
)
from homeward.connectors.outward import OutLink, SendLink
from homeward.connectors.sending import keep_sending
from homeward.model.errors import Misconfigured, Unreadable
from homeward.model.message import Message, Progress, Receipt, Way
from homeward.settings import Settings

AGAIN = (408, 425, 429, 500, 502, 503, 504)


async def run_sms(link: OutLink) -> None:
    """Send text messages, until cancelled. Raises Misconfigured."""
    await _run(link, Way.SMS)


async def run_voice(link: OutLink) -> None:
    """Have people rung up, until cancelled. Raises Misconfigured."""
    await _run(link, Way.VOICE)


async def _run(link: OutLink, way: Way) -> None:
    sender = Sender(link, way)
    await keep_sending(link, (way,), sender.send)


def file_of(settings: Settings, way: Way) -> str:
    """The file that describes the gateway of a way; empty where there is none."""
    return {Way.SMS: settings.sms_gateway, Way.VOICE: settings.voice_gateway}.get(way, "")


def read(settings: Settings, way: Way) -> Gateway:
    """The gateway of a way. Raises Misconfigured."""
    file = file_of(settings, way)
    if not file:
        raise Misconfigured(f"no gateway is set up ({way}_gateway)")
    try:
        text = Path(file).expanduser().read_text()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read ({error.strerror})") from None
    made = gateway(text)
    checked_url(made.url.replace("{", "").replace("}", ""))
    return made


class Sender:
    """One gateway. Raises Misconfigured."""

    def __init__(self, link: SendLink, way: Way) -> None:
        self._link = link
        self.gateway = read(link.settings, way)

    async def send(self, message: Message) -> Receipt:
        """One request; "sent" once the gateway says that it took the message."""
        asked = request(self.gateway, message)
        proxy = self._link.settings.out_proxy
        answer = await ask(asked.method, asked.url, asked.headers, asked.body, proxy)
        return receipt_of(self.gateway, answer, message, self._link.now())


def receipt_of(made: Gateway, answer: Answer, message: Message, now: datetime) -> Receipt:
    """What the gateway's answer means."""
    detail = f"the gateway answered {answer.status}"
    if answer.status in AGAIN:
        later = answer.retry_at(now)
        return Receipt(message.id, Progress.FAILED, now, detail, not_before=later)
    if not 200 <= answer.status < 300:
        return Receipt(message.id, Progress.FAILED, now, detail, is_final=True)
    try:
        if not is_taken(made, answer.body):
            detail = "the gateway did not take it"
            return Receipt(message.id, Progress.FAILED, now, detail, is_final=True)
    except Unreadable as error:  # it may have been taken: its idempotency key makes a retry safe
        return Receipt(message.id, Progress.FAILED, now, str(error))
    reference = reference_in(made, answer.body)
    is_final = made.report is None or not reference  # nobody will say what became of it
    return Receipt(message.id, Progress.SENT, now, reference=reference, is_final=is_final)
