"""NEWS2 as inputs arrive: about once a patient and second, and as inputs grow too old.

Columns decide whose score could have changed: an input crossed a band of the published table,
came, or grew too old. Only those are scored by the plain function. What devices say and what
people entered are columns apart; `clinical.source` says which counts.
"""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import numpy.typing as npt

from homeward.clinical.episode import Key
from homeward.clinical.score import Score
from homeward.clinical.scores import news2
from homeward.clinical.source import worlds
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.entered import AS_ENTERED, BESIDE_SECONDS
from homeward.model.reading import Reading
from homeward.model.shown import PartShown, ScoreShown, ScoreTold
from homeward.model.vital import BY_NAME
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.judging import TROUBLE_RULE
from homeward.services.watch.ledger import Change
from homeward.services.watch.windows import KINDS, LONG_AGO, Ints, Numbers, Windows, as_time

SECOND_US = 1_000_000
EVERY_US = 800_000  # with the time between two passes, a score is never a second behind its input
NOTED_SECONDS = 900  # a score that stays the same is noted this often all the same
SETTLE_SECONDS = 60  # as clinical.window.settled does by default
SETTLE_READINGS_MIN = 5
INPUTS = tuple(BY_NAME[name] for name in dict.fromkeys((*news2.STREAMED, *news2.PARAMETERS)))
# First what devices say, then what people entered.
COLUMNS = (*INPUTS, *(AS_ENTERED[vital.name] for vital in INPUTS))
_STREAMED = np.array([vital.name in news2.STREAMED for vital in COLUMNS])
_INDICES = np.array([vital.index for vital in INPUTS], np.int64)
_AGES_US = np.array([vital.score_seconds for vital in COLUMNS], np.int64) * SECOND_US
# What was entered lately is judged beside what devices say: another code than without.
_IS_BY_HAND = np.arange(len(COLUMNS)) >= len(INPUTS)
_BESIDE_US = BESIDE_SECONDS * SECOND_US
_BESIDE = 1000
_IS_INPUT = np.zeros(KINDS, bool)
_IS_INPUT[_INDICES] = True
MISSING = -1
NEVER = -2

# Readings by name, of devices and of people, and the newest times (us): measured, received.
_Inputs = tuple[tuple[dict[str, Reading], dict[str, Reading]], int, int]
Bools = npt.NDArray[np.bool_]
Signature = tuple[int, int, tuple[int | None, ...]]


def _edges(name: str) -> npt.NDArray[np.float64]:
    """The values at which the points of this vital can change, in any use of the table.

    A rounded value reaches a band's low exactly at half a step below it (halves go up).
    """
    parameter = "pulse" if name == "heart_rate" else name
    half = 0.5 * 10.0 ** -BY_NAME[name].decimals
    lows = {band.low for band in news2.BANDS if band.parameter == parameter} - {None}
    highs = {band.high for band in news2.BANDS if band.parameter == parameter} - {None}
    edges = {float(f"{float(low) - half:.2f}") for low in lows if low is not None}
    edges |= {float(f"{float(high) + half:.2f}") for high in highs if high is not None}
    return np.array(sorted(edges))


_EDGES = tuple(_edges(vital.name) for vital in COLUMNS)


