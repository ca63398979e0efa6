"""Heart rate stays high.

Above 130 a minute is where NEWS2 gives three points (RCP 2017). Turning over in bed or a
loose electrode makes such a number for a few seconds; a delay of 19 s would have spared an
ICU 67 % of its ineffective alarms (Görges 2009), so 20 s. Above 150 nobody waits: at such a
rate the rhythm itself is often the trouble (ALS tachycardia guideline).

Children are measured against the value at which Bedside PEWS gives two points for their age,
and nobody waits from the one that gives four (Parshuram 2009).
"""

from homeward.clinical.ages import by_age
from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import HEART_RATE

LIMIT = Limit(
    Side.ABOVE, limit=130, clear_limit=120, delay_seconds=20, clear_seconds=15, extreme=150
)
WORDS = Words(
    Priority.MEDIUM,
    Priority.HIGH,
    patient_text="Your heart is beating fast. Sit or lie down and rest. A nurse has been told.",
    extreme_patient_text="Your heart is beating very fast. Lie down and do not get up alone. "
    "Help has been called.",
)
LIMITS = by_age("heart_rate", LIMIT)
RULE = limit_rule(
    "heart_rate_high", HEART_RATE, LIMIT, WORDS, version=4, about=__doc__, limits=LIMITS
)
