"""The notebook of each app: its documents, found again by their names, or by moment and kind.

What an app sends twice is kept once; what it changes has its newest words; what it deletes is
marked and stays. Whose a document is is decided by who wore the device at its moment, as of
readings.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

import msgspec

from homeward.guard.sealing import Secret, of_patient
from homeward.model.errors import Forbidden, Missing, Unreachable
from homeward.model.notebook import Became, Body, Document, Holder, Kept, Page
from homeward.services.contract import Tools
from homeward.services.phones import secrets
from homeward.services.phones.secrets import Session, sql
from homeward.store import Door

AUDITED = timedelta(hours=1)  # an app that looks each minute is noted once in this, and how often
TOGETHER = 1_000  # documents of one transaction

# Notes that a patient's documents were read: patient, device, collection, how often.
Noted = Callable[[int, str, str, int], Awaitable[None]]


@dataclass(slots=True)
class _Reads:
    noted: datetime
    times: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """A document as the database gives it."""

    id: int
    identifier: str | None
    object_id: str
    at: datetime
    created: int
    modified: int
    is_deleted: bool
    body: str

    def kept(self) -> Kept | None:
        """The document; None where what it says was erased, or its key is not to be had."""
        try:
            body = msgspec.json.decode(self.body, type=dict[str, Any])
        except msgspec.DecodeError:
            return None
        return Kept(
            self.id, self.identifier, self.object_id, self.at, self.created, self.modified,
            self.is_deleted, body,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Alike(_Row):
    is_named: bool
    natural_key: bytes


class Notebooks:
    """The platform's side of apps."""

    def __init__(self, tools: Tools, noted: Noted) -> None:
        self._tools = tools
        self._noted = noted
        self._reads: dict[tuple[int, str], _Reads] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, tools: Tools, noted: Noted) -> AsyncIterator[Self]:
        """Ready; at the end what was read and not noted yet is noted first."""
        notebooks = cls(tools, noted)
        try:
            yield notebooks
        finally:
            await notebooks.close()

    async def holder(self, shown: str) -> Holder | None:
        """Whose app shows this secret, its SHA-1 or a token for it; None: nobody's."""
        return await secrets.holder(self._tools.store.door(), shown, self._tools.now())

    async def session(self, who: Holder) -> Session:
        """A token for an app that showed its secret."""
        return await secrets.session(self._tools.store.door(), who, self._tools.now())

    async def keep(
        self,
        who: Holder,
        collection: str,
        documents: Sequence[Document],
        merged: Callable[[Body, Body], Body] | None = None,
    ) -> list[Kept | None]:
        """Keep these; back after the commit. None for one of a time when somebody else, or nobody,
        wore the device. `merged` makes of what is there and what is sent what is kept; without it
        what is sent is. Raises Forbidden where the secret ended meanwhile, Unreachable.
        """
        done: list[Kept | None] = []
        for first in range(0, len(documents), TOGETHER):
            some = documents[first : first + TOGETHER]
            async with self._tools.store.door().transaction() as inside:
                await _hold(inside, who)
                done += await _Keeping(inside, who, collection, self._now_ms()).all(some, merged)
            await asyncio.sleep(0)
        return done

    async def delete(self, who: Holder, collection: str, kept: Sequence[Kept]) -> None:
        """Mark these as deleted. Raises Forbidden, Unreachable."""
        now = self._tools.now()
        async with self._tools.store.door().transaction() as inside:
            await _hold(inside, who)
            modified = await _last_change(inside, who, self._now_ms())
            rows = [
                {"id": each.id, "now": now, "modified": modified + place}
                for place, each in enumerate(kept, 1)
                if not each.is_deleted
            ]
            await inside.run_many(sql.delete_document, rows)

    async def page(self, who: Holder, page: Page) -> list[Kept]:
        """Documents between two moments. Raises Unreachable."""
        query = sql.newest_documents if page.newest_first else sql.oldest_documents
        after = page.after
        rows = await self._tools.store.door().all(
            query, _Row, **_of(who, page.collection), since=page.since, until=page.until,
            rows_max=page.rows_max, after=after and after.at, after_id=after.id if after else 0,
        )  # fmt: skip
        return [each for each in (row.kept() for row in rows) if each is not None]

    async def changed(self, who: Holder, collection: str, since: int, rows_max: int) -> list[Kept]:
        """What changed since then (ms), in order. Raises Unreachable."""
        rows = await self._tools.store.door().all(
            sql.changed_documents, _Row, **_of(who, collection), since=since, rows_max=rows_max
        )
        return [each for each in (row.kept() for row in rows) if each is not None]

    async def named(self, who: Holder, collection: str, name: str) -> Kept | None:
        """The document of this name. Raises Unreachable."""
        door = self._tools.store.door()
        row = await door.maybe(sql.named_document, _Row, **_of(who, collection), name=name)
        return row.kept() if row else None

    async def last_changes(self, who: Holder) -> Mapping[str, int]:
        """When each collection changed last, ms. Raises Unreachable."""
        door = self._tools.store.door()
        rows = await door.all(sql.last_changes, dict, device=who.device_id, patient=who.patient_id)
        return {row["collection"]: row["modified"] for row in rows}

    async def noted(self, who: Holder, collection: str) -> None:
        """Have it audited that the app reads. Raises Unreachable: then nothing is answered."""
        now = self._tools.now()
        if who.patient_id is None:
            return
        reads = self._reads.setdefault((who.secret_id, collection), _Reads(now - AUDITED))
        reads.times += 1
        if now - reads.noted >= AUDITED:
            await self._noted(who.patient_id, who.device, collection, reads.times)
            reads.noted, reads.times = now, 0

    async def close(self) -> None:
        """Note what was read and not noted yet; what is away then stays unsaid."""
        with contextlib.suppress(Unreachable):
            for (secret_id, collection), reads in self._reads.items():
                if reads.times:
                    found = await self._of_secret(secret_id)
                    if found and found.patient_id is not None:
                        await self._noted(found.patient_id, found.device, collection, reads.times)

    async def _of_secret(self, secret_id: int) -> Holder | None:
        return await self._tools.store.door().maybe(sql.of_secret, Holder, secret=secret_id)

    def _now_ms(self) -> int:
        return round(self._tools.now().timestamp() * 1000)


