"""A thin client: publish and subscribe with bounded queues, JSON where people may look.

The client beneath swallows what a handler raises, and what the server refuses. Here both are logged
and told as a trouble of the platform: a message that nobody could hear must not pass for a message
that nobody sent.
"""

import asyncio
import logging
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

import msgspec
import nats
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError, SlowConsumerError
from nats.errors import TimeoutError as NoAnswer

from homeward.bus.address import Address, read_address
from homeward.bus.grants import Grants, lacking, read_answer, refused
from homeward.guard.subjects import WHO_AM_I, May, inbox
from homeward.model.errors import Misconfigured, Unreachable, Unreadable

CONNECT_SECONDS = 10
# Of several servers one that does not answer is passed over soon: the alarm path waits.
NEXT_SECONDS = 2
# A server whose machine is gone says nothing. Asked each second, it is left after four.
PING_SECONDS = 1
UNANSWERED_MAX = 3
UNHEARD_MILLISECONDS = 4000  # ... and what is on its way to it is given up as late
CANCEL_SECONDS = 0.1
RECONNECT_WAIT_SECONDS = 0.2
PENDING_BYTES_MAX = 32 * 1024 * 1024
PENDING_MESSAGES_MAX = 65_536
ASK_SECONDS = 2.0
TROUBLE = "told.trouble"
FAULT_SECONDS = 10.0  # the same fault is told this often, however many messages meet it
log = logging.getLogger(__name__)

Handler = Callable[[str, bytes], Awaitable[None]]


@dataclass(slots=True)
class _Gaps:
    count: int = 0
    told: int = 0


class Bus:
    """A connection to NATS that comes back by itself."""

    def __init__(self, client: Client, gaps: "_Gaps", name: str) -> None:
        self._client = client
        self._name = name
        self._gaps = gaps
        self._faults: dict[str, float] = {}  # by what happened: when last told
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_gagged = False
        self._needed = May((), ())

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, name: str = "homeward") -> AsyncIterator[Self]:
        """Connect to one of the servers of `url` (see `bus.address`), and to another when it goes.

        Raises Unreachable where nobody answers, Misconfigured for an address that cannot be one.
        """
        address = read_address(url)
        options = address.options() | {"inbox_prefix": _inbox(address)}
        gaps = _Gaps()
        opened: list[Self] = []

        async def quiet(error: Exception) -> None:
            """Losing and finding the server is normal; whoever needs it asks `connected`."""
            if isinstance(error, SlowConsumerError):
                gaps.count += 1
                gaps.told += error.subject.startswith("told.")
            elif what := refused(str(error)):
                for bus in opened:
                    bus._was_refused(*what)

        async def came_back() -> None:
            gaps.count += 1
            gaps.told += 1
            _gives_up(client)
            for bus in opened:  # another node, or the same one with other rules
                bus._soon(bus._look_again())

        options |= {"name": name, "error_cb": quiet, "reconnected_cb": came_back}
        try:
            # For ever is right for coming back, not for the first time: a wrong password or
            # address must be said.
            connecting = nats.connect(list(address.servers), **options, **_patience(address))
            client = await _connected(connecting)
        except TimeoutError:
            raise Unreachable(f"NATS does not let us in within {CONNECT_SECONDS} s") from None
        except Exception as error:  # the client raises many, all mean: nobody answers
            raise Unreachable(f"NATS: {error}") from error
        _gives_up(client)
        opened.append(cls(client, gaps, name))
        try:
            yield opened[0]
        finally:
            await client.close()

    @property
    def connected(self) -> bool:
        """Whether the server hears us now."""
        return self._client.is_connected

    @property
    def is_closed(self) -> bool:
        """Whether the connection is lost for good: the client comes back by itself no more."""
        return self._client.is_closed

    @property
    def gaps(self) -> int:
        """How often something told may not have reached us: we were cut off, or too slow."""
        return self._gaps.count

    @property
    def told_gaps(self) -> int:
        """The same for what is told after a commit: numbers and waves come again anyway."""
        return self._gaps.told

    @property
    def is_gagged(self) -> bool:
        """Whether the server refuses even our troubles: nobody would hear what is wrong with us."""
        return self._is_gagged

    async def grants(self) -> Grants | None:
        """What the server lets us do; None is everything. Raises Unreachable where it says not."""
        try:
            message = await self._client.request(WHO_AM_I, timeout=ASK_SECONDS)
            answer = read_answer(message.data)
        except (NoRespondersError, NoAnswer, Unreadable):
            raise Unreachable("NATS does not say what it lets us do") from None
        if not answer.is_known(self._client._server_info["server_id"]):
            raise Unreachable("NATS does not say what it lets us do: another node answered")
        return answer.grants

    async def must_be_let(self, needed: May) -> None:
        """See that the server would refuse nothing of it, before anybody relies on us.

        Raises Misconfigured. A server that cannot be asked (before 2.10) is believed until it
        refuses something.
        """
        self._needed = needed
        if lacks := await self._lacks():
            words = ", ".join(f"{verb} {subject}" for verb, subject in lacks)
            raise Misconfigured(
                f"nats_url: the bus does not let this process {words}: "
                "give your NATS the accounts that `homeward bus users` prints"
            )

    async def _lacks(self) -> list[tuple[str, str]]:
        try:
            return list(lacking(self._needed, await self.grants()))
        except Unreachable as error:
            log.warning("%s; what it refuses is told when it does", error)
            return []

    async def _look_again(self) -> None:
        """Told before it is refused: a process that does its work already goes on with the rest."""
        for verb, subject in await self._lacks():
            self._was_refused(verb, subject)

    async def publish(self, subject: str, body: bytes) -> None:
        """Tell everyone who listens now."""
        await self._client.publish(subject, body)

    async def tell(self, subject: str, thing: Any) -> None:
        """Tell a thing as JSON."""
        await self._client.publish(subject, msgspec.json.encode(thing))

    async def listen(self, subject: str, handler: Handler) -> Callable[[], Awaitable[None]]:
        """Call `handler(subject, body)` for each message, in order; returns how to stop.

        What the handler raises is told on told.trouble; the messages after it are heard.
        """

        async def deliver(message: Msg) -> None:
            try:
                await handler(message.subject, message.data)
            except Exception as error:  # a bug, or a message nobody should have sent: told
                await self._fault(subject, error)

        subscription = await self._client.subscribe(
            subject,
            cb=deliver,
            pending_msgs_limit=PENDING_MESSAGES_MAX,
            pending_bytes_limit=PENDING_BYTES_MAX,
        )
        return subscription.unsubscribe

    async def _fault(self, subject: str, error: Exception) -> None:
        """Log and tell that a message was lost on its handler, without what it said."""
        name = type(error).__name__
        text = f"A message on {subject} was not understood ({name})."
        if self._is_news(f"hearing {subject}"):
            log.error("%s", text)
            await self._trouble(f"hearing {subject}", text)

    def _was_refused(self, verb: str, subject: str) -> None:
        """Log and tell that the server keeps us from telling or hearing something."""
        self._is_gagged = self._is_gagged or (verb, subject) == ("tell", TROUBLE)
        what = f"{self._name} may not {verb} {subject}"
        if self._is_news(what):
            log.error("%s: the bus refuses it", what)
            if not self._is_gagged:
                text = f"The bus does not let {self._name} {verb} {subject}."
                self._soon(self._trouble(what, text))

    def _soon(self, act: Coroutine[Any, Any, None]) -> None:
        """Not at once: the client reads nothing while it tells us of itself."""
        task = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_news(self, what: str) -> bool:
        moment = asyncio.get_running_loop().time()
        if moment - self._faults.get(what, float("-inf")) < FAULT_SECONDS:
            return False
        self._faults[what] = moment
        return True

    async def _trouble(self, what: str, text: str) -> None:
        if self.connected:
            with suppress(nats.errors.Error):  # the bus went that moment; the log has it
                await self.tell(TROUBLE, {"what": what, "text": text})


