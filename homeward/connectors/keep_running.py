"""Keep a task running: the only place that catches everything.

What it catches becomes a technical alarm. A rule or a connector that fails quietly is a silent
monitor, the worst bug this project can have.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from homeward.model.errors import Misconfigured, Refused, Unreachable, place_of

BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0  # a task that ran this long has recovered
TELL_AGAIN_SECONDS = 10.0  # whoever should hear may have been restarting too
STEADY_LOOKS = 2
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something of the platform's own is wrong; `over` once it is not any more."""

    what: str
    text: str
    over: bool = False


Tell = Callable[[Trouble], Awaitable[None]]
Start = Callable[[], Awaitable[None]]


async def keep_running(
    name: str, start: Start, tell: Tell, wait_seconds_max: float = BACK_OFF_SECONDS[-1]
) -> None:
    """Run `start()` until cancelled, again after every failure.

    Unreachable is retried quietly, logged once when lost. Refused and Misconfigured stop it: a
    person must act, and is told again and again. Anything else is a bug: told, then retried.
    After failures in a row it waits longer, and `wait_seconds_max` at most.
    """
    failures = 0
    while True:
        started = time.monotonic()
        steady = asyncio.create_task(_tell_when_steady(name, failures, tell))
        try:
            await _finished(start)
            text = f"{name} ended by itself and is started again"
        except Unreachable as error:
            text = f"{name} waits: {error}"
        except (Refused, Misconfigured) as error:
            await told_for_ever(Trouble(f"task_{name}", f"{name} stopped: {error}"), tell)
            return
        except Exception as error:  # a bug: becomes a technical alarm
            text = f"{name} failed ({type(error).__name__}) and is started again"
            log_bug(name, error)
        finally:
            steady.cancel()
        has_recovered = time.monotonic() - started > STEADY_SECONDS
        failures = 1 if has_recovered else failures + 1
        if failures == 1:
            log.warning("%s", text)
        await tell(Trouble(f"task_{name}", text))
        wait = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1]
        await asyncio.sleep(min(wait, wait_seconds_max))


async def _finished(start: Start) -> None:
    """Run it in a task of its own, so that being cancelled is never mistaken for its failure.

    A group of tasks whose children fail while it is cancelled gives their errors and forgets the
    rest: started again then, it would keep its process from ending.
    """
    task = asyncio.ensure_future(start())
    try:
        await asyncio.wait((task,))
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait((task,))
        # Asked for, or asyncio logs it with its message: that may carry a patient's values.
        if not task.cancelled() and (error := task.exception()) is not None:
            log.info("it ended with %s", type(error).__name__)
        raise
    if task.cancelled():  # and nobody cancelled us: it must not end in silence
        raise RuntimeError("cancelled by itself")
    task.result()


def log_bug(name: str, error: BaseException) -> None:
    """Log what failed and where, without its message: that may carry a patient's values."""
    log.error("%s failed: %s", name, place_of(error))
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            log_bug(name, each)


async def _tell_when_steady(name: str, failures: int, tell: Tell) -> None:
    if failures:
        await asyncio.sleep(STEADY_SECONDS)
        log.info("%s runs again", name)
        await tell(Trouble(f"task_{name}", f"{name} runs again", over=True))


async def told_for_ever(trouble: Trouble, tell: Tell) -> None:
    """Tell it until cancelled."""
    while True:
        log.error("%s", trouble.text)
        await tell(trouble)
        await asyncio.sleep(TELL_AGAIN_SECONDS)


async def told_until_steady(trouble: Trouble, which: Callable[[], int], tell: Tell) -> None:
    """Tell it until `which()` names the same living process several times in a row.

    0 is none. Then tell that it is over.
    """
    before, steady = 0, 0
    while steady < STEADY_LOOKS:
        await tell(trouble)
        await asyncio.sleep(TELL_AGAIN_SECONDS)
        now = which()
        steady = steady + 1 if now and now == before else 0
        before = now
    await tell(Trouble(trouble.what, f"{trouble.text}; it has been steady since", over=True))
