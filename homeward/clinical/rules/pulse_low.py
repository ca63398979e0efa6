"""Pulse stays low, where the heart itself is not measured.

The pulse of an oximeter misses weak beats that an ECG counts. While the heart rate is fresh
this rule is silent, so that one slow heart rings once; where there is only an oximeter, it
stands in with the same limits.
"""

from homeward.clinical.rule import limit_rule
from homeward.clinical.rules.heart_rate_low import LIMIT, LIMITS, WORDS
from homeward.model.vital import HEART_RATE, PULSE

RULE = limit_rule(
    "pulse_low",
    PULSE,
    LIMIT,
    WORDS,
    version=4,
    yields_to=HEART_RATE,
    about=__doc__,
    limits=LIMITS,
)
