"""What was due at home and did not come, and answers that must be acted on: an alarm for each
patient; of what was missed first theirs, then a carer's.

Each half minute it is worked out anew from rows alone, so that a new watcher says the same as the
one before it. Whoever is told is told as of any other alarm: by the patient's own words, whom they
chose, and the chain of their ward.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from homeward.clinical import flagged
from homeward.clinical.flagged import FLAGGED, Flagged
from homeward.clinical.plan import MISSED, OLDEST_TOLD, TOLD_FOR, LastTold, Missed, to_tell
from homeward.model.alarm import Finding, Priority
from homeward.model.errors import place_of
from homeward.services.watch.share import Q
from homeward.store import Door

PATIENTS_MAX = 500  # in one question; the next asks for those after
# Of one patient: more than a plan of most lines and times comes to in a day.
ROWS_MAX = 400
log = logging.getLogger(__name__)


async def missed_now(
    door: Door, now: datetime, patients_max: int = PATIENTS_MAX
) -> Mapping[int, Finding]:
    """Who missed what, by patient, as far as somebody is to be told by now. However many they are,
    nobody is left out."""
    found: dict[int, Finding] = {}
    after: int | None = 0
    while after is not None:
        values = {"now": now, "since": now - TOLD_FOR, "oldest": now - OLDEST_TOLD}
        rows = await door.all(
            Q.missed_at_home, dict, after=after, patients_max=patients_max, rows_max=ROWS_MAX,
            **values,
        )  # fmt: skip
        missed = {
            patient: [Missed(**each) for each in mine if each["kind"] is not None]
            for patient, mine in groupby(rows, lambda each: each["patient_id"])
        }
        last = await door.all(
            Q.missed_told, LastTold, condition=MISSED, patients=[*missed], oldest=now - OLDEST_TOLD
        )
        told = {each.patient_id: each for each in last}
        for patient, mine in missed.items():
            said = _to_tell(mine, told.get(patient), now)
            if said is not None:
                found[patient] = said
        after = max(missed) if len(missed) == patients_max else None
    return found


def _to_tell(mine: Sequence[Missed], last: LastTold | None, now: datetime) -> Finding | None:
    """Written by a newer Homeward in a language, or by a clock, that this one does not know, it
    must not keep all from being watched: a carer is told, without words for the patient."""
    try:
        return to_tell(mine, last, now)
    except Exception as error:  # whatever it is that cannot be said
        log.error("what was missed at home cannot be put in words: %s", place_of(error))
        return Finding(Priority.MEDIUM, "Missed at home", min(each.at for each in mine))


async def flagged_now(
    door: Door, now: datetime, patients_max: int = PATIENTS_MAX
) -> Mapping[int, Finding]:
    """Whose answers must be acted on, by patient, until somebody has the alarm of it."""
    found: dict[int, Finding] = {}
    after: int | None = 0
    while after is not None:
        rows = await door.all(
            Q.flagged_answers, dict, condition=FLAGGED, oldest=now - flagged.OLDEST_TOLD,
            after=after, patients_max=patients_max, rows_max=ROWS_MAX,
        )  # fmt: skip
        seen = 0
        for patient, mine in groupby(rows, lambda each: each["patient_id"]):
            seen, after = seen + 1, patient
            said = flagged.to_tell(
                [Flagged(**each) for each in mine if each["received"] is not None]
            )
            if said is not None:
                found[patient] = said
        after = after if seen == patients_max else None
    return found
