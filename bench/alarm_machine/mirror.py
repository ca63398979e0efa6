"""The ledger without a database: the same decisions, for a million hours of them.

`Mirror` does to a dict what services.watch.ledger and acts do to rows; it asks the same life cycle
(clinical.episode), and tests/services/watch/test_alarm_machine.py holds it equal to the real
ledger on a real PostgreSQL, change by change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.clinical.episode import Key, is_worse, latches, may_pause, next_state
from homeward.model.alarm import Event, Finding, Kind, Priority, State
from homeward.model.errors import Conflict
from homeward.services.watch.ledger import ORDERED, Change, Episode

PAUSE_SECONDS = 120


@dataclass(slots=True)
class Row:
    """One row of the alarm table."""

    id: int
    key: Key
    kind: Kind
    priority: Priority
    state: State
    since: datetime
    measured: datetime | None
    received: datetime | None
    paused_until: datetime | None = None
    is_ended_by_order: bool = False

    def episode(self) -> Episode:
        """As the ledger gives it to a watcher."""
        key = self.key
        return Episode(
            self.id, key.patient_id, key.device_id, key.condition, self.kind, self.priority,
            self.state, self.since, self.measured,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `finding` is there where one made it."""

    at: datetime
    key: Key
    event: Event
    state: State
    priority: Priority
    finding: Finding | None = None


class Mirror:
    """Open rows by condition, and every line."""

    def __init__(self) -> None:
        self._open: dict[Key, Row] = {}
        self._of: dict[int | None, dict[Key, None]] = {}  # open ones by patient
        self._raised: set[tuple[Key, datetime, datetime | None]] = set()
        self._paused: dict[Key, Row] = {}
        self._count = 0
        self.lines: list[Entry] = []

    def open(self) -> list[Episode]:
        """Every open episode, oldest first."""
        return [row.episode() for row in sorted(self._open.values(), key=lambda row: row.id)]

    def open_of(self, patient: int) -> list[Key]:
        """What is open of one patient, oldest first."""
        return list(self._of.get(patient, ()))

    def answered(self) -> list[Episode]:
        """Answered episodes of patients."""
        return [
            row.episode()
            for row in self._open.values()
            if row.state is State.ACKNOWLEDGED and row.kind is Kind.PHYSIOLOGICAL
        ]

    def write(self, changes: Iterable[Change]) -> None:
        """As ledger.commit."""
        for change in changes:
            row = self._open.get(change.key)
            if change.finding is None:
                if row is not None:
                    self._clear(row, change)
            elif row is None:
                self._raise(change, change.finding)
            else:
                self._ring_anew(row, change, change.finding)

    def acknowledge(self, key: Key, now: datetime) -> None:
        """As ledger.acknowledge. Raises Conflict."""
        row = self._open[key]
        self._act(row, Event.ACKNOWLEDGED, now)
        self._paused.pop(key, None)

    def pause(self, key: Key, now: datetime) -> None:
        """As acts.pause. Raises Conflict."""
        row = self._open[key]
        if not may_pause(row.priority):
            raise Conflict
        self._act(row, Event.PAUSED, now)
        row.paused_until = now + timedelta(seconds=PAUSE_SECONDS)
        self._paused[key] = row

    def resume(self, now: datetime) -> None:
        """As acts.resume."""
        for key, row in list(self._paused.items()):
            until = row.paused_until
            assert until is not None
            if not now <= until <= now + timedelta(seconds=PAUSE_SECONDS):
                del self._paused[key]
                self._act(row, Event.RESUMED, now)

    def _act(self, row: Row, event: Event, now: datetime) -> None:
        row.state = next_state(row.state, event, latches(row.kind, row.priority))
        self._note(row, now, event)

    def _raise(self, change: Change, finding: Finding) -> None:
        if change.measured is not None:
            reading = (change.key, change.measured, change.received)
            if reading in self._raised and not change.is_corrected:
                return
            self._raised.add(reading)
        before = State.PENDING if finding.since < change.at else State.NORMAL
        state = next_state(before, Event.RAISED, latches(change.kind, finding.priority))
        self._count += 1
        row = Row(
            self._count, change.key, change.kind, finding.priority, state, finding.since,
            change.measured, change.received,
        )  # fmt: skip
        self._open[change.key] = row
        self._of.setdefault(change.key.patient_id, {})[change.key] = None
        self._note(row, change.at, Event.RAISED, finding)

    def _ring_anew(self, row: Row, change: Change, finding: Finding) -> None:
        if row.state is State.LATCHED:
            if _is_judged_again(change, row):
                return
            event = Event.RETURNED
        elif is_worse(finding.priority, row.priority):
            event = Event.WORSENED
        else:
            return
        row.state = next_state(row.state, event, latches(row.kind, row.priority))
        if row.measured is not None:  # raised_by looks at rows as they are now
            self._raised.discard((row.key, row.measured, row.received))
        if change.measured is not None:
            self._raised.add((row.key, change.measured, change.received))
        if not is_worse(row.priority, finding.priority):
            row.priority = finding.priority
        row.measured, row.received = change.measured, change.received
        self._paused.pop(change.key, None)
        self._note(row, change.at, event, finding)

    def _clear(self, row: Row, change: Change) -> None:
        if change.is_again and _is_older(change, row):
            return
        try:
            state = next_state(row.state, Event.CLEARED, latches(row.kind, row.priority))
        except Conflict:
            return
        row.state = state
        self._paused.pop(change.key, None)
        row.is_ended_by_order = ORDERED in change.detail
        is_older = change.measured is None or row.measured is None
        if row.is_ended_by_order and (is_older or change.measured <= row.measured):
            self._raised.discard((row.key, row.measured, row.received))
        self._note(row, change.at, Event.CLEARED)

    def _note(self, row: Row, at: datetime, event: Event, finding: Finding | None = None) -> None:
        if row.state is State.RESOLVED:
            del self._open[row.key]
            del self._of[row.key.patient_id][row.key]
        self.lines.append(Entry(at, row.key, event, row.state, row.priority, finding))


def _is_older(change: Change, row: Row) -> bool:
    if change.measured is None or row.measured is None:
        return False
    return change.measured < row.measured


def _is_judged_again(change: Change, row: Row) -> bool:
    if change.is_corrected:
        return False
    is_same = change.measured is not None and change.measured == row.measured
    is_same |= change.is_again and _is_older(change, row)
    return is_same and not row.is_ended_by_order
