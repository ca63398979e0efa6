"""What people who build devices use: values in, batches out, acknowledged or still there.

    with Device("my-oximeter") as device:          # the folder `homeward device enrol` wrote
        device.send(pulse=72, oxygen_saturation=97)

MQTT 5 over mutual TLS to the server or to an edge, whichever the folder names. Values of about a
second travel as one message, numbered by (boot, seq); what is not acknowledged is sent again,
after pauses that grow and are jittered. With a spool of its own (`spool_bytes`) it survives being
switched off; without, it keeps 10,000 messages in memory and then drops the oldest, which the
server sees as a gap. Its certificate it renews by itself.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from homeward.device.connection import Connection
from homeward.device.outbox import Message
from homeward.device.papers import Papers
from homeward.device.renewal import keep_renewed
from homeward.device.spool import Spool
from homeward.engines.secret import write_private
from homeward.model.errors import Unreachable, Unreadable
from homeward.model.reading import Reading
from homeward.model.vital import BY_NAME
from homeward.standards.payload import encode

BATCH_SECONDS = 1.0
# So many, with the longest names and numbers there are, are less than a door takes of one message
# (262,144 bytes): a larger one would be refused for ever, and nothing would come after it.
MESSAGE_READINGS_MAX = 2_000
IN_MEMORY_MAX = 500  # messages read ahead from a spool
FLUSHED_SECONDS = 30.0

Command = Callable[[bytes], None]
log = logging.getLogger("homeward.device")


class AsyncDevice:
    """One device, in an event loop of yours. `folder` is what enrolment wrote.

    `spool_bytes`: keep what is not acknowledged in `folder`/spool, up to so many bytes, each batch
    with an fsync. `on_command` is called with the body of each command. `firmware` is what the
    device runs, for the page that lists it. Raises Misconfigured for a folder that is not enrolled.
    """

    def __init__(
        self, folder: Path | str, *, batch_seconds: float = BATCH_SECONDS, spool_bytes: int = 0,
        on_command: Command | None = None, firmware: str = "",
    ) -> None:  # fmt: skip
        papers = Papers.read(Path(folder))
        self._spool = Spool(papers.folder / "spool", spool_bytes) if spool_bytes else None
        self._connection = Connection(papers, _next_boot(papers.folder), firmware=firmware)
        self._connection.on_command = on_command or (lambda body: None)
        self._connection.outbox.on_settled = self._settled
        self._topic = f"devices/{papers.name}/readings"
        self._batch_seconds = batch_seconds
        self._batch: list[Reading] = []
        self._batches = 0
        self._read_until = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin to connect; `send` may be called at once."""
        connection = self._connection
        renewing = keep_renewed(connection.papers, connection.come_again)
        running = (connection.run(), self._run(), renewing)
        self._tasks = [asyncio.create_task(each) for each in running]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait a while for what was sent, then hang up; a spool keeps the rest."""
        with contextlib.suppress(Unreachable):
            await self.flushed()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._spool is not None:
            self._spool.close()

    @property
    def is_connected(self) -> bool:
        """Whether the door has let it in."""
        return self._connection.connected

    @property
    def waiting(self) -> int:
        """Messages that are not acknowledged, values of the batch that is being made aside."""
        in_memory = len(self._connection.outbox)
        return in_memory if self._spool is None else self._spool.waiting()

    @property
    def refused(self) -> int:
        """Messages the server will never take: it put them aside, with the reason."""
        return self._connection.outbox.refused

    @property
    def dropped(self) -> int:
        """Messages that were lost here because memory was full."""
        return self._connection.outbox.dropped

    def send(
        self, values: Mapping[str, float] | None = None, /, *, at: datetime | None = None,
        **more: float,
    ) -> None:  # fmt: skip
        """Take values in, by the names and in the units of docs/reference/vitals.md, measured at
        `at` (with its zone; default: now).

        Raises Unreadable for a value that cannot be, and Unreachable where the spool is full.
        """
        if self._spool is not None and self._spool.is_full:
            raise Unreachable("the device's spool is full")
        moment = datetime.now(UTC) if at is None else at
        readings = [_reading(*each, moment) for each in ({**(values or {}), **more}).items()]
        self._batch += readings  # all of them, or none
        if len(self._batch) >= MESSAGE_READINGS_MAX:
            self.flush()

    def flush(self) -> None:
        """Make a message of what was taken in, now. Raises OSError where the disk takes nothing;
        then it is still in the batch."""
        if not self._batch:
            return
        batch = self._batch[:MESSAGE_READINGS_MAX]
        body = encode(batch, self._connection.boot, self._batches)
        if self._spool is None:
            self._connection.queue(Message(self._topic, body, self._batches))
        else:
            self._spool.write([(time.time_ns() // 1000, body)])
        del self._batch[: len(batch)]
        self._batches += 1
        self._read_ahead()

    async def flushed(self, seconds: float = FLUSHED_SECONDS) -> None:
        """Wait until all of it is acknowledged. Raises Unreachable after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while self._batch or self.waiting:
                    self.flush()
                    await self._connection.drained()
        except TimeoutError:
            raise Unreachable(f"{self.waiting} messages are not acknowledged yet") from None

    async def _run(self) -> None:
        while True:
            try:
                self.flush()
                self._read_ahead()
            except OSError as error:  # the batch waits; `send` says so once the spool is full
                log.error("the device's disk takes nothing: %s", error.strerror)
            await asyncio.sleep(self._batch_seconds)

    def _read_ahead(self) -> None:
        """Have some of the spool on the way."""
        spool = self._spool
        while spool is not None and len(self._connection.outbox) < IN_MEMORY_MAX:
            records, begin, end = spool.read(self._read_until, 100, 1_000_000)
            if begin == end:
                return
            self._read_until = end
            for each in records:
                if each.body is not None:
                    message = Message(self._topic, each.body, each.number, each.number)
                    self._connection.queue(message)

    def _settled(self, message: Message) -> None:
        if self._spool is not None and message.number is not None:
            self._spool.acknowledge(message.number, message.number + 1)
            asyncio.get_running_loop().call_soon(self._read_ahead)


