"""No heart beat for four seconds.

Asystole is no QRS complex for at least four seconds (Clifford 2015, PhysioNet/CinC Challenge,
table 1). A lead counts from three and a half on: where a rhythm breaks down, its last beat is
known to half a second at best. Any lead may raise it, also one that is flat because its
electrode came off: whether it did is what the others are asked. Against it speaks another lead
in which the usual beats go on, or a pulse that goes on unchanged: no pulse comes without a
beat.
"""

from homeward.clinical.signals.claim import Shown, WaveRule
from homeward.clinical.signals.sight import Sight, beats_go_on, longest_pause, pulse_intervals
from homeward.model.alarm import Priority

LIMIT_SECONDS = 4.0
COUNTS_SECONDS = 3.5
BEATS_GO_ON_SECONDS = 6.0
PULSE_GOES_ON_SECONDS = 5.5


def find(sight: Sight) -> list[Shown]:
    """Every lead without a beat for so long."""
    pauses = {lead.name: longest_pause(lead, sight.lately) for lead in sight.leads}
    shows = {name: pause for name, pause in pauses.items() if pause >= COUNTS_SECONDS}
    if not shows:
        return []
    against = [
        lead.name
        for lead in sight.leads
        if lead.name not in shows and beats_go_on(lead, BEATS_GO_ON_SECONDS)
    ]
    against += [
        each.name
        for each in sight.pulses
        if pulse_intervals(each, PULSE_GOES_ON_SECONDS) is not None
    ]
    return [Shown(name, -pause, pause, tuple(against)) for name, pause in shows.items()]


RULE = WaveRule(
    "asystole",
    version=1,
    priority=Priority.HIGH,
    text="Asystole",
    find=find,
    unit="s",
    limit=LIMIT_SECONDS,
    covers=("extreme_bradycardia",),
    about=__doc__ or "",
)
