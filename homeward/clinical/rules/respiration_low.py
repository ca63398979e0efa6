"""Breathing stays slow.

Below 9 breaths a minute is where NEWS2 gives three points (RCP 2017), and how opioids and
sedatives announce themselves. Fifteen seconds let a held breath pass. Below 5, and when
breathing stops, nobody waits.
"""

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
RULE = limit_rule("respiration_low", RESPIRATORY_RATE, LIMIT, WORDS, about=__doc__)
