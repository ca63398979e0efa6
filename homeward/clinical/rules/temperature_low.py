"""Temperature is low.

Below 35.0 °C is hypothermia (NEWS2 gives three points at 35.0, RCP 2017), in the old and the
septic as much as in the cold. A spot check speaks for itself; a patch must agree with itself
for a minute. Below 32 °C the heart's rhythm is in danger (ERC guideline on hypothermia).
"""

from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import TEMPERATURE

LIMIT = Limit(
    Side.BELOW, limit=35.0, clear_limit=35.5, delay_seconds=60, clear_seconds=60, extreme=32
)
WORDS = Words(
    Priority.MEDIUM,
    Priority.HIGH,
    patient_text="You are cold. Cover yourself, have a warm drink, and check that the "
    "thermometer sits well. A nurse has been told.",
)
RULE = limit_rule("temperature_low", TEMPERATURE, LIMIT, WORDS, version=3, about=__doc__)
