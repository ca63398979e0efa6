"""Systolic pressure has fallen by 40 mmHg.

Less than 90 mmHg, or 40 less than before, is how hypotension is defined in sepsis (ACCP/SCCM
consensus 1992; SCCM/ESICM/ACCP/ATS/SIS 2001): somebody used to 160 may be in shock at 110. What
was before is the middle value of the last hour's earlier measurements, two at least; of an
arterial line, one a minute. It must now be at most 110, where NEWS2 begins to score (RCP 2017), so
that a high pressure coming down under treatment does not ring; both are Homeward's own choice.
Below 90 the rule for low pressure speaks. It ends when less than 30 of the fall is left.
"""

from statistics import median_low

from homeward.clinical.ages import ADULT
from homeward.clinical.limit import shown_unit
from homeward.clinical.rule import Bounds, Rule
from homeward.clinical.rules import systolic_low
from homeward.clinical.window import Window, recent, spread
from homeward.model.alarm import Finding, Priority
from homeward.model.vital import HOUR, MINUTE, SYSTOLIC

FALL = 40.0
FALL_ENDS = 30.0
CEILING = 111.0  # 110 rings
FLOOR = systolic_low.LIMIT.limit
EARLIER_MIN = 2

PATIENT_TEXT = (
    "Your blood pressure has fallen. Lie down, and do not get up alone. A nurse has been told."
)


def judge(window: Window, is_open: bool) -> Finding | None:
    """Is the pressure 40 mmHg lower than in the last hour?

    Raises ValueError for an empty window.
    """
    if not window:
        raise ValueError("there is nothing to judge in an empty window")
    newest, earlier = window[-1], spread(recent(window, HOUR)[:-1], MINUTE)
    if newest.value < FLOOR or newest.value >= CEILING:
        return None
    if len(earlier) < EARLIER_MIN:  # a pause is no recovery
        return _finding(window, None) if is_open else None
    before = median_low([reading.value for reading in earlier])
    fall = before - newest.value
    return _finding(window, before) if fall >= (FALL_ENDS if is_open else FALL) else None


def _finding(window: Window, before: float | None) -> Finding:
    newest = window[-1]
    text = f"{SYSTOLIC.label} {newest.value:.0f} {shown_unit(SYSTOLIC)}"
    text += ", had fallen" if before is None else f", was {before:.0f} in the last hour"
    return Finding(Priority.MEDIUM, text, newest.at, newest.value, CEILING - 1, PATIENT_TEXT)


RULE = Rule(
    "systolic_falling",
    SYSTOLIC,
    version=2,
    judge=judge,
    bounds=Bounds(low=CEILING),
    window_seconds=HOUR,
    only=ADULT,
    about=(__doc__ or "").strip(),
)
