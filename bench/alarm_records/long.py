"""Hours of recordings: how many alarms begin, and which of them the truth bears out."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench._recordings import Bed
from bench.alarm_records.replayed import replay
from bench.report import table
from homeward.clinical.signals.rules import RULES

COVERS = {rule.name: {rule.name, *rule.covers} for rule in RULES}
DAY = 86_400
HOLDS_SECONDS = 10
# Whether an alarm of this name, begun at this second of a recording, is borne out.
Truth = Callable[[Bed, str, int], bool]


@dataclass(slots=True)
class Long:
    """Alarms over long recordings: begun before and after, and borne out by the truth."""

    seconds: int = 0
    before: Counter[str] = field(default_factory=Counter[str])
    after: Counter[str] = field(default_factory=Counter[str])
    false_before: Counter[str] = field(default_factory=Counter[str])
    false_after: Counter[str] = field(default_factory=Counter[str])
    words: int = 0  # technical alarms

    def add(self, bed: Bed, is_true: Truth) -> None:
        """Count the alarms of one recording."""
        looks = replay(bed)
        self.seconds += bed.seconds
        for of, every, false in (
            ("shown", self.before, self.false_before),
            ("raised", self.after, self.false_after),
        ):
            for name in COVERS:
                seconds = [look.second for look in looks if name in getattr(look, of)]
                for begun in episodes(seconds):
                    every[name] += 1
                    false[name] += not is_true(bed, name, begun)
        self.words += len(episodes([look.second for look in looks if look.is_told], 30))

    def per_bed_day(self, count: int) -> float:
        """So many in a day at one bed."""
        return count * DAY / max(self.seconds, 1)


def episodes(seconds: Sequence[int], apart: int = HOLDS_SECONDS) -> list[int]:
    """When something began that then held, or came back within `apart` seconds."""
    return [
        second
        for place, second in enumerate(seconds)
        if place == 0 or second - seconds[place - 1] > apart
    ]


class ByReference:
    """By the reference beats, with the rules' own tolerance and a little in time."""

    def __call__(self, bed: Bed, name: str, second: int) -> bool:
        """Ask the beats of the last seconds."""
        is_near = (bed.beats > second - 20) & (bed.beats <= second + 1)
        beats = bed.beats[is_near]
        kinds = np.array(list(bed.kinds))[is_near]
        edges = np.concatenate([[max(second - 20.0, 0.0)], beats, [float(second)]])
        waves = any(a - 2 < second < b + 6 for a, b in bed.fibrillates)
        if name == "asystole":
            return float(np.diff(edges).max(initial=0.0)) >= 3.3
        if name == "ventricular_fibrillation":
            return waves
        if name == "ventricular_tachycardia":
            return waves or _has_run(beats, np.isin(kinds, list("VEF!")), 4, 90)
        every = np.ones(len(beats), bool)
        if name == "extreme_tachycardia":
            return waves or _has_run(beats, every, 17, 133)
        return _has_slow_run(beats, 5, 44)


class ByNumbers:
    """By the monitor's own heart rate around that time; of the ventricle it knows nothing."""

    def __call__(self, bed: Bed, name: str, second: int) -> bool:
        """Ask the heart rate and the pulse."""
        around = slice(max(second - 15, 0), second + 15)
        every = np.concatenate([bed.numbers[title][around] for title in ("HR", "PULSE")])
        every = every[np.isfinite(every)]
        if not len(every):
            return True
        if name in ("asystole", "extreme_bradycardia"):
            return bool(every.min() < 46)
        return bool(every.max() > 95 if name == "ventricular_tachycardia" else every.max() > 133)


def _has_run(beats: np.ndarray, counts: np.ndarray, length: int, rate: float) -> bool:
    for first in range(len(beats) - length + 1):
        span = beats[first + length - 1] - beats[first]
        if counts[first : first + length].all() and 60 * (length - 1) / span > rate:
            return True
    return False


def _has_slow_run(beats: np.ndarray, length: int, rate: float) -> bool:
    if len(beats) < length:
        return len(beats) > 1 and 60 * (len(beats) - 1) / (beats[-1] - beats[0]) < rate
    spans = beats[length - 1 :] - beats[: 1 - length]
    return bool((60 * (length - 1) / spans).min() < rate)


def shown_long(long: Long, head: str) -> None:
    """One table of long recordings."""
    print(f"\n{head}: {long.seconds / 3600:.1f} hours; a bed and day, of them not borne out")
    day = long.per_bed_day
    rows = [
        (
            name,
            f"{day(long.before[name]):.1f}", f"{day(long.false_before[name]):.1f}",
            f"{day(long.after[name]):.1f}", f"{day(long.false_after[name]):.1f}",
        )
        for name in COVERS
    ]  # fmt: skip
    rows.append(("technical: ECG, check electrodes", "", "", f"{day(long.words):.1f}", ""))
    table(("", "before", "false", "after", "false"), rows)
