"""Breathing stays slow.

Below 9 breaths a minute is where NEWS2 gives three points (RCP 2017), and how opioids and
sedatives announce themselves. Fifteen seconds let a held breath pass. Below 5, and when
breathing stops, nobody waits.

Children are measured against the value at which Bedside PEWS gives two points for their age,
and nobody waits from the one that gives four (Parshuram 2009).
"""

from homeward.clinical.ages import by_age
from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import RESPIRATORY_RATE

LIMIT = Limit(Side.BELOW, limit=9, clear_limit=11, delay_seconds=15, clear_seconds=30, extreme=5)
WORDS = Words(
    Priority.HIGH,
    Priority.HIGH,
    patient_text="You are breathing slowly. Wake up, sit upright and take deep breaths. "
    "Help has been called.",
)
LIMITS = by_age("respiratory_rate", LIMIT)
RULE = limit_rule(
    "respiration_low", RESPIRATORY_RATE, LIMIT, WORDS, version=4, about=__doc__, limits=LIMITS
)
