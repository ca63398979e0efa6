"""Routes of the chart: the ward board, trends, scores, waveforms, the patient's own page."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
import numpy as np
from fastapi import Query, Request

from homeward.clinical.rules import RULES
from homeward.clinical.what_to_do import what_to_do
from homeward.clinical.words import Speech, said_again
from homeward.guard.route import STAFF, Route
from homeward.model.entered import BY_HAND
from homeward.model.errors import Missing, Unreadable
from homeward.model.person import Role
from homeward.model.shown import AlarmShown, CallShown, PatientShown, ScoreShown
from homeward.model.vital import BY_INDEX, VITALS
from homeward.model.wave import BY_INDEX as WAVE_BY_INDEX
from homeward.model.wave import WAVES
from homeward.services import limits_in_force
from homeward.services.asking import Asking, Moment
from homeward.services.chart import sources, totals, where_from
from homeward.services.chart import views as v
from homeward.services.chart.day import every_in_words, next_steps
from homeward.services.chart.score_charts import CHARTS_OF, every_chart
from homeward.services.chart.thin import drawn, thinned
from homeward.services.contract import Tools
from homeward.services.speaking import speech
from homeward.store import Door, queries
from homeward.store.chunks import chart, extent, waves
from homeward.store.newest import newest, newest_rows
from homeward.store.packed import Array

Q = queries("homeward.services.chart")
# The longest any vital may be shown or scored: what the board looks back for newest values.
LOOK_BACK = timedelta(seconds=max(each.score_seconds for each in VITALS))
WAVES_SEEN_WITHIN = timedelta(hours=1)
FURTHER_WITHIN = timedelta(days=1)
POINTS_MAX = 4_000
DAYS_MAX = 30
WAVE_SECONDS_MAX = 60
THIN_SECONDS_MAX = 600
EVERY_VITAL = [each.index for each in VITALS]


def _now(request: Request) -> datetime:
    tools: Tools = request.app.state.tools
    return tools.now()


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


async def get_board(ward_id: int, door: Asking, request: Request) -> v.Board:
    """A ward: each bed's newest values, score, alarms, and who is being called."""
    now = _now(request)
    ward = await door.one(Q.ward, v.WardShown, ward=ward_id)
    patients = await door.all(Q.beds, PatientShown, ward=ward_id)
    return v.Board(ward, _ms(now), await _beds(door, patients, now), v.VITAL_INFO)


async def get_now(patient_id: int, door: Asking, request: Request) -> v.PatientNow:
    """One patient as the board has them: also for whoever is on no team of their ward."""
    now = _now(request)
    patient = await door.one(Q.patient, PatientShown, patient=patient_id)
    return v.PatientNow(_ms(now), await _beds(door, [patient], now), v.VITAL_INFO)


async def _beds(door: Door, patients: Sequence[PatientShown], now: datetime) -> list[v.BedShown]:
    ids = [each.id for each in patients]
    values, alarms, calls, scores, worn, (seen, own) = await asyncio.gather(
        _newest(door, ids, now),
        _by_patient(door.all(Q.open_alarms, AlarmShown, patients=ids)),
        _by_patient(door.all(Q.open_calls, CallShown, patients=ids)),
        door.all(Q.newest_scores, dict, patients=ids),
        door.all(Q.worn, dict, patients=ids),
        asyncio.gather(
            door.all(Q.waves_seen, dict, patients=ids, since=now - WAVES_SEEN_WITHIN),
            door.all(Q.own_limits, dict, patients=ids, now=now),
        ),
    )
    limits = {row["patient_id"]: (row["changed"], row["off"]) for row in own}
    score_of = {row["patient_id"]: _score(row["detail"]) for row in scores}
    return [
        v.BedShown(
            bed=each.bed or "",
            patient=each,
            vitals=values[each.id],
            score=score_of.get(each.id),
            alarms=alarms[each.id],
            calls=calls[each.id],
            waves=_waves_of(each.id, seen),
            devices=_worn_by(each.id, worn),
            limits_changed=limits.get(each.id, (0, 0))[0],
            limits_off=limits.get(each.id, (0, 0))[1],
        )
        for each in patients
    ]


async def get_worklist(
    ward_id: int, door: Asking, request: Request, days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = 1
) -> v.Worklist:
    """Everybody of a ward, a thousand or more, with their newest values of so many days."""
    now = _now(request)
    async with door.held() as held:
        (ward,), (people,) = await held.together(
            Q.ward(v.WardShown, ward=ward_id), Q.people(dict, ward=ward_id)
        )
        people = _people(**people)
        since_us = round((now - timedelta(days=days)).timestamp() * 1e6)
        rows = await newest_rows(held, people.id, EVERY_VITAL, since_us)
    return v.Worklist(ward, _ms(now), people, _columns(people.id, rows), v.VITAL_INFO)


