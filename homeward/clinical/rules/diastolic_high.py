"""Diastolic pressure is high.

Above 120 mmHg is a hypertensive crisis until somebody has looked, whatever the systolic is
(ACC/AHA guideline 2017: above 180, above 120, or both). A cuff measures each quarter of an hour,
so there is no delay. It ends at 110 or better: above is the third grade (ESC/ESH 2018). While the
systolic rings for the same pressure, this does not ring beside it.

No source we follow gives a value from which it cannot wait: who is to have one gets it as their
own limit. Bedside PEWS has no diastolic, so a child's limit is everybody's, and says nothing of
what is usual at their age.
"""

from homeward.clinical.limit import Limit, Side
from homeward.clinical.rule import limit_rule
from homeward.clinical.rules import systolic_high
from homeward.model.vital import DIASTOLIC

LIMIT = Limit(Side.ABOVE, limit=120, clear_limit=110)
RULE = limit_rule(
    "diastolic_high",
    DIASTOLIC,
    LIMIT,
    systolic_high.WORDS,
    version=2,
    about=__doc__,
    covered_by=("systolic_high",),
)
