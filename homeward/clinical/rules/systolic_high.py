"""Systolic pressure is high.

Above 180 mmHg is a hypertensive crisis until somebody has looked (ACC/AHA guideline 2017);
from 220 NEWS2 gives three points (RCP 2017). A cuff measures each quarter of an hour, so
there is no delay. It ends at 170 or better.

Children are measured against the value at which Bedside PEWS gives two points for their age,
and nobody waits from the one that gives four (Parshuram 2009).
"""

from homeward.clinical.ages import by_age
from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import SYSTOLIC

LIMIT = Limit(Side.ABOVE, limit=180, clear_limit=170, extreme=220)
WORDS = Words(
    Priority.MEDIUM,
    Priority.HIGH,
    patient_text="Your blood pressure is high. Sit down and rest quietly, then measure again. "
    "A nurse has been told.",
    extreme_patient_text="Your blood pressure is very high. Sit down and rest. If you have chest "
    "pain, a severe headache, or trouble speaking or seeing, call for help at once.",
)
LIMITS = by_age("systolic", LIMIT)
RULE = limit_rule("systolic_high", SYSTOLIC, LIMIT, WORDS, version=3, about=__doc__, limits=LIMITS)