def _people(shut_readings: list[int], shut_waves: list[int], **listed: list[Any]) -> v.People:
    closed = [""] * len(listed["id"])
    if shut_readings or shut_waves:
        parts = (("readings", set(shut_readings)), ("waves", set(shut_waves)))
        closed = [" ".join(part for part, ids in parts if id in ids) for id in listed["id"]]
    return v.People(**listed, closed=closed)


def _columns(patients: Sequence[int], rows: Array) -> list[v.Column]:
    order = np.argsort(patients)
    places = order[np.searchsorted(patients, rows["patient"], sorter=order)]
    columns: list[v.Column] = []
    for vital in np.unique(rows["vital"]).tolist():
        mine = rows["vital"] == vital
        value, at = (np.full(len(patients), None) for _ in range(2))
        value[places[mine]] = rows["value"][mine]
        at[places[mine]] = rows["at"][mine] // 1000
        columns.append(v.Column(BY_INDEX[vital].name, value.tolist(), at.tolist()))
    return columns


async def _by_patient(rows: Any) -> dict[int, list[Any]]:
    sorted_rows: dict[int, list[Any]] = defaultdict(list)
    for row in await rows:
        sorted_rows[row.patient_id].append(row)
    return sorted_rows


async def _newest(
    door: Door, patients: Sequence[int], now: datetime
) -> dict[int, list[v.VitalShown]]:
    since_us = round((now - LOOK_BACK).timestamp() * 1e6)
    found = await newest(door, patients, EVERY_VITAL, since_us)
    ids = sorted({each.device for values in found.values() for each in values.values()})
    rows = await door.all(Q.device_names, dict, devices=ids)
    names = {row["id"]: row["name"] for row in rows} | {BY_HAND: "by hand"}
    return {
        patient: [
            v.VitalShown(
                BY_INDEX[vital].name,
                each.value,
                each.at // 1000,
                each.received // 1000,
                names.get(each.device),
            )
            for vital, each in sorted(found.get(patient, {}).items())
        ]
        for patient in patients
    }


def _waves_of(patient: int, seen: list[dict[str, Any]]) -> list[str]:
    return [
        WAVE_BY_INDEX[row["wave"]].name
        for row in sorted(seen, key=lambda row: row["wave"])
        if row["patient_id"] == patient
    ]


def _worn_by(patient: int, worn: list[dict[str, Any]]) -> list[v.WornDevice]:
    return [
        v.WornDevice(row["name"], row["connected"], row["last_seen"])
        for row in worn
        if row["patient_id"] == patient
    ]


def _score(detail: Any) -> ScoreShown:
    return msgspec.convert(detail, ScoreShown)


def _span(start: int, end: int) -> tuple[datetime, datetime]:
    if not 0 <= start < end:
        raise Unreadable("A span needs a start before its end, in milliseconds since 1970 UTC.")
    return _at(start), _at(end)


def _ends_ms(whole: tuple[int, int]) -> tuple[int, int]:
    """The first millisecond of a record, and the one after its last."""
    return whole[0] // 1000, whole[1] // 1000 + 1


