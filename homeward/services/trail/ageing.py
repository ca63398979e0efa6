"""Takes rows of the audit away that are older than the site keeps them; their hashes stay.

First it says so in the audit itself, and has that sealed: rows before this place of the log go.
Only then they do. Whoever checks an export finds for each row that is gone a sealed one that says
so, and by the signed checkpoints that it was old enough. Cut off anywhere, it begins again.
"""

from datetime import datetime, timedelta

from homeward.guard.audit import Action, signed_at
from homeward.services.trail.noting import Act, By, Q, note
from homeward.services.trail.sealing import ROWS_MAX, Last, seal
from homeward.store import Door, Store

# 45 CFR 164.316(b)(2)(i); PostgreSQL lets nothing go that is younger (migration 0047).
YEARS_MIN = 6
YEAR = timedelta(days=366)  # the longest there is: however somebody counts, the years are whole
BATCH = 1_000
ROUTE = "audit_retention_years"
# A clock that jumped must not take away what cannot come back: the log has to have grown before
# now, and not long before, by the clock that now says it is years later.
BEFORE, NOT_LONG_BEFORE = timedelta(days=7), timedelta(days=31)


def fault(years: int) -> str:
    """What is wrong with so many years; empty where nothing is. 0: rows are kept for ever."""
    if not years or years >= YEARS_MIN:
        return ""
    return f"audit_retention_years is {years}: it is {YEARS_MIN} at least, or 0: for ever."


async def age(store: Store, private_pem: bytes, years: int, now: datetime) -> int | None:
    """Take away what is older than so many years; how many rows, or None where it is to be tried
    again: another process seals. Raises Unreachable."""
    door, before = store.door(), now - years * YEAR
    cut = await _signed_by(door, before)
    lately = await _signed_by(door, now - BEFORE)
    if not cut or not lately or signed_at(lately.line) < now - NOT_LONG_BEFORE:
        return 0
    values = {"cut": cut.size, "before": before, "span": ROWS_MAX}
    if not await door.all(Q.aged, dict, **values, after=0, rows_max=1):
        return 0
    known = (await door.one(Q.newest_row, dict))["id"]
    act = Act(Action.DELETE, "delete", "audit", object=str(cut.size))
    await note(door, act, By(None, ROUTE, now, is_operator=True))
    while await seal(store, private_pem, now) is not None:
        pass
    if not await door.all(Q.said_aged, dict, known=known, object=act.object):
        return None
    done = after = 0
    while rows := await door.all(Q.aged, dict, **values, after=after, rows_max=BATCH):
        ids = [row["id"] for row in rows]
        await door.run(Q.forget_aged, ids=ids)
        done, after = done + len(ids), ids[-1]
    return done


async def _signed_by(door: Door, moment: datetime) -> Last | None:
    """The newest checkpoint that was signed by then. There are millions, in the order of time."""
    last = await door.maybe(Q.last_checkpoint, Last)
    found, low, high = None, 1, last.size if last else 0
    while low <= high:
        middle = (low + high) // 2
        each = await door.one(Q.checkpoint_from, Last, size=middle)
        if signed_at(each.line) <= moment:
            found, low = each, each.size + 1
        else:
            high = middle - 1
    return found
