"""Seventeen beats in a row faster than 140 a minute.

Extreme tachycardia is a heart rate above 140 for 17 consecutive beats (Clifford 2015,
PhysioNet/CinC Challenge, table 1). Two a minute are allowed for how exactly an interval is
measured. Against it speaks a good lead below 120. No pulse does: a heart that races may eject
only every other time, and a pulse of 84 beside an ECG of 146 is the patient's, not an artefact.
"""

from homeward.clinical.signals.claim import Shown, WaveRule
from homeward.clinical.signals.lead import Lead
from homeward.clinical.signals.sight import Sight, run_rates
from homeward.model.alarm import Priority

BEATS = 17
LIMIT = 140.0
COUNTS_ABOVE = 138.0
OVERLAP_SECONDS = 1.0
AGAINST = 120.0


def find(sight: Sight) -> list[Shown]:
    """Every lead that shows such a run."""
    fast: dict[str, float] = {}
    for lead in sight.leads:
        rates, ends = run_rates(lead.beats, BEATS)
        lately = rates[ends > -sight.lately - OVERLAP_SECONDS]
        if len(lately) and lately.max() > COUNTS_ABOVE:
            fast[lead.name] = float(lately.max())
    if not fast:
        return []
    against = tuple(lead.name for lead in sight.leads if lead.name not in fast and _is_slower(lead))
    span = 60 * (BEATS - 1)
    return [Shown(name, -span / rate, rate, against) for name, rate in fast.items()]


def _is_slower(lead: Lead) -> bool:
    rates, _ = run_rates(lead.beats, BEATS)
    return lead.is_good and (not len(rates) or float(rates.max()) < AGAINST)


RULE = WaveRule(
    "extreme_tachycardia",
    version=1,
    priority=Priority.HIGH,
    text="Extreme tachycardia",
    find=find,
    unit="/min",
    limit=LIMIT,
    about=__doc__ or "",
)