async def get_trend(
    patient_id: int,
    door: Asking,
    start: Moment = 0,
    end: Moment = 0,
    points: Annotated[int, Query(ge=2, le=POINTS_MAX)] = 1000,
) -> v.Trend:
    """All vitals over a span, in at most `points` buckets; start 0 and end 0: the whole record."""
    async with door.held() as held:
        if not start and not end:
            whole = await extent(held, patient_id)
            if whole is None:
                return v.Trend(0, 0, None, None, [], [], [], v.VITAL_INFO)
            start, end = _ends_ms(whole)
        since, until = _span(start, end)
        whole, found, (alarms, scores) = await chart(
            held, patient_id, EVERY_VITAL, (start * 1000, end * 1000), points,
            Q.alarms_between(AlarmShown, patient=patient_id, start_ms=start, end_ms=end),
            Q.scores_between(dict, patient=patient_id, start=since, end=until),
        )  # fmt: skip
    first, last = _ends_ms(whole) if whole else (None, None)
    series = [
        v.Series(
            vital=BY_INDEX[index].name,
            label=BY_INDEX[index].label,
            unit=BY_INDEX[index].unit,
            at=(each.at // 1000).tolist(),
            low=each.low.tolist(),
            high=each.high.tolist(),
            mean=each.mean.tolist(),
        )
        for index, each in sorted(found.items())
    ]
    every = [_score(row["detail"]) for row in scores]
    thin = [v.ScorePoint(e.at, e.total, e.low, e.high, e.risk, e.label, e.said) for e in every]
    is_own = door.actor is not None and door.actor.role is Role.PATIENT
    return v.Trend(
        start,
        end,
        first,
        last,
        series,
        [] if is_own else alarms,
        [] if is_own else thin,
        v.VITAL_INFO,
    )


async def get_scores(patient_id: int, door: Asking, start: Moment, end: Moment) -> v.ScoresShown:
    """A patient's score as it stood and changed over a span, with its parts and its charts."""
    since, until = _span(start, end)
    rows, others = await asyncio.gather(
        door.all(Q.scores_between, dict, patient=patient_id, start=since, end=until),
        door.all(Q.others_newest, dict, patient=patient_id, since=until - FURTHER_WITHIN),
    )
    scores = [_score(row["detail"]) for row in rows]
    wanted = {(score.name, score.chart) for score in scores}
    tables: list[dict[str, Any]] = []
    if any(name not in CHARTS_OF for name, _ in wanted):
        tables = await door.all(Q.own_tables, dict)
    charts = [shown for shown in every_chart(tables) if (shown.name, shown.chart) in wanted]
    return v.ScoresShown(scores, charts, [_score(row["detail"]) for row in others])


async def get_waves(
    patient_id: int,
    door: Asking,
    start: Moment,
    end: Moment,
    points: Annotated[int | None, Query(ge=2, le=2 * POINTS_MAX)] = None,
) -> list[v.WaveShown]:
    """Stored waveforms of up to a minute, or of up to ten in at most `points` a waveform."""
    _span(start, end)
    seconds_max = WAVE_SECONDS_MAX if points is None else THIN_SECONDS_MAX
    if end - start > seconds_max * 1000:
        raise Unreadable(f"At most {seconds_max} seconds of waveforms at a time.")
    shown: list[v.WaveShown] = []
    for wave in WAVES:
        found = await waves(door, patient_id, wave.index, start * 1000, end * 1000)
        lines = drawn(found)
        if points is not None:
            lines = await asyncio.to_thread(thinned, found, start * 1000, end * 1000, points)
        for line in lines:
            values, at = line.values.round(5).tolist(), line.start // 1000
            shown.append(v.WaveShown(wave.name, wave.label, wave.unit, line.rate, at, values))
    return shown


async def get_today(door: Asking, request: Request) -> v.Today:
    """The patient's own page."""
    now = _now(request)
    patient_id = door.actor.patient_id if door.actor else None
    if patient_id is None:
        raise Missing("There is no record for this account.", "no_record")
    patient = await door.one(Q.patient, PatientShown, patient=patient_id)
    say, values, alarms, worn, (subject, limits), (unread, due) = await asyncio.gather(
        _speech(door, request),
        _newest(door, [patient_id], now),
        door.all(Q.open_alarms, AlarmShown, patients=[patient_id]),
        door.all(Q.worn, dict, patients=[patient_id]),
        limits_in_force.watched(door, patient_id, now),
        asyncio.gather(
            door.one(Q.unread_letters, dict, patient=patient_id),
            door.one(Q.due_now, dict, patient=patient_id, now=now),
        ),
    )
    told = {name for each in alarms if each.patient_text for name in _vitals_of(each.condition)}
    rules = limits_in_force.on_now(limits)
    scale = subject.oxygen_scale
    vitals = every_in_words(values[patient_id], _ms(now), say, rules, told, scale)
    mine = [
        v.AlarmForPatient(
            each.id,
            said_again(each.patient_text, say.language),
            each.priority,
            each.state,
            each.raised,
            each.rung,
            {**what_to_do(each.condition, _emergency(request))},
        )
        for each in alarms
        if each.patient_text
    ]
    devices = _worn_by(patient_id, worn)
    steps = next_steps(mine, vitals, devices, due["dues"] > 0, say)
    return v.Today(patient, _ms(now), vitals, mine, steps, devices, unread["letters"])


def _emergency(request: Request) -> str:
    tools: Tools = request.app.state.tools
    return tools.settings.emergency_telephone


async def _speech(door: Door, request: Request) -> Speech:
    tools: Tools = request.app.state.tools
    return await speech(door, tools.settings, request.headers.get("accept-language", ""))


def _vitals_of(condition: str) -> list[str]:
    return [vital.name for rule in RULES if rule.name == condition for vital in rule.vitals]


ROUTES = (
    Route("GET", "/api/wards/{ward_id}/board", get_board, STAFF),
    Route("GET", "/api/wards/{ward_id}/worklist", get_worklist, STAFF),
    Route("GET", "/api/patients/{patient_id}/now", get_now, STAFF),
    Route(
        "GET",
        "/api/patients/{patient_id}/trend",
        get_trend,
        STAFF | {Role.PATIENT},
        part="readings",
    ),
    Route("GET", "/api/patients/{patient_id}/scores", get_scores, STAFF, part="readings"),
    Route("GET", "/api/patients/{patient_id}/waves", get_waves, STAFF, part="waves"),
    *sources.ROUTES,
    *where_from.ROUTES,
    *totals.ROUTES,
    Route("GET", "/api/today", get_today, frozenset({Role.PATIENT})),
)
