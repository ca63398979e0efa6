"""Pulse stays high, where the heart itself is not measured.

The pulse of an oximeter answers the same question as the heart rate of an ECG, and worse: it
moves with the hand. While the heart rate is fresh this rule is silent, so that one racing
heart rings once; where there is only an oximeter, it stands in with the same limits.
"""

from homeward.clinical.rule import limit_rule
from homeward.clinical.rules.heart_rate_high import LIMIT, LIMITS, WORDS
from homeward.model.vital import HEART_RATE, PULSE

RULE = limit_rule(
    "pulse_high",
    PULSE,
    LIMIT,
    WORDS,
    version=4,
    yields_to=HEART_RATE,
    about=__doc__,
    limits=LIMITS,
)
