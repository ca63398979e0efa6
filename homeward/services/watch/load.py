"""The alarm load of a ward: how many alarms, who acted on them, and what would spare most.

A tenth of the patients make most of the alarms, and most that nobody needed were mild and brief
(Lansdowne and others 2016; Schmid and others 2013). So the page says whose they are, and how many
a longer delay would have spared: from what happened, not from a theory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.services.watch.ledger import Q
from homeward.store import Door

DAYS_MAX = 90
MORE_SECONDS = (10, 20, 30)  # of delay: what is tried
SHARE_WORTH = 0.3  # of a rule's alarms spared: worth a thought
ALARMS_MIN = 10  # fewer say nothing


@dataclass(frozen=True, slots=True)
class RuleLoad:
    """One condition's alarms. `acted`: acknowledged, or something was written down as done.

    `median_seconds` is how long they lasted. `more_seconds` of delay would have spared `spared`
    of them: over by then, and nobody had acted. None where that is not worth a thought.
    """

    condition: str
    kind: str
    alarms: int
    high: int
    acted: int
    median_seconds: float | None
    more_seconds: int | None
    spared: int


@dataclass(frozen=True, slots=True)
class PatientLoad:
    """One patient's share."""

    patient_id: int
    patient: str
    bed: str | None
    alarms: int


@dataclass(frozen=True, slots=True)
class Load:
    """A ward's alarms over some days. `per_bed_day` counts beds by how long they were taken.

    `top_tenth` is the share of all alarms that the busiest tenth of the patients had.
    """

    ward_id: int
    days: int
    bed_days: float
    alarms: int
    per_bed_day: float | None
    acted: int
    high: int
    technical: int
    patients: int
    top_tenth: float | None
    rules: list[RuleLoad]
    busiest: list[PatientLoad]


async def load_of(door: Door, ward: int, days: int, now: datetime) -> Load:
    """The alarm load of a ward over the last days."""
    days = max(1, min(days, DAYS_MAX))
    since = now - timedelta(days=days)
    values = {"ward": ward, "since": since, "now": now}
    bed_days = (await door.one(Q.bed_days, dict, **values))["bed_days"] or 0.0
    rules = [_rule(row) for row in await door.all(Q.load_by_rule, dict, **values)]
    patients = await door.all(Q.load_by_patient, PatientLoad, **values)
    technical = sum(each.alarms for each in rules if each.kind == "technical")
    total = sum(each.alarms for each in rules)
    return Load(
        ward, days, round(bed_days, 2), total,
        round(total / bed_days, 2) if bed_days else None,
        sum(each.acted for each in rules), sum(each.high for each in rules), technical,
        len(patients), _top_tenth(patients), rules, patients[:10],
    )  # fmt: skip


def _rule(row: dict[str, int | str | float | None]) -> RuleLoad:
    spared = {more: int(row[f"spared_{more}"] or 0) for more in MORE_SECONDS}
    alarms = int(row["alarms"] or 0)
    more = _worth(alarms, spared) if row["kind"] == "physiological" else None
    median = row["median_seconds"]
    return RuleLoad(
        str(row["condition"]), str(row["kind"]), alarms, int(row["high"] or 0),
        int(row["acted"] or 0), None if median is None else float(median), more,
        0 if more is None else spared[more],
    )  # fmt: skip


def _worth(alarms: int, spared: dict[int, int]) -> int | None:
    """The shortest delay that spares enough; None where none does, or too few rang to say."""
    if alarms < ALARMS_MIN:
        return None
    return next((more for more in MORE_SECONDS if spared[more] >= SHARE_WORTH * alarms), None)


def _top_tenth(patients: Sequence[PatientLoad]) -> float | None:
    """Of patients by falling number of alarms. Of fewer than ten there is no tenth."""
    if len(patients) < 10:
        return None
    total = sum(each.alarms for each in patients)
    top = patients[: len(patients) // 10]
    return round(sum(each.alarms for each in top) / total, 3) if total else None