class Device:
    """The same without an event loop of yours: it has one in a thread. Safe from any thread."""

    def __init__(
        self, folder: Path | str, *, batch_seconds: float = BATCH_SECONDS, spool_bytes: int = 0,
        on_command: Command | None = None, firmware: str = "",
    ) -> None:  # fmt: skip
        self._wanted: dict[str, Any] = {
            "batch_seconds": batch_seconds, "spool_bytes": spool_bytes, "firmware": firmware,
        }  # fmt: skip
        self._folder, self._on_command = folder, on_command
        self._inner: AsyncDevice | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        """Begin to connect. Raises Misconfigured."""
        self._thread.start()
        try:
            self._inner = self._do(self._open())
        except BaseException:  # whatever it was, the thread ends with it
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Wait a while for what was sent, then hang up."""
        try:
            self._do(self._opened.__aexit__(kind, error, trace))
        finally:
            self._stop()

    def send(
        self, values: Mapping[str, float] | None = None, /, *, at: datetime | None = None,
        **more: float,
    ) -> None:  # fmt: skip
        """As of AsyncDevice."""
        self._do(self._send(values, at, more))

    def flushed(self, seconds: float = FLUSHED_SECONDS) -> None:
        """As of AsyncDevice."""
        self._do(self._opened.flushed(seconds))

    @property
    def is_connected(self) -> bool:
        """Whether the door has let it in."""
        return self._opened.is_connected

    @property
    def waiting(self) -> int:
        """Messages that are not acknowledged."""
        return self._opened.waiting

    @property
    def _opened(self) -> AsyncDevice:
        if self._inner is None:
            raise Unreachable("the device is not open: use it with `with`")
        return self._inner

    async def _open(self) -> AsyncDevice:
        made = AsyncDevice(self._folder, **self._wanted, on_command=self._on_command)
        return await made.__aenter__()

    async def _send(
        self, values: Mapping[str, float] | None, at: datetime | None, more: Mapping[str, float]
    ) -> None:
        self._opened.send({**(values or {}), **more}, at=at)

    def _do(self, work: Any) -> Any:
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _reading(name: str, value: float, at: datetime) -> Reading:
    vital = BY_NAME.get(name)
    if vital is None:
        raise Unreadable(f"there is no vital sign {name!r}; docs/reference/vitals.md has them all")
    return Reading(vital, float(value), at)


def _next_boot(folder: Path) -> int:
    """A number greater than at every start before, though the clock may be wrong."""
    path = folder / "boot"
    last = int(path.read_text()) if path.exists() else 0
    boot = max(int(time.time()), last + 1)
    write_private(path, str(boot).encode())
    return boot
