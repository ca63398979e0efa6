"""API v1: what xDrip+, Loop and Juggluco send, and what followers read."""

from http import HTTPStatus
from typing import Any

from homeward.connectors.nightscout.operations import Reply, Visit, hear, search, take
from homeward.connectors.nightscout.parse import Call
from homeward.model.errors import Missing
from homeward.model.notebook import Body
from homeward.standards.nightscout import as_v1, bodies_of, ms, written
from homeward.standards.nightscout_query import Condition, asked_v1

# The version whose interface this is; clients look whether it is new enough.
COMPATIBLE = "15.0.0"
_COUNTS = {"entries": 10, "treatments": 100, "devicestatus": 10, "profile": 10}
_COUNT = 100
UNITS = "mg/dl"


async def answered(visit: Visit, call: Call, body: bytes) -> Reply:
    """Answer one request. Raises Missing, Unreadable, Forbidden, Unreachable."""
    if call.what == "status":
        return _status(visit)
    if call.what == "verifyauth":
        said = {"canRead": True, "canWrite": True, "isAdmin": False, "message": "OK",
                "rolefound": "FOUND", "permissions": "ROLE"}  # fmt: skip
        return Reply({"message": said, "status": 200})
    if call.what == "experiments/test":
        return Reply({"status": "ok"})
    if call.method == "GET":
        return await _read(visit, call)
    if call.method == "DELETE":
        return await _deleted(visit, call)
    return await _written(visit, call, body)


def _status(visit: Visit) -> Reply:
    settings: dict[str, Any] = {"units": UNITS, "timeFormat": 24, "enable": ["careportal"]}
    return Reply(
        {
            "status": "ok",
            "name": "homeward",
            "version": COMPATIBLE,
            "serverTime": written(visit.received),
            "serverTimeEpoch": ms(visit.received),
            "apiEnabled": True,
            "careportalEnabled": True,
            "boluscalcEnabled": False,
            "settings": settings,
            "extendedSettings": {},
        }
    )


async def _read(visit: Visit, call: Call) -> Reply:
    await visit.notebooks.noted(visit.who, call.collection)
    asked = asked_v1(
        call.query, 1 if call.name == "current" else _COUNTS.get(call.collection, _COUNT)
    )
    if call.name and call.name != "current":
        found = await visit.notebooks.named(visit.who, call.collection, call.name)
        if found is None or found.is_deleted:
            return Reply([])
        return Reply([as_v1(found)])
    if call.kind:
        of_kind = Condition("type", "eq", call.kind)
        asked = type(asked)((*asked.conditions, of_kind), asked.count)
    documents = await search(visit, call.collection, asked, as_v1)
    if call.name == "current" and call.collection == "profile":
        if not documents:
            raise Missing("there is no profile yet")
        return Reply(documents[0])
    return Reply(documents)


async def _written(visit: Visit, call: Call, body: bytes) -> Reply:
    bodies = bodies_of(body)
    heard = hear(call.collection, bodies, visit.received, named=None)
    done = await take(visit, call.collection, heard)
    said: list[Body] = []
    for sent, kept in zip(bodies, done, strict=True):
        # What was put aside is kept too: whoever sent it is done with it.
        said.append({"_id": "NA", **sent} if kept is None else as_v1(kept))
    if call.method == "PUT" and not body.lstrip().startswith(b"["):
        return Reply(said[0])
    return Reply(said)


async def _deleted(visit: Visit, call: Call) -> Reply:
    found = await visit.notebooks.named(visit.who, call.collection, call.name)
    if found is None or found.is_deleted:
        return Reply({"n": 0, "ok": 1})
    if not visit.is_quarantined:
        await visit.notebooks.delete(visit.who, call.collection, [found])
    return Reply({"n": 1, "ok": 1})


def unauthorized() -> Reply:
    """What whoever shows no good secret is told."""
    said = {"status": 401, "message": "Unauthorized", "description": "Invalid/Missing"}
    return Reply(said, HTTPStatus.UNAUTHORIZED)
