"""A young infant's heart is slow while oxygen is low.

In the first months a pause in breathing shows as both at once, and it needs a hand at the cot
now. Each is taken where Bedside PEWS gives two points under three months (Parshuram 2009): a
heart rate of 90 or less with an SpO2 of 90 % or less. Two sensors agree, so five seconds are
enough (Homeward's own choice) where each alone waits longer; and while this rings, the two limits
do not ring as well, except beyond their extremes. It ends once either is at its own limit's clear
value for ten seconds.
"""

from collections.abc import Mapping

from homeward.clinical.ages import UNDER_3_MONTHS
from homeward.clinical.rule import Bounds, combination
from homeward.clinical.window import Window, has_begun, held_for
from homeward.model.alarm import Finding, Priority
from homeward.model.vital import HEART_RATE, OXYGEN_SATURATION

RATE = 91.0  # 90 rings
SATURATION = 91.0
RATE_CLEAR = 96.0
SATURATION_CLEAR = 92.0
HOLD_SECONDS = 5
CLEAR_SECONDS = 10


def judge(windows: Mapping[str, Window], is_open: bool) -> Finding | None:
    """Are both low for five seconds?"""
    rates, saturations = windows.get(HEART_RATE.name), windows.get(OXYGEN_SATURATION.name)
    if not rates or not saturations:  # the other is not fresh: silence neither begins nor ends it
        return _finding(windows) if is_open else None
    if is_open:
        is_over = held_for(rates, CLEAR_SECONDS, lambda value: value >= RATE_CLEAR) or held_for(
            saturations, CLEAR_SECONDS, lambda value: value >= SATURATION_CLEAR
        )
        return None if is_over else _finding(windows)
    is_slow = has_begun(rates, HOLD_SECONDS, lambda value: value < RATE)
    is_low = has_begun(saturations, HOLD_SECONDS, lambda value: value < SATURATION)
    return _finding(windows) if is_slow and is_low else None


def _finding(windows: Mapping[str, Window]) -> Finding:
    newest = [window[-1] for window in windows.values() if window]
    said = sorted(f"{each.vital.label} {each.value:.0f}" for each in newest)
    return Finding(Priority.HIGH, " with ".join(said), min(each.at for each in newest))


RULE = combination(
    "bradycardia_with_desaturation",
    HEART_RATE,
    (OXYGEN_SATURATION,),
    judge,
    version=2,
    bounds=Bounds(low=RATE),
    others_bounds={OXYGEN_SATURATION.name: Bounds(low=SATURATION)},
    only=UNDER_3_MONTHS,
    about=__doc__,
)