def _inbox(address: Address) -> str:
    """Where answers to us come: to each account at a place of its own, as its permissions say."""
    is_account = address.password is not None and re.fullmatch(r"[\w-]+", address.user or "")
    return inbox(str(address.user)) if is_account else "_INBOX"


def _patience(address: Address) -> dict[str, Any]:
    """How long a server is waited for, and how often it is come back to."""
    return {
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": RECONNECT_WAIT_SECONDS,
        "connect_timeout": CONNECT_SECONDS if len(address.servers) == 1 else NEXT_SECONDS,
        "ping_interval": PING_SECONDS,
        "max_outstanding_pings": UNANSWERED_MAX,
    }


def _gives_up(client: Client) -> None:
    """Have the kernel end a connection whose other side acknowledges nothing.

    Without it the client, which closes one connection before it opens the next, waits for a
    quarter of an hour until what it had written to a dead machine is given up.
    """
    writer = client._transport._io_writer  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    writer.get_extra_info("socket").setsockopt(
        socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_MILLISECONDS
    )


async def _connected(connecting: Coroutine[Any, Any, Client]) -> Client:
    """What this comes to within CONNECT_SECONDS. Raises TimeoutError.

    `asyncio.wait_for` of Python 3.11, by which the client connects, can swallow the cancellation
    that `asyncio.timeout` sends once, where a refusal comes in that moment: it would try for ever.
    """
    task = asyncio.create_task(connecting)
    try:
        await asyncio.wait({task}, timeout=CONNECT_SECONDS)
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=CANCEL_SECONDS)
    finally:
        task.cancel()
    if task.cancelled():
        raise TimeoutError
    return task.result()
