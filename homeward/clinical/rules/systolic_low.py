"""Systolic pressure is low.

Below 90 mmHg organs may go short of blood (NEWS2 gives three points at 90, RCP 2017). A cuff
measures each quarter of an hour, so a single measurement must do and there is no delay. It
ends at 95 or better. Below 80 it cannot wait for a second thought.

Children are measured against the value at which Bedside PEWS gives two points for their age,
and nobody waits from the one that gives four (Parshuram 2009).
"""

from homeward.clinical.ages import by_age
from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import SYSTOLIC

LIMIT = Limit(Side.BELOW, limit=90, clear_limit=95, extreme=80)
WORDS = Words(
    Priority.MEDIUM,
    Priority.HIGH,
    patient_text="Your blood pressure is low. Lie down, and do not get up alone. "
    "A nurse has been told.",
    extreme_patient_text="Your blood pressure is very low. Lie down with your legs raised. "
    "Help has been called.",
)
LIMITS = by_age("systolic", LIMIT)
RULE = limit_rule("systolic_low", SYSTOLIC, LIMIT, WORDS, version=3, about=__doc__, limits=LIMITS)
