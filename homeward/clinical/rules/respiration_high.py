"""Breathing stays fast.

Above 24 breaths a minute is where NEWS2 gives three points (RCP 2017), and often the first
sign that somebody is getting worse. Counting by chest impedance also counts talking and
moving, so half a minute must agree. Above 40 nobody waits.

Children are measured against the value at which Bedside PEWS gives two points for their age,
and nobody waits from the one that gives four (Parshuram 2009).
"""

from homeward.clinical.ages import by_age
from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import RESPIRATORY_RATE

LIMIT = Limit(Side.ABOVE, limit=24, clear_limit=22, delay_seconds=30, clear_seconds=30, extreme=40)
WORDS = Words(
    Priority.MEDIUM,
    Priority.HIGH,
    patient_text="You are breathing fast. Sit upright, rest, and breathe out slowly. "
    "A nurse has been told.",
    extreme_patient_text="You are breathing very fast. Sit upright and breathe out slowly. "
    "Help has been called.",
)
LIMITS = by_age("respiratory_rate", LIMIT)
RULE = limit_rule(
    "respiration_high", RESPIRATORY_RATE, LIMIT, WORDS, version=4, about=__doc__, limits=LIMITS
)
