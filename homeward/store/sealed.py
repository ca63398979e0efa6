"""Every column that is kept sealed: sealing what is there in clear, sealing anew, erasing.

What a service wrote stays what it said; here it only changes its form, or goes. A column that is in
no place below and not of type bpchar is in clear (docs/decisions/0036-sealing.md says why).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from homeward.guard.sealing import Blind, Secret, of_patient
from homeward.store.door import Door
from homeward.store.sql import Query, queries

Q = queries("homeward.store")
BATCH = 200
ERASED = "Erased"


@dataclass(frozen=True, slots=True)
class Place:
    """A column: whose its texts are (`patient` or `person`, by a column with their number), and
    what it says once they are erased. `where`: of which rows."""

    table: str
    column: str
    kind: str
    whose: str
    where: str = "true"
    gone: str = ""

    @property
    def name(self) -> str:
        """As sealed texts say it."""
        return f"{self.table}.{self.column}"


_OF_ONE = "patient_id is not null"
PLACES = (
    Place("patient", "name", "patient", "id", "not is_synthetic", ERASED),
    Place("person", "name", "person", "id", "role in ('patient', 'relative')", ERASED),
    Place("contact", "address", "person", "person_id", "way <> 'web_push'"),
    Place("contact", "label", "person", "person_id"),
    Place("invitation", "name", "patient", "patient_id"),
    Place("invitation", "why", "patient", "patient_id"),
    Place("relative", "why", "patient", "patient_id"),
    Place("relative", "ended_why", "patient", "patient_id"),
    Place("quiet_hours", "why", "person", "person_id"),
    Place("observation", "reason", "patient", "patient_id", "reason is not null"),
    Place("observation_order", "reason", "patient", "patient_id"),
    Place("pregnancy", "reason", "patient", "patient_id"),
    Place("emergency_access", "reason", "patient", "patient_id", gone="Erased with the patient"),
    Place("emergency_access", "note", "patient", "patient_id"),
    Place("rule_setting", "reason", "patient", "patient_id", _OF_ONE, ERASED),
    Place("score_switch", "reason", "patient", "patient_id", _OF_ONE),
    Place("amendment", "before", "patient", "patient_id"),
    Place("amendment", "wanted", "patient", "patient_id", gone=ERASED),
    Place("amendment", "reason", "patient", "patient_id", gone=ERASED),
    Place("amendment", "answer", "patient", "patient_id", gone=ERASED),
    Place("restriction", "reason", "patient", "patient_id", gone=ERASED),
    Place("restriction", "answer", "patient", "patient_id"),
    Place("restriction", "ended_why", "patient", "patient_id"),
    Place("disclosure", "recipient", "patient", "patient_id", gone=ERASED),
    Place("disclosure", "what", "patient", "patient_id", gone=ERASED),
    Place("disclosure", "purpose", "patient", "patient_id", gone=ERASED),
    Place("legal_hold", "why", "patient", "patient_id", gone=ERASED),
    Place("legal_hold", "ends_why", "patient", "patient_id"),
    Place("plan", "body", "patient", "patient_id", gone=ERASED),
    Place("panel_act", "note", "patient", "patient_id"),
    Place("question_answer", "body", "patient", "patient_id", gone=ERASED),
    Place("letter", "body", "patient", "patient_id", gone=ERASED),
    Place("alarm", "acknowledged_reason", "patient", "patient_id", _OF_ONE),
    Place("app_document", "body", "patient", "patient_id"),
    Place("import_source", "name", "patient", "patient_id"),
    Place("implant_report", "body", "patient", "patient_id"),
    Place("cloud_link", "account", "patient", "patient_id"),
    Place("cloud_link", "tokens", "patient", "patient_id"),
    Place("meter_record", "octets", "patient", "patient_id"),
)


@dataclass(frozen=True, slots=True)
class _Found:
    row: str
    owner: int
    said: str
    was: str


@dataclass(frozen=True, slots=True)
class _Numbered:
    id: int
    number: str


@dataclass(frozen=True, slots=True)
class _Said:
    row: str
    patient: int
    said: str


async def seal(door: Door) -> int:
    """Seal up to a batch of each place that is in clear; how many texts that were.

    Safe beside everybody who writes: a row that has changed meanwhile is left for the next time.
    """
    done = await _numbers(door) + await _said_of_alarms(door)
    for place in PLACES:
        done += await _again(door, place, _in_clear(place))
    return done


async def seal_anew(door: Door, kind: str, number: int) -> int:
    """Seal up to a batch of each place of one owner by their newest key; how many that were."""
    done = 0
    for place in [each for each in PLACES if each.kind == kind]:
        done += await _again(door, place, _of_owner(place), owner=number)
    return done


async def _again(door: Door, place: Place, found_by: Query, **values: int) -> int:
    rows = await door.all(found_by, _Found, most=BATCH, **values)
    texts = [Secret(f"{place.kind}/{row.owner}", place.name, row.said) for row in rows]
    changes = zip(rows, texts, strict=True)
    await door.run_many(
        _change(place), [{"row": row.row, "was": row.was, "text": text} for row, text in changes]
    )
    return len(rows)


async def _numbers(door: Door) -> int:
    rows = await door.all(Q.numbers_in_clear, _Numbered, most=BATCH)
    for row in rows:
        number = Secret(of_patient(row.id), "patient.number_sealed", row.number)
        found_by = Blind("patient.record_number", row.number, is_kept=True)
        await door.run(Q.seal_number, id=row.id, number=number, found_by=found_by, was=row.number)
    return len(rows)


async def _said_of_alarms(door: Door) -> int:
    rows = await door.all(Q.said_in_clear, _Said, most=BATCH)
    await door.run_many(
        Q.seal_said,
        [
            {
                "row": row.row, "was": row.said,
                "text": Secret(of_patient(row.patient), "alarm_event.detail", row.said),
            }
            for row in rows
        ],
    )  # fmt: skip
    return len(rows)


async def erase(door: Door, kind: str, number: int) -> dict[str, int]:
    """Take an owner's texts away and destroy their keys; how many texts of each place there were.

    Run it in a transaction. What is left in pages, in the log of changes and in copies is sealed
    by a key that is nowhere.
    """
    counts = {
        place.name: await door.run(_gone(place), owner=number)
        for place in PLACES
        if place.kind == kind
    }
    if kind == "patient":
        counts["alarm_event.detail"] = await door.run(Q.said_gone, patient=number)
    counts["keys"] = await door.run(Q.destroy_data_keys, owner=f"{kind}/{number}")
    return counts


async def count(door: Door, kind: str, number: int) -> dict[str, int]:
    """How many texts of an owner there are, by place."""
    counts: dict[str, int] = {}
    for place in [each for each in PLACES if each.kind == kind]:
        row = await door.one(_count(place), dict, owner=number)
        counts[place.name] = row["texts"]
    return counts


async def in_clear(door: Door) -> int:
    """How many texts wait to be sealed, up to a batch of each place."""
    found: Sequence[object] = await door.all(Q.numbers_in_clear, _Numbered, most=BATCH)
    waiting = len(found) + len(await door.all(Q.said_in_clear, _Said, most=BATCH))
    for place in PLACES:
        waiting += len(await door.all(_in_clear(place), _Found, most=BATCH))
    return waiting


# Table, column and condition come from PLACES above, never from outside.
def _in_clear(place: Place) -> Query:
    text = (
        f"select ctid::text as row, {place.whose} as owner, {place.column} as said,"  # noqa: S608
        f" md5({place.column}::text) as was from {place.table}"
        f" where {place.column} not like 'sealed:%%' and {place.column} not in ('', '{ERASED}')"
        f" and {place.where} limit %(most)s"
    )
    return Query(f"in_clear_{place.name}", text.encode(), "Texts that are not sealed yet.")


def _of_owner(place: Place) -> Query:
    text = (
        f"select ctid::text as row, {place.whose} as owner, {place.column} as said,"  # noqa: S608
        f" md5({place.column}::text) as was from {place.table}"
        f" where {place.whose} = %(owner)s and {place.column} like 'sealed:%%'"
        f" and split_part({place.column}::text, ':', 3)::integer <"
        f" (select max(version) from data_key where owner = '{place.kind}/' || %(owner)s::bigint)"
        f" limit %(most)s"
    )
    return Query(f"of_owner_{place.name}", text.encode(), "Texts sealed by an older key.")


def _change(place: Place) -> Query:
    text = (
        f"update {place.table} set {place.column} = %(text)s"  # noqa: S608
        f" where ctid = %(row)s::tid and md5({place.column}::text) = %(was)s"
    )
    return Query(f"seal_{place.name}", text.encode(), "A text is sealed.")


def _gone(place: Place) -> Query:
    text = (
        f"update {place.table} set {place.column} = '{place.gone}'"  # noqa: S608
        f" where {place.whose} = %(owner)s and {place.column} <> ''"
    )
    return Query(f"erase_{place.name}", text.encode(), "Texts of whoever is erased.")


def _count(place: Place) -> Query:
    text = (
        f"select count(*) as texts from {place.table}"  # noqa: S608
        f" where {place.whose} = %(owner)s and {place.column} <> ''"
    )
    return Query(f"count_{place.name}", text.encode(), "How many texts somebody has.")
