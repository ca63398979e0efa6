"""Heart rate stays low.

Below 40 a minute the heart may not carry the circulation (NEWS2 gives three points, RCP 2017;
ALS bradycardia guideline). Ten seconds let one missed beat pass; an athlete's sleeping heart
is a reason for a limit of their own. Below 30, and at standstill, nobody waits.

Children are measured against the value at which Bedside PEWS gives two points for their age,
and nobody waits from the one that gives four (Parshuram 2009).
"""

from homeward.clinical.ages import by_age
from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import HEART_RATE

LIMIT = Limit(Side.BELOW, limit=40, clear_limit=45, delay_seconds=10, clear_seconds=15, extreme=30)
WORDS = Words(
    Priority.HIGH,
    Priority.HIGH,
    patient_text="Your heart is beating slowly. Lie down and do not get up alone. "
    "Help has been called.",
)
LIMITS = by_age("heart_rate", LIMIT)
RULE = limit_rule(
    "heart_rate_low",
    HEART_RATE,
    LIMIT,
    WORDS,
    version=4,
    about=__doc__,
    limits=LIMITS,
    covered_by=("bradycardia_with_desaturation",),
)