class Scoring:
    """The scores of everybody."""

    def __init__(self, windows: Windows, conditions: Conditions) -> None:
        self._windows = windows
        self._conditions = conditions
        self._patients = Numbers()
        self._ids = np.zeros(0, np.int64)
        self._touched = np.zeros(0, bool)
        self._seen_at = np.zeros(0, np.int64)
        self._noted_at = np.zeros(0, np.int64)
        self._codes = np.zeros((0, len(COLUMNS)), np.int64)
        self._last: dict[int, Signature] = {}
        self.scale_2: frozenset[int] = frozenset()  # patients

    def restore(self, patient: int, shown: ScoreShown) -> None:
        """The last score of a patient, so that a new watcher notes only what changes."""
        parts = tuple(part.points for part in shown.parts)
        self._last[patient] = (shown.low, shown.high, parts)
        row = int(self._rows(np.array([patient]))[0])
        self._noted_at[row] = shown.at * 1000

    def touch(self, patients: Ints, vitals: Ints) -> None:
        """Something new came for these."""
        inputs = _IS_INPUT[vitals]
        if inputs.any():
            rows = self._rows(patients[inputs])  # may make room in _touched
            self._touched[rows] = True

    def age(self, now_us: int) -> None:
        """Touch everybody of whom an input grew too old, or whose note is due."""
        rows = np.arange(len(self._patients))
        if len(rows):
            _, is_old, is_beside = self._age_of(rows, now_us)
            is_old = (is_old != (self._codes[rows] < 0)) | (
                is_beside != (self._codes[rows] >= _BESIDE)
            )
            due = _is_past(self._noted_at[rows], NOTED_SECONDS * SECOND_US, now_us)
            self._touched[rows[is_old.any(axis=1) | due]] = True

    def take(self, now: datetime, now_us: int) -> tuple[list[ScoreTold], list[Change]]:
        """Score everybody touched who was not looked at just now; what changed."""
        rows = np.flatnonzero(self._touched & _is_past(self._seen_at, EVERY_US, now_us))
        if not len(rows):
            return [], []
        self._touched[rows] = False
        self._seen_at[rows] = now_us
        codes = self._code(rows, now_us)
        is_new = (codes != self._codes[rows]).any(axis=1)
        is_due = _is_past(self._noted_at[rows], NOTED_SECONDS * SECOND_US, now_us)
        self._codes[rows] = codes
        has_any = (codes >= 0).any(axis=1)
        told: list[ScoreTold] = []
        changes: list[Change] = []
        is_asked = is_new | (is_due & has_any)
        asked = rows[is_asked]
        is_due = is_due[is_asked].tolist()
        for row, due, inputs in zip(asked.tolist(), is_due, self._inputs(asked), strict=True):
            self._score_one(row, inputs, now, now_us, due, told, changes)
        return told, changes

    def _score_one(
        self,
        row: int,
        known: _Inputs,
        now: datetime,
        now_us: int,
        is_due: bool,
        told: list[ScoreTold],
        changes: list[Change],
    ) -> None:
        patient = int(self._ids[row])
        inputs, measured, received = known
        scale = 2 if patient in self.scale_2 else 1
        trouble = Key(TROUBLE_RULE + news2.SCORER.name, patient)
        try:
            score = max(
                (news2.SCORER.score(each, now, scale) for each in worlds(*inputs, now)),
                key=severity,
            )
            found = self._findings(patient, score)
        except Exception as error:  # D22: whatever a score raises becomes an alarm
            words = f"NEWS2 failed ({type(error).__name__}): this patient has no score"
            failed = Change(trouble, Kind.TECHNICAL, now, Finding(Priority.MEDIUM, words, now))
            changes += [failed] if self._conditions.is_news(failed) else []
            return
        times: tuple[datetime | None, datetime | None] = (None, None)
        if received > LONG_AGO:  # else all there was has been taken back
            times = (as_time(measured), as_time(received))
        seen = [Change(trouble, Kind.TECHNICAL, now, None)]
        detail = {"rule": news2.SCORER.name, "version": news2.SCORER.version}
        for name, finding in found.items():
            seen.append(
                Change(Key(name, patient), Kind.PHYSIOLOGICAL, now, finding, *times, detail)
            )
        changes += [change for change in seen if self._conditions.is_news(change)]
        signature = (score.low, score.high, tuple(part.points for part in score.parts))
        if signature != self._last.get(patient) or is_due:
            self._last[patient] = signature
            self._noted_at[row] = now_us
            told.append(ScoreTold(patient, shown(score)))

    def _findings(self, patient: int, score: Score) -> Mapping[str, Finding | None]:
        """What the score says of each of its conditions."""
        holding = self._conditions.of_patient(patient) & set(news2.CONDITIONS)
        found = news2.SCORER.findings(score, holding)
        return {**dict.fromkeys(holding - set(found)), **found}

    def _inputs(self, rows: Ints) -> list[_Inputs]:
        """What each patient's score is made of: the newest (settled, where it streams) reading of
        each input, and the newest times."""
        slots = self._slots(rows)
        is_known = slots >= 0
        values = np.zeros(slots.shape)
        streamed = np.broadcast_to(_STREAMED, slots.shape)
        values[is_known] = self._values(slots[is_known], streamed[is_known])
        at = self._windows.newest[slots]
        received = np.where(is_known, self._windows.received[slots], LONG_AGO)
        newest = np.argmax(received, axis=1)
        every = np.arange(len(rows))
        readings = [_readings(*row) for row in zip(is_known, values, at, strict=True)]
        measured: list[int] = at[every, newest].tolist()
        newest_received: list[int] = received[every, newest].tolist()
        return list(zip(readings, measured, newest_received, strict=True))

    def _code(self, rows: Ints, now_us: int) -> Ints:
        """Which cell of the table each input of each patient is in; -1 missing or too old."""
        slots, is_old, is_beside = self._age_of(rows, now_us)
        values = np.zeros(slots.shape)
        streamed = np.broadcast_to(_STREAMED, slots.shape)
        values[~is_old] = self._values(slots[~is_old], streamed[~is_old])
        codes = np.empty(slots.shape, np.int64)
        for column, edges in enumerate(_EDGES):
            codes[:, column] = np.searchsorted(edges, values[:, column], side="right")
        codes[is_beside] += _BESIDE
        codes[is_old] = MISSING
        return codes

    def _values(self, slots: Ints, streamed: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        values = self._windows.last_values(slots)
        if streamed.any():
            values[streamed] = self._windows.settled_values(
                slots[streamed], SETTLE_SECONDS, SETTLE_READINGS_MIN
            )
        return values

    def _age_of(self, rows: Ints, now_us: int) -> tuple[Ints, Bools, Bools]:
        """Slots, which are missing or too old, and which were entered just lately."""
        slots = self._slots(rows)
        age = now_us - self._windows.newest[slots]
        is_known = slots >= 0
        return slots, ~is_known | (age > _AGES_US), is_known & _IS_BY_HAND & (age <= _BESIDE_US)

    def _slots(self, rows: Ints) -> Ints:
        patients = np.repeat(self._ids[rows], len(INPUTS))
        asked = patients, np.tile(_INDICES, len(rows))
        found = [
            np.where(self._windows.count[each] > 0, each, -1).reshape(len(rows), len(INPUTS))
            for each in (self._windows.known_slots(*asked), self._windows.known_by_hand(*asked))
        ]
        return np.hstack(found)

    def _rows(self, patients: Ints) -> Ints:
        rows = self._patients.of(patients)
        more = len(self._patients) - len(self._ids)
        if more > 0:
            self._ids = np.concatenate([self._ids, np.zeros(more, np.int64)])
            self._touched = np.concatenate([self._touched, np.zeros(more, bool)])
            long_ago = np.full(more, LONG_AGO // 2)
            self._seen_at = np.concatenate([self._seen_at, long_ago])
            self._noted_at = np.concatenate([self._noted_at, long_ago])
            never = np.full((more, len(COLUMNS)), NEVER)
            self._codes = np.concatenate([self._codes, never])
            self._ids[rows] = patients
        return rows


def _readings(
    known: npt.NDArray[np.bool_], values: npt.NDArray[np.float64], at: Ints
) -> tuple[dict[str, Reading], dict[str, Reading]]:
    """The readings there are of a patient's inputs, by name: of devices, and entered."""
    cells = zip(COLUMNS, known.tolist(), values.tolist(), at.tolist(), strict=True)
    readings = [
        Reading(vital, value, as_time(moment)) if is_known else None
        for vital, is_known, value, moment in cells
    ]
    devices, entered = readings[: len(INPUTS)], readings[len(INPUTS) :]
    return (
        {each.vital.name: each for each in devices if each is not None},
        {each.vital.name: each for each in entered if each is not None},
    )


def _is_past(since: Ints, span_us: int, now_us: int) -> npt.NDArray[np.bool_]:
    """Whether so long has passed; also where the server's clock went back behind `since`."""
    passed = now_us - since
    return (passed >= span_us) | (passed < 0)


def severity(score: Score) -> tuple[float, int, int]:
    """What makes one score worse than another: it asks for more, or is higher."""
    wait = float("inf") if score.interval_seconds is None else score.interval_seconds
    return -wait, score.low, score.remembered


def shown(score: Score) -> ScoreShown:
    """A score as screens know it."""

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
        score.risk, score.interval, score.scale, parts, score.interval_seconds,
    )  # fmt: skip
