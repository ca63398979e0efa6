"""Oxygen saturation stays low.

A finger probe slips; a patient desaturates. Fifteen seconds tell the two apart: waiting that
long cut low-saturation alarms by 60 % (Rheineck-Leyssius and Kalkman 1998). Below 80 % nobody
waits. It ends after 15 s at 92 % or better, so that a saturation hovering at the limit is one
episode. People whose target is 88-92 % (NEWS2 scale 2; BTS oxygen guideline 2017) are measured
against 86 %, where that scale begins to score two.
"""

from homeward.clinical.limit import Limit, Side, Words
from homeward.clinical.rule import Who, limit_rule
from homeward.model.alarm import Priority
from homeward.model.vital import OXYGEN_SATURATION

LIMIT = Limit(Side.BELOW, limit=90, clear_limit=92, delay_seconds=15, clear_seconds=15, extreme=80)
LIMIT_SCALE_2 = Limit(
    Side.BELOW, limit=86, clear_limit=88, delay_seconds=15, clear_seconds=15, extreme=80
)
WORDS = Words(
    Priority.HIGH,
    Priority.HIGH,
    patient_text="Your oxygen is low. Sit upright, breathe slowly and deeply, and check that the "
    "sensor sits well on your finger. Help has been called.",
)
SCALE_2 = Who("SpO₂ scale 2", lambda subject, on: subject.oxygen_scale == 2)
RULE = limit_rule(
    "oxygen_low",
    OXYGEN_SATURATION,
    LIMIT,
    WORDS,
    version=4,
    about=__doc__,
    limits=((SCALE_2, LIMIT_SCALE_2),),
    covered_by=("bradycardia_with_desaturation",),
)
