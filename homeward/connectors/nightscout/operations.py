"""What both versions of the interface do: take documents in, and find them again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from homeward.connectors.contract import Delivery, Link, Notebooks, Outcome, Spoiled, accept
from homeward.model.errors import Unreachable, Unreadable
from homeward.model.notebook import Became, Body, Document, Holder, Kept, Page
from homeward.model.reading import Reading
from homeward.standards.nightscout import ms, reading_of, understood
from homeward.standards.nightscout_query import Asked
from homeward.standards.payload import BATCH_READINGS_MAX, UNCOUNTED_BOOT, fingerprint

SCANNED_MAX = 50_000  # documents one search may look at
PAGE = 500
NOT_THEIRS = "a document of a time when nobody, or somebody else, wore this device"
QUARANTINED = "this device is in quarantine"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `said` is JSON, None: no body. `headers` in lower case."""

    said: Any
    status: HTTPStatus = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one app, as the operations see it."""

    link: Link
    notebooks: Notebooks
    who: Holder
    is_quarantined: bool
    received: datetime


@dataclass(slots=True)
class _Heard:
    """Documents of one request, understood: each as sent, and what it is or why it is none."""

    bodies: Sequence[Body]
    documents: list[Document | None] = field(default_factory=list[Document | None])
    readings: list[Reading] = field(default_factory=list[Reading])
    aside: list[tuple[str, Body]] = field(default_factory=list[tuple[str, Body]])


def hear(
    collection: str,
    bodies: Sequence[Body],
    received: datetime,
    name: str | None = None,
    named: Callable[[Document], Document] | None = None,
) -> _Heard:
    """Understand the documents of a request. One that cannot be understood is put aside, alone."""
    heard = _Heard(bodies)
    for body in bodies:
        try:
            document = understood(collection, body, received, name)
            document = named(document) if named else document
            reading = reading_of(collection, document, received)
        except Unreadable as error:
            heard.documents.append(None)
            heard.aside.append((str(error), body))
            continue
        heard.documents.append(document)
        if reading is not None:
            heard.readings.append(reading)
    return heard


async def take(
    visit: Visit,
    collection: str,
    heard: _Heard,
    merged: Callable[[Body, Body], Body] | None = None,
) -> list[Kept | None]:
    """Store what was heard, readings first; back after the commits, with what became of each.

    None for one that was put aside. Raises Unreachable where not all of it could be stored: it is
    sent again, and what is stored already is known then.
    """
    sound = [each for each in heard.documents if each is not None]
    if visit.is_quarantined:
        heard.aside += [(QUARANTINED, each.body) for each in sound]
        await _put_aside(visit, collection, heard.aside)
        return [each and _as_if_kept(each) for each in heard.documents]
    # An app set up for who wears it now has weeks of them: of a time when somebody else wore it,
    # they would become that one's. As documents they are put aside below.
    since = visit.who.others_until
    await deliver(visit, [each for each in heard.readings if since is None or each.at >= since])
    kept = iter(await visit.notebooks.keep(visit.who, collection, sound, merged))
    done = [next(kept) if each is not None else None for each in heard.documents]
    heard.aside += [
        (NOT_THEIRS, document.body)
        for document, each in zip(heard.documents, done, strict=True)
        if document is not None and each is None
    ]
    await _put_aside(visit, collection, heard.aside)
    return done


async def deliver(visit: Visit, readings: Sequence[Reading]) -> None:
    """Bring readings into the record. Raises Unreachable."""
    for first in range(0, len(readings), BATCH_READINGS_MAX):
        some = tuple(readings[first : first + BATCH_READINGS_MAX])
        text = ";".join(f"{ms(each.at)},{each.value!r}" for each in some)
        number = fingerprint(text.encode())  # the same where it is sent again
        delivery = Delivery(visit.who.device_id, UNCOUNTED_BOOT, number, visit.received, some)
        if await accept(visit.link, delivery) is not Outcome.STORED:
            raise Unreachable("not stored: send it again")


async def _put_aside(visit: Visit, collection: str, aside: Sequence[tuple[str, Body]]) -> None:
    """Into the quarantine, those of one reason together."""
    by_reason: dict[str, list[Body]] = {}
    for why, body in aside:
        by_reason.setdefault(why, []).append(body)
    for why, bodies in by_reason.items():
        await spoil(visit, collection, why, msgspec.json.encode(bodies))


async def spoil(visit: Visit, what: str, why: str, body: bytes) -> None:
    """Put bytes aside with the reason. Raises Unreachable."""
    spoiled = Spoiled(visit.who.device_id, visit.received, f"nightscout {what}", why, body)
    if await accept(visit.link, spoiled) is not Outcome.STORED:
        raise Unreachable("not stored: send it again")


def _as_if_kept(document: Document) -> Kept:
    at = ms(document.at)
    return Kept(
        0, document.identifier, document.object_id, document.at, at, at, is_deleted=False,
        body=document.body, became=Became.CREATED,
    )  # fmt: skip


async def search(
    visit: Visit, collection: str, asked: Asked, shown: Callable[[Kept], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The documents that are asked for, as `shown` makes them. Raises Unreadable where too many
    would have to be looked at, Unreachable."""
    found: list[dict[str, Any]] = []
    after: Kept | None = None
    since, until = asked.since(), asked.until(visit.received)
    looked = 0
    while len(found) < asked.skip + asked.count:
        page = Page(collection, since, until, asked.newest_first, PAGE, after)
        documents = await visit.notebooks.page(visit.who, page)
        if not documents:
            break
        after = documents[-1]
        looked += len(documents)
        if looked > SCANNED_MAX:
            raise Unreadable("too many documents to search: ask for a shorter time")
        for each in documents:
            body = shown(each)
            if asked.holds(body):
                found.append(body)
    return [asked.shown(each) for each in found[asked.skip : asked.skip + asked.count]]
