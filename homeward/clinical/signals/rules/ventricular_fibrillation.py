"""The heart flutters or fibrillates for four seconds.

Ventricular flutter or fibrillation is a fibrillatory, flutter or oscillatory waveform for at
least four seconds (Clifford 2015, PhysioNet/CinC Challenge, table 1). A lead shows it where
four seconds are mostly one oscillation (the leakage of Kuo and Dillman 1978 is small), hardly
ever rest at the baseline, and are no mere noise in size. Against it speaks another lead in
which the usual beats go on, or a pulse that goes on unchanged. Fine fibrillation is not found
by this rule; what it looks like to the others is asystole.
"""

from homeward.clinical.signals.claim import Shown, WaveRule
from homeward.clinical.signals.lead import FIBRILLATION_SECONDS, Lead
from homeward.clinical.signals.sight import Sight, beats_go_on, pulse_intervals
from homeward.model.alarm import Priority

LEAK_MAX = 0.45
RESTING_MAX = 0.35
SWING_MV_MIN = 0.2
GOES_ON_SECONDS = 4.5


def find(sight: Sight) -> list[Shown]:
    """Every lead that waves."""
    waving = [lead.name for lead in sight.leads if _waves(lead)]
    if not waving:
        return []
    against = [
        lead.name
        for lead in sight.leads
        if lead.name not in waving and beats_go_on(lead, GOES_ON_SECONDS)
    ]
    against += [
        each.name for each in sight.pulses if pulse_intervals(each, GOES_ON_SECONDS) is not None
    ]
    return [Shown(name, -float(FIBRILLATION_SECONDS), None, tuple(against)) for name in waving]


def _waves(lead: Lead) -> bool:
    seen = lead.waving
    return (
        seen is not None
        and seen.leak < LEAK_MAX
        and seen.resting < RESTING_MAX
        and seen.swing >= SWING_MV_MIN
    )


RULE = WaveRule(
    "ventricular_fibrillation",
    version=1,
    priority=Priority.HIGH,
    text="Ventricular fibrillation or flutter",
    find=find,
    covers=("extreme_bradycardia", "extreme_tachycardia", "ventricular_tachycardia"),
    about=__doc__ or "",
)
