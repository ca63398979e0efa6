"""Five ventricular beats in a row faster than 100 a minute.

Ventricular tachycardia is five or more ventricular beats with a rate above 100 (Clifford 2015,
PhysioNet/CinC Challenge, table 1). Five a minute are allowed for: how fast five beats were is
known less exactly than how fast seventeen were. A lead shows it where five beats in a row
resemble each other and four of them not its usual beat (see `oddness` in `lead`). Against it
speaks a good lead that shows no beats at those moments, or shows them as its usual narrow ones:
motion shakes leads apart, a ventricle turns them together. No pulse speaks against it: in
ventricular tachycardia it may be regular, weak or gone.

It is off until somebody switches it on: of people with many extrasystoles too many of its alarms
are false.
"""

import numpy as np

from homeward.clinical.signal import Floats
from homeward.clinical.signals.claim import Shown, WaveRule
from homeward.clinical.signals.filters import middle, middle_row
from homeward.clinical.signals.lead import Lead
from homeward.clinical.signals.picking import likeness
from homeward.clinical.signals.sight import Sight
from homeward.model.alarm import Priority

BEATS = 5
LIMIT = 100.0
COUNTS_ABOVE = 95.0
INTERVAL_SECONDS_MAX = 0.75
OVERLAP_SECONDS = 0.2  # a beat at the very end of the last window was not seen whole
ODD_BEATS, ODD_MIN = 4, -0.8  # so many of the five are at least so odd
ALIKE_MIN = 0.85
TOGETHER_SECONDS = 0.12
TOGETHER_SHARE_MIN = 0.5
ODD_OTHER_MIN = -0.8
NARROW_MS_MAX = 64.0


def find(sight: Sight) -> list[Shown]:
    """Every lead that shows such a run."""
    found: list[Shown] = []
    good = [lead for lead in sight.leads if lead.is_good]
    for lead in sight.leads:
        others = [other for other in good if other is not lead]
        told = [
            Shown(
                lead.name,
                float(beats[0]),
                60 * (BEATS - 1) / float(beats[-1] - beats[0]),
                tuple(other.name for other in others if _denies(other, beats)),
            )
            for beats in _runs(lead, sight.lately)
        ]
        if told:  # of several runs the one least spoken against
            found.append(min(told, key=lambda each: len(each.against)))
    return found


def _runs(lead: Lead, lately: float) -> list[Floats]:
    """The beats of each run that ended since the last look."""
    runs: list[Floats] = []
    beats, odd = lead.formed, lead.oddness
    for first in range(len(beats) - BEATS + 1):
        run = slice(first, first + BEATS)
        end = float(beats[first + BEATS - 1])
        if end <= -lately - OVERLAP_SECONDS:
            continue
        if 60 * (BEATS - 1) / (end - float(beats[first])) <= COUNTS_ABOVE:
            continue
        if np.diff(beats[run]).max() >= INTERVAL_SECONDS_MAX:
            continue
        if (odd[run] >= ODD_MIN).sum() < ODD_BEATS:
            continue
        shapes = lead.shapes[run]
        if middle(likeness(shapes, middle_row(shapes))) >= ALIKE_MIN:
            runs.append(beats[run])
    return runs


def _denies(other: Lead, beats: Floats) -> bool:
    """Whether this lead shows none of these beats, or shows them as its usual ones."""
    apart = np.abs(other.formed[None, :] - beats[:, None]).min(axis=1)
    if (apart < TOGETHER_SECONDS).mean() < TOGETHER_SHARE_MIN:
        return True
    if other.width_ms > NARROW_MS_MAX:
        return False
    is_during = (other.formed >= beats[0] - 0.1) & (other.formed <= beats[-1] + 0.1)
    return bool(is_during.any()) and middle(other.oddness[is_during]) < ODD_OTHER_MIN


RULE = WaveRule(
    "ventricular_tachycardia",
    version=1,
    priority=Priority.HIGH,
    text="Ventricular tachycardia",
    find=find,
    unit="/min",
    limit=LIMIT,
    covers=("extreme_tachycardia",),
    about=__doc__ or "",
    is_on=False,
)
