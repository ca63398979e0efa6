"""What decides when everybody is observed next: a ward's beds, scores, entries and orders.

Read in one batch for however many beds, by whoever shows the round and whoever watches over it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from homeward.clinical.observation import ORDER_LASTS_MAX, Known, NotDone, Order, standing
from homeward.clinical.scores import SCORERS, news2
from homeward.model.entered import Absent
from homeward.model.person import Role
from homeward.model.shown import ScoreShown
from homeward.store.door import Door
from homeward.store.sql import queries

sql = queries("homeward.store")
LOOK_BACK = timedelta(hours=24)
# Whatever is scored is noted each quarter of an hour: one last noted so long before another is
# not meant for this patient any more.
SAME_TIME_MS = 30 * 60_000
# Of which vitals each parameter of any score is made: a pulse of the heart's rate too.
_VITALS: dict[str, set[str]] = {}
for _scorer in SCORERS:
    for _parameter in (each for chart in _scorer.charts for each in chart.parameters):
        _names = {source.vital.name for source in _parameter.sources}
        _VITALS.setdefault(_parameter.name, {_parameter.name}).update(_names)


@dataclass(frozen=True, slots=True)
class InBed:
    """One patient in a bed: which, their leading score, and all that decides.

    `asking` is the score that asks for most, `orders` what was ordered lately, the newest first.
    """

    patient_id: int
    ward_id: int
    bed: str
    score: ScoreShown | None
    known: Known
    asking: ScoreShown | None
    orders: Sequence[Mapping[str, Any]]


async def in_beds(
    door: Door, now: datetime, ward: int | None = None, patient: int | None = None
) -> list[InBed]:
    """Everybody who lies on this ward (None: on any), or one of them, in bed order.

    Homes have no rounds.
    """
    stays = await door.all(sql.stays, dict, ward=ward, patient=patient)
    patients = [row["patient_id"] for row in stays]
    scores, values, orders = await asyncio.gather(
        door.all(sql.last_scores, dict, patients=patients, since=now - LOOK_BACK),
        door.all(sql.last_entered, dict, patients=patients, since=now - LOOK_BACK),
        door.all(sql.orders_since, dict, patients=patients, since=now - ORDER_LASTS_MAX),
    )
    of_patient: dict[int, list[ScoreShown]] = {}
    for row in scores:
        shown = msgspec.convert(row["detail"], ScoreShown)
        of_patient.setdefault(row["patient_id"], []).append(shown)
    entered: dict[int, list[dict[str, Any]]] = {}
    for row in values:
        entered.setdefault(row["patient_id"], []).append(row)
    ordered: dict[int, list[dict[str, Any]]] = {}
    for row in orders:
        ordered.setdefault(row["patient_id"], []).append(row)
    return [
        _in_bed(
            stay,
            of_patient.get(stay["patient_id"], []),
            entered.get(stay["patient_id"], []),
            ordered.get(stay["patient_id"], []),
            now,
        )
        for stay in stays
    ]


def as_orders(rows: Sequence[Mapping[str, Any]]) -> list[Order]:
    """Rows of orders as the judgement knows them."""
    return [
        Order(
            row["interval_seconds"], row["score_seconds"], row["until"],
            row["by_role"] == Role.DOCTOR, row["id"],
        )
        for row in rows
    ]  # fmt: skip


def _in_bed(
    stay: Mapping[str, Any],
    scores: Sequence[ScoreShown],
    entered: Sequence[Mapping[str, Any]],
    orders: Sequence[Mapping[str, Any]],
    now: datetime,
) -> InBed:
    newest = max((each.at for each in scores), default=0)
    asking = [
        each
        for each in scores
        if each.interval_seconds is not None and newest - each.at < SAME_TIME_MS
    ]
    asking.sort(key=lambda each: each.interval_seconds or 0)
    seen: dict[str, datetime | None] = {}
    for part in (part for each in asking for part in each.parts):
        _see(seen, part.parameter, None if part.at is None else _moment(part.at))
    if not asking:
        seen = dict.fromkeys(news2.PARAMETERS)
    not_done: dict[str, NotDone] = {}
    for row in entered:
        names = [name for name in seen if row["vital"] in _VITALS.get(name, {name})]
        for name in names:
            if row["absent"] is None:
                _see(seen, name, row["at"])
            else:
                not_done[name] = NotDone(Absent(row["absent"]), row["at"])
    known = Known(
        begun=stay["starts"],
        seen=seen,
        interval_seconds=asking[0].interval_seconds if asking else None,
        order=standing(as_orders(orders), now),
        not_done=not_done,
    )
    leading = [each for each in asking if each.is_leading]
    score = (leading or asking or [None])[0]
    most = asking[0] if asking else None
    return InBed(stay["patient_id"], stay["ward_id"], stay["bed"], score, known, most, orders)


def _see(seen: dict[str, datetime | None], name: str, at: datetime | None) -> None:
    known = seen.get(name)
    seen[name] = at if known is None or (at is not None and at > known) else known


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
