"""What people entered, read back as readings: part of the record, and never folded into chunks.

Entered values are few, and may be corrected. A chunk is never rewritten, so they rest as rows,
and whoever reads the record reads them along. A corrected one is not there any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from homeward.model.entered import BY_HAND, LIVE
from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.store.door import Door
from homeward.store.packed import SAMPLES, Array
from homeward.store.sql import queries

sql = queries("homeward.store")
LATE_US = round(LIVE.total_seconds() * 1e6)


async def entered(
    door: Door, patients: Sequence[int], start: datetime, end: datetime
) -> dict[int, Array]:
    """What was entered for each of these patients and measured in a span, as rows of SAMPLES."""
    span = {"patients": list(patients), "start": start, "end": end}
    return by_patient(await door.all(sql.entered_between, dict, **span))


def by_patient(entered: Iterable[Mapping[str, Any]]) -> dict[int, Array]:
    """Rows of the database as rows of SAMPLES."""
    found: dict[int, list[tuple[int, int, int, float, int]]] = {}
    for row in entered:
        cells = (BY_NAME[row["vital"]].index, BY_HAND, row["at"], row["value"], row["entered"])
        found.setdefault(row["patient"], []).append(cells)
    return {patient: np.array(rows, SAMPLES) for patient, rows in found.items()}


def as_hot(rows: Sequence[dict[str, Any]]) -> Array:
    """Entered values as the hot lane tells them: patient, vital, at, entered, value, is_here.

    Of who is in no bed nothing is live: there is nobody to call.
    """
    frame = np.zeros(len(rows), HOT)
    for place, row in enumerate(rows):
        at, received = row["at"], row["entered"]
        late = received - at > LATE_US or not row["is_here"]
        index = BY_NAME[row["vital"]].index
        frame[place] = (row["patient"], BY_HAND, index, late, at, received, row["value"])
    return frame
