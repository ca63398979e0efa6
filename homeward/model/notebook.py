"""Documents of apps: what a patient's phone keeps beside readings, as it was sent.

Insulin, carbohydrates, the state of a pump: JSON objects in collections, by the names Nightscout
gave them. They are read back as they came; a reading among them enters the record besides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Body = Mapping[str, Any]
COLLECTIONS = (
    "entries", "treatments", "devicestatus", "profile", "food", "activity", "settings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose app this is: its secret, the device the registry knows it as, who wears that now.
    Until `others_until` somebody else wore it, who had given it back before the secret was made."""

    secret_id: int
    device_id: int
    device: str
    patient_id: int | None
    others_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document as an app sends it, of the moment `at`.

    It is found again by the names it was given (`identifier`, `object_id`; `is_named`: by the app
    itself), or else by `natural`: a hash of its moment and kind.
    """

    at: datetime
    identifier: str | None
    object_id: str
    is_named: bool
    natural: bytes
    body: Body


class Became(StrEnum):
    """What became of a document that was sent."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"  # it was sent again


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is kept. `created` and `modified` in ms since 1970 by our clock; of two
    changes in one notebook the later has the greater `modified`."""

    id: int
    identifier: str | None
    object_id: str
    at: datetime
    created: int
    modified: int
    is_deleted: bool
    body: Body
    became: Became = Became.SAME


@dataclass(frozen=True, slots=True)
class Page:
    """Which documents are wanted: of a collection, between two moments, in their order, at most so
    many; `after` is the last one of the page before."""

    collection: str
    since: datetime
    until: datetime
    newest_first: bool = True
    rows_max: int = 500
    after: Kept | None = None
