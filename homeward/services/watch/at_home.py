"""What was due at home and did not come: an alarm for each patient, first theirs, then a carer's.

Each half minute it is worked out anew from rows alone, so that a new watcher says the same as the
one before it. Whoever is told is told as of any other alarm: by the patient's own words, whom they
chose, and the chain of their ward.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from homeward.clinical.plan import TOLD_FOR, Missed, finding
from homeward.model.alarm import Finding
from homeward.services.watch.share import Q
from homeward.store import Door


async def missed_now(door: Door, now: datetime) -> Mapping[int, Finding]:
    """Who missed what, by patient, as far as somebody is to be told by now."""
    rows = await door.all(Q.missed_at_home, Missed, now=now, since=now - TOLD_FOR)
    found = {
        patient: finding(list(mine), now)
        for patient, mine in groupby(rows, key=lambda each: each.patient_id)
    }
    return {patient: said for patient, said in found.items() if said is not None}
