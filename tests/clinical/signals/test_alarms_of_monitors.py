"""Alarms of real monitors, judged by experts: none of the gravest is taken away, none in silence.

The bench `alarm_quality` replays all 500; these are those that must never be lost, and some of the
false ones.
"""

import pytest

from bench._recordings import Bed, challenge, challenge_rows
from bench.alarm_quality import DATA_WORDS, judge_alarm

ROWS = challenge_rows()
GRAVEST = [
    row["rec"]
    for row in ROWS
    if row["label"] == "True alarm" and row["alarm"] in ("Asystole", "Ventricular_Flutter_Fib")
]
needs_recordings = pytest.mark.skipif(not ROWS, reason=DATA_WORDS)


@pytest.fixture(scope="module")
def beds() -> dict[str, Bed]:
    """Every alarm with its recording, by name."""
    return {bed.name: bed for bed in challenge()}


@needs_recordings
@pytest.mark.parametrize("name", GRAVEST)
def test_no_standstill_and_no_fibrillation_is_taken_away(beds: dict[str, Bed], name: str) -> None:
    told = judge_alarm(beds[name])
    assert told.after == told.before


@needs_recordings
def test_most_false_standstills_ring_for_nobody_and_none_is_taken_away_in_silence(
    beds: dict[str, Bed],
) -> None:
    false = [bed for bed in beds.values() if bed.alarm == "Asystole" and not bed.is_true][::2]
    told = [judge_alarm(bed) for bed in false]
    gone = [each for each in told if each.before and not each.after]
    assert gone
    assert all(each.is_told for each in gone)
    assert sum(each.after for each in told) <= 0.3 * len(told)
