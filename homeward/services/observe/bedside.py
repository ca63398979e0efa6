"""What stands beside an entry: the last values, what is due, and the score it would make."""

from datetime import datetime, timedelta

from homeward.clinical.score import Score, active_charts
from homeward.clinical.scores import SCORERS
from homeward.clinical.source import worst_of
from homeward.clinical.subject import Subject
from homeward.model.entered import AS_ENTERED, BY_HAND, COUNTS_SECONDS, PARAMETERS
from homeward.model.reading import Reading
from homeward.model.shown import PartShown, PatientShown, ScoreShown
from homeward.model.unit import ACCEPTED
from homeward.model.vital import BY_INDEX, BY_NAME
from homeward.services.observe import views as v
from homeward.services.observe.entering import Q, measured, read, unusual_in
from homeward.services.observe.round import bed_of, shown_bed
from homeward.store import Door
from homeward.store.chunks import micros
from homeward.store.known import known_at
from homeward.store.newest import newest

_VITALS = [BY_NAME[name] for name in PARAMETERS]
TO_ENTER = [
    v.ToEnter(
        each.name, each.label, list(ACCEPTED[each.name]), *each.possible, each.decimals,
        each.stale_seconds,
    )
    for each in _VITALS
]  # fmt: skip


async def bedside(door: Door, patient_id: int, now: datetime) -> v.Bedside:
    """What a nurse who is about to enter needs to see. Raises Missing."""
    patient = await door.one(Q.patient_shown, PatientShown, patient=patient_id)
    since = micros(now - timedelta(seconds=COUNTS_SECONDS))
    # A heart rate stands beside the pulse that is entered.
    vitals = [each.index for each in (*_VITALS, BY_NAME["heart_rate"])]
    found = (await newest(door, [patient_id], vitals, since))[patient_id]
    ids = sorted({each.device for each in found.values()})
    rows = await door.all(Q.device_names, dict, devices=ids)
    names = {row["id"]: row["name"] for row in rows} | {BY_HAND: "by hand"}
    last = [
        v.LastValue(BY_INDEX[vital].name, each.value, each.at // 1000, names.get(each.device))
        for vital, each in sorted(found.items())
    ]
    here = await bed_of(door, patient_id, now)
    bed = None if here is None else await shown_bed(door, here, now)
    return v.Bedside(patient, round(now.timestamp() * 1000), last, bed, TO_ENTER)


async def preview(door: Door, patient_id: int, entry: v.Entry, now: datetime) -> v.Preview:
    """The score an entry would make, and what would be asked; nothing is filed.

    Raises what filing it would raise.
    """
    subject = await door.one(Q.subject, Subject, patient=patient_id, now=now)
    at = await measured(door, patient_id, entry, now)
    readings = read(entry, at, now) if entry.values or entry.absent else {}
    charts = active_charts(SCORERS, subject, at.date(), {})
    if not charts:
        return v.Preview(None, [])
    scorer, chart = charts[0]  # the one this patient is known by
    devices, by_hand = await known_at(door, patient_id, at, [chart])
    by_hand |= {
        name: Reading(AS_ENTERED[name], reading.value, reading.at)
        for name, reading in readings.items()
    }
    if not devices and not by_hand:
        return v.Preview(None, [])
    asked = [] if entry.confirmed else await unusual_in(door, patient_id, readings, at)
    return v.Preview(_shown(worst_of(scorer, chart, devices, by_hand, at)), asked)


def _shown(score: Score) -> ScoreShown:
    def ms(at: datetime | None) -> int | None:
        return None if at is None else round(at.timestamp() * 1000)

    parts = [
        PartShown(
            part.parameter, part.label, part.value, part.points, ms(part.at), part.age_seconds,
            part.is_missing,
        )
        for part in score.parts
    ]  # fmt: skip
    return ScoreShown(
        score.name, round(score.at.timestamp() * 1000), score.total, score.low, score.high,
        score.risk, score.interval, score.scale, parts, score.interval_seconds, score.label,
        score.chart, score.said, True, None, score.risk_at_worst,
    )  # fmt: skip
