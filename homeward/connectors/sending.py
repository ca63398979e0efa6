"""The loop of every connector that sends to people: take, send, report, many side by side.

One slow gateway holds up nobody else's message, and none without a bound: an attempt that takes
longer than its time is a failed one, to be tried again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from homeward.connectors.keep_running import log_bug
from homeward.connectors.outward import OutLink
from homeward.model.errors import Misconfigured, Refused, Unreachable
from homeward.model.message import Message, Progress, Receipt, Way

FLYING_MAX = 16  # messages on their way side by side, of one connector
ATTEMPT_SECONDS = 10.0  # shorter than the lease, so that nobody sends it a second time meanwhile
REPORT_AGAIN_SECONDS = 0.5  # while the record is away; what is flying is bounded
DETAIL_LETTERS_MAX = 200

Send = Callable[[Message], Awaitable[Receipt]]
log = logging.getLogger(__name__)


async def keep_sending(link: OutLink, ways: Collection[Way], send: Send) -> None:
    """Send what is due on these ways, until cancelled."""
    flying: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as tasks:
        while True:
            room = FLYING_MAX - len(flying)
            if not room:
                await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                continue
            for message in await link.take(ways, room):
                task = tasks.create_task(_attempt(link, send, message))
                flying.add(task)
                task.add_done_callback(flying.discard)


async def _attempt(link: OutLink, send: Send, message: Message) -> None:
    receipt = await attempted(send, message, link.now)
    while True:
        try:
            await link.report([receipt])
        except Unreachable:  # forgotten, it would be sent to the same person again
            await asyncio.sleep(REPORT_AGAIN_SECONDS)
        else:
            return


async def attempted(send: Send, message: Message, now: Callable[[], datetime]) -> Receipt:
    """What came of one attempt; every way to fail is a receipt that says so."""

    def failed(detail: str, *, is_final: bool = False) -> Receipt:
        words = detail[:DETAIL_LETTERS_MAX]
        return Receipt(message.id, Progress.FAILED, now(), words, is_final=is_final)

    try:
        async with asyncio.timeout(ATTEMPT_SECONDS):
            return await send(message)
    except TimeoutError:
        return failed(f"no answer within {ATTEMPT_SECONDS:.0f} s")
    except Unreachable as error:
        return failed(str(error))
    except (Refused, Misconfigured) as error:
        return failed(str(error), is_final=True)
    except Exception as error:  # a bug: the message failed, and its failure is a technical alarm
        log_bug(f"sending by {message.way}", error)
        return failed(f"{message.way} failed ({type(error).__name__})", is_final=True)


async def refuse_all(link: OutLink, ways: Collection[Way], why: str) -> None:
    """Let every message on these ways fail at once, so that the next way or person is tried."""

    async def refuse(_: Message) -> Receipt:
        raise Misconfigured(why)

    await keep_sending(link, ways, refuse)
