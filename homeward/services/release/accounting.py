"""To whom what of a record went: an accounting of disclosures (45 CFR 164.528).

Exports are written down as they are made; what went by letter, by word or to an authority somebody
says; messages to relatives that left the house are found where they were sent. Staff who opened the
record stand in the audit: to care for somebody is no disclosure, and is told beside it.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from homeward.clinical.words import ENGLISH, Speech
from homeward.clinical.words.orders import WENT
from homeward.guard.sealing import Secret, of_patient
from homeward.services.release.gather import LOOK_BACK, Q
from homeward.store import Door

ROWS_MAX = 2000
COLUMNS = ("at", "to whom", "what", "what for", "by", "way")
_OWN = {texts[0]: f"summary.went.{name}" for name, texts in WENT.items()}
_AS = WENT["readings"][0].removesuffix("{form}")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Went:
    """Something of a record that went to somebody; `at` in ms since 1970 UTC. `by`: who says so,
    empty where nobody had to."""

    at: int
    recipient: str
    what: str
    purpose: str
    by: str
    way: str


async def accounting(
    door: Door, patient: int, now: datetime, say: Speech = ENGLISH
) -> list[Went]:  # fmt: skip
    """Six years of it, newest first; what the house itself wrote down, in the reader's language."""
    since = now - LOOK_BACK
    rows = await door.all(Q.accounting, Went, patient=patient, since=since, rows_max=ROWS_MAX)
    return [
        replace(
            each, recipient=went_again(each.recipient, say), what=went_again(each.what, say),
            purpose=went_again(each.purpose, say),
        )
        for each in rows
    ]  # fmt: skip


def went_again(text: str, say: Speech) -> str:
    """What the house wrote down of something that went, in this language; else as it is."""
    if text in _OWN:
        return say(_OWN[text])
    start, found, form = text.partition(_AS)
    return say("summary.went.readings", form=form) if found and not start else text


async def disclose(
    door: Door, patient: int, recipient: str, what: str, purpose: str, way: str, now: datetime
) -> None:
    """Write down that something of a record goes to somebody."""
    person = door.actor.person_id if door.actor else None
    said = {"recipient": recipient, "what": what, "purpose": purpose}
    sealed = {
        name: Secret(of_patient(patient), f"disclosure.{name}", words.strip())
        for name, words in said.items()
    }
    await door.run(Q.disclose, patient=patient, **sealed, way=way, person=person, now=now)


def as_csv(went: Sequence[Went]) -> bytes:
    """As a table for spreadsheets (RFC 4180). A cell is never a formula."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for each in went:
        at = datetime.fromtimestamp(each.at / 1000, UTC).isoformat(timespec="seconds")
        cells = (each.recipient, each.what, each.purpose, each.by, each.way)
        rows.writerow((at, *map(_plain, cells)))
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
