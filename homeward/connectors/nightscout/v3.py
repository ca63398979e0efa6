"""API v3: what AndroidAPS and Juggluco send, and what those who follow changes read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from homeward.connectors.nightscout.operations import Reply, Visit, hear, search, spoil, take
from homeward.connectors.nightscout.parse import Call
from homeward.connectors.nightscout.v1 import COMPATIBLE
from homeward.model.errors import Missing, Unreadable
from homeward.model.notebook import Became, Body, Document, Kept
from homeward.standards.nightscout import (
    OWN_FIELDS,
    as_v3,
    bodies_of,
    made_identifier,
    moment,
    ms,
)
from homeward.standards.nightscout_query import LIMIT_MAX, asked_v3

API = "3.0.5"
# Once a document is there these stay (OpenAPI description, document fields).
_FIXED = ("identifier", "date", "utcOffset", "eventType", "device", "app")


async def answered(visit: Visit, call: Call, body: bytes, headers: Mapping[bytes, bytes]) -> Reply:
    """Answer one request. Raises Missing, Unreadable, Forbidden, Unreachable."""
    if call.what == "status":
        rights = dict.fromkeys(
            ("devicestatus", "entries", "food", "profile", "settings", "treatments"), "crud"
        )
        return _result({**version(visit.received), "apiPermissions": rights})
    if call.what == "lastModified":
        collections = await visit.notebooks.last_changes(visit.who)
        return _result({"srvDate": ms(visit.received), "collections": dict(collections)})
    if call.what == "history":
        return await _history(visit, call, headers)
    if call.method == "GET":
        return await (_read(visit, call) if call.name else _search(visit, call))
    if call.method == "DELETE":
        return await _delete(visit, call)
    if call.method == "PATCH":
        return await _patch(visit, call, body)
    return await _create(visit, call, body)


def version(now: datetime) -> dict[str, Any]:
    """Which interface this is."""
    storage = {"storage": "postgresql", "version": "18"}
    return {"version": COMPATIBLE, "apiVersion": API, "srvDate": ms(now), "storage": storage}


def unauthorized() -> Reply:
    """What whoever shows no good token is told."""
    said = {"status": 401, "message": "Missing or bad access token or JWT"}
    return Reply(said, HTTPStatus.UNAUTHORIZED)


async def _search(visit: Visit, call: Call) -> Reply:
    await visit.notebooks.noted(visit.who, call.collection)
    return _result(
        await search(
            visit, call.collection, asked_v3(call.query), lambda kept: as_v3(kept, visit.who.device)
        )
    )


async def _read(visit: Visit, call: Call) -> Reply:
    await visit.notebooks.noted(visit.who, call.collection)
    found = await _there(visit, call)
    if found.is_deleted:
        return _status(HTTPStatus.GONE)
    shown = asked_v3(call.query).shown(as_v3(found, visit.who.device))
    return Reply({"status": 200, "result": shown}, headers=(_modified(found.modified),))


async def _history(visit: Visit, call: Call, headers: Mapping[bytes, bytes]) -> Reply:
    await visit.notebooks.noted(visit.who, call.collection)
    since = _since(call.name, headers.get(b"last-modified", b"").decode("latin-1"))
    asked = asked_v3(call.query)
    found = await visit.notebooks.changed(
        visit.who, call.collection, since, min(asked.count, LIMIT_MAX)
    )
    newest = found[-1].modified if found else since
    shown = [asked.shown(as_v3(each, visit.who.device)) for each in found]
    tag = ("etag", f'W/"{newest}"')
    return Reply({"status": 200, "result": shown}, headers=(tag, _modified(newest)))


def _since(said: str, header: str) -> int:
    """Since when changes are wanted, ms. Raises Unreadable."""
    if said:
        at = moment(said)
        if at is not None:
            return ms(at)
    else:
        try:
            return ms(parsedate_to_datetime(header))
        except (ValueError, TypeError, OverflowError):
            pass
    raise Unreadable("Bad or missing Last-Modified header/parameter")


async def _create(visit: Visit, call: Call, body: bytes) -> Reply:
    """Insert a document, or replace the one it is the newer words of."""
    document = _one(body)
    if not document.get("app"):
        raise Unreadable("Bad or missing app field")

    def named(one: Document) -> Document:
        if one.identifier:
            return one
        made = made_identifier(call.collection, one)
        return replace(one, identifier=made, is_named=bool(document.get("_id")))

    heard = hear(call.collection, [document], visit.received, call.name or None, named)
    if heard.aside:
        await spoil(visit, call.collection, heard.aside[0][0], body)
        raise Unreadable(heard.aside[0][0])
    kept = (await take(visit, call.collection, heard))[0]
    if kept is None:  # put aside: it is kept, and nobody need send it again
        sound = heard.documents[0]
        assert sound is not None
        return _created(call, sound.identifier or sound.object_id, ms(visit.received))
    name = kept.identifier or kept.object_id
    if kept.became is Became.CREATED:
        return _created(call, name, kept.modified)
    return Reply(
        {
            "status": 200,
            "identifier": name,
            "isDeduplication": True,
            "deduplicatedIdentifier": name,
            "lastModified": kept.modified,
        },
        headers=(_modified(kept.modified), ("location", _place(call, name))),
    )


def _created(call: Call, name: str, modified: int) -> Reply:
    return Reply(
        {"status": 201, "identifier": name, "lastModified": modified},
        HTTPStatus.CREATED,
        (_modified(modified), ("location", _place(call, name))),
    )


async def _patch(visit: Visit, call: Call, body: bytes) -> Reply:
    """Change some fields of a document."""
    found = await _there(visit, call)
    if found.is_deleted:
        return _status(HTTPStatus.GONE)
    change = _one(body)
    for field in _FIXED:
        there = as_v3(found, "").get(field)
        if field in change and there is not None and change[field] != there:
            raise Unreadable(f"Field {field} cannot be modified by the client")
    change = {key: value for key, value in change.items() if key not in OWN_FIELDS}
    whole = {**found.body, **change}
    heard = hear(call.collection, [whole], visit.received, found.identifier or None)
    if heard.aside:
        raise Unreadable(heard.aside[0][0])
    sound = heard.documents[0]
    assert sound is not None
    heard.documents[0] = replace(sound, object_id=found.object_id, identifier=found.identifier)
    kept = (await take(visit, call.collection, heard, _merged(change)))[0]
    return _status(HTTPStatus.OK, kept)


def _merged(change: Body) -> Any:
    return lambda there, _: {**there, **change}


async def _delete(visit: Visit, call: Call) -> Reply:
    found = await _there(visit, call)
    if not visit.is_quarantined:
        await visit.notebooks.delete(visit.who, call.collection, [found])
    return _status(HTTPStatus.OK)


async def _there(visit: Visit, call: Call) -> Kept:
    found = await visit.notebooks.named(visit.who, call.collection, call.name)
    if found is None:
        raise Missing("there is no such document")
    return found


def _one(body: bytes) -> dict[str, Any]:
    bodies = bodies_of(body)
    if len(bodies) != 1:
        raise Unreadable("Bad or missing request body")
    return dict(bodies[0])


def _result(said: object) -> Reply:
    return Reply({"status": 200, "result": said})


def _status(status: HTTPStatus, kept: Kept | None = None) -> Reply:
    headers = (_modified(kept.modified),) if kept else ()
    return Reply({"status": int(status)}, status, headers)


def _modified(at: int) -> tuple[str, str]:
    return "last-modified", format_datetime(datetime.fromtimestamp(at / 1000, UTC), usegmt=True)


def _place(call: Call, name: str) -> str:
    return f"/api/v3/{call.collection}/{name}"
