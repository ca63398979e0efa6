"""The heart beats faster than the pressure: shock index of 1 or more.

Heart rate over systolic pressure tells of a circulation that fails before either does alone.
From 1.0 on it is class III of hypovolaemic shock (Mutschler 2013, Crit Care 17:R172: 21,853 people
with injuries; a third of class III needed ten units of blood or more). It is asked only while
neither limit speaks, up to 130 beats a minute and from 90 mmHg: what rings already needs no second
alarm. The rate is a minute's middle value, the pressure the newest of the last hour. It ends below
0.9, which is Homeward's own choice.
"""

from collections.abc import Mapping

from homeward.clinical.ages import ADULT
from homeward.clinical.rule import Bounds, combination
from homeward.clinical.rules import heart_rate_high, systolic_low
from homeward.clinical.window import Window, settled
from homeward.model.alarm import Finding, Priority
from homeward.model.vital import HEART_RATE, SYSTOLIC

INDEX = 1.0
INDEX_ENDS = 0.9
RATE_MAX = heart_rate_high.LIMIT.limit
PRESSURE_MIN = systolic_low.LIMIT.limit
# At the index of 1 a rate is at least the lowest pressure, a pressure at most the highest rate.
RATE_MIN = PRESSURE_MIN * INDEX
PRESSURE_MAX = RATE_MAX / INDEX

PATIENT_TEXT = (
    "Your heart is working hard for your blood pressure. Lie down, and do not get up alone. "
    "A nurse has been told."
)


def judge(windows: Mapping[str, Window], is_open: bool) -> Finding | None:
    """Is the rate at least as high as the pressure, and neither alarming on its own?"""
    rates, pressures = windows.get(HEART_RATE.name), windows.get(SYSTOLIC.name)
    if not rates or not pressures:  # the other is not fresh: silence neither begins nor ends it
        return _finding(windows, None) if is_open else None
    rate, pressure = settled(rates).value, pressures[-1].value
    if pressure <= 0:
        return _finding(windows, None) if is_open else None
    index = rate / pressure
    if is_open:
        return _finding(windows, index) if index >= INDEX_ENDS else None
    is_alone = rate <= RATE_MAX and PRESSURE_MIN <= pressure <= PRESSURE_MAX
    is_fast = rates[-1].value >= RATE_MIN
    return _finding(windows, index) if index >= INDEX and is_alone and is_fast else None


def _finding(windows: Mapping[str, Window], index: float | None) -> Finding:
    newest = max((window[-1] for window in windows.values() if window), key=lambda each: each.at)
    said = [f"{w[-1].vital.label} {w[-1].value:.0f}" for w in windows.values() if w]
    shown = "was high" if index is None else f"{index:.2f}"
    text = f"Shock index {shown}: {', '.join(sorted(said))}"
    value = None if index is None else round(index, 3)
    return Finding(Priority.MEDIUM, text, newest.at, value, INDEX, PATIENT_TEXT)


RULE = combination(
    "shock_index_high",
    HEART_RATE,
    (SYSTOLIC,),
    judge,
    bounds=Bounds(high=RATE_MIN - 0.001),
    others_bounds={SYSTOLIC.name: Bounds(low=PRESSURE_MAX + 0.001)},
    only=ADULT,
    about=__doc__,
)
