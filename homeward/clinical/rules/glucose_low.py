"""Glucose is low.

Below 70 mg/dL (3.9 mmol/L) is level 1 hypoglycaemia: act before it gets worse. Below 54
(3.0 mmol/L) is level 2, where thinking fails, and is urgent (Battelino 2019, consensus on
time in range; ADA Standards of Care, section 6). There is no delay: a sensor speaks every
five to fifteen minutes, and lags the blood by as much. It ends at 80 or better.
"""

from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import GLUCOSE

LIMIT = Limit(Side.BELOW, limit=70, clear_limit=80, extreme=54)
WORDS = Words(
    Priority.MEDIUM,
    Priority.HIGH,
    patient_text="Your sugar is low. Eat or drink something sweet now: juice, or four glucose "
    "tablets. Check again in 15 minutes.",
    extreme_patient_text="Your sugar is very low. Eat or drink something sweet now, and tell "
    "somebody near you. Do not drive. Help has been called.",
)
RULE = limit_rule("glucose_low", GLUCOSE, LIMIT, WORDS, version=2, about=__doc__)
