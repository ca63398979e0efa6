"""Glucose stays high.

Above 180 mg/dL (10.0 mmol/L) is level 1 hyperglycaemia, and common for an hour or two after
a meal: two hours of it are worth a note, not a call. Above 250 (13.9 mmol/L) is level 2 and
worth acting on at once (Battelino 2019, consensus on time in range; ADA Standards of Care,
section 6). It ends at 170 or better.
"""

from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import GLUCOSE, HOUR, MINUTE

LIMIT = Limit(Side.ABOVE, limit=180, clear_limit=170, delay_seconds=2 * HOUR, extreme=250)
WORDS = Words(
    Priority.LOW,
    Priority.MEDIUM,
    patient_text="Your sugar has been high for two hours. Drink water, and correct as your plan "
    "says.",
    extreme_patient_text="Your sugar is very high. Drink water, correct as your plan says, and "
    "check for ketones. A nurse has been told.",
)
# Two hours, and a sensor's slowest step of a quarter of an hour, twice.
RULE = limit_rule(
    "glucose_high",
    GLUCOSE,
    LIMIT,
    WORDS,
    version=3,
    window_seconds=2 * HOUR + 30 * MINUTE,
    about=__doc__,
)