class _Keeping:
    """Documents of one transaction, against what is there."""

    def __init__(self, door: Door, who: Holder, collection: str, now_ms: int) -> None:
        self._door, self._who, self._collection, self._now = door, who, collection, now_ms
        self._fresh: list[dict[str, Any]] = []
        self._changes: list[dict[str, Any]] = []
        self._by_name: dict[str, Kept] = {}
        self._by_moment: dict[bytes, tuple[Kept, bool]] = {}

    async def all(
        self, documents: Sequence[Document], merged: Callable[[Body, Body], Body] | None
    ) -> list[Kept | None]:
        await self._meet(documents)
        modified = await _last_change(self._door, self._who, self._now)
        wearers = await self._door.all(sql.wearers, dict, device=self._who.device_id)
        done: list[Kept | None] = []
        for document in documents:
            if not _is_theirs(self._who, document.at, wearers):
                done.append(None)
                continue
            kept = self._one(document, modified + 1, merged)
            modified = max(modified, kept.modified)
            done.append(kept)
        await self._door.run_many(sql.add_document, self._fresh)
        await self._door.run_many(sql.change_document, self._changes)
        return done

    async def _meet(self, documents: Sequence[Document]) -> None:
        names = {each.object_id for each in documents}
        names |= {each.identifier for each in documents if each.identifier}
        rows = await self._door.all(
            sql.alike, _Alike, **_of(self._who, self._collection), names=list(names),
            naturals=[each.natural for each in documents],
        )  # fmt: skip
        for row in rows:
            kept = row.kept()
            if kept is not None:
                self._know(kept, row.natural_key, is_named=row.is_named)

    def _know(self, kept: Kept, natural: bytes, *, is_named: bool) -> None:
        self._by_name[kept.object_id] = kept
        if kept.identifier:
            self._by_name[kept.identifier] = kept
        self._by_moment[bytes(natural)] = kept, is_named

    def _same(self, document: Document) -> Kept | None:
        """The one that is there: by its own name, or by its moment where one of both has none."""
        for name in (document.identifier, document.object_id):
            if name and name in self._by_name:
                return self._by_name[name]
        found, is_named = self._by_moment.get(document.natural, (None, False))
        return None if found is None or (is_named and document.is_named) else found

    def _one(
        self, document: Document, modified: int, merged: Callable[[Body, Body], Body] | None
    ) -> Kept:
        there = self._same(document)
        body = (
            document.body if there is None or merged is None else merged(there.body, document.body)
        )
        text = msgspec.json.encode(body).decode()
        values = {
            "at": document.at, "identifier": document.identifier, "modified": modified,
            "is_named": document.is_named, "natural": document.natural,
            "body": Secret(of_patient(self._who.patient_id or 0), "app_document.body", text),
        }  # fmt: skip
        if there is None:
            kept = Kept(
                0, document.identifier, document.object_id, document.at, modified, modified,
                is_deleted=False, body=body, became=Became.CREATED,
            )  # fmt: skip
            self._fresh.append(
                values | _of(self._who, self._collection) | {"object_id": document.object_id}
            )
        elif there.body == body and not there.is_deleted:
            kept = replace(there, became=Became.SAME)
        else:
            values["identifier"] = document.identifier or there.identifier
            kept = replace(
                there, identifier=values["identifier"], at=document.at, modified=modified,
                is_deleted=False, body=body, became=Became.CHANGED,
            )  # fmt: skip
            if there.id:
                self._changes.append(values | {"id": there.id})
            else:  # twice in one request: the later words are those that are written
                for fresh in self._fresh:
                    if fresh["object_id"] == there.object_id:
                        fresh |= values
        self._know(kept, document.natural, is_named=document.is_named)
        return kept


def _of(who: Holder, collection: str) -> dict[str, Any]:
    if who.patient_id is None:
        raise Forbidden("nobody wears this device now")
    return {"device": who.device_id, "patient": who.patient_id, "collection": collection}


def _is_theirs(who: Holder, at: datetime, wearers: Sequence[Mapping[str, Any]]) -> bool:
    return any(
        each["patient_id"] == who.patient_id
        and each["starts"] <= at
        and (each["ends"] is None or at < each["ends"])
        for each in wearers
    )


async def _hold(door: Door, who: Holder) -> None:
    try:
        await door.one(sql.lock_secret, dict, secret=who.secret_id)
    except Missing:
        raise Forbidden("this secret has ended") from None


async def _last_change(door: Door, who: Holder, now_ms: int) -> int:
    """Later than every change of this app so far: whoever asks what changed since misses none."""
    row = await door.one(sql.last_change, dict, device=who.device_id)
    return max(row["modified"], now_ms - 1)
