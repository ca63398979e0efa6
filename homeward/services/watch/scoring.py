"""Scores as inputs arrive: about once a patient and second, and as inputs grow too old.

Columns decide whose scores could have changed: an input crossed a band of a chart that is theirs,
came, or grew too old; or the chart is another, since a birthday. Only those are scored by the
plain functions. What devices say and what people entered are columns apart; `clinical.source` says
which counts.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from homeward.clinical.episode import Key
from homeward.clinical.score import OWN, Score, Scorer, active_charts
from homeward.clinical.score_table import Chart
from homeward.clinical.scores import SCORERS
from homeward.clinical.source import worst_of
from homeward.clinical.subject import ANYBODY, Subject
from homeward.model.alarm import Finding, Kind, Priority
from homeward.model.entered import BESIDE_SECONDS
from homeward.model.reading import Reading
from homeward.model.shown import ScoreShown, ScoreTold
from homeward.services.watch.conditions import Conditions
from homeward.services.watch.covered import COVERING, uncovered
from homeward.services.watch.ledger import ORDERED, Change
from homeward.services.watch.profiles import (
    AGES_US,
    COLUMNS,
    INDICES,
    INPUTS,
    IS_BY_HAND,
    IS_STREAMED,
    Profiles,
    Switches,
    readings_of,
)
from homeward.services.watch.rule_troubles import TROUBLE_RULE
from homeward.services.watch.score_shown import shown
from homeward.services.watch.windows import LONG_AGO, Floats, Ints, Numbers, Windows, as_time

SECOND_US = 1_000_000
EVERY_US = 800_000  # with the time between two passes, a score is never a second behind its input
NOTED_SECONDS = 900  # a score that stays the same is noted this often all the same
SETTLE_SECONDS = 60  # as clinical.window.settled does by default
SETTLE_READINGS_MIN = 5
ORDER = len(COLUMNS)  # the last code of a row: which of some inputs are the newer
# What was entered lately is judged beside what devices say: another code than without.
BESIDE_US = BESIDE_SECONDS * SECOND_US
BESIDE = 1000
MISSING = -1
NEVER = -2
# What is kept by patient, and what it is of a new one.
_BY_ROW = {
    "_ids": 0, "_touched": False, "_is_scored": False, "_seen_at": LONG_AGO // 2,
    "_noted_at": LONG_AGO // 2, "_codes": NEVER, "_profile": -1,
}  # fmt: skip

# Readings by name, of devices and of people, and the newest times (us): measured, received.
_Inputs = tuple[tuple[dict[str, Reading], dict[str, Reading]], int, int]
Bools = npt.NDArray[np.bool_]
Signature = tuple[int, int, bool, str, tuple[int | None, ...]]


class Scoring:
    """The scores of everybody."""

    def __init__(
        self,
        windows: Windows,
        conditions: Conditions,
        scorers: Sequence[Scorer] = SCORERS,
        waiting: Collection[int] = (),
    ) -> None:
        self._windows = windows
        self._conditions = conditions
        self._waiting = waiting  # patients who are scored once all of them is known
        self._patients = Numbers()
        self._ids = np.zeros(0, np.int64)
        self._touched = np.zeros(0, bool)
        self._seen_at = np.zeros(0, np.int64)
        self._noted_at = np.zeros(0, np.int64)
        self._is_scored = np.zeros(0, bool)  # they have had a score: losing all inputs is news
        self._codes = np.zeros((0, ORDER + 1), np.int64)
        self._slots = np.zeros((0, ORDER), np.int64)
        self._slots_known = -1  # how many slots there were when ours were looked up
        self._last: dict[tuple[int, str], Signature] = {}
        # Rows that are to be scored otherwise than before, whatever is measured.
        self._ordered: set[int] = set()
        self._corrected: set[int] = set()  # patients of whom something entered was corrected
        self._subjects: Mapping[int, Subject] = {}
        self._switches: Mapping[int, Switches] = {}
        self._chosen_on: date | None = None
        self.use(scorers)

    def use(self, scorers: Sequence[Scorer], broken: Collection[str] = ()) -> None:
        """The scores there are from now on; `broken` names those that should be there too, whose
        open alarms nobody may end."""
        self._scorers = scorers
        self._profiles = Profiles(scorers)
        self._broken = tuple(broken)
        known = {condition for scorer in scorers for condition in scorer.conditions}
        self._conditions_known = known | {TROUBLE_RULE + scorer.name for scorer in scorers}
        self._profile = np.full(len(self._ids), -1, np.int64)
        self._ordered = set(range(len(self._ids)))
        self._chosen_on = None

    def charts_of(self, patient: int, on: date) -> tuple[tuple[Scorer, Chart], ...]:
        """The scores in use for a patient on a day, each with its chart; the leading one first."""
        subject = self._subjects.get(patient, ANYBODY)
        return active_charts(self._scorers, subject, on, self._switches.get(patient, {}))

    def watch(self, subjects: Mapping[int, Subject], switches: Mapping[int, Switches]) -> None:
        """Who everybody is now, and which scores were switched on or off for them."""
        if subjects != self._subjects or switches != self._switches:
            self._subjects, self._switches = subjects, switches
            self._chosen_on = None

    def restore(self, patient: int, shown: ScoreShown) -> None:
        """A last score of a patient, so that a new watcher notes only what changes."""
        self._last[patient, shown.name] = _signature(shown)
        row = int(self._rows(np.array([patient]))[0])
        self._noted_at[row] = shown.at * 1000
        self._is_scored[row] = True

    def touch(self, patients: Ints, vitals: Ints) -> None:
        """Something new came for these."""
        inputs = self._profiles.is_input[vitals]
        if inputs.any():
            rows = self._rows(patients[inputs])  # may make room in _touched
            self._touched[rows] = True

    def ask_again(self, patients: Collection[int]) -> None:
        """Score these as if nothing were known of their last scores' inputs."""
        if not patients:
            return
        rows = self._rows(np.array(sorted(patients), np.int64))
        self._codes[rows], self._touched[rows] = NEVER, True

    def correct(self, patient: int) -> None:
        """What stands of what was entered for this patient is other than it was."""
        self.ask_again([patient])
        self._corrected.add(patient)

    def age(self, now: datetime, now_us: int) -> None:
        """Touch everybody of whom an input grew too old, or whose note is due."""
        self._choose(now)
        rows = np.arange(len(self._patients))
        if len(rows):
            _, is_old, is_beside = self._age_of(rows, now_us)
            codes = self._codes[:, :ORDER]
            is_other = (is_old != (codes < 0)) | (is_beside != (codes >= BESIDE))
            is_other &= self._used(rows)
            due = _is_past(self._noted_at[rows], NOTED_SECONDS * SECOND_US, now_us)
            self._touched[rows[is_other.any(axis=1) | due]] = True

    def take(self, now: datetime, now_us: int) -> tuple[list[ScoreTold], list[Change]]:
        """Score everybody touched who was not looked at just now; what changed."""
        self._choose(now)
        self.ask_again(self._conditions.take_ended(COVERING))  # what these covered
        rows = np.flatnonzero(self._touched & _is_past(self._seen_at, EVERY_US, now_us))
        if self._waiting:
            rows = rows[~np.isin(self._ids[rows], list(self._waiting))]
        if not len(rows):
            return [], []
        self._touched[rows] = False
        self._seen_at[rows] = now_us
        codes = self._code(rows, now_us)
        used = self._used(rows)
        is_new = (codes != self._codes[rows]).any(axis=1)
        is_known = self._is_scored[rows] | ((self._slots_of(rows) >= 0) & used).any(axis=1)
        is_due = _is_past(self._noted_at[rows], NOTED_SECONDS * SECOND_US, now_us)
        self._codes[rows] = codes
        has_any = ((codes[:, :ORDER] >= 0) & used).any(axis=1)
        told: list[ScoreTold] = []
        changes: list[Change] = []
        is_asked = (is_new & is_known) | (is_due & has_any)
        asked = rows[is_asked]
        is_due = is_due[is_asked].tolist()
        for row, due, inputs in zip(asked.tolist(), is_due, self._inputs(asked), strict=True):
            self._score_all(row, inputs, now, now_us, due, told, changes)
        return told, changes

    def _choose(self, now: datetime) -> None:
        """Give everybody whose age, order or setting is another the scores that are theirs now."""
        on = now.date()
        if on == self._chosen_on:
            return
        self._chosen_on = on
        self._choose_rows(range(len(self._ids)), on)

    def _choose_rows(self, rows: Sequence[int], on: date) -> None:
        for row in rows:
            patient = int(self._ids[row])
            subject = self._subjects.get(patient, ANYBODY)
            number = self._profiles.of(subject, self._switches.get(patient, {}), on)
            if number != self._profile[row]:
                if self._profile[row] >= 0:
                    self._ordered.add(row)
                self._profile[row] = number
                self._codes[row] = NEVER
                self._touched[row] = True

    def _score_all(
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
        profile = self._profiles.every[self._profile[row]]
        holding = self._conditions.of_patient(patient)
        count, before = len(told), len(changes)
        self._is_scored[row] = True
        for place, (scorer, chart) in enumerate(profile.charts):
            score = self._score_one(patient, scorer, chart, known, now, changes)
            if score is None:
                continue
            seen = shown(score, self._subjects.get(patient, ANYBODY), is_leading=place == 0)
            if _signature(seen) != self._last.get((patient, score.name)) or is_due:
                self._last[patient, score.name] = _signature(seen)
                told.append(ScoreTold(patient, seen))
        if len(told) - count == len(profile.charts):
            self._noted_at[row] = now_us
        self._corrected.discard(patient)
        changes += self._ended(patient, holding, profile.conditions, profile.charts, now)
        if row in self._ordered:
            self._ordered.remove(row)
            for change in changes[before:]:
                change.detail[ORDERED] = True

    def _score_one(
        self,
        patient: int,
        scorer: Scorer,
        chart: Chart,
        known: _Inputs,
        now: datetime,
        changes: list[Change],
    ) -> Score | None:
        inputs, measured, received = known
        trouble = Key(TROUBLE_RULE + scorer.name, patient)
        holding = self._conditions.of_patient(patient) & set(scorer.conditions)
        try:
            score = worst_of(scorer, chart, *inputs, now)
            found = uncovered(self._conditions, patient, scorer, score, holding)
        except Exception as error:  # D22: whatever a score raises becomes an alarm
            kind = type(error).__name__
            words = f"{scorer.table.label} failed ({kind}): this patient is watched without it"
            failed = Change(trouble, Kind.TECHNICAL, now, Finding(Priority.MEDIUM, words, now))
            changes += [failed] if self._conditions.is_news(failed) else []
            return None
        times: tuple[datetime | None, datetime | None] = (None, None)
        if received > LONG_AGO:  # else all there was has been taken back
            times = (as_time(measured), as_time(received))
        seen = [Change(trouble, Kind.TECHNICAL, now, None)]
        said = {
            "detail": {"rule": scorer.name, "version": scorer.version},
            "is_corrected": patient in self._corrected,
        }
        for name, finding in {**dict.fromkeys(holding - set(found)), **found}.items():
            key = Key(name, patient)
            seen.append(Change(key, Kind.PHYSIOLOGICAL, now, finding, *times, **said))
        changes += [change for change in seen if self._conditions.is_news(change)]
        return score

    def _ended(
        self,
        patient: int,
        holding: Collection[str],
        theirs: frozenset[str],
        charts: Sequence[tuple[Scorer, Chart]],
        now: datetime,
    ) -> list[Change]:
        """Alarms of scores that are not this patient's any more: no value will end them."""
        theirs = theirs | {TROUBLE_RULE + scorer.name for scorer, _ in charts}
        detail = {"because": "this score is not used for this patient any more"}
        ended: list[Change] = []
        for name in sorted(set(holding) - theirs):
            bare = name.removeprefix(TROUBLE_RULE)
            is_score = name in self._conditions_known or bare.startswith(OWN)
            is_broken = any(f"{bare}_".startswith(f"{broken}_") for broken in self._broken)
            if is_score and not is_broken:
                kind = Kind.PHYSIOLOGICAL if bare == name else Kind.TECHNICAL
                ended.append(Change(Key(name, patient), kind, now, None, detail=detail))
        return [change for change in ended if self._conditions.is_news(change)]

    def _inputs(self, rows: Ints) -> list[_Inputs]:
        """What each patient's scores are made of: the newest (settled, where it streams) reading
        of each input, and the newest times."""
        slots = self._slots_of(rows)
        is_known = (slots >= 0) & self._used(rows)
        values = self._values(slots, is_known)
        at = self._windows.newest[slots]
        received = np.where(is_known, self._windows.received[slots], LONG_AGO)
        newest = np.argmax(received, axis=1)
        every = np.arange(len(rows))
        readings = [readings_of(*row) for row in zip(is_known, values, at, strict=True)]
        measured: list[int] = at[every, newest].tolist()
        newest_received: list[int] = received[every, newest].tolist()
        return list(zip(readings, measured, newest_received, strict=True))

    def _code(self, rows: Ints, now_us: int) -> Ints:
        """Which cell of their chart each input of each patient is in; -1 missing or too old.

        Then, for inputs of which the newer counts, which that is.
        """
        slots, is_old, is_beside = self._age_of(rows, now_us)
        is_old |= ~self._used(rows)
        is_any = np.any(~is_old, axis=0)  # most columns are of nobody here
        values = self._values(slots, ~is_old)
        codes = np.zeros((len(rows), ORDER + 1), np.int64)
        numbers = self._profile[rows]
        for number in np.unique(numbers).tolist():
            some = np.flatnonzero(numbers == number)
            profile = self._profiles.every[number]
            for column, edges in profile.edges.items():
                if not is_any[column]:
                    continue
                codes[some, column] = np.searchsorted(edges, values[some, column], side="right")
            if profile.pairs:
                newest = self._windows.newest[slots[some]]
                one, other = np.array(profile.pairs).T
                later = np.sign(newest[:, one] - newest[:, other]) + 1
                codes[some, ORDER] = later @ 3 ** np.arange(len(profile.pairs))
        codes[:, :ORDER][is_beside] += BESIDE
        codes[:, :ORDER][is_old] = MISSING
        return codes

    def _values(self, slots: Ints, wanted: Bools) -> Floats:
        """The values of the wanted slots, settled where they stream; 0 for all others."""
        values = np.zeros(slots.shape)
        values[wanted] = self._windows.last_values(slots[wanted])
        streamed = wanted & IS_STREAMED
        if streamed.any():
            values[streamed] = self._windows.settled_values(
                slots[streamed], SETTLE_SECONDS, SETTLE_READINGS_MIN
            )
        return values

    def _age_of(self, rows: Ints, now_us: int) -> tuple[Ints, Bools, Bools]:
        """Slots, which are missing or too old, and which were entered just lately."""
        slots = self._slots_of(rows)
        age = now_us - self._windows.newest[slots]
        is_known = slots >= 0
        return slots, ~is_known | (age > AGES_US), is_known & IS_BY_HAND & (age <= BESIDE_US)

    def _used(self, rows: Ints) -> Bools:
        return self._profiles.is_used[self._profile[rows]]

    def _slots_of(self, rows: Ints) -> Ints:
        """The slot of each input; -1 where there is none, or nothing in it."""
        if self._slots_known != len(self._windows.numbers):
            patients = np.repeat(self._ids, len(INPUTS))
            asked = patients, np.tile(INDICES, len(self._ids))
            shape = len(self._ids), len(INPUTS)
            devices = self._windows.known_slots(*asked).reshape(shape)
            by_hand = self._windows.known_by_hand(*asked).reshape(shape)
            self._slots = np.hstack([devices, by_hand])
            self._slots_known = len(self._windows.numbers)
        slots = self._slots[rows]
        return np.where(self._windows.count[slots] > 0, slots, -1)

    def _rows(self, patients: Ints) -> Ints:
        rows = self._patients.of(patients)
        more = len(self._patients) - len(self._ids)
        if more > 0:
            before = len(self._ids)
            for name, first in _BY_ROW.items():
                known: npt.NDArray[Any] = getattr(self, name)
                new = np.full((more, *known.shape[1:]), first)
                setattr(self, name, np.concatenate([known, new]))
            self._ids[rows] = patients
            self._slots_known = -1
            if self._chosen_on is not None:
                self._choose_rows(range(before, len(self._ids)), self._chosen_on)
        return rows


def _signature(shown: ScoreShown) -> Signature:
    points = tuple(part.points for part in shown.parts)
    return shown.low, shown.high, shown.is_leading, shown.chart, points


def _is_past(since: Ints, span_us: int, now_us: int) -> npt.NDArray[np.bool_]:
    """Whether so long has passed; also where the server's clock went back behind `since`."""
    passed = now_us - since
    return (passed >= span_us) | (passed < 0)
