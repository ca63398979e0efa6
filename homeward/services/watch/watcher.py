"""The watcher: readings and moments in, changes of alarms and scores out. No I/O, no clock.

Everything it knows it can be given again: the windows from the record, what holds from the
ledger. So a watcher that takes over goes on where the one before it stopped.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np

from homeward.clinical.episode import Key
from homeward.clinical.rule import Rule
from homeward.clinical.rules import RULES
from homeward.clinical.score import Scorer
from homeward.clinical.score_table import Chart
from homeward.clinical.scores import SCORERS
from homeward.clinical.subject import Subject
from homeward.model.alarm import Finding, Kind
from homeward.model.entered import BY_HAND
from homeward.model.frame import KINDS
from homeward.model.shown import ScoreShown, ScoreTold
from homeward.model.vital import VITALS
from homeward.services.watch.beats import Beats
from homeward.services.watch.clocks import Clocks
from homeward.services.watch.conditions import Conditions, patients_of
from homeward.services.watch.curves import Curves
from homeward.services.watch.device_gaps import Counted, gaps
from homeward.services.watch.judging import Judging
from homeward.services.watch.ledger import Change, Episode
from homeward.services.watch.plan import Orders
from homeward.services.watch.quiet import Floor, Quiet
from homeward.services.watch.reach import window_seconds
from homeward.services.watch.recalled import by_moment
from homeward.services.watch.scoring import SETTLE_SECONDS, Scoring
from homeward.services.watch.share import EVERYBODY, Share
from homeward.services.watch.silences import Habit, Silences, Watched
from homeward.services.watch.steadiness import Steadiness
from homeward.services.watch.troubles import Trouble, Troubles
from homeward.services.watch.windows import Rows, Windows, as_microseconds, rounds

_IS_KNOWN = np.zeros(KINDS, bool)
_LOW, _HIGH = np.full(KINDS, np.inf), np.full(KINDS, -np.inf)
for _vital in VITALS:
    _IS_KNOWN[_vital.index] = True
    _LOW[_vital.index], _HIGH[_vital.index] = _vital.possible


@dataclass(slots=True)
class Verdict:
    """What changed: alarms in the order it happened, and scores."""

    changes: list[Change] = field(default_factory=list)
    scores: list[ScoreTold] = field(default_factory=list)


class Watcher:
    """Judges everybody of its share. One thread, one owner."""

    def __init__(
        self,
        rules: Sequence[Rule] = RULES,
        scorers: Sequence[Scorer] = SCORERS,
        share: Share = EVERYBODY,
    ) -> None:
        self._share = share
        self._devices = np.zeros(0, np.int64)  # of our patients
        self._conditions = Conditions()
        self._windows = Windows(window_seconds(rules, SETTLE_SECONDS))
        self._waiting: set[int] = set()  # patients whose windows lack what was before
        self._meanwhile: list[Rows] = []  # heard since, of everybody
        self._judging = Judging(self._windows, self._conditions, rules, self._waiting)
        self._scoring = Scoring(self._windows, self._conditions, scorers, self._waiting)
        self._silences = Silences()
        self.floor = Floor(self._conditions, share)
        self._clocks = Clocks(self._conditions)
        self._steadiness = Steadiness(self._windows, self._conditions)
        self._troubles = Troubles(self._conditions)
        self.beats = Beats(self._troubles, share.shares)
        self.curves = Curves(self._conditions, share=share)
        self.subjects: Mapping[int, Subject] = {}  # by patient

    def restore(
        self, episodes: Iterable[Episode], scores: Iterable[tuple[int, ScoreShown]]
    ) -> None:
        """Take over what holds and what was scored last, of our share."""
        self._conditions.restore(self._ours(episodes), self._judging.rules)
        self._judging.restore()
        for patient, shown in scores:
            if self._share.has(patient):
                self._scoring.restore(patient, shown)

    def _ours(self, episodes: Iterable[Episode]) -> list[Episode]:
        return [each for each in episodes if self._share.owns(each.key)]

    def begin(self, now: datetime) -> None:
        """We have just begun to listen (again)."""
        self._silences.begin(now)
        if self.beats.is_begun:
            self.beats.begin(now)

    def watch(self, everybody: Sequence[Watched]) -> None:
        """Who is measured by what now."""
        self._clocks.watch(everybody)
        self.floor.watch([each.place for each in everybody if each.expects])
        watched = [each for each in everybody if self._share.has(each.patient_id)]
        self._devices = np.array([each.device_id for each in watched], np.int64)
        self._silences.watch(watched)
        self.subjects = {
            each.patient_id: Subject(each.birth_date, each.oxygen_scale, each.is_pregnant)
            for each in watched
        }
        switches = {each.patient_id: each.scores for each in watched if each.scores}
        self._scoring.watch(self.subjects, switches)
        self._judging.know(self.subjects)

    def order(self, orders: Orders, now: datetime) -> Verdict:
        """Which settings of rules are in force now; what is fresh is judged by them at once."""
        return Verdict(self._judging.order(orders, now) + self.curves.order(orders, now))

    def use(self, scorers: Sequence[Scorer], broken: Collection[str] = ()) -> None:
        """The scores there are; `broken` names those that should be there too and cannot."""
        self._scoring.use(scorers, broken)

    def charts_of(self, patient: int, on: date) -> tuple[tuple[Scorer, Chart], ...]:
        """The scores in use for a patient on a day, each with its chart; the leading one first."""
        return self._scoring.charts_of(patient, on)

    def remember(self, rows: Rows, now: datetime, mark: datetime | None = None) -> None:
        """Take in readings that were judged before: they fill the windows and decide nothing. What
        has not waited long enough by `mark`, until when somebody watched, waits on."""
        self._take_in(rows, now, judges=False)
        if mark is not None:
            self._judging.remember(np.unique(rows["patient"]), mark)

    def open_patients(self) -> set[int]:
        """Of whom anything holds."""
        return patients_of(self._conditions.keys(""))

    def is_waiting_for(self, patients: Iterable[int]) -> None:
        """Of these only what was just heard is known, until `fill`: by that alarms begin, but
        none ends, no score is told, and no rule is asked that looks further back."""
        self._waiting.update(patients)

    def fill(
        self,
        patients: Sequence[int],
        judged: Rows,
        missed: Rows,
        now: datetime,
        mark: datetime | None = None,
    ) -> Verdict:
        """All there is of these patients, for whom was waited: what was judged before (`mark`: see
        `remember`), what nobody may have judged. They are judged anew by it, and by what was heard
        while they waited."""
        self._waiting.difference_update(patients)
        meanwhile = np.concatenate([missed[:0], *self._meanwhile])
        is_theirs = np.isin(meanwhile["patient"], patients)
        self._meanwhile = [meanwhile[~is_theirs]] if self._waiting else []
        heard = meanwhile[is_theirs]
        self._steadiness.forget(self._windows.forget(patients))
        self.remember(judged, now, mark)
        verdict = Verdict()
        for rows in (*by_moment(missed), *by_moment(heard)):
            verdict.changes += self._judged_again(rows, now)
        verdict.changes += self._judging.judge_again(now, patients)
        self._scoring.ask_again(patients)
        return self._scored(verdict, now)

    def take(self, rows: Rows, now: datetime) -> Verdict:
        """Take in readings as they came, and judge.

        Late ones, ones older than what is known, and doubles neither begin nor end anything.
        """
        rows = self._share.mine(rows, self._devices)
        if self._waiting:
            self._meanwhile.append(rows)
        verdict = Verdict(self._take_in(rows, now, judges=True))
        return self._scored(verdict, now)

    def may_ring(self, rows: Rows) -> bool:
        """Whether some of these may begin an alarm of a limit at once, by a quick look that takes
        in nothing: such rows had better not wait for others to be judged with."""
        patients, vitals = rows["patient"], rows["vital"].astype(np.int64)
        return self._judging.may_begin(self._windows.known_slots(patients, vitals), rows["value"])

    def take_again(self, rows: Rows, now: datetime) -> Verdict:
        """Take in what the record holds and nobody may have judged yet, and judge it.

        Scores are told once all of it is in (`judge_again`): of a score in the middle, whose alarm
        the ledger may have had and lost again, nobody could say whether it is the same.
        """
        if self._waiting:
            self._meanwhile.append(rows)
        return Verdict(self._judged_again(rows, now))

    def enter_anew(self, patient: int, rows: Rows, now: datetime) -> Verdict:
        """Something entered for this patient was corrected: `rows` is all that stands now, and only
        once it is all known is anything judged. One value after the other would end what rings."""
        self._windows.forget_by_hand(patient)
        if patient in self._waiting:  # when all is judged anew, as it stands now
            self._meanwhile = [
                each[(each["patient"] != patient) | (each["device"] != BY_HAND)]
                for each in self._meanwhile
            ]
            self._meanwhile.append(rows)
        self.remember(rows, now)
        changes = self._judging.corrected(self._windows.by_hand(patient), now)
        self._scoring.correct(patient)
        return self._scored(Verdict(changes), now)

    def judge_again(self, now: datetime) -> Verdict:
        """Judge what holds by its newest readings: the end of a catch-up."""
        changes = self._judging.judge_again(now)
        return self._scored(Verdict([replace(each, is_again=True) for each in changes]), now)

    def passes(self, now: datetime, heard: datetime | None) -> Verdict:
        """Time passes: scores that are due; what is beyond a limit, and was followed by nothing
        until `heard`, up to when all that came is taken in (None: who knows). Cheap; a few times a
        second."""
        changes = [] if heard is None else self._judging.outlast(heard, now)
        return self._scored(Verdict(changes), now)

    def ages(self, now: datetime) -> Verdict:
        """Inputs grow old. Each few seconds."""
        self._scoring.age(now, as_microseconds(now))
        return self._scored(Verdict(), now)

    def listens(self, now: datetime) -> Verdict:
        """Who is silent, devices and processes; what cannot be; which troubles are over. Each
        second, by the house's watcher; the others tell it their `silences`."""
        quiet = self.silences(now)
        silent = [] if quiet is None else self.floor.decide(quiet, now)
        odd = self._clocks.check(now) + self._steadiness.check(now)
        return Verdict(silent + self.beats.check(now) + odd + self._troubles.check(now))

    def silences(self, now: datetime) -> Quiet | None:
        """Who of ours is silent; None while nobody can be said to be."""
        return self._silences.check(now)

    def moves(self, now: datetime) -> Verdict:
        """Whose vitals are too steady, and whose have moved again."""
        return Verdict(self._steadiness.check(now))

    def habits(self) -> list[Habit]:
        """What devices were seen to send steadily, and nobody expects yet."""
        return self._silences.habits()

    def left(self, episodes: Iterable[Episode], now: datetime) -> Verdict:
        """Nobody measures these patients any more: no reading can end what was answered."""
        detail = {"because": "no device measures this patient any more"}
        ended = [Change(each.key, each.kind, now, None, detail=detail) for each in episodes]
        return Verdict([change for change in ended if self._conditions.is_news(change)])

    def unheard(self, answered: Iterable[Episode], now: datetime) -> Verdict:
        """Answered episodes of what is not measured any more end: a value that comes much later
        is news, and must not be covered by an old acknowledgement."""
        detail = {"because": "not measured any more"}
        ended = [
            Change(each.key, each.kind, now, None, detail=detail)
            for each in answered
            if self._judging.is_unheard(each.key, now) or self.curves.is_unheard(each.key, now)
        ]
        return Verdict([change for change in ended if self._conditions.is_news(change)])

    def worked_out(
        self,
        condition: str,
        by_patient: Mapping[int, Finding],
        now: datetime,
        kind: Kind = Kind.TECHNICAL,
    ) -> Verdict:
        """Of whom this holds by what the rows say now; of everybody else it does not."""
        found = {Key(condition, patient): finding for patient, finding in by_patient.items()}
        over = [key for key in self._conditions.keys(condition) if key not in found]
        seen = [Change(key, kind, now, finding) for key, finding in found.items()]
        seen += [Change(key, kind, now, None) for key in over]
        return Verdict([change for change in seen if self._conditions.is_news(change)])

    def counts(self, counted: list[Counted], now: datetime) -> Verdict:
        """What of devices' messages is missing, by the record."""
        seen = gaps(counted, now)
        return Verdict([change for change in seen if self._conditions.is_news(change)])

    def agree(self, episodes: Iterable[Episode]) -> None:
        """What the ledger has open is what holds: the row decides, never a memory.

        For moments when everything decided is written. A condition remembered and not in the
        ledger would keep its next alarm from being raised.
        """
        other = self._conditions.agree(self._ours(episodes))
        if other:
            self._judging.restore()
            ours = {each for each in patients_of(other) if self._share.has(each)}
            self._scoring.ask_again(ours)

    def hears(self, trouble: Trouble, now: datetime) -> Verdict:
        """A trouble was told."""
        return Verdict(self._troubles.hear(trouble, now))

    def _scored(self, verdict: Verdict, now: datetime) -> Verdict:
        scores, changes = self._scoring.take(now, as_microseconds(now))
        verdict.scores += scores
        verdict.changes += changes
        return verdict

    def _judged_again(self, rows: Rows, now: datetime) -> list[Change]:
        with self._conditions.judged_again():
            changes = self._take_in(rows, now, judges=True)
        return [replace(each, is_again=True) for each in changes]

    def _take_in(self, rows: Rows, now: datetime, *, judges: bool) -> list[Change]:
        vital = rows["vital"].astype(np.int64)
        sound = (vital >= 0) & (vital < KINDS)
        sound &= _IS_KNOWN[np.where(sound, vital, 0)]
        rows, vital = rows[sound], vital[sound]
        is_live = np.zeros(len(rows), bool)
        patient, at = rows["patient"], rows["at"]
        received, value = rows["received"], rows["value"]
        # The door refuses what no sensor gives; were it told all the same, it is no sign of life.
        is_possible = (value >= _LOW[vital]) & (value <= _HIGH[vital])
        worn = np.flatnonzero((patient > 0) & (rows["late"] == 0) & is_possible)
        slots = self._windows.slots_of(
            patient[worn], vital[worn], rows["device"][worn], at[worn], received[worn]
        )
        changes: list[Change] = []
        for fresh in rounds(slots, at[worn], received[worn], self._windows.newest):
            here, into = worn[fresh], slots[fresh]
            is_live[here] = True
            if judges:
                changes += self._judging.overtake(into, received[here], now)
            self._windows.put(into, at[here], value[here], received[here])
            self._steadiness.hear(into, value[here], received[here])
            if judges:
                changes += self._judging.take(into, value[here], now)
        self._silences.hear(rows["device"], vital, at, received, is_live)
        self._scoring.touch(patient[is_live], vital[is_live])
        return changes
