"""Temperature is high.

Above 39.0 °C is where NEWS2 gives two points (RCP 2017). A spot check speaks for itself; a
patch that measures each second must agree with itself for a minute, since a blanket warms it
too. Above 41 °C, where heat itself does harm, nobody waits.
"""

from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import TEMPERATURE

LIMIT = Limit(
    Side.ABOVE, limit=39.0, clear_limit=38.5, delay_seconds=60, clear_seconds=60, extreme=41
)
WORDS = Words(
    Priority.MEDIUM,
    Priority.HIGH,
    patient_text="You have a high fever. Drink, rest, and take off warm blankets. "
    "A nurse has been told.",
    extreme_patient_text="Your fever is very high. Take off warm blankets. Help has been called.",
)
RULE = limit_rule("temperature_high", TEMPERATURE, LIMIT, WORDS, version=3, about=__doc__)
