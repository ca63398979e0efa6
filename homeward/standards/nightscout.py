"""Documents of the Nightscout interface: their moments, their names, and the readings in them.

Written from the published OpenAPI description of API v3 and from what its clients send
(docs/guides/phones.md names them). Glucose of an entry is in mg/dL, as the interface defines
it, unless `units` says otherwise; no unit is ever guessed from a number.
"""

import hashlib
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import msgspec

from homeward.model.errors import Unreadable
from homeward.model.notebook import Body, Document, Kept
from homeward.model.reading import Reading
from homeward.model.unit import in_own_unit
from homeward.model.vital import GLUCOSE
from homeward.standards.payload import AHEAD_MAX, EARLIEST
from homeward.standards.telling_readings import is_number

DOCUMENTS_MAX = 11_000  # of one request: Juggluco sends up to 10,440 entries at once
DOCUMENT_BYTES_MAX = 65_536
NAME = re.compile(r"[\x21-\x7e]{1,128}")
FUTURE_MAX = timedelta(days=2)  # what an app plans: carbohydrates that are eaten over hours
MS_MIN = 100_000_000_000  # a smaller number is in seconds
# A sensor's own error codes stand where a glucose would (Dexcom: 0 to 12): no value, ever.
ERROR_CODES_MAX = 12
_SPACE = uuid.UUID("6a8f6f1c-2a76-4f2e-9a3b-0d3f1b8f7c55")  # ours, for names made here
# Where each collection says its moment, first come first.
_MOMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "entries": ("date", "dateString", "sysTime", "created_at"),
        "profile": ("date", "created_at", "startDate"),
        "activity": ("date", "created_at", "timeStamp"),
    }
)
_OTHERWISE = ("date", "created_at", "timestamp", "mills")
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "entries": "type",
        "treatments": "eventType",
        "devicestatus": "device",
        "activity": "type",
        "settings": "app",
    }
)
_TIMELESS = ("devicestatus", "profile", "food", "settings")  # they may come without a moment
_UNITS: Mapping[str, str] = MappingProxyType(
    {"mg/dl": "mg/dL", "mgdl": "mg/dL", "mmol/l": "mmol/L", "mmol": "mmol/L"}
)
# Set by us; an app that sends them back means nothing by it.
OWN_FIELDS = frozenset({"srvCreated", "srvModified", "subject", "modifiedBy", "isValid"})


def bodies_of(body: bytes) -> list[Body]:
    """The documents of a request: one JSON object, or a list of them. Raises Unreadable."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)[:200]) from None
    found: list[Any] = list(said) if isinstance(said, list) else [said]  # pyright: ignore[reportUnknownArgumentType]
    if len(found) > DOCUMENTS_MAX:
        raise Unreadable(f"{len(found):,} documents; at most {DOCUMENTS_MAX:,} at once")
    for each in found:
        if not isinstance(each, dict):
            raise Unreadable("a document is a JSON object")
        if len(msgspec.json.encode(each)) > DOCUMENT_BYTES_MAX:
            raise Unreadable(f"a document has at most {DOCUMENT_BYTES_MAX:,} bytes")
    return found


def moment(value: object) -> datetime | None:
    """A moment in any of the forms the interface knows: ms or s since 1970, or ISO 8601 with its
    zone. None for anything else."""
    try:
        if isinstance(value, str):
            text = value.strip()
            if not text.replace(".", "", 1).isdigit():
                at = datetime.fromisoformat(text)
                return None if at.tzinfo is None else at.astimezone(UTC)
            value = float(text)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        seconds = value / 1000 if value >= MS_MIN else value
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def ms(at: datetime) -> int:
    """A moment in ms since 1970."""
    return round(at.timestamp() * 1000)


def written(at: datetime) -> str:
    """A moment as the interface writes it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def understood(
    collection: str, body: Body, received: datetime, name: str | None = None
) -> Document:
    """Read one document. `name`: what its path calls it.

    Raises Unreadable for one whose moment is missing, has no zone, or cannot be.
    """
    fields = _MOMENTS.get(collection, _OTHERWISE)
    given = [body[field] for field in fields if body.get(field) is not None]
    at = next((found for found in map(moment, given) if found is not None), None)
    is_timed = at is not None
    if at is None:
        if given or collection not in _TIMELESS:
            raise Unreadable("Bad or missing date field")
        at = received
    if at < EARLIEST:
        raise Unreadable("Bad or missing date field: before 2000, the clock was never set")
    if at > received + FUTURE_MAX:
        raise Unreadable("Bad or missing date field: days ahead of our clock")
    identifier = _named(name) if name else _named(body.get("identifier"))
    object_id = _named(body.get("_id"))
    kind = str(body.get(_KINDS.get(collection, ""), ""))
    natural = hashlib.sha256(f"{ms(at)}|{kind}".encode()).digest()
    made = uuid.uuid5(_SPACE, f"{collection}|{body.get('device', '')}|{ms(at)}|{kind}")
    kept = {key: value for key, value in body.items() if key not in OWN_FIELDS}
    if not is_timed:
        kept["created_at"] = written(at)
    return Document(
        at,
        identifier,
        object_id or made.hex[:24],
        bool(identifier or object_id),
        natural,
        kept,
    )


def made_identifier(collection: str, document: Document) -> str:
    """The identifier of a document of API v3 that came without one: the same when sent again."""
    kind = str(document.body.get(_KINDS.get(collection, ""), ""))
    device = document.body.get("device", "")
    return str(uuid.uuid5(_SPACE, f"v3|{collection}|{device}|{ms(document.at)}|{kind}"))


def _named(name: object) -> str | None:
    if name is None or name == "":
        return None
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Unreadable("an identifier has 1 to 128 printable characters")
    return name


def reading_of(collection: str, document: Document, received: datetime) -> Reading | None:
    """The glucose a sensor measured, where the document is one such; None: it is something else,
    or the sensor's error code. A meter's (`mbg`) stays a document: beside a sensor's it would look
    as if glucose had jumped.

    Raises Unreadable for a value or a unit that cannot be.
    """
    body = document.body
    if collection != "entries" or body.get("type", "sgv") != "sgv" or body.get("sgv") is None:
        return None
    value = body["sgv"]
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise Unreadable("sgv is not a number") from None
    if not is_number(value):
        raise Unreadable("sgv is not a number")
    said = body.get("units")
    unit = "mg/dL" if said is None else _UNITS.get(str(said).strip().lower())
    if unit is None:
        raise Unreadable(f"units {str(said)[:20]!r} is neither mg/dl nor mmol/l")
    if unit == "mg/dL" and value <= ERROR_CODES_MAX:
        return None
    if document.at > received + AHEAD_MAX:
        raise Unreadable("Bad or missing date field: ahead of our clock")
    return Reading(GLUCOSE, in_own_unit(GLUCOSE, float(value), unit), document.at)


def as_v1(kept: Kept) -> dict[str, Any]:
    """A document as API v1 shows it."""
    return {**kept.body, "_id": kept.object_id}


def as_v3(kept: Kept, subject: str) -> dict[str, Any]:
    """A document as API v3 shows it; a deleted one without what it said."""
    name = kept.identifier or kept.object_id
    own: dict[str, Any] = {"identifier": name, "srvModified": kept.modified}
    if kept.is_deleted:
        return {**own, "isValid": False}
    shown = {"date": ms(kept.at), "utcOffset": 0, "created_at": written(kept.at)}
    return {**shown, **kept.body, **own, "srvCreated": kept.created, "subject": subject}
