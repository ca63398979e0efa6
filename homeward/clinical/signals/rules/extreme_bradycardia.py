"""Five beats in a row slower than 40 a minute.

Extreme bradycardia is a heart rate below 40 for five consecutive beats (Clifford 2015,
PhysioNet/CinC Challenge, table 1). Two a minute are allowed for how exactly an interval is
measured. Against it speak a good lead, or a pulse, that shows every beat of the last seconds
faster than 50 a minute.
"""

import numpy as np

from homeward.clinical.signals.claim import Shown, WaveRule
from homeward.clinical.signals.lead import Lead
from homeward.clinical.signals.sight import Sight, beats_go_on, pulse_intervals, run_rates
from homeward.model.alarm import Priority

BEATS = 5
LIMIT = 40.0
COUNTS_BELOW = 42.0
OVERLAP_SECONDS = 1.0
SPAN_SECONDS = 12.0
AGAINST = 50.0
PULSE_SECONDS = 10.0


def find(sight: Sight) -> list[Shown]:
    """Every lead that shows such a run."""
    slow: dict[str, float] = {}
    for lead in sight.leads:
        rates, ends = run_rates(lead.beats, BEATS)
        lately = rates[ends > -sight.lately - OVERLAP_SECONDS]
        if len(lately) and lately.min() < COUNTS_BELOW:
            slow[lead.name] = float(lately.min())
    if not slow:
        return []
    against = [lead.name for lead in sight.leads if lead.name not in slow and _is_faster(lead)]
    for each in sight.pulses:
        intervals = pulse_intervals(each, PULSE_SECONDS)
        if intervals is not None and 60 / intervals.max() > AGAINST:
            against.append(each.name)
    span = 60 * (BEATS - 1)
    return [Shown(name, -span / rate, rate, tuple(against)) for name, rate in slow.items()]


def _is_faster(lead: Lead) -> bool:
    rates, ends = run_rates(lead.beats, BEATS)
    rates = rates[ends > -SPAN_SECONDS]
    is_slow = not len(rates) or float(np.min(rates)) <= AGAINST
    return beats_go_on(lead, SPAN_SECONDS) and not is_slow


RULE = WaveRule(
    "extreme_bradycardia",
    version=1,
    priority=Priority.HIGH,
    text="Extreme bradycardia",
    find=find,
    unit="/min",
    limit=LIMIT,
    about=__doc__ or "",
)
