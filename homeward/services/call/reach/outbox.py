"""The outbox: deliveries in PostgreSQL, as connectors see them.

Every timer is a row: what is due, who has leased it, when it is tried again. A killed process
loses nothing; what it had leased is sent again once the lease is over.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeward.model.errors import Unreachable
from homeward.model.message import Message, Progress, Receipt, Way
from homeward.services.call.reach.wording import Claimed, messages_of
from homeward.services.call.receipts import mark_seen_for
from homeward.services.contract import Tools
from homeward.services.speaking import languages_of
from homeward.settings import Settings
from homeward.store import Door, queries

Q = queries("homeward.services.call.reach")
LOOK_SECONDS = 1.0  # retries and later ways come due by themselves
LEASE_SECONDS = 30  # an attempt has ended long before (connectors/sending.py)
ROWS_MAX = 1_000  # deliveries claimed in one go, in however few messages
TRIES_MAX = 6
BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0)
JITTER = (0.75, 1.25)  # so that a gateway that comes back is not met by everybody at once
REFERENCE_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Touched:
    call_id: int | None
    contact_id: int


class Outbox:
    """An outbound connector's link to the platform (connectors.contract.OutLink)."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.settings: Settings = tools.settings
        self.news = asyncio.Event()  # set when something may have come due

    def now(self) -> datetime:
        """The time, with its zone."""
        return self._tools.now()

    async def take(self, ways: Collection[Way], at_most: int) -> Sequence[Message]:
        """Messages due now on these ways, worst first; waits until there is one."""
        while True:
            self.news.clear()
            messages = await self._claim(ways, at_most)
            if messages:
                return messages
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self.news.wait()

    async def _claim(self, ways: Collection[Way], at_most: int) -> Sequence[Message]:
        try:
            return await claim(self._tools, ways, at_most)
        except Unreachable:  # the calls' own loop says so; everything waits in its row
            return ()

    async def report(self, receipts: Sequence[Receipt]) -> None:
        """Say how far messages came. Raises Unreachable: then the lease runs out, and it is sent
        again."""
        for receipt in receipts:
            await note(self._tools, receipt)

    async def ways_wanted(self) -> set[Way]:
        """Ways somebody has a contact of."""
        rows = await self._tools.store.door().all(Q.ways_wanted, dict)
        return {Way(row["way"]) for row in rows}


async def wake(tools: Tools, boxes: Mapping[Way, Outbox]) -> Callable[[], Awaitable[None]]:
    """Have these boxes, and whichever come to them, look whenever a call is told; how to stop."""

    async def hear(_: str, __: bytes) -> None:
        for box in boxes.values():
            box.news.set()

    return await tools.bus.listen("told.call", hear)


async def claim(tools: Tools, ways: Collection[Way], at_most: int) -> list[Message]:
    """Lease what is due, and put it in words."""
    async with tools.store.door().transaction() as door:
        rows = await door.all(
            Q.claim, dict, now=tools.now(), ways=[way.value for way in ways], at_most=at_most,
            rows_max=ROWS_MAX, lease_seconds=LEASE_SECONDS,
        )  # fmt: skip
        claimed = await door.all(Q.claimed, Claimed, ids=[row["id"] for row in rows])
        languages = await languages_of(door, {each.person for each in claimed})
    settings = tools.settings
    worded = [replace(each, language=languages[each.person]) for each in claimed]
    return messages_of(
        worded, settings.pages_url, site_names_health=settings.messages_may_name_health
    )


async def note(tools: Tools, receipt: Receipt) -> None:
    """Write one receipt down, for every call its message told of."""
    async with tools.store.door().transaction() as door:
        if receipt.progress is Progress.SENT:
            await door.run(
                Q.note_sent, id=receipt.message, at=receipt.at, reference=receipt.reference,
                is_final=receipt.is_final,
            )  # fmt: skip
            return
        if receipt.progress is Progress.FAILED:
            await _note_failed(door, receipt)
            return
        touched = await door.all(
            Q.note_further, _Touched, id=receipt.message, at=receipt.at,
            state=receipt.progress.value, is_final=receipt.is_final,
        )  # fmt: skip
        await door.run(Q.prove, ids=[row.contact_id for row in touched], at=receipt.at)
    if receipt.progress is not Progress.DELIVERED and touched:
        await _mark_calls(tools, receipt)


async def _note_failed(door: Door, receipt: Receipt) -> None:
    touched = await door.all(
        Q.note_failed, _Touched, id=receipt.message, at=receipt.at, error=receipt.detail,
        is_final=receipt.is_final or receipt.is_gone, tries_max=TRIES_MAX,
        back_off=list(BACK_OFF_SECONDS), jitter=random.uniform(*JITTER),  # noqa: S311
        not_before=receipt.not_before or receipt.at,
    )  # fmt: skip
    if receipt.is_gone:
        reason = f"gone: {receipt.detail}"
        await door.run(
            Q.retire, ids=[row.contact_id for row in touched], at=receipt.at, reason=reason
        )


async def _mark_calls(tools: Tools, receipt: Receipt) -> None:
    """Who has seen the message has seen the calls it told of."""
    door = tools.store.door()
    covered = await door.all(Q.covered, dict, id=receipt.message)
    people = {row["person_id"] for row in covered}
    for person in people:
        calls = [row["call_id"] for row in covered if row["person_id"] == person]
        await mark_seen_for(door, tools.bus, person, calls, receipt.at)


async def note_reference(tools: Tools, ways: Collection[Way], receipt: Receipt) -> bool:
    """Write down what a gateway says of a message it names itself; whether it is one of ours."""
    rows = await tools.store.door().all(
        Q.by_reference, dict, reference=receipt.reference, ways=[way.value for way in ways],
        since=receipt.at - REFERENCE_FOR,
    )  # fmt: skip
    for row in rows:
        found = Receipt(
            row["bundle"], receipt.progress, receipt.at, receipt.detail, receipt.reference,
            is_final=receipt.is_final,
        )  # fmt: skip
        await note(tools, found)
    return bool(rows)
