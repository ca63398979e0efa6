"""Readings as the hot lane tells them, for watchers without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from homeward.model.frame import HOT
from homeward.model.vital import BY_NAME
from homeward.services.watch.watcher import Watcher

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
Row = tuple[str, float, float]  # vital, value, seconds since START


def us(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


class Bedside:
    """One watcher and a clock: what it said, by condition."""

    def __init__(self, watcher: Watcher | None = None) -> None:
        self.watcher = watcher or Watcher()
        self.now = START
        self.said: list[tuple[str, str]] = []
        self.changes = []
        self.scores = []

    def reads(
        self, patient: int = 1, seconds: int = 1, *, device: int = 9, late: int = 0, **vitals
    ):
        """These vitals each second for so long; what changed is kept in `said`."""
        for _ in range(seconds):
            rows = [(name, value, 0.0) for name, value in vitals.items()]
            self.hears(rows, patient, device, late, base=self.now)
            self.now += timedelta(seconds=1)
        return self

    def hears(
        self, rows: Sequence[Row], patient: int = 1, device: int = 9, late: int = 0, base=START
    ):
        frame = self.frame(rows, patient, device, late, base)
        self.keep(self.watcher.take(frame, self.now))
        return self

    def frame(
        self, rows: Sequence[Row], patient: int = 1, device: int = 9, late: int = 0, base=START
    ):
        """These rows, received now."""
        frame = np.zeros(len(rows), HOT)
        for place, (vital, value, seconds) in enumerate(rows):
            at = base + timedelta(seconds=seconds)
            index = BY_NAME[vital].index
            frame[place] = (patient, device, index, late, us(at), us(self.now), value)
        return frame

    def passes(self, seconds: int):
        """Nothing comes for so long."""
        for second in range(seconds):
            self.now += timedelta(seconds=1)
            self.keep(self.watcher.listens(self.now))
            if second % 10 == 0:
                self.keep(self.watcher.ages(self.now))
            self.keep(self.watcher.passes(self.now, self.now))
        return self

    def keep(self, verdict) -> None:
        for change in verdict.changes:
            what = "over" if change.finding is None else str(change.finding.priority)
            self.said.append((change.key.condition, what))
        self.changes += verdict.changes
        self.scores += verdict.scores

    def of(self, *conditions: str) -> list[tuple[str, str]]:
        return [each for each in self.said if each[0] in conditions]


@pytest.fixture
def bedside() -> Bedside:
    """A watcher of one bed."""
    return Bedside()
