"""What all waves of one patient show at one moment, and what one of them can say against another.

Only good signals speak against an alarm, and only by what they show: beats or pulses that go on
unchanged through the time of the alarm. A poor signal says nothing, neither for nor against.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from homeward.clinical.signal import RATE_HZ, WINDOW_SECONDS_MIN, Floats, Kind, Trace
from homeward.clinical.signals.filters import middle
from homeward.clinical.signals.lead import Lead, read_lead
from homeward.clinical.signals.pulse import Pulses, read_pulses

HOLE = 1.6  # usual intervals without a pulse: one is missing
UNDER_WAY_SECONDS = 0.35  # the newest pulse cannot be seen before it has risen
# Regular: intervals within a quarter of their mean; each pulse like the usual one and of its size.
SPREAD_MAX = 0.25
ALIKE_MEDIAN_MIN, ALIKE_MIN = 0.9, 0.7
SIZE_SPAN = (0.45, 2.2)
# As before: at least three pulses before, and no more than so many times larger or faster.
BEFORE_MIN = 3
SIZE_CHANGE, RATE_CHANGE = 2.0, 1.35
BEATS_GO_ON_MIN, PAUSE_SECONDS_MAX = 3, 2.0
AHEAD_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Sight:
    """Every wave of one patient, read. `lately` is how many seconds ago the last look was."""

    leads: tuple[Lead, ...]
    pulses: tuple[Pulses, ...]
    lately: float = 1.0

    @property
    def usable_leads(self) -> tuple[Lead, ...]:
        """The leads that show a heart at all."""
        return tuple(lead for lead in self.leads if lead.is_usable)

    def quality(self) -> dict[str, dict[str, float | bool]]:
        """The quality of every wave, by name."""
        return {each.name: each.quality() for each in (*self.leads, *self.pulses)}


def look(traces: Iterable[Trace], heights: Mapping[str, float], lately: float = 1.0) -> Sight:
    """Read every wave that is long enough. `heights` is what the last look remembered of leads."""
    leads: list[Lead] = []
    pulses: list[Pulses] = []
    for trace in traces:
        if len(trace.values) < WINDOW_SECONDS_MIN * RATE_HZ:
            continue
        if trace.kind is Kind.ECG:
            leads.append(read_lead(trace, heights.get(trace.name)))
        else:
            pulses.append(read_pulses(trace))
    return Sight(tuple(leads), tuple(pulses), lately)


def run_rates(beats: Floats, count: int) -> tuple[Floats, Floats]:
    """The mean rate (/min) of each run of `count` beats, and when the run ends."""
    if len(beats) < count:
        return np.zeros(0), np.zeros(0)
    return 60 * (count - 1) / (beats[count - 1 :] - beats[: 1 - count]), beats[count - 1 :]


def pulse_intervals(pulses: Pulses, seconds: float) -> Floats | None:
    """The intervals (s) of pulses that went on unchanged for the last `seconds`; None otherwise.

    Unchanged from those before: chest compressions that begin with the trouble make pulses too,
    but not of the size and at the rate of the heart's own.
    """
    if not pulses.is_good:
        return None
    intervals = np.diff(pulses.beats)
    usual = middle(intervals)
    is_lately = pulses.beats >= -seconds - AHEAD_SECONDS
    lately = pulses.beats[is_lately]
    if len(lately) < 3 or lately[0] > -seconds + HOLE * usual:
        return None
    open_end = -float(lately[-1]) - UNDER_WAY_SECONDS
    if max(float(intervals[1 - len(lately) :].max()), open_end) > HOLE * usual:
        return None
    alike = pulses.alike[is_lately]
    alike = alike[~np.isnan(alike)]
    if not len(alike) or middle(alike) < ALIKE_MEDIAN_MIN or alike.min() < ALIKE_MIN:
        return None
    share = pulses.size[is_lately] / max(middle(pulses.size), 1e-12)
    if share.min() < SIZE_SPAN[0] or share.max() > SIZE_SPAN[1]:
        return None
    around = intervals[1 - len(lately) :]
    if around.std() > SPREAD_MAX * around.mean() or not _is_as_before(pulses, len(lately)):
        return None
    return around


def _is_as_before(pulses: Pulses, lately: int) -> bool:
    """Whether the newest `lately` pulses are of the size and at the rate of those before."""
    before = len(pulses.beats) - lately
    if before < BEFORE_MIN:
        return False
    size = middle(pulses.size[before:]) / max(middle(pulses.size[:before]), 1e-12)
    rate = middle(np.diff(pulses.beats[:before])) / middle(np.diff(pulses.beats[before:]))
    return 1 / SIZE_CHANGE < size < SIZE_CHANGE and 1 / RATE_CHANGE < rate < RATE_CHANGE


def beats_go_on(lead: Lead, seconds: float) -> bool:
    """Whether a lead that is usable and not poor shows beats all through the last `seconds`.

    Beats of any shape: in a lead this quiet between them, extrasystoles are no artefacts.
    """
    if lead.is_poor or not lead.is_usable:
        return False
    lately = lead.beats[lead.beats > -seconds]
    if len(lately) < BEATS_GO_ON_MIN:
        return False
    edges = np.concatenate([[-seconds], lately, [0.0]])
    return float(np.diff(edges).max()) < PAUSE_SECONDS_MAX


def longest_pause(lead: Lead, ends_within: float | None = None) -> float:
    """The longest time (s) without a beat, the present one included; of those alone that end in
    the last `ends_within` seconds, where that is given."""
    edges = np.concatenate([[-lead.seconds], lead.beats, [0.0]])
    pauses = np.diff(edges)
    if ends_within is not None:
        pauses = pauses[edges[1:] > -ends_within]
    return float(pauses.max())
